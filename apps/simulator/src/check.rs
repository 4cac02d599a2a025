//! Checkers: each watches one promise, at moments in trouble and once everything has settled.

use crate::world::World;
use client_core::{Event, ItemState};
use home_core::LogStore;
use home_core::log_store::PageLimit;
use protocol::id::{BodyHash, HeadId, LogId};
use std::collections::{BTreeMap, BTreeSet};

/// The two of every world.
pub const PEOPLE: [&str; 2] = ["ada", "bob"];

/// When a checker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Anything may be under way.
    Trouble,
    /// The world is healthy and nothing waits.
    Settled,
}

/// One promise.
pub trait Checker {
    /// Looks; one sentence if the promise is broken.
    fn check(&mut self, world: &World, sent: &[String], moment: Moment) -> Result<(), String>;
}

/// All of them.
pub fn all() -> Vec<Box<dyn Checker>> {
    vec![
        Box::new(Flushed),
        Box::new(Order::default()),
        Box::new(Kept),
        Box::new(Prefix::default()),
        Box::new(Same),
        Box::new(Trusting),
    ]
}

/// Text, author and place of what `name` is shown.
fn items(world: &World, name: &str) -> Vec<(String, String, Option<u64>)> {
    let conversations = world.engine(name).conversations().unwrap();
    let shown = conversations
        .iter()
        .flat_map(|one| world.engine(name).items(one.id, 0, 10_000).unwrap());
    shown
        .map(|item| {
            let seq = item.seq.filter(|_| item.state == ItemState::Stored);
            (item.text, item.author, seq)
        })
        .collect()
}

/// No answer and no push before the flush.
struct Flushed;

impl Checker for Flushed {
    fn check(&mut self, world: &World, _: &[String], _: Moment) -> Result<(), String> {
        match world.records().map(|record| record.premature).sum() {
            0u64 => Ok(()),
            early => Err(format!("{early} answers or pushes before the flush")),
        }
    }
}

/// A home's heads have no gaps, no body twice, and never change.
#[derive(Default)]
struct Order {
    heads: BTreeSet<(LogId, HeadId)>,
    before: BTreeMap<(&'static str, LogId, HeadId), Vec<BodyHash>>,
}

impl Checker for Order {
    fn check(&mut self, world: &World, _: &[String], _: Moment) -> Result<(), String> {
        for name in PEOPLE {
            let logs = world.client(name).open_store().logs().unwrap();
            self.heads
                .extend(logs.iter().map(|log| (log.log, log.head)));
        }
        for (home, mut store) in world.log_stores() {
            for (log, head) in &self.heads {
                let Some(stored) = store.head(log, head).unwrap() else {
                    continue;
                };
                let limit = PageLimit {
                    rows: 10_000,
                    bytes: usize::MAX,
                };
                let rows = store.entries(stored.row, 1, limit).unwrap().rows;
                if rows.iter().zip(1..).any(|(entry, seq)| entry.seq != seq) {
                    return Err(format!("{home} has a gap"));
                }
                let hashes: Vec<_> = rows.iter().map(|entry| entry.hash).collect();
                if hashes.iter().collect::<BTreeSet<_>>().len() < hashes.len() {
                    return Err(format!("{home} stored a body twice"));
                }
                let before = self.before.entry((home, *log, *head)).or_default();
                if !hashes.starts_with(before) {
                    return Err(format!("{home} changed what it had stored"));
                }
                *before = hashes;
            }
        }
        Ok(())
    }
}

/// What was taken is kept, and shown once.
struct Kept;

impl Checker for Kept {
    fn check(&mut self, world: &World, sent: &[String], moment: Moment) -> Result<(), String> {
        for name in PEOPLE {
            let shown = items(world, name);
            for text in sent {
                let times = shown.iter().filter(|(one, ..)| one == text).count();
                let stored = shown
                    .iter()
                    .any(|(one, _, seq)| one == text && seq.is_some());
                if times > 1 {
                    return Err(format!("{name} is shown {text} {times} times"));
                }
                let own = text.starts_with(name);
                if (own && times == 0) || (moment == Moment::Settled && !stored) {
                    return Err(format!("{name} lost {text}"));
                }
            }
        }
        Ok(())
    }
}

/// What a reader was shown of the other only grows, at its end, and no place ever changes,
/// whatever the clocks say.
#[derive(Default)]
struct Prefix(BTreeMap<&'static str, Vec<(String, u64)>>);

impl Checker for Prefix {
    fn check(&mut self, world: &World, _: &[String], _: Moment) -> Result<(), String> {
        for name in PEOPLE {
            let shown: Vec<_> = items(world, name)
                .into_iter()
                .filter(|(_, author, _)| author != name)
                .filter_map(|(text, _, seq)| Some((text, seq?)))
                .collect();
            let before = self.0.entry(name).or_default();
            if !shown.starts_with(before) {
                return Err(format!("{name} was shown another past"));
            }
            if !shown.is_sorted_by_key(|(_, seq)| *seq) {
                return Err(format!("{name} is shown items out of place"));
            }
            *before = shown;
        }
        Ok(())
    }
}

/// Both are shown the same in the end.
struct Same;

impl Checker for Same {
    fn check(&mut self, world: &World, _: &[String], moment: Moment) -> Result<(), String> {
        let [ada, bob] = PEOPLE.map(|name| items(world, name));
        if moment == Moment::Settled && ada != bob {
            return Err("the timelines differ".to_owned());
        }
        Ok(())
    }
}

/// Nobody is distrusted, nothing is passed over or fails where everybody is honest.
struct Trusting;

impl Checker for Trusting {
    fn check(&mut self, world: &World, _: &[String], _: Moment) -> Result<(), String> {
        for name in PEOPLE {
            let bad = world.events(name).iter().find(|event| {
                matches!(
                    event,
                    Event::Distrusted(..) | Event::PassedOver(_) | Event::Halted(..)
                )
            });
            if let Some(event) = bad {
                return Err(format!("{name}: {event:?}"));
            }
            if world.client(name).failures > 0 {
                return Err(format!("{name} failed"));
            }
        }
        Ok(())
    }
}
