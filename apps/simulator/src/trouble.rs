//! Those who do not keep to the rules: a member, a home, somebody with an old backup, a bad disk.

use crate::mix::{Mix, Trouble};
use crate::scene::{HOMES, Scene};
use crate::world::{Lie, Member};
use client_store::log::{LogRow, LogState};
use protocol::frame::Response;
use protocol::hash;
use protocol::id::{Chain, HeadId, LogId};
use protocol::response::Entry;
use std::collections::BTreeMap;

/// Who harms, where somebody does.
pub const CULPRIT: &str = "cleo";
/// Whom a lying home lies to.
pub const DECEIVED: &str = "bob";

/// One harmful act, where the seed has one who harms.
pub fn act(scene: &mut Scene, mix: &Mix) {
    match mix.trouble {
        Trouble::Nobody => {}
        Trouble::Hostile => harm(scene),
        Trouble::LyingHome => lie(scene),
        Trouble::OldBackup => go_back(scene),
        Trouble::Damage => damage(scene),
        Trouble::OldHome => take_home_back(scene),
    }
}

fn harm(scene: &mut Scene) {
    scene.unsteady.insert(CULPRIT);
    let is_open = |log: &LogRow| log.state == LogState::Open;
    let Some(log) = scene.log(CULPRIT).filter(is_open) else {
        return;
    };
    let what = scene.random.below(6);
    let victim = scene.somebody_else().filter(|one| *one != CULPRIT);
    let whom = victim.map(|victim| scene.fingerprint(victim));
    let is_removal = scene.random.below(2) == 0;
    let mut member = Member::new(&mut scene.world, HOMES[0], CULPRIT, log.log);
    let (done, name) = match (what, whom) {
        (0, _) => (
            member.post_garbage(512, &[]),
            "harm: child that is no commit",
        ),
        (1, whom) => {
            // Whoever it would remove comes back by the next that holds.
            let whom = whom.filter(|_| is_removal);
            let leaf = whom.and_then(|whom| member.leaf_of(&whom));
            let done = member.post_bogus_keys(leaf.as_slice());
            scene.unsteady.extend(victim.filter(|_| leaf.is_some()));
            (done, "harm: commit with bogus keys")
        }
        (2, _) => {
            let posted = member.fill_with_garbage(12);
            scene
                .world
                .story
                .count("harm: flood of siblings", u64::from(posted > 0));
            return;
        }
        (3, Some(whom)) => {
            let made = member.post_spoiled(&whom);
            scene.unsteady.extend(victim.filter(|_| made));
            let story = &mut scene.world.story;
            story.count("harm: path secret spoiled for one", u64::from(made));
            return;
        }
        (4, _) => (member.append_as_copy(), "harm: entry past one's engine"),
        _ => (member.append_garbage(), "harm: entry that does not open"),
    };
    let taken = matches!(done, Some(Response::Committed(_) | Response::Appended(_)));
    scene.world.story.count(name, u64::from(taken));
}

/// From here on until the world is healed, one person is told something else.
fn lie(scene: &mut Scene) {
    let (name, lie): (_, Lie) = match scene.random.below(4) {
        0 => ("lie: entries withheld", withhold()),
        1 => ("lie: pushes out of order", reorder()),
        2 => ("lie: nonsense", talk_nonsense(scene.random.below(40))),
        _ => ("lie: two histories", leave_one_out(scene.random.below(6))),
    };
    scene.world.count(name);
    scene.world.note(|| name.to_owned());
    scene.world.lie(lie);
}

fn withhold() -> Lie {
    Box::new(|whom, frame| {
        let is_entry = matches!(Response::from_frame(frame), Ok((_, Response::Entry(_))));
        if whom == DECEIVED && is_entry {
            Vec::new()
        } else {
            vec![frame.to_vec()]
        }
    })
}

fn reorder() -> Lie {
    let mut held: Option<Vec<u8>> = None;
    Box::new(move |whom, frame| {
        let is_entry = matches!(Response::from_frame(frame), Ok((_, Response::Entry(_))));
        if whom != DECEIVED || !is_entry {
            return vec![frame.to_vec()];
        }
        match held.take() {
            Some(before) => vec![frame.to_vec(), before],
            None => {
                held = Some(frame.to_vec());
                Vec::new()
            }
        }
    })
}

