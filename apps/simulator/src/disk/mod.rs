//! A disk for every machine of a world, in memory, under SQLite as production uses it.
//!
//! [`install`] makes it the default of SQLite in this process, so that production's stores open
//! `/sim/MACHINE/FILE` unchanged. Machines are made when they are first named. Each thread has a
//! world of machines of its own; a connection must stay on the thread that opened it, elsewhere all
//! it asks for fails.
//!
//! What is modelled:
//! - **Durability.** Programs see writes at once; a crash keeps, drops or tears each one that was
//!   not followed by a sync of its file, in any order, and sizes too. A file that was never synced
//!   may vanish. Locks and shared memory die with the machine, and so does whatever is open.
//! - **Faults**: going down at any write or sync, full disks, failed syncs, ignored syncs, damage
//!   at rest, old backups.
//!
//! What is not:
//! - Deletions are durable at once. SQLite deletes a write-ahead log only when all of it has been
//!   synced into the database, so that if it came back, it would say nothing new; and before the
//!   deletion of a rollback journal, which commits, it syncs the folder itself.
//! - Writes harm nothing beside their range (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`, which SQLite
//!   assumes under Unix too; without it, it would write other things than in production).
//! - Reads never fail on a living machine, a full disk takes a write wholly or not at all, and
//!   folders need not be made.
//! - Programs that die while their machine goes on: drop their connections.
//!
//! One seed gives one sequence of operations and one outcome, except for the salts in write-ahead
//! logs: SQLite's own generator belongs to the process, so nothing that counts may depend on it.

mod content;
mod locks;
mod machine;
mod open_file;
mod sqlite;

pub use content::SECTOR;
pub use machine::{Snapshot, Stats};
pub use sqlite::install;

use machine::Machine;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where machines are.
const ROOT: &str = "/sim/";

#[derive(Default)]
struct Disks {
    machines: BTreeMap<String, Rc<Machine>>,
    random: u64,
}

thread_local! {
    static DISKS: RefCell<Disks> = RefCell::default();
}

/// Forgets all machines of this thread. Whatever is open fails from now on.
pub fn reset() {
    let disks = DISKS.take();
    for machine in disks.machines.values() {
        machine.go_down();
    }
}

/// What SQLite draws as randomness on this thread follows from this.
pub fn seed(seed: u64) {
    DISKS.with_borrow_mut(|disks| disks.random = seed);
}

/// The machine does so many more writes, truncations and syncs, all files taken together; in the
/// middle of the next one it goes down. A write happens then, not durably; a sync does nothing;
/// both fail, and everything after fails until [`crash`].
pub fn plan_crash(machine: &str, after_operations: u64) {
    named(machine).plan_crash(after_operations);
}

/// Whether a planned crash came. [`crash`] ends it.
pub fn is_down(machine: &str) -> bool {
    named(machine).is_down()
}

/// The machine crashes now, or did when it went down, and is back (drop connections after this, not
/// before: a living one ends cleanly, with everything synced): `draw` decides what is left of
/// what was not synced, by numbers from 0 on, below its argument. What was open is dead: it can be
/// closed, and fails otherwise. A planned crash and a planned failure of a sync are off; a full
/// disk stays full.
pub fn crash(machine: &str, draw: &mut dyn FnMut(usize) -> usize) {
    named(machine).crash(draw);
}

/// From now on the machine's files can grow by so many bytes, plus what is deleted or cut off;
/// then writes fail with `SQLITE_FULL`. None: for ever.
pub fn fill_up(machine: &str, bytes_left: Option<u64>) {
    named(machine).fill_up(bytes_left);
}

/// Whether the machine's disk is filled up.
pub fn is_full(machine: &str) -> bool {
    named(machine).is_full()
}

/// The machine's next sync fails, and what it should have made durable counts as clean, as under
/// Linux: no later sync makes it durable, and the next crash takes it.
pub fn fail_next_sync(machine: &str) {
    named(machine).fail_next_sync();
}

/// A planted bug: syncs say that all is well and make nothing durable.
pub fn ignore_syncs(machine: &str, ignore: bool) {
    named(machine).ignore_syncs(ignore);
}

/// What the machine's disk did so far.
pub fn stats(machine: &str) -> Stats {
    named(machine).stats()
}

/// A backup of the machine: all files as programs see them now.
pub fn snapshot(machine: &str) -> Snapshot {
    named(machine).snapshot()
}

/// Gives a machine the files of a backup, of its own or of another one, and no others. What was
/// open is dead, as after [`crash`].
pub fn restore(machine: &str, snapshot: &Snapshot) {
    named(machine).restore(snapshot);
}

/// Copies one file as programs see it, durably; whether it was there. A write-ahead log is a file
/// of its own, which a copy of the database alone leaves out. Connections of a file that was at
/// `to` keep that one, as if it had been deleted.
pub fn copy(from: &str, to: &str) -> bool {
    let Some(bytes) = read(from) else {
        return false;
    };
    let (machine, path) = split(to);
    named(machine).replace(path, bytes);
    true
}

/// A file as programs see it.
pub fn read(path: &str) -> Option<Vec<u8>> {
    let (machine, path) = split(path);
    let file = named(machine).file(path)?;
    let bytes = file.content.borrow().bytes().to_vec();
    Some(bytes)
}

/// Bad luck at rest: flips bits in one sector behind the first page of a file whose path ends so;
/// whether there was one. Connections may have read it before.
pub fn tear_at_rest(machine: &str, suffix: &str, draw: &mut dyn FnMut(usize) -> usize) -> bool {
    named(machine).tear_at_rest(suffix, draw)
}

/// The machine of that name, new if need be.
fn named(name: &str) -> Rc<Machine> {
    try_named(name).unwrap()
}

/// As [`named`]; none at the end of a thread, when its disks are gone.
fn try_named(name: &str) -> Option<Rc<Machine>> {
    let machine = DISKS.try_with(|disks| {
        let machines = &mut disks.borrow_mut().machines;
        if let Some(machine) = machines.get(name) {
            return machine.clone();
        }
        let machine = Rc::<Machine>::default();
        machines.insert(name.to_owned(), machine.clone());
        machine
    });
    machine.ok()
}

/// A path's machine and the rest. Paths elsewhere are taken as if they lay below `/sim`.
fn split(path: &str) -> (&str, &str) {
    let inside = path.strip_prefix(ROOT).unwrap_or(path);
    let inside = inside.trim_start_matches('/');
    inside.split_once('/').unwrap_or((inside, ""))
}

/// Eight bytes of SQLite's randomness (SplitMix64).
fn randomness() -> [u8; 8] {
    let drawn = DISKS.try_with(|disks| {
        let disks = &mut disks.borrow_mut();
        disks.random = disks.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = disks.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    });
    drawn.unwrap_or_default()
}
