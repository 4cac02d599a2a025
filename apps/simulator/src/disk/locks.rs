//! What connections of one file hold of it: the five levels of SQLite's file lock, and the shared
//! memory of a write-ahead log with its eight locks.
//!
//! Everything here dies with the machine: after a crash a file gets a new [`Holders`], and what
//! dead connections let go of is the old one's.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// How many locks the shared memory has.
pub const SHARED_MEMORY_LOCKS: usize = 8;

/// A level of a file lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    #[default]
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

/// A lock is held by another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// What all connections of a file hold.
#[derive(Default)]
pub struct Holders {
    shared: Cell<u32>,
    /// The level of the one connection above `Shared`.
    top: Cell<Level>,
    memory: RefCell<Weak<SharedMemory>>,
}

impl Holders {
    /// Raises the lock of a connection that holds `held`.
    ///
    /// # Errors
    /// [`Busy`]; `held` may have become `Pending` then, which lets no new reader in.
    pub fn lock(&self, held: &Cell<Level>, wanted: Level) -> Result<(), Busy> {
        let (had, top) = (held.get(), self.top.get());
        if had >= wanted {
            return Ok(());
        }
        let of_another = top > Level::None && had <= Level::Shared;
        if wanted == Level::Shared {
            if top >= Level::Pending {
                return Err(Busy);
            }
            self.shared.set(self.shared.get() + 1);
        } else if of_another {
            return Err(Busy);
        } else if wanted == Level::Exclusive && self.shared.get() > 1 {
            self.set(held, Level::Pending);
            return Err(Busy);
        } else {
            self.top.set(wanted);
        }
        held.set(wanted);
        Ok(())
    }

    /// Lowers the lock of a connection to `Shared` or `None`.
    pub fn unlock(&self, held: &Cell<Level>, wanted: Level) {
        let had = held.get();
        if had <= wanted {
            return;
        }
        if had > Level::Shared {
            self.top.set(Level::None);
        }
        if wanted == Level::None {
            self.shared.set(self.shared.get() - 1);
        }
        held.set(wanted);
    }

    /// Whether anybody is about to write.
    pub fn is_reserved(&self) -> bool {
        self.top.get() >= Level::Reserved
    }

    /// The file's shared memory, which is there while somebody uses it.
    pub fn memory(&self) -> Rc<SharedMemory> {
        let there = self.memory.borrow().upgrade();
        there.unwrap_or_else(|| {
            let new = Rc::new(SharedMemory::default());
            *self.memory.borrow_mut() = Rc::downgrade(&new);
            new
        })
    }

    fn set(&self, held: &Cell<Level>, level: Level) {
        self.top.set(level);
        held.set(level);
    }
}

/// The index of a write-ahead log, in regions whose addresses stay.
#[derive(Default)]
pub struct SharedMemory {
    regions: RefCell<Vec<Rc<[Cell<u64>]>>>,
    /// How many hold each lock; -1: one alone.
    locks: [Cell<i32>; SHARED_MEMORY_LOCKS],
}

/// What one connection holds of the shared memory, a bit for each lock.
#[derive(Default)]
pub struct MemoryLocks {
    shared: Cell<u8>,
    exclusive: Cell<u8>,
}

impl SharedMemory {
    /// The region of that number, of `size` bytes; made on demand if `extend`.
    pub fn region(&self, number: usize, size: usize, extend: bool) -> Option<*const Cell<u64>> {
        let mut regions = self.regions.borrow_mut();
        while extend && regions.len() <= number {
            regions.push(std::iter::repeat_n(Cell::new(0), size.div_ceil(8)).collect());
        }
        regions.get(number).map(|region| region.as_ptr())
    }

    /// Takes one lock together with others.
    ///
    /// # Errors
    /// [`Busy`] when somebody holds it alone.
    pub fn lock_shared(&self, mine: &MemoryLocks, lock: usize) -> Result<(), Busy> {
        let (count, bit) = (&self.locks[lock], 1u8 << lock);
        if mine.shared.get() & bit != 0 {
            return Ok(());
        }
        if count.get() < 0 {
            return Err(Busy);
        }
        count.set(count.get() + 1);
        mine.shared.set(mine.shared.get() | bit);
        Ok(())
    }

