//! What clients promise: no failures of their own, trust where all are honest, and that nobody
//! reads on who has left.

use super::{Checker, Moment};
use crate::scene::Scene;
use client_core::Event;
use protocol::id::PersonaFingerprint;

/// Inputs fail for want of a disk and for nothing else.
pub struct Sound;

impl Checker for Sound {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        for name in &scene.people {
            if scene.world.client(name).bugs > 0 {
                return Err(format!("{name} failed for a reason of its own"));
            }
        }
        Ok(())
    }
}

/// Nobody is distrusted, nothing is passed over, nobody stops or falls behind where everybody is
/// honest.
pub struct Trusting;

impl Checker for Trusting {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        for name in scene.people.clone() {
            let bad = scene
                .world
                .events(name)
                .iter()
                .rev()
                .take(400)
                .find(|event| {
                    matches!(
                        event,
                        Event::Distrusted(..)
                            | Event::PassedOver(_)
                            | Event::Halted(..)
                            | Event::Behind(_)
                            | Event::AcceptanceFailed(..)
                    )
                });
            if let Some(event) = bad {
                return Err(format!("{name}: {event:?}"));
            }
        }
        Ok(())
    }
}

/// Whom somebody removed who was there to the end is no member in the end, unless somebody asked to
/// have them back.
pub struct Removed;

impl Checker for Removed {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        let first = scene.people[0];
        let id = scene.conversation(first).filter(|_| scene.is_circle);
        let (Moment::Settled, Some(id)) = (moment, id) else {
            return Ok(());
        };
        let members = scene.world.members(first, id);
        for (whom, by) in &scene.removed {
            let was_there = |one: &&&str| !scene.unsteady.contains(**one);
            let Some(by) = by.iter().find(was_there) else {
                continue;
            };
            if !scene.wanted_back.contains(whom) && members.contains(&scene.fingerprint(whom)) {
                return Err(format!("{by} removed {whom}, who is still there"));
            }
        }
        Ok(())
    }
}

/// What somebody says who knows that another has left is stored only where the other is no member.
pub struct Gone;

impl Checker for Gone {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        for (name, item, members) in std::mem::take(&mut scene.world.readers) {
            let store = scene.world.engine(name).store();
            let Some(row) = store.item(item).unwrap() else {
                continue;
            };
            let said = scene.said.iter().find(|said| said.text == row.text);
            let Some(said) = said else {
                continue;
            };
            // Somebody who has not read it yet may add them once more.
            let is_back = |gone: &PersonaFingerprint| {
                let events = scene.world.events(name).iter();
                events
                    .filter_map(|event| match event {
                        Event::Came(_, who) => Some(who),
                        _ => None,
                    })
                    .any(|who| who == gone)
            };
            let reader = said.not_for.iter().find(|gone| {
                let gone = scene.fingerprint(gone);
                members.contains(&gone) && !is_back(&gone)
            });
            if let Some(gone) = reader {
                let text = row.text;
                return Err(format!("{gone}, who has left, can read {text} of {name}"));
            }
        }
        Ok(())
    }
}
