//! A file as one connection has it open.

use super::locks::{Busy, Holders, Level, MemoryLocks, SharedMemory};
use super::machine::{Failure, File, Machine};
use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

/// An open file; it ends with the life of its machine in which it was opened.
pub struct OpenFile {
    machine: Rc<Machine>,
    life: u64,
    file: Rc<File>,
    holders: Rc<Holders>,
    level: Cell<Level>,
    memory: RefCell<Option<Rc<SharedMemory>>>,
    memory_locks: MemoryLocks,
    /// What is deleted when this is closed.
    deletes: Option<String>,
}

impl OpenFile {
    pub fn new(machine: Rc<Machine>, file: Rc<File>, deletes: Option<String>) -> Self {
        Self {
            life: machine.life(),
            machine,
            holders: file.holders(),
            file,
            level: Cell::default(),
            memory: RefCell::default(),
            memory_locks: MemoryLocks::default(),
            deletes,
        }
    }

    pub fn is_alive(&self) -> bool {
        self.life == self.machine.life()
    }

    /// As [`super::content::Content::read`].
    pub fn read(&self, offset: usize, buffer: &mut [u8]) -> bool {
        self.file.content.borrow().read(offset, buffer)
    }

    pub fn size(&self) -> usize {
        self.file.content.borrow().size()
    }

    pub fn write(&self, offset: usize, bytes: &[u8]) -> Result<(), Failure> {
        self.machine.write(&self.file, offset, bytes)
    }

    pub fn truncate(&self, size: usize) -> Result<(), Failure> {
        self.machine.truncate(&self.file, size)
    }

    pub fn sync(&self) -> Result<(), Failure> {
        self.machine.sync(&self.file)
    }

    pub fn lock(&self, level: Level) -> Result<(), Busy> {
        self.holders.lock(&self.level, level)
    }

    pub fn unlock(&self, level: Level) {
        self.holders.unlock(&self.level, level);
    }

    pub fn is_reserved(&self) -> bool {
        self.holders.is_reserved()
    }

    /// As [`SharedMemory::region`]; it stays there until [`OpenFile::unmap`].
    pub fn region(&self, number: usize, size: usize, extend: bool) -> Option<*const Cell<u64>> {
        self.memory().region(number, size, extend)
    }

    /// As the functions of [`SharedMemory`].
    pub fn lock_memory(&self, first: usize, count: usize, alone: bool) -> Result<(), Busy> {
        let memory = self.memory();
        if alone {
            memory.lock_alone(&self.memory_locks, first, count)
        } else {
            memory.lock_shared(&self.memory_locks, first)
        }
    }

    pub fn unlock_memory(&self, first: usize, count: usize) {
        if let Some(memory) = &*self.memory.borrow() {
            memory.unlock(&self.memory_locks, first, count);
        }
    }

    /// Lets go of the shared memory and its locks.
    pub fn unmap(&self) {
        self.unlock_memory(0, super::locks::SHARED_MEMORY_LOCKS);
        *self.memory.borrow_mut() = None;
    }

    fn memory(&self) -> RefMut<'_, Rc<SharedMemory>> {
        RefMut::map(self.memory.borrow_mut(), |memory| {
            memory.get_or_insert_with(|| self.holders.memory())
        })
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.unmap();
        self.unlock(Level::None);
        if let Some(path) = self.deletes.take().filter(|_| self.is_alive()) {
            self.machine.delete(&path);
        }
    }
}
