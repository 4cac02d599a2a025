//! Opening a profile where nothing can be written: its disk is full, or it or its folder is read-only.
//!
//! What was committed last may be in the write-ahead log alone, so a file is never read without its log. The index of that
//! log otherwise lies in memory that is shared through a file, which could not be made here; a connection that has the
//! database for itself keeps the index in its own memory (SQLite, *Write-Ahead Logging*, §8). SQLite would make sure of
//! that by a lock that only a file opened for writing gives, so here no locks are taken at all (the VFS `unix-none`).
//! Where there is no log everything is in the file, which is read as one that does not change (SQLite, *Uniform Resource
//! Identifiers*, `immutable`).
//!
//! Invariant: whoever opens a profile like this keeps every writer away for as long as it is open, as the lock of a
//! profile's folder does. Nothing is written, neither into the file nor beside it.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::journal::Reopen;
use crate::migrate;
use crate::store::{Store, StoreKey};
use crate::words;

/// No locks: nobody writes meanwhile.
const WITHOUT_LOCKS: &std::ffi::CStr = c"unix-none";

impl Store {
    /// Opens the file to be read alone, with the key where the profile is sealed. Nobody may write to it until the store is
    /// let go of.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`], [`StoreError::Newer`]; [`StoreError::Outdated`] and [`StoreError::CutOff`] where it would
    /// have to be written first; what SQLite says.
    pub fn open_to_read(path: &Path, key: Option<&StoreKey>) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        Self::unlock(&connection, key)?;
        connection.pragma_update(None, "query_only", true)?;
        words::register(&connection)?;
        if !migrate::is_newest(&connection)? || !words::is_in_step(&connection)? {
            return Err(StoreError::Outdated);
        }
        Ok(Self {
            connection,
            reopen: Reopen {
                only_reads: true,
                ..Reopen::of(path, key)
            },
        })
    }

    /// Whether a key opens a file, of which nothing is changed. Nobody may write to it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::CutOff`] and what SQLite says where it cannot even try.
    pub fn is_opened_to_read_by(path: &Path, key: &StoreKey) -> Result<bool, StoreError> {
        match Self::unlock(&connect(path)?, Some(key)) {
            Ok(()) => Ok(true),
            Err(StoreError::WrongKey) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether it was opened to be read alone.
    pub const fn only_reads(&self) -> bool {
        self.reopen.only_reads
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    // SQLite does not look for it in a file that does not change.
    if is_there(path, "-journal") {
        return Err(StoreError::CutOff);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if !is_there(path, "-wal") {
        return Ok(Connection::open_with_flags(
            unchanging(path),
            flags | OpenFlags::SQLITE_OPEN_URI,
        )?);
    }
    let connection = Connection::open_with_flags_and_vfs(path, flags, WITHOUT_LOCKS)?;
    // Before the first read, or the index would be looked for beside the file.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // A file that is opened for reading takes nothing out of the log; it is not even tried.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Whether SQLite keeps something beside the file; where that is not to be seen, it may.
fn is_there(path: &Path, end: &str) -> bool {
    let mut beside = OsString::from(path);
    beside.push(end);
    PathBuf::from(beside).try_exists().unwrap_or(true)
}

/// The file as one that does not change, for SQLite.
fn unchanging(path: &Path) -> String {
    let mut uri = String::from(if path.is_absolute() {
        "file://"
    } else {
        "file:"
    });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::home_url::HomeUrl;
    use protocol::id::HomeKey;
    use std::collections::BTreeMap;
    use std::fs;

    const KEY: [u8; 32] = [7; 32];

    fn add_home(store: &Store, number: u32) -> Result<(), StoreError> {
        let url = HomeUrl::parse(&format!("https://home-{number}.example")).unwrap();
        store.insert_home_key(&url, &HomeKey::new([1; 32]))
    }

    fn homes(store: &Store) -> u32 {
        let count = "SELECT count(*) FROM home";
        store
            .connection
            .query_row(count, [], |row| row.get(0))
            .unwrap()
    }

    /// All files of a folder.
    fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
            .collect()
    }

    /// A folder as a process leaves it that is killed when two homes are in the file and one is in its log alone.
    fn cut_off(folder: &Path, key: Option<&StoreKey>) -> PathBuf {
        let (used, left) = (folder.join("used"), folder.join("what?is#left%20"));
        fs::create_dir(&used).unwrap();
        fs::create_dir(&left).unwrap();
        let path = used.join("profile.db");
        let store = Store::open(&path, key).unwrap();
        add_home(&store, 1).unwrap();
        add_home(&store, 2).unwrap();
        store.close().unwrap();
        let store = Store::open(&path, key).unwrap();
        add_home(&store, 3).unwrap();
        for (name, bytes) in files(&used) {
            fs::write(left.join(name), bytes).unwrap();
        }
        left.join("profile.db")
    }

    #[test]
    fn what_is_in_the_log_alone_is_read_too_and_nothing_is_changed() {
        for key in [None, Some(StoreKey::new(KEY))] {
            let folder = tempfile::tempdir().unwrap();
            let path = cut_off(folder.path(), key.as_ref());
            let left = path.parent().unwrap();
            // Nobody needs the index; without it the folder is what a copy of the rest is.
            fs::remove_file(left.join("profile.db-shm")).unwrap();
            let before = files(left);
            assert_eq!(before.len(), 2);
            let store = Store::open_to_read(&path, key.as_ref()).unwrap();
            assert!(store.only_reads());
            assert_eq!(homes(&store), 3);
            let snapshot = store.snapshot().unwrap();
            assert!(snapshot.only_reads());
            assert_eq!(homes(&snapshot), 3);
            assert_eq!(store.check().unwrap(), Vec::<String>::new());
            for store in [&store, &snapshot] {
                assert!(matches!(add_home(store, 4), Err(StoreError::ReadOnly)));
            }
            assert!(matches!(store.begin(), Err(StoreError::ReadOnly)));
            if let Some(key) = &key {
                assert!(Store::is_opened_to_read_by(&path, key).unwrap());
                let other = StoreKey::new([8; 32]);
                assert!(!Store::is_opened_to_read_by(&path, &other).unwrap());
            }
            drop((store, snapshot));
            assert_eq!(files(left), before);
            assert_eq!(homes(&Store::open(&path, key.as_ref()).unwrap()), 3);
        }
    }

    #[test]
    fn what_was_closed_is_read_without_anything_beside_it() {
        for key in [None, Some(StoreKey::new(KEY))] {
            let folder = tempfile::tempdir().unwrap();
            let path = cut_off(folder.path(), key.as_ref());
            Store::open(&path, key.as_ref()).unwrap().close().unwrap();
            let left = path.parent().unwrap();
            let before = files(left);
            assert_eq!(before.len(), 1);
            let store = Store::open_to_read(&path, key.as_ref()).unwrap();
            assert_eq!(homes(&store), 3);
            assert!(matches!(add_home(&store, 4), Err(StoreError::ReadOnly)));
            drop(store);
            assert_eq!(files(left), before);
        }
    }

    #[test]
    fn what_would_have_to_be_written_first_is_not_shown_as_if_it_were_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = cut_off(folder.path(), None);
        let open = || Store::open_to_read(&path, None).map(drop);
        let write = |sql: &str| {
            let store = Store::open(&path, None).unwrap();
            store.connection.execute_batch(sql).unwrap();
            store.close().unwrap();
        };
        write("UPDATE setting SET value = '0' WHERE name = 'words'");
        assert!(matches!(open(), Err(StoreError::Outdated)));
        write("PRAGMA user_version = 1");
        assert!(matches!(open(), Err(StoreError::Outdated)));
        let store = Connection::open(&path).unwrap();
        store.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        assert!(matches!(open(), Err(StoreError::Newer { found: 99, .. })));
        fs::write(path.with_extension("db-journal"), "x").unwrap();
        assert!(matches!(open(), Err(StoreError::CutOff)));
    }
}
