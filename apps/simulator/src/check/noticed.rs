//! What must be noticed: old backups, and homes that show two histories.

use super::{Checker, Moment};
use crate::scene::Scene;
use crate::trouble::{CULPRIT, DECEIVED};
use client_core::Event;
use client_store::log::LogState;

/// Somebody who came back with an old disk and had said more since stops or asks to be added anew,
/// and says nothing under old keys.
pub struct OldBackup;

impl Checker for OldBackup {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble || !scene.world.was_restored(CULPRIT) {
            return Ok(());
        }
        let lost = scene.world.lost_to_backup(CULPRIT);
        // Whoever finds themselves removed in what they had forgotten stops as well, and begins with
        // fresh keys if they are added again.
        let stops = |event: &Event| {
            matches!(
                event,
                Event::Halted(..) | Event::Behind(_) | Event::Removed(_)
            )
        };
        let noticed = scene.world.events(CULPRIT).iter().any(stops);
        if lost && !noticed {
            return Err(format!("{CULPRIT} did not notice an old backup"));
        }
        Ok(())
    }
}

/// Where two people have different histories at one place of one head, and one is shown what the
/// other said after it, one of them has stopped.
pub struct TwoHistories;

impl Checker for TwoHistories {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble {
            return Ok(());
        }
        let Some(deceived) = scene.log(DECEIVED) else {
            return Ok(());
        };
        for name in scene.people.clone() {
            let Some(log) = scene.log(name).filter(|_| name != DECEIVED) else {
                continue;
            };
            let halted = |log: &client_store::log::LogRow| matches!(log.state, LogState::Halted(_));
            if log.head != deceived.head || halted(&log) || halted(&deceived) {
                continue;
            }
            let shorter = log.next_seq.min(deceived.next_seq) - 1;
            if shorter == 0 {
                continue;
            }
            let chain = |who: &str| {
                let store = scene.world.engine(who).store();
                store.chain_at(&log.log, &log.head, shorter).unwrap()
            };
            if chain(name) == chain(DECEIVED) {
                continue;
            }
            let shown = |reader: &str, author: &str| {
                let id = scene.conversation(reader).unwrap();
                let base = log.base;
                let items = scene.world.engine(reader).items(id, base, 100_000).unwrap();
                items.iter().any(|item| {
                    item.author == author && item.seq.is_some_and(|seq| seq > base + shorter)
                })
            };
            if shown(name, DECEIVED) || shown(DECEIVED, name) {
                return Err(format!(
                    "{name} and {DECEIVED} have different pasts and go on"
                ));
            }
        }
        Ok(())
    }
}
