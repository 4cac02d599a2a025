//! The people of a world, how they come together, and what they do.

use crate::blocking::Blocks;
use crate::world::{Random, World};
use client_core::{ConversationId, ConversationKind, Draft, ItemView, PersonaId};
use protocol::id::PersonaFingerprint;
use protocol::request::Admission;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The people that there can be; the first brings them together.
pub const PEOPLE: [&str; 5] = ["ada", "bob", "cleo", "dan", "eve"];
/// The homes that there can be; the circle is kept at the first.
pub const HOMES: [&str; 2] = ["first.example", "second.example"];

/// Something that somebody was promised would arrive.
pub struct Said {
    /// Who said it.
    pub by: &'static str,
    /// The text, of which there is no second.
    pub text: String,
    /// Who had left by then, as its author knew: they must not be able to read it.
    pub not_for: BTreeSet<&'static str>,
}

/// A world, its people and what is known of them.
pub struct Scene {
    /// The world.
    pub world: World,
    /// What chooses what people do.
    pub random: Random,
    /// Everybody.
    pub people: Vec<&'static str>,
    /// The homes in use.
    pub homes: Vec<&'static str>,
    /// Whether they talk in a circle; else two talk as a pair.
    pub is_circle: bool,
    /// Everything that was promised, in the order in which it was said.
    pub said: Vec<Said>,
    /// How many texts have got a number.
    numbered: usize,
    /// Who left for good.
    pub left: BTreeSet<&'static str>,
    /// Who was removed and not added again, or left.
    pub gone: BTreeSet<&'static str>,
    /// Who was ever away from the group, so that they may miss what was said meanwhile.
    pub unsteady: BTreeSet<&'static str>,
    /// Whom somebody removed, and who did.
    pub removed: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// Whom somebody asked to have back.
    pub wanted_back: BTreeSet<&'static str>,
    /// How often somebody came back with an old copy of theirs.
    pub times_went_back: u32,
    /// How often a home came back with an old copy of its disk.
    pub times_home_went_back: u32,
    /// Who blocked the other of a pair, and what they may not be shown because of it.
    pub blocks: Blocks,
    /// Commits that competed with another at the same head.
    pub competing: u64,
    /// The conversation as each has it, once they have.
    conversations: RefCell<BTreeMap<String, ConversationId>>,
    /// What each is shown, read once for all checkers that look at one moment.
    shown: RefCell<BTreeMap<&'static str, Rc<Vec<ItemView>>>>,
}

impl Scene {
    /// An empty scene.
    pub fn new(world: World, seed: u64, people: usize, homes: usize, is_circle: bool) -> Self {
        Self {
            world,
            random: Random::new(seed ^ 0x5eed_5eed),
            people: PEOPLE[..people].to_vec(),
            homes: HOMES[..homes].to_vec(),
            is_circle,
            said: Vec::new(),
            numbered: 0,
            left: BTreeSet::new(),
            gone: BTreeSet::new(),
            unsteady: BTreeSet::new(),
            removed: BTreeMap::new(),
            wanted_back: BTreeSet::new(),
            times_went_back: 0,
            times_home_went_back: 0,
            blocks: Blocks::default(),
            competing: 0,
            conversations: RefCell::default(),
            shown: RefCell::default(),
        }
    }

    /// Everybody makes a name, and the first brings them together. Names live at the homes in turn;
    /// from the third on people have none and are reached where the first is.
    pub fn begin(&mut self) {
        for home in self.homes.clone() {
            self.world.add_home(home);
        }
        for (place, name) in self.people.clone().into_iter().enumerate() {
            self.world.add_client(name);
            let persona = self
                .world
                .act(name, |engine, now| engine.new_persona(now, name))
                .unwrap();
            if let Some(home) = self.homes.get(place) {
                let url = World::url(home);
                self.world
                    .act(name, |engine, now| {
                        engine.join_home(now, persona, url, Admission::Open)
                    })
                    .unwrap();
            }
            self.world.go_online(name);
        }
        self.world.run();
        let first = self.people[0];
        for name in self.people.clone().into_iter().skip(1) {
            self.meet(first, name);
        }
        if self.is_circle {
            let persona = self.persona(first);
            let contacts = self.world.engine(first).contacts().unwrap();
            let contacts: Vec<_> = contacts.into_iter().map(|contact| contact.id).collect();
            self.world
                .act(first, |engine, now| {
                    engine.new_circle(now, persona, "circle", &contacts)
                })
                .unwrap();
            self.world.run();
        }
    }

