//! One of a home's databases while it is copied beside the home that writes it.
//!
//! A database in WAL mode is its file and what stands in the WAL beside it. While somebody reads, SQLite
//! moves nothing into the file that came after the reader's moment, and does not begin the WAL anew over
//! what it has not moved. So with a reader that stays, a copy of the file as it happens to be, part old
//! and part new, and a copy of the WAL from its beginning are together the whole database: each page that
//! was written meanwhile stands in the WAL. The writer never waits for this.
//!
//! A moment without a writer is needed only to know where the WAL ends. See
//! <https://www.sqlite.org/walformat.html> and <https://www.sqlite.org/isolation.html>.

use super::files::{HashedFile, copy, refused};
use super::manifest::{Listed, wal_of};
use super::{BackupError, PATIENCE, PAUSE};
use crate::open_error::check_schema;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The length of a WAL's header, which is another in each of its beginnings.
const WAL_HEADER_BYTES: u64 = 32;
/// What stands before each page in a WAL.
const FRAME_HEADER_BYTES: u64 = 24;
/// Begins to read, and keeps on.
const READ: &str = "BEGIN; SELECT count(*) FROM sqlite_schema;";

/// A database under copy, and its copy.
///
/// The connections stand before the raw files, so that they go first: a process that closes any file
/// of a database loses the locks that its connections hold on it.
#[derive(Debug)]
pub(super) struct Source {
    /// Reads, as long as this lives.
    reader: Connection,
    /// Keeps the home from writing, while it is asked to.
    lock: Connection,
    /// Tells how long the WAL is.
    counter: Connection,
    path: PathBuf,
    wal_path: PathBuf,
    main: File,
    wal: File,
    frame_bytes: u64,
    header: Vec<u8>,
    name: &'static str,
    copied_main: HashedFile,
    copied_wal: HashedFile,
}

impl Source {
    /// Begins: from now on nothing gets lost that is in the database.
    pub(super) fn begin(
        folder: &Path,
        name: &'static str,
        known: usize,
        to: &Path,
    ) -> Result<Self, BackupError> {
        let path = folder.join(name);
        let wal_path = folder.join(wal_of(name));
        let failed = |source| BackupError::Source {
            path: path.clone(),
            source,
        };
        let reader = open(&path)?;
        let mode: String = reader
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .map_err(failed)?;
        if mode != "wal" {
            return Err(BackupError::Foreign { path });
        }
        let schema: u32 = reader
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(failed)?;
        check_schema(&path, schema, known)?;
        reader.execute_batch(READ).map_err(failed)?;
        let page_bytes: u32 = reader
            .pragma_query_value(None, "page_size", |row| row.get(0))
            .map_err(failed)?;
        Ok(Self {
            lock: open(&path)?,
            counter: open(&path)?,
            reader,
            main: File::open(&path).map_err(|e| refused(&path, e))?,
            wal: File::open(&wal_path).map_err(|e| refused(&wal_path, e))?,
            frame_bytes: FRAME_HEADER_BYTES + u64::from(page_bytes),
            header: Vec::new(),
            name,
            copied_main: HashedFile::create(to.join(name))?,
            copied_wal: HashedFile::create(to.join(wal_of(name)))?,
            path,
            wal_path,
        })
    }

    /// Copies the file, durably.
    pub(super) fn copy_main(&mut self) -> Result<(), BackupError> {
        copy(&mut self.main, &self.path, None, &mut self.copied_main)?;
        self.copied_main.sync()
    }

    /// Reads from now on, once the file is copied, so that what came since can be moved into it by our own
    /// checkpoints: else the home's next one would have to do it all at once.
    ///
    /// The WAL must not begin anew now, since the copy of the file is nothing without it. A reader that
    /// begins while something is left to be moved prevents that.
    pub(super) fn read_anew(&mut self) -> Result<(), BackupError> {
        let reader = open(&self.path)?;
        reader.execute_batch(READ).map_err(|e| self.failed(e))?;
        let (frames, moved) = self.counted()?;
        if moved < frames {
            self.reader = reader;
        }
        Ok(())
    }

