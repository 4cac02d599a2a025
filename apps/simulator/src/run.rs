//! One seed: two people meet, live through trouble drawn from the seed, and settle.

use crate::check::{self, Checker, Moment, PEOPLE};
use crate::world::{Bug, Fault, Random, World};
use protocol::hash::sha256;
use protocol::request::Admission;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The worlds that there are.
pub const WORLDS: [&str; 2] = ["pair", "pair-two-homes"];
const HOMES: [&str; 2] = ["first.example", "second.example"];
/// A healthy world has settled after so many steps.
const LIVENESS_STEPS: u64 = 5_000;

/// What became of a seed.
pub struct Outcome {
    /// What was broken, if anything was.
    pub broken: Option<String>,
    /// The story, line by line.
    pub trace: Vec<String>,
    /// How often each fault and each recovery happened.
    pub counts: BTreeMap<String, u64>,
}

impl Outcome {
    /// One hash over the story.
    pub fn hash(&self) -> String {
        let hash = sha256(&[self.trace.join("\n").as_bytes()]);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Lives through a seed; `bug`: with a planted bug.
pub fn run(name: &str, seed: u64, bug: Option<Bug>) -> Outcome {
    let mut world = World::new(seed);
    world.quiet = true;
    let lived = catch_unwind(AssertUnwindSafe(|| live(&mut world, name, seed, bug)));
    let broken = lived.unwrap_or_else(|_| Err("panicked".to_owned())).err();
    let mut counts = world.counts.clone();
    let mut add = |what: &str, times: u64| *counts.entry(what.to_owned()).or_default() += times;
    for record in world.records() {
        add("lost: unflushed writes", record.lost);
        add("recovery: body known again", record.recognised);
    }
    let begins = |line: &&String| line.contains("<-") && line.ends_with(" begins");
    let begun = world.trace().iter().filter(begins).count();
    add("recovery: connections made", begun as u64);
    let superseded = |line: &&String| line.contains("Superseded");
    let rivals = world.trace().iter().filter(superseded).count();
    add("recovery: rival commits superseded", rivals as u64);
    Outcome {
        broken,
        trace: world.trace().to_vec(),
        counts,
    }
}

fn live(world: &mut World, name: &str, seed: u64, bug: Option<Bug>) -> Result<(), String> {
    let homes = if name == "pair" {
        &HOMES[..1]
    } else {
        &HOMES[..]
    };
    meet(world, homes);
    if let Some(bug) = bug {
        world.plant(bug);
    }
    let mut random = Random::new(seed ^ 0x5eed_5eed);
    let mut checkers = check::all();
    let mut sent = Vec::new();
    let mut faults = vec![Fault::Cut, Fault::Twice, Fault::Swapped];
    faults.extend(PEOPLE.map(Fault::Reopen));
    for home in homes {
        faults.extend([Fault::Restart(home), Fault::Mute(home)]);
    }
    for _ in 0..4 {
        world.plan_every(5 + random.below(25) as u64, &faults);
        for _ in 0..6 {
            act(world, &mut random, &mut sent);
            look(&mut checkers, world, &sent, Moment::Trouble)?;
        }
    }
    world.plan_every(0, &[]);
    for person in PEOPLE {
        world.go_offline(person);
        world.go_online(person);
    }
    if !world.settles_within(LIVENESS_STEPS) {
        return Err(format!("not settled after {LIVENESS_STEPS} steps"));
    }
    look(&mut checkers, world, &sent, Moment::Settled)
}

fn look(
    checkers: &mut [Box<dyn Checker>],
    world: &World,
    sent: &[String],
    moment: Moment,
) -> Result<(), String> {
    let mut checkers = checkers.iter_mut();
    checkers.try_for_each(|checker| checker.check(world, sent, moment))
}

/// One act of somebody, or of the calendar; then some time passes.
fn act(world: &mut World, random: &mut Random, sent: &mut Vec<String>) {
    let person = PEOPLE[random.below(2)];
    match random.below(10) {
        0 => {
            world.count("offline");
            world.go_offline(person);
        }
        1 | 2 => {
            if !world.client(person).online {
                world.go_online(person);
            }
        }
        3 => world.jump_days(1 + random.below(9) as i64),
        4 => world.jump_days(-1 - random.below(9) as i64),
        5 => {
            world.jump_days(8);
            for person in PEOPLE {
                say(world, person, sent);
            }
        }
        _ => say(world, person, sent),
    }
    if random.below(3) > 0 {
        world.run_for(random.below(5_000) as u64);
    }
}

fn say(world: &mut World, person: &'static str, sent: &mut Vec<String>) {
    let text = format!("{person}{}", sent.len());
    let id = world.engine(person).conversations().unwrap()[0].id;
    let said = world.act(person, |engine, now| engine.send(now, id, &text));
    if said.is_ok() {
        sent.push(text);
    }
}

/// The first has an inbox at the first home, the second at the second, if there is one.
fn meet(world: &mut World, homes: &[&'static str]) {
    for home in homes {
        world.add_home(home);
    }
    let mut personas = Vec::new();
    for (place, person) in PEOPLE.into_iter().enumerate() {
        world.add_client(person);
        let persona = world
            .act(person, |engine, now| engine.new_persona(now, person))
            .unwrap();
        if let Some(home) = homes.get(place) {
            let url = World::url(home);
            world
                .act(person, |engine, now| {
                    engine.join_home(now, persona, url, Admission::Open)
                })
                .unwrap();
        }
        world.go_online(person);
        personas.push(persona);
    }
    let [ada, bob] = PEOPLE;
    world.run();
    let id = world
        .act(ada, |engine, now| {
            engine.new_invitation(now, personas[0], 1, None, None)
        })
        .unwrap();
    world.run();
    let link = world.engine(ada).invitation(id).unwrap().link.unwrap();
    world
        .act(bob, |engine, now| engine.accept(now, personas[1], &link))
        .unwrap();
    world.run();
}
