//! What can go wrong, and how the world suffers it.

use super::World;
use super::wire::{Packet, Way};
use crate::disk;

/// Something that goes wrong at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// All connections end, with everything that was on its way.
    Cut,
    /// A client's machine dies and it starts again from its disk, with fresh entropy.
    Reopen(&'static str),
    /// A home's machine dies with what it did not flush, and it starts again from its disk.
    Restart(&'static str),
    /// What arrives at this step arrives once more.
    Twice,
    /// Two answers that follow each other come in the other order. Pushes keep their place among
    /// them, on which the end of a page depends.
    Swapped,
    /// A home takes what arrives at this step and dies before it says anything.
    Mute(&'static str),
    /// Somebody's or a home's machine dies at a write or sync of its disk, so many from now.
    CrashAtWrite(&'static str, u64),
    /// The disk of somebody or of a home is full but for so many bytes, until [`Fault::Room`].
    FullDisk(&'static str, u64),
    /// There is room again.
    Room(&'static str),
    /// The next sync of somebody's or a home's disk fails, and what it was for is lost.
    FailedSync(&'static str),
    /// The calendar of one machine jumps by so many seconds.
    Clock(&'static str, i64),
    /// Somebody reads nothing for so many steps.
    Slow(&'static str, u64),
}

impl Fault {
    /// What it is counted as.
    fn name(&self) -> &'static str {
        match self {
            Self::Cut => "fault: connections cut",
            Self::Reopen(_) => "fault: client crashed",
            Self::Restart(_) => "fault: home crashed",
            Self::Twice => "fault: frame came twice",
            Self::Swapped => "fault: answers swapped",
            Self::Mute(_) => "fault: home crashed before it answered",
            Self::CrashAtWrite(..) => "fault: crash at a write planned",
            Self::FullDisk(..) => "fault: disk full",
            Self::Room(_) => "recovery: room on the disk again",
            Self::FailedSync(_) => "fault: sync failed",
            Self::Clock(_, seconds) if *seconds < 0 => "fault: clock set back",
            Self::Clock(..) => "fault: clock set forward",
            Self::Slow(..) => "fault: slow reader",
        }
    }
}

impl World {
    pub(super) fn suffer(&mut self, fault: &Fault, id: u64, way: Way) {
        let text = format!("{fault:?}");
        self.story.mark("fault", &[id], text.as_bytes());
        self.note(|| format!("fault: {text}"));
        self.count(fault.name());
        match fault {
            Fault::Cut => self.end_wires(|_| true),
            Fault::Reopen(name) => self.crash_client(name),
            Fault::Restart(name) => {
                let arrives_there = self.wires.get(&id).is_some_and(|wire| {
                    let is_there = wire.home == *name && way == Way::Up;
                    is_there && wire.up.front().is_some_and(Packet::is_frame)
                });
                // Else the frame is handled first, and lost with what was not flushed.
                if !arrives_there {
                    self.restart(name);
                }
            }
            Fault::Twice => {
                if let Some(wire) = self.wires.get_mut(&id) {
                    let queue = wire.queue(way);
                    let again = queue.front().cloned();
                    queue.extend(again.filter(Packet::is_frame));
                }
            }
            Fault::Swapped => {
                if let Some(wire) = self.wires.get_mut(&id) {
                    wire.swap_answers(way);
                }
            }
            // What arrives is taken first.
            Fault::Mute(_) => {}
            Fault::CrashAtWrite(name, operations) => {
                disk::plan_crash(&self.machine(name), *operations);
            }
            Fault::FullDisk(name, bytes) => disk::fill_up(&self.machine(name), Some(*bytes)),
            Fault::Room(name) => self.make_room(name),
            Fault::FailedSync(name) => disk::fail_next_sync(&self.machine(name)),
            Fault::Clock(name, seconds) => {
                *self.clocks.entry(name).or_default() += seconds;
            }
            Fault::Slow(name, steps) => {
                self.slow = Some((name, self.step + steps));
            }
        }
    }

    /// There is room on a disk again; a home that ended for want of it starts.
    pub fn make_room(&mut self, name: &'static str) {
        disk::fill_up(&self.machine(name), None);
        if self.homes.get(name).is_some_and(|home| !home.runs()) {
            self.restart(name);
        }
    }

    /// Everything that was planned is forgotten and every machine is whole again: from here on the
    /// world is healthy, though clocks stay wrong.
    pub fn heal(&mut self) {
        self.plan.clear();
        self.every = None;
        self.slow = None;
        self.lie = None;
        self.note(|| "the world is healthy from here on".to_owned());
        let homes: Vec<_> = self.homes.keys().copied().collect();
        let clients: Vec<_> = self.clients.keys().copied().collect();
        for name in homes {
            disk::fill_up(&self.machine(name), None);
            // Cancels a crash or a failing sync that is still to come.
            self.restart(name);
            self.homes.get_mut(name).unwrap().reachable = true;
        }
        for name in clients {
            disk::fill_up(&self.machine(name), None);
            self.crash_client(name);
            self.go_online(name);
        }
    }

    /// A home's machine dies as it is and starts again. One whose disk is full starts when there is
    /// room.
    pub fn restart(&mut self, name: &'static str) {
        let random = &mut self.random;
        let home = self.homes.get_mut(name).unwrap();
        home.crash(&mut |bound| random.below(bound));
        if !home.start() {
            // A crash that was planned came while it started, or there is no room.
            home.crash(&mut |bound| random.below(bound));
            disk::fill_up(&home.machine, None);
            home.start();
        }
        self.end_wires(|wire| wire.home == name);
    }

    /// A home whose store failed has ended; it starts again, unless its disk is full.
    pub(super) fn take_home_away(&mut self, name: &'static str) {
        let machine = self.machine(name);
        let (down, full) = (disk::is_down(&machine), disk::is_full(&machine));
        self.count(match (down, full) {
            (true, _) => "recovery: home ended by a crash at a write",
            (_, true) => "recovery: home ended by a full disk",
            _ => "recovery: home ended by a failed sync or damage",
        });
        self.note(|| format!("{name} ends: its store failed"));
        // Whoever runs a home starts it again when there is room; one that finds damage stays down
        // until somebody looks.
        let damaged = !down && self.homes[name].record.borrow().damaged;
        if damaged || (full && !down) {
            let random = &mut self.random;
            let home = self.homes.get_mut(name).unwrap();
            home.crash(&mut |bound| random.below(bound));
            self.end_wires(|wire| wire.home == name);
        } else {
            self.restart(name);
        }
    }

    /// A client's machine dies as it is and starts again, online if it was.
    pub fn crash_client(&mut self, name: &'static str) {
        let online = self.clients[name].online;
        self.hang_up_all(name);
        let (now, random) = (self.now_of(name), &mut self.random);
        let client = self.clients.get_mut(name).unwrap();
        client.crash(&mut |bound| random.below(bound));
        if self.old_backups && self.backups.contains_key(name) {
            disk::restore(&client.machine, &self.backups[name]);
        }
        while !client.start(now) {
            client.crash(&mut |bound| random.below(bound));
            disk::fill_up(&client.machine, None);
        }
        if online {
            self.go_online(name);
        }
    }

    /// A home's disk is damaged where it lay; whether there was anything to damage. The home dies and
    /// starts from what is left, if it can.
    pub fn damage(&mut self, name: &'static str) -> bool {
        let machine = self.machine(name);
        self.homes[name].record.borrow_mut().damaged = true;
        let random = &mut self.random;
        let home = self.homes.get_mut(name).unwrap();
        home.crash(&mut |bound| random.below(bound));
        let done = disk::tear_at_rest(&machine, "logs.sqlite", &mut |bound| random.below(bound));
        self.note(|| format!("the disk of {name} is damaged: {done}"));
        self.restart(name);
        done
    }

    /// A home's machine dies and comes back with a copy of its disk.
    pub fn restore_home(&mut self, name: &'static str, copy: &disk::Snapshot) {
        self.count("fault: home restored from an old backup");
        self.note(|| format!("{name} starts from an old backup"));
        self.homes.get_mut(name).unwrap().end();
        self.put_disk(name, copy);
        self.restart(name);
    }

    /// Keeps a copy of somebody's disk as it is now.
    pub fn back_up(&mut self, name: &'static str) {
        let copy = disk::snapshot(&self.machine(name));
        self.backups.insert(name, copy);
    }

    /// Somebody's machine dies and comes back with the copy that was kept.
    pub fn restore_backup(&mut self, name: &'static str) {
        self.count("fault: old backup restored");
        self.note(|| format!("{name} starts from an old backup"));
        let own = |world: &Self, all: bool| {
            let store = world.clients[name].engine().store();
            let mut stored = std::collections::BTreeSet::new();
            for conversation in store.conversations().unwrap() {
                let items = store.last_items(conversation.id, 0, 1_000_000).unwrap();
                let own = items
                    .into_iter()
                    .filter(|item| item.mine && (all || item.stored));
                stored.extend(own.map(|item| item.message_id));
            }
            stored
        };
        let before = own(self, false);
        self.old_backups = true;
        self.crash_client(name);
        self.old_backups = false;
        let lacks = !before.is_subset(&own(self, true));
        *self.lost.entry(name).or_default() |= lacks;
    }
}