    /// Copies of the WAL what is committed by now, durably; how many bytes that were.
    pub(super) fn catch_up(&mut self) -> Result<u64, BackupError> {
        self.move_some()?;
        let end = self.committed()?;
        let from = self.continued(end)?;
        self.wal
            .seek(SeekFrom::Start(from))
            .map_err(|e| refused(&self.wal_path, e))?;
        let new = end.saturating_sub(from);
        copy(
            &mut self.wal,
            &self.wal_path,
            Some(new),
            &mut self.copied_wal,
        )?;
        self.copied_wal.sync()?;
        Ok(new)
    }

    /// Keeps the home from writing; whether that was possible at once.
    pub(super) fn try_lock(&mut self) -> Result<bool, BackupError> {
        match self.lock.execute_batch("BEGIN IMMEDIATE") {
            Ok(()) => Ok(true),
            Err(error) if is_busy(&error) => Ok(false),
            Err(source) => Err(self.failed(source)),
        }
    }

    /// Lets the home write.
    pub(super) fn unlock(&mut self) -> Result<(), BackupError> {
        let ended = self.lock.execute_batch("ROLLBACK");
        ended.map_err(|source| self.failed(source))
    }

    /// What [`Self::catch_up`] left out, in memory; none: it is more than `at_most` bytes. Locked only.
    pub(super) fn tail(&mut self, at_most: u64) -> Result<Option<Vec<u8>>, BackupError> {
        let end = self.committed()?;
        let header = self.header_now(end)?;
        if header != self.header || end < self.copied_wal.bytes() {
            // The WAL began anew since, which happens once at most.
            return Ok(None);
        }
        let from = self.copied_wal.bytes();
        let length = end - from;
        if length > at_most {
            return Ok(None);
        }
        let mut tail = Vec::new();
        self.wal
            .seek(SeekFrom::Start(from))
            .and_then(|_| (&self.wal).take(length).read_to_end(&mut tail))
            .map_err(|e| refused(&self.wal_path, e))?;
        Ok(Some(tail))
    }

    /// The copies, to be completed.
    pub(super) fn copies(self) -> (Held, Copies) {
        let held = Held {
            _connections: [self.reader, self.lock, self.counter],
            _files: [self.main, self.wal],
        };
        let copies = Copies {
            name: self.name,
            main: self.copied_main,
            wal: self.copied_wal,
        };
        (held, copies)
    }

    /// Where the copy of the WAL goes on, after it was emptied if the WAL began anew.
    fn continued(&mut self, end: u64) -> Result<u64, BackupError> {
        let header = self.header_now(end)?;
        if header != self.header || end < self.copied_wal.bytes() {
            self.copied_wal.restart()?;
            self.header = header;
        }
        Ok(self.copied_wal.bytes())
    }