    fn meet(&mut self, inviter: &'static str, accepter: &'static str) {
        let (persona, other) = (self.persona(inviter), self.persona(accepter));
        self.world.introduce((inviter, persona), (accepter, other));
    }

    fn persona(&self, name: &str) -> PersonaId {
        self.world.engine(name).personas().unwrap()[0].id
    }

    /// What others see of somebody's key.
    pub fn fingerprint(&self, name: &str) -> PersonaFingerprint {
        self.world.engine(name).personas().unwrap()[0].fingerprint
    }

    /// The conversation that the world is about, as somebody has it.
    pub fn conversation(&self, name: &str) -> Option<ConversationId> {
        if let Some(known) = self.conversations.borrow().get(name) {
            return Some(*known);
        }
        let kind = if self.is_circle {
            ConversationKind::Circle
        } else {
            ConversationKind::Pair
        };
        let all = self.world.engine(name).conversations().ok()?;
        let found = all.iter().find(|one| one.kind == kind)?.id;
        let mut known = self.conversations.borrow_mut();
        known.insert(name.to_owned(), found);
        Some(found)
    }

    /// The log that the conversation is kept in.
    pub fn log(&self, name: &str) -> Option<client_store::log::LogRow> {
        let id = self.conversation(name)?;
        let store = self.world.engine(name).store();
        store.logs_of(id).unwrap().into_iter().next()
    }

    /// Everything that somebody is shown. The same until [`Scene::look_anew`].
    pub fn shown(&self, name: &'static str) -> Rc<Vec<ItemView>> {
        if let Some(known) = self.shown.borrow().get(name) {
            return known.clone();
        }
        let all = match self.conversation(name) {
            Some(id) => self.world.engine(name).items(id, 0, 100_000).unwrap(),
            None => Vec::new(),
        };
        let all = Rc::new(all);
        self.shown.borrow_mut().insert(name, all.clone());
        all
    }

    /// Something may have changed since anybody looked.
    pub fn look_anew(&self) {
        self.shown.borrow_mut().clear();
    }

    /// Who is gone, by what the first of all has read: where people remove and add somebody at the
    /// same time, the log decides.
    pub fn look_who_is_gone(&mut self) {
        let first = self.people[0];
        let Some(id) = self.conversation(first).filter(|_| self.is_circle) else {
            return;
        };
        let members = self.world.members(first, id);
        self.gone = self.left.clone();
        for name in self.people.clone() {
            if !members.contains(&self.fingerprint(name)) {
                self.gone.insert(name);
            }
        }
    }

    /// Everybody who takes part.
    pub fn present(&self) -> Vec<&'static str> {
        let people = self.people.iter().copied();
        people.filter(|name| !self.gone.contains(name)).collect()
    }

    /// Somebody who takes part, by chance.
    pub fn somebody(&mut self) -> &'static str {
        let present = self.present();
        present[self.random.below(present.len())]
    }

    /// Somebody who is not one of the first two: those two see everything.
    pub fn somebody_else(&mut self) -> Option<&'static str> {
        let mut others = self.present();
        others.retain(|name| !self.people[..2].contains(name));
        if others.is_empty() {
            return None;
        }
        Some(others[self.random.below(others.len())])
    }

    /// Somebody says so many things at once. What the engine takes is promised.
    pub fn say(&mut self, name: &'static str, count: usize) {
        let Some(id) = self.conversation(name) else {
            return;
        };
        // What failed may have been kept all the same, so no number is used again.
        let first = self.numbered;
        self.numbered += count;
        let texts: Vec<_> = (first..first + count)
            .map(|number| format!("{name}-{number}"))
            .collect();
        let lines: Vec<_> = texts.iter().map(|text| Draft::text(text)).collect();
        let not_for = self.known_to_be_gone(name, id);
        self.world
            .note(|| format!("{name} says {}", texts.join(", ")));
        let taken = self
            .world
            .act(name, |engine, now| engine.send_all(now, id, &lines));
        if taken.is_ok() {
            self.said.extend(texts.into_iter().map(|text| Said {
                by: name,
                text,
                not_for: not_for.clone(),
            }));
        }
    }

    /// Of those who have left, those of whom somebody has read it.
    fn known_to_be_gone(&self, name: &str, id: ConversationId) -> BTreeSet<&'static str> {
        if !self.is_circle {
            return BTreeSet::new();
        }
        let removals = self.world.engine(name).store().removals(id).unwrap();
        let gone = self.left.iter().copied();
        gone.filter(|one| {
            let fingerprint = self.fingerprint(one);
            removals
                .iter()
                .any(|removal| removal.fingerprint == fingerprint && !removal.at_once)
        })
        .collect()
    }
}
