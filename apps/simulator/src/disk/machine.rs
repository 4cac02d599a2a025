//! One machine: its files, and what goes wrong with its disk.
//!
//! A machine lives from one crash to the next. Whatever was opened in an earlier life fails and
//! changes nothing: [`Machine::life`] is compared at every step.

use super::content::{Content, Draw, Tally};
use super::locks::Holders;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Damage at rest spares the first page, without which SQLite does not take a file for its own.
const FIRST_PAGE: usize = 4096;

/// What a machine's disk did so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Writes and truncations that programs saw happen.
    pub writes: u64,
    /// Syncs that were asked for, also those that failed or were ignored.
    pub syncs: u64,
    /// Changes of which crashes left nothing.
    pub lost_writes: u64,
    /// Writes of which crashes left a part.
    pub torn_writes: u64,
    /// Changes without a sync that survived crashes.
    pub kept_writes: u64,
    /// Writes refused because the disk was full.
    pub full: u64,
    /// Syncs that failed.
    pub failed_syncs: u64,
    /// Crashes.
    pub crashes: u64,
}

/// Why a change did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The machine is down, or it went down at this very operation.
    Down,
    /// The file cannot grow.
    Full,
    /// The sync failed.
    Sync,
}

/// A file: its bytes and who holds it.
#[derive(Default)]
pub struct File {
    pub content: RefCell<Content>,
    holders: RefCell<Rc<Holders>>,
}

impl File {
    /// Who holds the file in the machine's present life.
    pub fn holders(&self) -> Rc<Holders> {
        self.holders.borrow().clone()
    }
}

/// A machine's files, as a backup has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    files: BTreeMap<String, Vec<u8>>,
}

/// A machine with its disk.
#[derive(Default)]
pub struct Machine {
    files: RefCell<BTreeMap<String, Rc<File>>>,
    life: Cell<u64>,
    down: Cell<bool>,
    /// Operations left before the one at which it goes down.
    operations_left: Cell<Option<u64>>,
    /// Bytes by which files may still grow.
    room_bytes: Cell<Option<u64>>,
    fails_next_sync: Cell<bool>,
    ignores_syncs: Cell<bool>,
    stats: RefCell<Stats>,
}

impl Machine {
    /// The number of its present life.
    pub fn life(&self) -> u64 {
        self.life.get()
    }

    pub fn is_down(&self) -> bool {
        self.down.get()
    }

    pub fn stats(&self) -> Stats {
        *self.stats.borrow()
    }

    pub fn plan_crash(&self, after_operations: u64) {
        self.operations_left.set(Some(after_operations));
    }

    pub fn fill_up(&self, bytes_left: Option<u64>) {
        self.room_bytes.set(bytes_left);
    }

    pub(super) fn is_full(&self) -> bool {
        self.room_bytes.get().is_some()
    }

    pub fn fail_next_sync(&self) {
        self.fails_next_sync.set(true);
    }

    pub fn ignore_syncs(&self, ignore: bool) {
        self.ignores_syncs.set(ignore);
    }

    pub fn file(&self, path: &str) -> Option<Rc<File>> {
        self.files.borrow().get(path).cloned()
    }

    /// The file of that path, which is made if it is not there.
    pub fn file_or_new(&self, path: &str) -> Rc<File> {
        let mut files = self.files.borrow_mut();
        files.entry(path.to_owned()).or_default().clone()
    }

    /// Puts a durable file in the place of whatever has that path. Connections keep the old one.
    pub fn replace(&self, path: &str, bytes: Vec<u8>) {
        let file = File {
            content: RefCell::new(Content::durable(bytes)),
            holders: RefCell::default(),
        };
        self.files
            .borrow_mut()
            .insert(path.to_owned(), Rc::new(file));
    }

    /// Deletes a file, durably; whether it was there.
    pub fn delete(&self, path: &str) -> bool {
        let deleted = self.files.borrow_mut().remove(path);
        if let Some(file) = &deleted {
            self.resized(file.content.borrow().size(), 0);
        }
        deleted.is_some()
    }

    /// Writes to a file.
    ///
    /// # Errors
    /// [`Failure::Full`], [`Failure::Down`]; if it goes down at this write, the write happened.
    pub fn write(&self, file: &File, offset: usize, bytes: &[u8]) -> Result<(), Failure> {
        let mut content = file.content.borrow_mut();
        let end = content.size().max(offset + bytes.len());
        self.change(&mut content, end, |content| content.write(offset, bytes))
    }

