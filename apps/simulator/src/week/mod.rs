//! A week of two people, and what both are shown at its end.
//!
//! They talk under two pairs of names at two homes and each with themselves; lines, homes, disks and clocks fail, both
//! crash in the middle of anything; and one of them loses the device and goes on with the newest backup. Beside them a
//! plain list is kept of what was said ([`said`]). From it follows what each must be shown ([`expected`]), and what is shown
//! is compared with it ([`verdict`]).

mod acts;
mod attempt;
mod expected;
mod folder;
mod found;
mod lost;
mod person;
mod said;
mod trouble;
mod verdict;
mod words;

use crate::scene::HOMES;
use crate::world::{Random, World};
use client_core::{ConversationKind, Event, PersonaId};
use person::{Knows, Person};
use protocol::request::Admission;
use said::{Fate, Journal, Name, Number, PAIRS, Place, Who};
use std::collections::{BTreeMap, BTreeSet};

/// How a week ends: with one sentence if something is broken.
type Lived = Result<(), String>;

/// The worlds that live through one, and how many things are said in each.
const WEEKS: [(&str, usize); 3] = [("week", 10_000), ("day", 1_000), ("hours", 250)];
/// Seconds of a week.
const WEEK_S: usize = 7 * 86_400;
/// Things that are said between two turns of what may go wrong, about.
const ROUND: usize = 14;
/// What the two are called.
const NAMES: [[&str; PAIRS]; 2] = [["ada", "ada by night"], ["bob", "bob elsewhere"]];
/// A world that takes more steps goes in circles.
const MOST_STEPS_A_THING: u64 = 60;
/// Within so many steps a healthy world has settled, however much waits.
const LIVENESS_STEPS: u64 = 200_000;

/// Two people, their world, and the list.
pub struct Week {
    /// The world.
    pub world: World,
    random: Random,
    things: usize,
    journal: Journal,
    people: [Person; 2],
    /// Texts that have a mark.
    marked: usize,
    /// Who loses the device, once so many things were said.
    loses: (Who, usize),
    /// Whose disk is, or may be, full.
    full: BTreeSet<&'static str>,
    /// How long the list is when that one makes the next backup.
    next_backup: usize,
}

/// How many things are said in a world of this name, if it is one of these.
pub fn things(world: &str) -> Option<usize> {
    let found = WEEKS.iter().find(|(name, _)| *name == world);
    found.map(|(_, things)| *things)
}

impl Week {
    /// Two people who do not know each other yet.
    pub fn new(seed: u64, things: usize) -> Self {
        let mut world = World::new(seed);
        world.story.keep_silent();
        world.quiet = true;
        world.most_steps = things as u64 * MOST_STEPS_A_THING;
        let mut random = Random::new(seed ^ 0x5eed_0007);
        let part = things / 10;
        let loses = (random.below(2), part * 3 + random.below(part * 4));
        let person = |who: Who, machine| Person {
            machine,
            who,
            names: Vec::new(),
            places: BTreeMap::new(),
            contacts: Vec::new(),
            knows: Knows::nothing(),
            told: 0,
            folder: None,
            kept: None,
            back: [None; PAIRS],
            again: BTreeSet::new(),
            restored: None,
        };
        Self {
            world,
            random,
            things,
            journal: Journal::default(),
            people: [person(0, "ada"), person(1, "bob")],
            marked: 0,
            loses,
            full: BTreeSet::new(),
            next_backup: part,
        }
    }

    /// Lives through it.
    ///
    /// # Errors
    /// One sentence about what is broken.
    pub fn live(&mut self) -> Lived {
        self.meet();
        self.world.batch = 8;
        self.world.queue_bound = 32 + self.random.below(40);
        while self.journal.said.len() < self.things {
            self.suffer();
            let before = self.journal.said.len();
            for _ in 0..4 + self.random.below(8) {
                let who = self.random.below(2);
                self.act(who)?;
            }
            let said = self.journal.said.len() - before;
            self.let_pass(said.max(ROUND / 4));
            self.look_around();
            if self.keep_or_lose()? {
                self.look_around();
            }
        }
        self.end()?;
        verdict::judge(self)
    }

    /// Some of the week, as much as these things are of all; a little of it is lived through step by step.
    fn let_pass(&mut self, said: usize) {
        let ms = self.random.below(20_000) as u64;
        self.world.run_for(ms);
        let seconds = WEEK_S * said / self.things;
        self.world.pass_s(seconds as u64);
        self.make_room();
    }

    /// The world is healthy, nobody blocks anybody, the times of all that is held come, and everything settles.
    fn end(&mut self) -> Lived {
        self.world.heal();
        self.settle()?;
        for who in 0..2 {
            for pair in 0..PAIRS {
                self.look(who, Place::Pair(pair));
                if self.people[who].knows.blocked[pair].is_some() {
                    self.unblock(who, pair)?;
                }
            }
        }
        for turn in 0..4 {
            for place in (0..PAIRS).map(Place::Pair).filter(|_| turn == 0) {
                self.say_in(0, place, 1)?;
                self.say_in(1, place, 1)?;
            }
            self.world.pass_days(3);
            // Whoever comes sees what time it is.
            for who in 0..2 {
                let machine = self.people[who].machine;
                self.world.go_offline(machine);
                self.world.go_online(machine);
            }
            self.settle()?;
            self.look_around();
        }
        Ok(())
    }

