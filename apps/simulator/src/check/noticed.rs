//! What must be noticed: old backups of people and of homes, and homes that show two histories.

use super::{Checker, Moment};
use crate::scene::Scene;
use crate::trouble::{CULPRIT, DECEIVED};
use client_core::Event;
use client_store::log::{LogRow, LogState};
use protocol::id::Chain;

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

/// After a home came back with less than it had, those who go on at one head are shown the same; who
/// stands at a head that it forgot knows that it is not to be believed.
pub struct OldHome;

impl Checker for OldHome {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        if moment == Moment::Trouble || scene.times_home_went_back == 0 {
            return Ok(());
        }
        let unaware: Vec<_> = scene
            .people
            .iter()
            .filter(|name| !scene.unsteady.contains(**name) && !distrusts(scene, name))
            .filter_map(|name| Some((*name, scene.log(name)?)))
            .filter(|(_, log)| log.state == LogState::Open)
            .collect();
        for (place, (one, log)) in unaware.iter().enumerate() {
            for (other, others_log) in &unaware[place + 1..] {
                if log.head != others_log.head {
                    return Err(format!("{one} and {other} are apart and know of nothing"));
                }
                if places(scene, one) != places(scene, other) {
                    return Err(format!("{one} and {other} have different pasts and go on"));
                }
            }
        }
        Ok(())
    }
}

/// What somebody is shown, and where.
fn places(scene: &Scene, who: &'static str) -> Vec<(u64, String)> {
    let shown = scene.shown(who);
    let items = shown.iter();
    items
        .filter_map(|item| Some((item.seq?, item.text.clone())))
        .collect()
}

fn chain(scene: &Scene, who: &str, log: &LogRow, seq: u64) -> Option<Chain> {
    let store = scene.world.engine(who).store();
    store.chain_at(&log.log, &log.head, seq).unwrap()
}

fn distrusts(scene: &Scene, who: &str) -> bool {
    let mut events = scene.world.events(who).iter();
    events.any(|event| matches!(event, Event::Distrusted(..)))
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
            let halted = |log: &LogRow| matches!(log.state, LogState::Halted(_));
            if log.head != deceived.head || halted(&log) || halted(&deceived) {
                continue;
            }
            let shorter = log.next_seq.min(deceived.next_seq) - 1;
            if shorter == 0 {
                continue;
            }
            if chain(scene, name, &log, shorter) == chain(scene, DECEIVED, &log, shorter) {
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
