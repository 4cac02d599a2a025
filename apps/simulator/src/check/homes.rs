//! What homes promise: durable before said, order, an end after the first failure, bounds.

use super::{Checker, Moment};
use crate::scene::Scene;
use home_core::LogStore;
use home_core::log_store::PageLimit;
use protocol::hash::{chain_next, chain_start};
use protocol::id::{BodyHash, Chain, HeadId, LogId};
use std::collections::{BTreeMap, BTreeSet};

/// No answer and no push before the flush.
pub struct Flushed;

impl Checker for Flushed {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        match scene.world.records().map(|record| record.premature).sum() {
            0u64 => Ok(()),
            early => Err(format!("{early} answers or pushes before the flush")),
        }
    }
}

/// After a store failed, nothing is tried again.
pub struct Stopped;

impl Checker for Stopped {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        match scene.world.records().map(|record| record.retried).sum() {
            0u64 => Ok(()),
            again => Err(format!("{again} flushes were tried again after a failure")),
        }
    }
}

/// What waits for a reader is bounded.
pub struct Bounded;

impl Checker for Bounded {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        let (longest, bound) = (scene.world.longest_queue, scene.world.queue_bound);
        // What is one too many is seen before its reader is cut off; a lie may be of two frames.
        if longest > bound + 2 {
            return Err(format!(
                "{longest} frames wait for one reader, above {bound}"
            ));
        }
        Ok(())
    }
}

/// Where a head was when it was looked at last.
struct Seen {
    seq: u64,
    chain: Chain,
    hashes: BTreeSet<BodyHash>,
}

/// Heads have no gaps, no body twice, a chain that holds, and never change.
#[derive(Default)]
pub struct Order {
    heads: BTreeSet<(LogId, HeadId)>,
    seen: BTreeMap<(&'static str, LogId, HeadId), Seen>,
}

impl Checker for Order {
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String> {
        let logs = scene.people.iter().filter_map(|name| scene.log(name));
        self.heads.extend(logs.map(|log| (log.log, log.head)));
        for (home, mut store) in scene.world.log_stores() {
            for (log, head) in &self.heads {
                let at = (home, *log, *head);
                // A store whose disk is down or full says so elsewhere.
                let Ok(Some(stored)) = store.head(log, head) else {
                    continue;
                };
                let Ok(start) = store.start(stored.row) else {
                    continue;
                };
                let start = start.unwrap_or_else(|| chain_start(log, head));
                let seen = self.seen.entry(at).or_insert_with(|| Seen {
                    seq: 0,
                    chain: start,
                    hashes: BTreeSet::new(),
                });
                if moment == Moment::Settled {
                    // Everything once more, from the beginning: nothing may have changed.
                    let known = std::mem::take(&mut seen.hashes);
                    (seen.seq, seen.chain) = (0, start);
                    go_on(home, &mut store, stored.row, seen)?;
                    if !known.is_subset(&seen.hashes) {
                        return Err(format!("{home} lost what it had stored"));
                    }
                } else {
                    go_on(home, &mut store, stored.row, seen)?;
                }
            }
        }
        Ok(())
    }
}

fn go_on(
    home: &str,
    store: &mut impl LogStore,
    row: home_core::log_store::HeadRow,
    seen: &mut Seen,
) -> Result<(), String> {
    let limit = PageLimit {
        rows: 100_000,
        bytes: usize::MAX,
    };
    let from = seen.seq.max(1);
    let Ok(rows) = store.entries(row, from, limit) else {
        return Ok(());
    };
    if seen.seq > 0 {
        let last = rows.rows.first();
        if last.is_none_or(|entry| (entry.seq, entry.chain) != (seen.seq, seen.chain)) {
            return Err(format!("{home} changed what it had stored"));
        }
    }
    let known = seen.seq;
    for entry in rows.rows.iter().filter(|entry| entry.seq > known) {
        if entry.seq != seen.seq + 1 {
            return Err(format!("{home} has a gap"));
        }
        let chain = chain_next(&seen.chain, entry.seq, entry.kind, &entry.hash);
        if chain != entry.chain {
            return Err(format!("{home} has a chain that does not hold"));
        }
        if !seen.hashes.insert(entry.hash) {
            return Err(format!("{home} stored a body twice"));
        }
        (seen.seq, seen.chain) = (entry.seq, chain);
    }
    Ok(())
}