    /// Cuts a file off or prolongs it.
    ///
    /// # Errors
    /// As [`Machine::write`].
    pub fn truncate(&self, file: &File, size: usize) -> Result<(), Failure> {
        let mut content = file.content.borrow_mut();
        self.change(&mut content, size, |content| content.truncate(size))
    }

    fn change(
        &self,
        content: &mut Content,
        size_after: usize,
        change: impl FnOnce(&mut Content),
    ) -> Result<(), Failure> {
        let goes_down = self.counts_down();
        let fits = self.resized(content.size(), size_after);
        if fits {
            change(content);
            self.stats.borrow_mut().writes += 1;
        }
        if goes_down {
            self.go_down();
            return Err(Failure::Down);
        }
        if !fits {
            self.stats.borrow_mut().full += 1;
            return Err(Failure::Full);
        }
        Ok(())
    }

    /// Makes a file durable.
    ///
    /// # Errors
    /// [`Failure::Sync`], [`Failure::Down`]; if it goes down at this sync, nothing became durable.
    pub fn sync(&self, file: &File) -> Result<(), Failure> {
        self.stats.borrow_mut().syncs += 1;
        if self.counts_down() {
            self.go_down();
            return Err(Failure::Down);
        }
        if self.fails_next_sync.take() {
            self.stats.borrow_mut().failed_syncs += 1;
            file.content.borrow_mut().fail_sync();
            return Err(Failure::Sync);
        }
        if !self.ignores_syncs.get() {
            file.content.borrow_mut().sync();
        }
        Ok(())
    }

    /// Decides what is left of everything that was not synced, and begins a new life.
    pub fn crash(&self, draw: &mut Draw<'_>) {
        let mut tally = Tally::default();
        self.files.borrow_mut().retain(|_, file| {
            *file.holders.borrow_mut() = Rc::default();
            file.content.borrow_mut().crash(draw, &mut tally)
        });
        let mut stats = self.stats.borrow_mut();
        stats.crashes += 1;
        stats.kept_writes += tally.kept;
        stats.lost_writes += tally.lost;
        stats.torn_writes += tally.torn;
        drop(stats);
        self.start_anew();
    }

    /// All files as programs see them.
    pub fn snapshot(&self) -> Snapshot {
        let files = self.files.borrow();
        let bytes = |file: &File| file.content.borrow().bytes().to_vec();
        let files = files.iter().map(|(path, file)| (path.clone(), bytes(file)));
        Snapshot {
            files: files.collect(),
        }
    }

    /// The machine has exactly these files, durably, and begins a new life.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.files.borrow_mut().clear();
        for (path, bytes) in &snapshot.files {
            self.replace(path, bytes.clone());
        }
        self.start_anew();
    }

    /// Flips bits in one sector of the first file whose path ends so; whether anything was there.
    pub fn tear_at_rest(&self, suffix: &str, draw: &mut Draw<'_>) -> bool {
        let files = self.files.borrow();
        let mut named = files.iter().filter(|(path, _)| path.ends_with(suffix));
        named.any(|(_, file)| file.content.borrow_mut().damage(FIRST_PAGE, draw))
    }

    /// Everything that is open is dead from now on.
    pub fn go_down(&self) {
        self.down.set(true);
        self.life.set(self.life.get() + 1);
    }

    fn start_anew(&self) {
        self.life.set(self.life.get() + 1);
        self.down.set(false);
        self.operations_left.set(None);
        self.fails_next_sync.set(false);
    }

    /// Whether the machine goes down at this operation.
    fn counts_down(&self) -> bool {
        match self.operations_left.get() {
            None => false,
            Some(0) => true,
            Some(left) => {
                self.operations_left.set(Some(left - 1));
                false
            }
        }
    }

    /// Takes or gives back room as a file gets another size; whether there was enough.
    fn resized(&self, before: usize, after: usize) -> bool {
        let Some(room) = self.room_bytes.get() else {
            return true;
        };
        let left = (room + before as u64).checked_sub(after as u64);
        // What shrinks or stays always fits, even when nothing is left.
        if let Some(left) = left {
            self.room_bytes.set(Some(left));
        }
        left.is_some()
    }
}
