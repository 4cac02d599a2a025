//! What happens in trouble: things said, people who come and go, commits that compete, faults.

use crate::blocking;
use crate::mix::{Mix, Trouble};
use crate::scene::Scene;
use crate::trouble;
use crate::world::Fault;
use client_core::{CoreError, Kind};

/// One act of somebody, or of luck; then some time passes.
pub fn act(scene: &mut Scene, mix: &Mix) {
    if mix.faults && scene.random.below(3) == 0 {
        let fault = match draw_fault(scene) {
            Fault::Clock(..) if mix.blocks => Fault::Cut,
            fault => fault,
        };
        let steps = 1 + scene.random.below(30) as u64;
        if let Fault::FullDisk(name, _) = fault {
            scene.world.plan(steps + 40, Fault::Room(name));
        }
        scene.world.plan(steps, fault);
    }
    match scene.random.below(24) {
        0 | 1 if mix.faults => go_away_or_come_back(scene),
        2 if mix.faults && !mix.blocks => jump_everybody(scene),
        3 if mix.is_circle => remove_somebody(scene),
        4 if mix.is_circle => add_somebody(scene),
        5 if mix.is_circle && scene.random.below(4) == 0 => leave(scene),
        6 if mix.is_circle => signal(scene),
        7 | 8 => trouble::act(scene, mix),
        9..=13 if mix.blocks => blocking::block_or_unblock(scene),
        _ => {
            let name = scene.somebody();
            let count = 1 + scene.random.below(12);
            scene.say(name, count);
        }
    }
    if scene.random.below(3) > 0 {
        let ms = scene.random.below(3_000) as u64;
        scene.world.run_for(ms);
    }
}

/// A machine: somebody's or a home's.
fn machine(scene: &mut Scene) -> &'static str {
    let names: Vec<_> = scene.people.iter().chain(&scene.homes).copied().collect();
    names[scene.random.below(names.len())]
}

fn draw_fault(scene: &mut Scene) -> Fault {
    let person = scene.people[scene.random.below(scene.people.len())];
    let home = scene.homes[scene.random.below(scene.homes.len())];
    match scene.random.below(14) {
        0 => Fault::Cut,
        1 => Fault::Twice,
        2 => Fault::Swapped,
        3 => Fault::Reopen(person),
        4 => Fault::Restart(home),
        5 => Fault::Mute(home),
        6 => Fault::CrashAtWrite(person, scene.random.below(60) as u64),
        7 | 8 => Fault::CrashAtWrite(home, scene.random.below(60) as u64),
        9 => Fault::FullDisk(machine(scene), scene.random.below(20_000) as u64),
        10 => Fault::FailedSync(machine(scene)),
        11 => Fault::Clock(machine(scene), -jump(scene)),
        12 => Fault::Clock(machine(scene), jump(scene)),
        _ => Fault::Slow(person, 20 + scene.random.below(60) as u64),
    }
}

/// Up to about four months, in seconds.
fn jump(scene: &mut Scene) -> i64 {
    scene.random.below(10_000_000) as i64
}

fn go_away_or_come_back(scene: &mut Scene) {
    let person = scene.people[scene.random.below(scene.people.len())];
    scene.world.go_away_or_come_back(person);
}

fn jump_everybody(scene: &mut Scene) {
    let days = 1 + scene.random.below(9) as i64;
    scene.world.jump_days(if scene.random.below(2) == 0 {
        days
    } else {
        -days
    });
}

/// Everybody who is there renews their keys at the same moment: one commit wins, the others are
/// made anew.
pub fn compete(scene: &mut Scene) {
    for person in scene.present() {
        if !scene.world.client(person).online {
            scene.world.go_online(person);
        }
    }
    scene.world.run_for(2_000);
    scene.world.jump_days(8);
    for person in scene.present() {
        scene.say(person, 1);
    }
    let pending = scene.present().into_iter().filter_map(|name| {
        let log = scene.log(name)?;
        let store = scene.world.engine(name).store();
        Some(store.pending_commit(&log.log).unwrap()?.parent)
    });
    let mut parents: Vec<_> = pending.collect();
    parents.sort();
    let at_one = parents.chunk_by(|one, other| one == other);
    let competing: usize = at_one.map(|parents| parents.len() - 1).sum();
    scene.competing += competing as u64;
    scene
        .world
        .story
        .count("people: commits that competed", competing as u64);
    scene.world.run_for(2_000);
}

/// What was done is kept, and what failed at the disk may be.
fn may_be_kept(done: &Result<(), CoreError>) -> bool {
    done.as_ref()
        .map_or_else(|error| error.kind() == Kind::Retry, |()| true)
}

fn remove_somebody(scene: &mut Scene) {
    let (by, Some(whom)) = (scene.somebody(), scene.somebody_else()) else {
        return;
    };
    let Some(id) = scene.conversation(by) else {
        return;
    };
    let fingerprint = scene.fingerprint(whom);
    scene.world.note(|| format!("{by} removes {whom}"));
    if by == whom {
        return;
    }
    let removed = scene.world.act(by, |engine, now| {
        engine.remove_from_circle(now, id, &fingerprint)
    });
    if may_be_kept(&removed) {
        scene.unsteady.insert(whom);
    }
    if removed.is_ok() {
        scene.world.count("people: removed");
        scene.gone.insert(whom);
        scene.removed.entry(whom).or_default().insert(by);
    }
}

/// The first one knows everybody and may take those back who were removed, if nobody removed the
/// first one. Who left stays away.
fn add_somebody(scene: &mut Scene) {
    let first = scene.people[0];
    let gone = scene.gone.difference(&scene.left).copied();
    let back: Vec<_> = gone.collect();
    if back.is_empty() {
        return;
    }
    let whom = back[scene.random.below(back.len())];
    let Some(id) = scene.conversation(first) else {
        return;
    };
    let contacts = scene.world.engine(first).contacts().unwrap();
    let contact = contacts.iter().find(|contact| contact.name == whom);
    let contact = contact.unwrap().id;
    scene.world.note(|| format!("{first} adds {whom} again"));
    let added = scene.world.act(first, |engine, now| {
        engine.add_to_circle(now, id, &[contact])
    });
    if may_be_kept(&added) {
        scene.wanted_back.insert(whom);
    }
    if added.is_ok() {
        scene.world.count("people: added again");
        scene.gone.remove(whom);
    }
}

fn leave(scene: &mut Scene) {
    // Somebody must be left to see all of it.
    let Some(whom) = scene.somebody_else() else {
        return;
    };
    let Some(id) = scene.conversation(whom) else {
        return;
    };
    scene.world.note(|| format!("{whom} leaves"));
    let left = scene
        .world
        .act(whom, |engine, now| engine.leave_circle(now, id));
    if left.is_ok() {
        scene.world.count("people: left");
        scene.unsteady.insert(whom);
        scene.gone.insert(whom);
        scene.left.insert(whom);
        scene.world.note_readers = true;
    }
}

fn signal(scene: &mut Scene) {
    let by = scene.somebody();
    let Some(id) = scene.conversation(by) else {
        return;
    };
    let left = scene
        .world
        .act(by, |engine, now| engine.signal(now, id, b"here"));
    if left.is_ok_and(|left| left) {
        scene.world.count("people: signalled");
    }
}

/// Whether everybody is expected to keep to the rules.
pub fn is_honest(mix: &Mix) -> bool {
    mix.trouble == Trouble::Nobody
}