    fn settle(&mut self) -> Lived {
        if self.world.settles_within(LIVENESS_STEPS) {
            return Ok(());
        }
        Err(format!("not settled after {LIVENESS_STEPS} steps"))
    }

    /// Takes note of what devices told, and of whether a new device is in again.
    fn look_around(&mut self) {
        let length = self.journal.said.len();
        for person in &mut self.people {
            let events = self.world.events(person.machine);
            for event in &events[person.told..] {
                if let Event::Stored(item) = event
                    && let Some(number) = person.knows.own.get(item)
                {
                    person.knows.stored.insert(*number);
                }
            }
            person.told = events.len();
            if person.restored.is_none() || person.back.iter().all(Option::is_some) {
                continue;
            }
            let views = self.world.engine(person.machine).conversations();
            for view in views.unwrap_or_default() {
                let of = person.places.iter().find(|(_, id)| **id == view.id);
                if let Some((Place::Pair(pair), _)) = of
                    && !view.rejoining
                {
                    person.back[*pair].get_or_insert(length);
                }
            }
        }
    }

    /// What has come of the other, and whether it stays hidden.
    fn look(&mut self, who: Who, place: Place) {
        let person = &mut self.people[who];
        let store = self.world.engine(person.machine).store();
        let conversation = person.places[&place];
        let awaited: Vec<_> = person.knows.awaited.iter().copied().collect();
        for number in awaited {
            let said = &self.journal.said[number];
            if said.place != place {
                continue;
            }
            // A disk that fails just now is looked at another time.
            let row = store.item_of_message(conversation, &said.message);
            if matches!(row, Ok(Some(_))) {
                let hides = person.knows.hides(place, said.at_ms);
                person.knows.seen.insert(number, hides);
                person.knows.awaited.remove(&number);
            }
        }
    }

    fn meet(&mut self) {
        for home in HOMES {
            self.world.add_home(home);
            self.world.take_blobs(home, self.things as u64);
        }
        for who in 0..2 {
            self.settle_in(who);
        }
        self.world.run();
        for pair in 0..PAIRS {
            // Each invites the other once.
            self.introduce(pair, pair % 2);
        }
        for person in &mut self.people {
            let engine = self.world.engine(person.machine);
            let personas = engine.personas().unwrap();
            let of = |id: PersonaId| {
                let name = &personas.iter().find(|one| one.id == id).unwrap().name;
                person.names.iter().position(|known| known.name == *name)
            };
            for view in engine.conversations().unwrap() {
                let place = match view.kind {
                    ConversationKind::Own => Place::Own(person.who),
                    _ => Place::Pair(of(view.persona).unwrap()),
                };
                person.places.insert(place, view.id);
            }
            let mut contacts = engine.contacts().unwrap();
            contacts.sort_by_key(|contact| of(contact.persona));
            person.contacts = contacts.iter().map(|contact| contact.id).collect();
        }
    }

    fn settle_in(&mut self, who: Who) {
        let machine = self.people[who].machine;
        self.world.add_client(machine);
        for (name, home) in NAMES[who].into_iter().zip(HOMES) {
            let url = World::url(home);
            let made = self.world.act(machine, |engine, now| {
                let id = engine.new_persona(now, name)?;
                engine.join_home(now, id, url, Admission::Open)?;
                Ok(id)
            });
            let id = made.unwrap();
            let personas = self.world.engine(machine).personas().unwrap();
            let persona = personas.into_iter().find(|one| one.id == id).unwrap();
            self.people[who].names.push(Name {
                name: persona.name,
                fingerprint: persona.fingerprint,
            });
        }
        let first = self.persona(who, 0);
        self.world
            .act(machine, |engine, now| engine.new_own(now, first, "diary"))
            .unwrap();
        self.world.go_online(machine);
    }

    fn persona(&self, who: Who, pair: usize) -> PersonaId {
        let person = &self.people[who];
        let personas = self.world.engine(person.machine).personas().unwrap();
        let fingerprint = person.names[pair].fingerprint;
        let mut personas = personas.iter();
        personas
            .find(|one| one.fingerprint == fingerprint)
            .unwrap()
            .id
    }

    fn introduce(&mut self, pair: usize, inviter: Who) {
        let (one, other) = (self.persona(inviter, pair), self.persona(1 - inviter, pair));
        let [inviter, accepter] = [inviter, 1 - inviter].map(|who| self.people[who].machine);
        self.world.introduce((inviter, one), (accepter, other));
    }

    /// Whether something must arrive.
    fn must_go(&self, number: Number) -> bool {
        self.journal.said[number].fate == Fate::Goes
    }

    /// A line of the list, for who reads.
    fn told(&self, number: Number) -> String {
        let said = &self.journal.said[number];
        let mut text: String = said.text.chars().take(40).collect();
        if said.text.len() > text.len() {
            text.push('…');
        }
        let by = self.people[said.by].machine;
        let (what, fate) = (&said.what, said.fate);
        format!("{number} of {by} ({what:?}, {fate:?}, {text:?})")
    }
}