    /// Takes some locks alone, all or none.
    ///
    /// # Errors
    /// [`Busy`] when anybody holds one of them.
    pub fn lock_alone(&self, mine: &MemoryLocks, first: usize, count: usize) -> Result<(), Busy> {
        let mask = mask(first, count);
        let free = |lock: usize| {
            let is_mine = mine.exclusive.get() & (1 << lock) != 0;
            is_mine || self.locks[lock].get() == 0
        };
        if !(first..first + count).all(free) {
            return Err(Busy);
        }
        for lock in &self.locks[first..first + count] {
            lock.set(-1);
        }
        mine.exclusive.set(mine.exclusive.get() | mask);
        Ok(())
    }

    /// Lets go of some locks.
    pub fn unlock(&self, mine: &MemoryLocks, first: usize, count: usize) {
        for lock in first..first + count {
            let bit = 1u8 << lock;
            if mine.exclusive.get() & bit != 0 {
                self.locks[lock].set(0);
            } else if mine.shared.get() & bit != 0 {
                self.locks[lock].set(self.locks[lock].get() - 1);
            }
        }
        let left = !mask(first, count);
        mine.shared.set(mine.shared.get() & left);
        mine.exclusive.set(mine.exclusive.get() & left);
    }
}

fn mask(first: usize, count: usize) -> u8 {
    (first..first + count).fold(0, |mask, lock| mask | 1 << lock)
}

#[cfg(test)]
mod tests {
    use super::{Busy, Holders, Level, MemoryLocks, SharedMemory};
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn readers_share_and_one_writer_waits_for_them() {
        let holders = Holders::default();
        let (ada, ben) = (Cell::default(), Cell::default());
        holders.lock(&ada, Level::Shared).unwrap();
        holders.lock(&ben, Level::Shared).unwrap();
        holders.lock(&ada, Level::Reserved).unwrap();
        assert!(holders.is_reserved());
        assert_eq!(holders.lock(&ben, Level::Reserved), Err(Busy));
        assert_eq!(holders.lock(&ben, Level::Exclusive), Err(Busy));
        assert_eq!(holders.lock(&ada, Level::Exclusive), Err(Busy));
        assert_eq!(ada.get(), Level::Pending);
        assert_eq!(holders.lock(&Cell::default(), Level::Shared), Err(Busy));
        holders.unlock(&ben, Level::None);
        holders.lock(&ada, Level::Exclusive).unwrap();
        holders.unlock(&ada, Level::Shared);
        assert!(!holders.is_reserved());
        holders.lock(&ben, Level::Shared).unwrap();
        holders.lock(&ben, Level::Reserved).unwrap();
    }

    #[test]
    fn locks_of_the_shared_memory_are_shared_or_held_alone() {
        let memory = SharedMemory::default();
        let (ada, ben) = (MemoryLocks::default(), MemoryLocks::default());
        memory.lock_shared(&ada, 3).unwrap();
        memory.lock_shared(&ben, 3).unwrap();
        assert_eq!(memory.lock_alone(&ben, 2, 3), Err(Busy));
        memory.lock_shared(&ada, 4).unwrap();
        memory.unlock(&ada, 3, 1);
        memory.unlock(&ben, 3, 1);
        memory.lock_alone(&ben, 2, 2).unwrap();
        assert_eq!(memory.lock_shared(&ada, 2), Err(Busy));
        memory.unlock(&ben, 2, 2);
        memory.lock_shared(&ada, 2).unwrap();
        assert_eq!(memory.lock_alone(&ben, 4, 1), Err(Busy));
    }

    #[test]
    fn shared_memory_stays_where_it_is_and_ends_with_its_last_user() {
        let holders = Holders::default();
        let memory = holders.memory();
        assert_eq!(memory.region(0, 64, false), None);
        let first = memory.region(0, 64, true);
        memory.region(5, 64, true).unwrap();
        assert_eq!(holders.memory().region(0, 64, false), first);
        assert!(Rc::ptr_eq(&memory, &holders.memory()));
        drop(memory);
        assert_eq!(holders.memory().region(0, 64, false), None);
    }
}
