//! One seed: people meet, live through trouble drawn from the seed, and settle.

use crate::act::{act, compete};
use crate::blocking;
use crate::check::{self, Checker, Moment};
use crate::mix::{Mix, Trouble};
use crate::scene::{HOMES, Scene};
use crate::template;
use crate::week::{self, Week};
use crate::world::{Bug, Fault, World};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A healthy world has settled after so many steps.
const LIVENESS_STEPS: u64 = 10_000;
/// And no seed takes more steps in all; most take about two thousand.
const MOST_STEPS: u64 = 30_000;
/// Rounds of acts at most.
const MOST_ROUNDS: usize = 60;
/// Acts between two looks of the checkers.
const ACTS: usize = 8;

/// A bug to be planted, in a home or under it, or in the clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// Around a home or its disk.
    Home(Bug),
    /// In the client's core.
    Client(client_core::planted::Bug),
}

/// How a seed is lived through.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// With a planted bug.
    pub planted: Option<Planted>,
    /// Keep the story's lines.
    pub tell: bool,
}

/// What became of a seed.
pub struct Outcome {
    /// What was broken, if anything was.
    pub broken: Option<String>,
    /// The story, line by line, if it was to be told.
    pub trace: Vec<String>,
    /// One hash over everything that happened.
    pub hash: String,
    /// How often each fault and each recovery happened.
    pub counts: BTreeMap<String, u64>,
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic is a broken seed, told in one line, in every thread that lives through seeds.
pub fn catch_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let what = info.payload_as_str().unwrap_or("something");
        PANIC.set(Some(format!("panicked at {place}: {what}")));
    }));
}

/// Lives through a seed.
///
/// # Panics
/// If there is no world of that name.
pub fn run(name: &str, seed: u64, options: Options) -> Outcome {
    if let Some(Planted::Client(bug)) = options.planted {
        client_core::planted::plant(Some(bug));
    }
    if let Some(things) = week::things(name) {
        return run_week(Week::new(seed, things), options);
    }
    let mix = Mix::of(name, seed).expect("a world of that name");
    let mut scene = if mix.meet {
        let mut world = World::new(seed);
        world.story.keep_silent();
        Scene::new(world, seed, mix.people, mix.homes, mix.is_circle)
    } else {
        template::met(seed, mix.people, mix.homes, mix.is_circle)
    };
    scene.world.quiet = true;
    scene.world.most_steps = MOST_STEPS;
    if options.tell {
        scene.world.story.speak();
    }
    let broken = broken(|| live(&mut scene, &mix, options));
    let things = scene.said.len() as u64;
    scene.world.story.count("people: things said", things);
    count_records(&mut scene.world);
    crate::tally::events(&mut scene);
    outcome(&mut scene.world, broken)
}

/// What is broken when it ends, or when it panics.
fn broken(live: impl FnOnce() -> Result<(), String>) -> Option<String> {
    let lived = catch_unwind(AssertUnwindSafe(live));
    let lived = lived.unwrap_or_else(|_| {
        let what = PANIC.take();
        Err(what.unwrap_or_else(|| "panicked".to_owned()))
    });
    client_core::planted::plant(None);
    lived.err()
}

fn run_week(mut week: Week, options: Options) -> Outcome {
    if options.tell {
        week.world.story.speak();
    }
    let broken = broken(|| week.live());
    count_records(&mut week.world);
    outcome(&mut week.world, broken)
}

fn count_records(world: &mut World) {
    let records: Vec<_> = world
        .records()
        .map(|record| (record.lost, record.recognised))
        .collect();
    for (lost, recognised) in records {
        world.story.count("fault: unflushed writes lost", lost);
        world.story.count("recovery: body known again", recognised);
    }
}

fn outcome(world: &mut World, broken: Option<String>) -> Outcome {
    Outcome {
        broken,
        trace: world.trace().to_vec(),
        hash: world.story.hash(),
        counts: std::mem::take(&mut world.story.counts),
    }
}

fn live(scene: &mut Scene, mix: &Mix, options: Options) -> Result<(), String> {
    if mix.meet {
        meet(scene, mix);
    } else {
        scene.world.batch = 8;
        for name in scene.people.clone() {
            scene.world.go_online(name);
        }
        scene.world.run();
    }
    if mix.faults {
        scene.world.queue_bound = 24 + scene.random.below(40);
    }
    if let Some(Planted::Home(bug)) = options.planted {
        scene.world.plant(bug);
    }
    let mut checkers = check::all(mix);
    // Where everybody has stopped for good reasons nothing more will be said.
    for _ in 0..MOST_ROUNDS {
        if scene.said.len() >= mix.sends && scene.competing >= mix.competing {
            break;
        }
        for _ in 0..ACTS {
            act(scene, mix);
        }
        if scene.competing < mix.competing {
            compete(scene);
        }
        look(&mut checkers, scene, Moment::Trouble)?;
    }
    if mix.trouble == Trouble::Damage {
        return look(&mut checkers, scene, Moment::Settled);
    }
    if mix.trouble == Trouble::OldHome {
        go_on_for_a_while(scene);
    } else {
        recover(scene, mix)?;
    }
    look(&mut checkers, scene, Moment::Settled)
}

/// First contact, with what goes wrong on the way in most of these worlds.
fn meet(scene: &mut Scene, mix: &Mix) {
    let mut faults = vec![Fault::Cut, Fault::Twice, Fault::Swapped];
    faults.extend(scene.people.iter().copied().map(Fault::Reopen));
    for home in scene.homes.clone() {
        faults.extend([Fault::Restart(home), Fault::Mute(home)]);
    }
    if mix.faults && scene.random.below(4) > 0 {
        let every = 7 + scene.random.below(30) as u64;
        scene.world.plan_every(every, &faults);
        scene.world.end_faults_in(2_000);
    }
    scene.begin();
    scene.world.plan_every(0, &[]);
}

/// The world is healthy from here on: within a bound of steps everything is where it belongs, and
/// whoever is there can be heard by all.
fn recover(scene: &mut Scene, mix: &Mix) -> Result<(), String> {
    if mix.faults {
        scene.world.heal();
    }
    blocking::end(scene);
    settle(scene)?;
    scene.look_who_is_gone();
    // Who fell behind is brought back by somebody who goes on.
    for _ in 0..2 {
        if mix.faults {
            for person in scene.present() {
                scene.say(person, 1);
            }
        }
        settle(scene)?;
        scene.look_who_is_gone();
    }
    Ok(())
}

/// Whoever the home has forgotten asks it for ever, so that such a world never comes to rest.
fn go_on_for_a_while(scene: &mut Scene) {
    scene.world.heal();
    for _ in 0..3 {
        for person in scene.present() {
            scene.say(person, 1);
        }
        scene.world.run_for(200_000);
    }
}

fn settle(scene: &mut Scene) -> Result<(), String> {
    if scene.world.settles_within(LIVENESS_STEPS) {
        return Ok(());
    }
    let homes: Vec<_> = HOMES
        .iter()
        .filter(|home| scene.homes.contains(home))
        .collect();
    Err(format!(
        "not settled after {LIVENESS_STEPS} steps at {homes:?}"
    ))
}

fn look(
    checkers: &mut [Box<dyn Checker>],
    scene: &mut Scene,
    moment: Moment,
) -> Result<(), String> {
    scene.look_anew();
    let mut checkers = checkers.iter_mut();
    checkers.try_for_each(|checker| checker.check(scene, moment))
}