fn talk_nonsense(after: usize) -> Lie {
    let mut frames = 0;
    Box::new(move |whom, frame| {
        frames += usize::from(whom == DECEIVED);
        if whom == DECEIVED && frames == after + 1 {
            vec![vec![0xff; 40]]
        } else {
            vec![frame.to_vec()]
        }
    })
}

/// A history without one entry, numbered and chained as if it had never been there.
fn leave_one_out(after: usize) -> Lie {
    let mut left = after;
    let mut shorter: BTreeMap<(LogId, HeadId), (u64, Chain)> = BTreeMap::new();
    // How heads end, as far as it went by, and how those below them begin.
    let mut ends: BTreeMap<(LogId, HeadId), Chain> = BTreeMap::new();
    let mut starts: BTreeMap<(LogId, HeadId), Chain> = BTreeMap::new();
    let mut rewrite = move |starts: &BTreeMap<_, Chain>, log, head, entry: &mut Entry| -> bool {
        if let Some((missing, chain)) = shorter.get_mut(&(log, head)) {
            if entry.seq <= *missing {
                return entry.seq < *missing;
            }
            entry.seq -= 1;
            *chain = hash::chain_next(chain, entry.seq, entry.kind, &entry.hash);
            entry.chain = *chain;
            return true;
        }
        if !shorter.is_empty() || left > 0 {
            left = left.saturating_sub(1);
            return true;
        }
        // Only where it is known what stands before, at the first entry of a head.
        if let (1, Some(start)) = (entry.seq, starts.get(&(log, head))) {
            shorter.insert((log, head), (1, *start));
            return false;
        }
        true
    };
    Box::new(move |whom, frame| {
        if whom != DECEIVED {
            return vec![frame.to_vec()];
        }
        match Response::from_frame(frame) {
            Ok((_, Response::Child(push))) => {
                if let Some(end) = ends.get(&(push.log, push.head)) {
                    let child = hash::head_of_commit(&push.child.body);
                    let start = hash::chain_below(end, &child);
                    ends.insert((push.log, child), start);
                    starts.insert((push.log, child), start);
                }
                vec![frame.to_vec()]
            }
            Ok((id, Response::Entry(mut push))) => {
                ends.insert((push.log, push.head), push.entry.chain);
                if rewrite(&starts, push.log, push.head, &mut push.entry) {
                    vec![Response::Entry(push).to_frame(id)]
                } else {
                    Vec::new()
                }
            }
            _ => vec![frame.to_vec()],
        }
    })
}

/// Often enough; a log keeps no more than 64 requests to be added again.
const MOST_BACKUPS: u32 = 16;

fn go_back(scene: &mut Scene) {
    if scene.times_went_back == MOST_BACKUPS {
        return;
    }
    scene.times_went_back += 1;
    if scene.unsteady.insert(CULPRIT) {
        scene.world.back_up(CULPRIT);
    } else {
        scene.world.restore_backup(CULPRIT);
        scene.world.go_online(CULPRIT);
    }
}

/// What is said for a while is lost at the home: its last backup is from before.
fn take_home_back(scene: &mut Scene) {
    // Those who notice stop; so that somebody goes on, it happens once or twice.
    if scene.times_home_went_back == 2 || scene.random.below(4) > 0 {
        return;
    }
    let old = scene.world.take_disk(HOMES[0]);
    for _ in 0..1 + scene.random.below(4) {
        let name = scene.somebody();
        let count = 1 + scene.random.below(4);
        scene.say(name, count);
        let ms = scene.random.below(400) as u64;
        scene.world.run_for(ms);
    }
    scene.world.restore_home(HOMES[0], &old);
    scene.times_home_went_back += 1;
}

fn damage(scene: &mut Scene) {
    if scene.world.damage(HOMES[0]) {
        scene.world.count("fault: disk damaged at rest");
    }
}