    /// The header of the WAL; of an empty one nothing, whatever stands there still.
    fn header_now(&mut self, end: u64) -> Result<Vec<u8>, BackupError> {
        let mut header = Vec::new();
        if end == 0 {
            return Ok(header);
        }
        self.wal
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.wal).take(WAL_HEADER_BYTES).read_to_end(&mut header))
            .map_err(|e| refused(&self.wal_path, e))?;
        Ok(header)
    }

    /// Bytes of the WAL that are committed. What stands behind them may be written over.
    fn committed(&self) -> Result<u64, BackupError> {
        Ok(match self.counted()? {
            (0, _) => 0,
            (frames, _) => WAL_HEADER_BYTES + frames * self.frame_bytes,
        })
    }

    /// Moves into the file what our reader does not need, unless the home is at it.
    fn move_some(&self) -> Result<(), BackupError> {
        self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)").map(drop)
    }

    /// How many pages the WAL has, and how many of them are moved into the file. It moves nothing, and waits for nobody
    /// while the home is locked, so that it takes no time while the home waits.
    ///
    /// A writer that is just telling others of its commit cannot be read for that moment (`walIndexReadHdr` in
    /// SQLite's wal.c), and SQLite asks no busy handler then. On a busy machine the writer may lose its turn in the
    /// middle of it.
    fn counted(&self) -> Result<(u64, u64), BackupError> {
        let begun = Instant::now();
        loop {
            let (frames, moved) = self.checkpoint("PRAGMA wal_checkpoint(NOOP)")?;
            match u64::try_from(frames).ok().zip(u64::try_from(moved).ok()) {
                Some(counts) => return Ok(counts),
                None if begun.elapsed() < PATIENCE => sleep(PAUSE),
                None => return Err(BackupError::Busy),
            }
        }
    }

    fn checkpoint(&self, sql: &str) -> Result<(i64, i64), BackupError> {
        let counts = self
            .counter
            .query_row(sql, (), |row| Ok((row.get(1)?, row.get(2)?)));
        counts.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> BackupError {
        BackupError::Source {
            path: self.path.clone(),
            source,
        }
    }
}

/// What keeps the home from writing until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    _connections: [Connection; 3],
    _files: [File; 2],
}

/// The copy of one database.
#[derive(Debug)]
pub(super) struct Copies {
    name: &'static str,
    main: HashedFile,
    wal: HashedFile,
}

impl Copies {
    /// Adds the tail, durably.
    pub(super) fn complete(&mut self, tail: &[u8]) -> Result<(), BackupError> {
        self.wal.write(tail)?;
        self.wal.sync()
    }

    /// Both files for the manifest.
    pub(super) fn listed(&self) -> [Listed; 2] {
        let listed = |name: String, file: &HashedFile| Listed {
            name,
            bytes: file.bytes(),
            sha256: file.sha256(),
        };
        [
            listed(self.name.to_owned(), &self.main),
            listed(wal_of(self.name), &self.wal),
        ]
    }
}

fn open(path: &Path) -> Result<Connection, BackupError> {
    // Without leave to create: what is not there is not to be made.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(Duration::ZERO)?;
        Ok(connection)
    });
    opened.map_err(|source| BackupError::Source {
        path: path.to_owned(),
        source,
    })
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

#[cfg(test)]
mod tests {
    use super::Source;
    use rusqlite::Connection;
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::time::Duration;

    /// The two copies of the WAL-index header, which differ while a writer tells of its commit:
    /// <https://www.sqlite.org/walformat.html#the_wal_index_header>.
    const HEADER_BYTES: usize = 48;

    #[test]
    fn a_writer_in_the_middle_of_telling_its_commit_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = Connection::open(&path).unwrap();
        let schema = "PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES (1);";
        writer.execute_batch(schema).unwrap();
        let out = folder.path().join("out");
        std::fs::create_dir(&out).unwrap();
        let source = Source::begin(folder.path(), "a.db", 0, &out).unwrap();
        let whole = source.counted().unwrap();

        writer
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO a VALUES (2);")
            .unwrap();
        let shm_path = folder.path().join("a.db-shm");
        let shm = File::options().read(true).write(true).open(shm_path);
        let shm = shm.unwrap();
        let mut header = [0_u8; HEADER_BYTES];
        shm.read_exact_at(&mut header, 0).unwrap();
        shm.write_all_at(&[0xa5; HEADER_BYTES], 0).unwrap();
        let counts = source.checkpoint("PRAGMA wal_checkpoint(NOOP)").unwrap();
        assert_eq!(counts.0, -1, "SQLite does not see the half-written header");
        let told = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            shm.write_all_at(&header, 0).unwrap();
            shm
        });
        assert_eq!(source.counted().unwrap(), whole);
        // Closing it earlier would drop the locks that this process holds on it.
        drop(told.join().unwrap());
    }
}
