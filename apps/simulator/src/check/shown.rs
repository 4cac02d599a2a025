//! What people are shown: nothing lost, nothing twice, nothing invented, one order.

use super::{Checker, Moment};
use crate::scene::Scene;
use client_core::{ItemState, ItemView};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What somebody is shown from a position on.
fn shown_since(scene: &Scene, name: &str, since: u64) -> Vec<ItemView> {
    let Some(id) = scene.conversation(name) else {
        return Vec::new();
    };
    scene.world.engine(name).items(id, since, 100_000).unwrap()
}

/// Whether the person is still there to be checked against the others: not stopped by what they
/// noticed.
fn goes_on(scene: &Scene, name: &str) -> bool {
    let log = scene.log(name);
    !log.is_some_and(|log| matches!(log.state, client_store::log::LogState::Halted(_)))
}

/// No text is shown twice to anybody, whatever was sent again, and none that nobody said.
pub struct Once;

impl Checker for Once {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble {
            return Ok(());
        }
        for name in scene.people.iter().copied() {
            let mut shown = BTreeSet::new();
            for item in scene.shown(name).iter() {
                if item.text.contains(' ') {
                    continue;
                }
                let is_known = !item.author.starts_with("somebody");
                if is_known && !said_by(&item.author, &item.text) {
                    return Err(format!("{name} is shown {} by {}", item.text, item.author));
                }
                if !shown.insert(item.text.clone()) {
                    return Err(format!("{name} is shown {} twice", item.text));
                }
            }
        }
        Ok(())
    }
}

/// What a reader was shown of others only grows, at its end; no place ever changes, whatever the
/// clocks say.
#[derive(Default)]
pub struct Past(BTreeMap<&'static str, Vec<(u64, String)>>);

impl Checker for Past {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        for name in scene.people.clone() {
            let before = self.0.entry(name).or_default();
            let since = before.last().map_or(0, |(seq, _)| *seq);
            let items = match moment {
                Moment::Trouble => Rc::new(shown_since(scene, name, since)),
                Moment::Settled => scene.shown(name),
            };
            let shown: Vec<_> = items
                .iter()
                .filter(|item| item.state == ItemState::Stored && !item.mine)
                .map(|item| (item.seq.unwrap(), item.text.clone()))
                .collect();
            if !shown.is_sorted_by(|(one, _), (next, _)| one < next) {
                return Err(format!("{name} is shown items out of place"));
            }
            match moment {
                Moment::Trouble => before.extend(shown),
                // Somebody who came back with an old disk has seen less.
                Moment::Settled if scene.unsteady.contains(name) => {}
                Moment::Settled if !shown.starts_with(before) => {
                    return Err(format!("{name} was shown another past"));
                }
                Moment::Settled => *before = shown,
            }
        }
        Ok(())
    }
}

/// Whether a text is one of somebody's.
fn said_by(name: &str, text: &str) -> bool {
    text.split('-').next() == Some(name)
}

/// What was promised is there in the end: with its author, and with everybody who was always there.
pub struct Kept;

impl Checker for Kept {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble {
            return Ok(());
        }
        for name in scene.people.iter().copied() {
            let items = scene.shown(name);
            let shown: BTreeMap<_, _> = items
                .iter()
                .map(|item| (item.text.as_str(), item.state))
                .collect();
            let steady = !scene.unsteady.contains(&name);
            for said in &scene.said {
                // What is still with somebody who is gone or stopped never left.
                let leaves = !scene.gone.contains(said.by) && goes_on(scene, said.by);
                let expected = !scene.blocks.may_miss(&said.text)
                    && ((said.by == name && !scene.unsteady.contains(&name))
                        || (steady && leaves && !scene.unsteady.contains(said.by)));
                match shown.get(said.text.as_str()) {
                    None if expected => return Err(format!("{name} lost {}", said.text)),
                    Some(ItemState::Queued) if steady => {
                        return Err(format!("{} of {name} never left", said.text));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// In the end everybody who is there is at one head, and is shown the same at the same places:
/// those who were always there everything, the others what they were there for.
pub struct Same;

impl Checker for Same {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble {
            return Ok(());
        }
        let first = scene.people[0];
        fn place(item: &ItemView) -> Option<(u64, &str)> {
            Some((item.seq?, &item.text))
        }
        let all = scene.shown(first);
        let is_sure = |item: &&ItemView| !scene.blocks.may_miss(&item.text);
        let all: Vec<_> = all.iter().filter(is_sure).filter_map(place).collect();
        let known: BTreeSet<_> = all.iter().collect();
        let head = scene.log(first).map(|log| log.head);
        for name in scene.people.iter().copied() {
            if !goes_on(scene, name) {
                continue;
            }
            let theirs = scene.shown(name);
            let theirs: Vec<_> = theirs.iter().filter(is_sure).filter_map(place).collect();
            if scene.unsteady.contains(name) {
                // What somebody's old copy had still to send came twice, and counts where it came first.
                let came_before = |(seq, text): &(u64, &str)| {
                    let before = all.iter().any(|one| one.1 == *text && one.0 < *seq);
                    before && scene.world.was_restored(name) && said_by(name, text)
                };
                let alone = |one: &&(u64, &str)| !known.contains(*one) && !came_before(one);
                if let Some((seq, text)) = theirs.iter().find(alone) {
                    return Err(format!("{name} alone is shown {text} at {seq}"));
                }
            } else if theirs != all {
                return Err(format!("the timelines of {first} and {name} differ"));
            }
            // An old copy whose own later self renewed its leaf cannot come back by itself.
            if scene.world.was_restored(name) {
                continue;
            }
            if !scene.gone.contains(name) && scene.log(name).map(|log| log.head) != head {
                return Err(format!("{name} is at another head than {first}"));
            }
        }
        Ok(())
    }
}
