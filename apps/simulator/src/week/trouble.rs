//! What goes wrong in a week, who is away, and who blocks whom.

use super::attempt::Done;
use super::said::{Blocked, Fate, Place, What, Who};
use super::{Lived, Week};
use crate::disk;
use crate::scene::HOMES;
use crate::world::Fault;

/// Clocks are off by so many seconds at most: a day and a half.
const MOST_OFF_S: usize = 36 * 3_600;

impl Week {
    /// Often something is to break soon.
    pub(super) fn suffer(&mut self) {
        if self.random.below(3) > 0 {
            return;
        }
        let fault = self.draw_fault();
        let steps = 1 + self.random.below(60) as u64;
        if let Fault::FullDisk(machine, _) = fault {
            self.full.insert(machine);
        }
        self.world.plan(steps, fault);
    }

    /// There is room again on disks that were full for a while.
    pub(super) fn make_room(&mut self) {
        for machine in self.full.clone() {
            if disk::is_full(&self.world.machine(machine)) {
                self.world.make_room(machine);
                self.full.remove(machine);
            }
        }
    }

    fn draw_fault(&mut self) -> Fault {
        let machine = self.people[self.random.below(2)].machine;
        let home = HOMES[self.random.below(HOMES.len())];
        let any = [machine, home][self.random.below(2)];
        match self.random.below(16) {
            0 => Fault::Cut,
            1 => Fault::Twice,
            2 => Fault::Swapped,
            3 | 4 => Fault::Reopen(machine),
            5 => Fault::Restart(home),
            6 => Fault::Mute(home),
            7..=9 => Fault::CrashAtWrite(machine, self.random.below(80) as u64),
            10 | 11 => Fault::CrashAtWrite(home, self.random.below(80) as u64),
            12 => Fault::FullDisk(any, self.random.below(40_000) as u64),
            13 => Fault::FailedSync(any),
            14 => {
                let off = self.random.below(2 * MOST_OFF_S) as i64 - MOST_OFF_S as i64;
                // Around what is right: clocks do not wander off for ever.
                let is_off = self.world.clock_of(any);
                Fault::Clock(any, off - is_off)
            }
            _ => Fault::Slow(machine, 20 + self.random.below(60) as u64),
        }
    }

    pub(super) fn go_away_or_come_back(&mut self, who: Who) {
        let machine = self.people[who].machine;
        self.world.go_away_or_come_back(machine);
    }

    /// Somebody blocks the other under a pair of names: what is not known to be stored may stay where it is.
    pub(super) fn block(&mut self, who: Who, pair: usize) -> Lived {
        let place = Place::Pair(pair);
        self.look_around();
        self.look(who, place);
        let contact = self.people[who].contacts[pair];
        let since_ms = self.world.now_of(self.people[who].machine).unix_ms;
        let done = self.attempt(who, place, |engine, now| engine.block(now, contact))?;
        if !self.is_blocked(who, pair) {
            return match done {
                Done::Kept(_) => Err("a block that was done is not there".to_owned()),
                _ => Ok(()),
            };
        }
        self.world.count("week: blocks");
        self.world
            .note(|| format!("{who} blocks the other in {pair} since {since_ms}"));
        let person = &mut self.people[who];
        person.knows.blocked[pair].get_or_insert(since_ms);
        self.note_what_may_stay(who, place);
        Ok(())
    }

    /// Of what is not known to be stored all may stay; what takes words back leaves all the same, where there is
    /// something to take back.
    fn note_what_may_stay(&mut self, who: Who, place: Place) {
        let knows = &self.people[who].knows;
        let own = knows
            .own
            .values()
            .filter(|number| !knows.stored.contains(number));
        let mut own: Vec<_> = own.copied().collect();
        // What is taken back stands before what takes it back.
        own.sort_unstable();
        for number in own {
            let said = &self.journal.said[number];
            let leaves = match said.what {
                What::Retraction(of) | What::NoSign(of) => {
                    self.journal.said[of].fate != Fate::MayStay
                }
                _ => false,
            };
            let said = &mut self.journal.said[number];
            if said.place == place && said.fate == Fate::Goes && !leaves {
                said.fate = Fate::MayStay;
            }
        }
    }

    pub(super) fn unblock(&mut self, who: Who, pair: usize) -> Lived {
        let place = Place::Pair(pair);
        self.look(who, place);
        let contact = self.people[who].contacts[pair];
        let until_ms = self.world.now_of(self.people[who].machine).unix_ms;
        let done = self.attempt(who, place, |engine, now| engine.unblock(now, contact))?;
        if self.is_blocked(who, pair) {
            return match done {
                Done::Kept(_) => Err("somebody is blocked who was unblocked".to_owned()),
                _ => Ok(()),
            };
        }
        let knows = &mut self.people[who].knows;
        if let Some(since_ms) = knows.blocked[pair].take() {
            // A clock may have been set back meanwhile.
            knows.was_blocked.push(Blocked {
                pair,
                since_ms: since_ms.min(until_ms),
                until_ms: since_ms.max(until_ms),
            });
        }
        Ok(())
    }

    fn is_blocked(&self, who: Who, pair: usize) -> bool {
        let person = &self.people[who];
        let contacts = self.world.engine(person.machine).contacts().unwrap();
        let mut contacts = contacts.iter();
        let contact = contacts.find(|one| one.id == person.contacts[pair]);
        contact.is_some_and(|contact| contact.blocked)
    }
}
