//! Entries are found at their heads wherever they stand: in the table of places, on their way there, or
//! too young for it; and whatever becomes of the process in between.

use home_core::Day;
use home_core::log_store::{HeadKeys, HeadRow, LogStore, NewEntry, PageLimit, Position};
use home_store::{HomeFolder, LOGS_FILE, SqliteLogs};
use protocol::hash::body_hash;
use protocol::id::{BodyHash, Chain, HeadId, LogId, ReadKey, WriteKey};
use std::path::Path;

const TODAY: Day = Day::new(20_000);
/// More entries than are young, on their way and as many again.
const ENTRIES: u64 = 60_000;
const LOGS: u64 = 40;
const COMMIT_EVERY: u64 = 256;

#[cfg(test)]
struct Model {
    store: SqliteLogs,
    rows: Vec<HeadRow>,
    /// Entries at each head.
    counts: Vec<u64>,
}

#[cfg(test)]
fn open(folder: &Path) -> SqliteLogs {
    HomeFolder::lock(folder).unwrap().logs().unwrap()
}

#[cfg(test)]
fn hash(log: u64, seq: u64) -> BodyHash {
    body_hash(&[log.to_be_bytes(), seq.to_be_bytes()].concat())
}

#[cfg(test)]
impl Model {
    fn new(folder: &Path) -> Self {
        let mut store = open(folder);
        let mut rows = Vec::new();
        for of in 0..LOGS {
            let (log, head) = (LogId::new([of as u8; 16]), HeadId::new([of as u8; 32]));
            let keys = HeadKeys {
                write: WriteKey::new([1; 32]),
                read: ReadKey::new([2; 32]),
            };
            store.open_log(&log, &head, &keys, TODAY).unwrap();
            rows.push(store.head(&log, &head).unwrap().unwrap().row);
        }
        Self {
            store,
            rows,
            counts: vec![0; LOGS as usize],
        }
    }

    /// Another process opens the folder; the one before lets go of the file first.
    fn reopen(&mut self, folder: &Path) {
        let elsewhere = tempfile::tempdir().unwrap();
        self.store = open(elsewhere.path());
        self.store = open(folder);
    }

    fn append(&mut self, of: u64) {
        let at = of as usize;
        let seq = self.counts[at] + 1;
        let entry = NewEntry {
            position: Position {
                seq,
                chain: Chain::new([seq as u8; 32]),
            },
            kind: 0,
            hash: hash(of, seq),
            body: &seq.to_be_bytes(),
        };
        self.store.append(self.rows[at], &entry, TODAY).unwrap();
        self.counts[at] = seq;
    }

    /// Reads everything a page at a time.
    fn check(&mut self) {
        let limit = PageLimit {
            rows: 700,
            bytes: 1 << 20,
        };
        for of in 0..LOGS {
            let (row, count) = (self.rows[of as usize], self.counts[of as usize]);
            let mut next = 1;
            loop {
                let page = self.store.entries(row, next, limit).unwrap();
                for entry in page.rows {
                    assert_eq!((entry.seq, entry.hash), (next, hash(of, next)), "log {of}");
                    next += 1;
                }
                if page.end {
                    break;
                }
            }
            assert_eq!(next, count + 1, "log {of}");
            let last = self.store.last(row).unwrap();
            assert_eq!(last.map_or(0, |last| last.seq), count);
            for seq in [1, count / 2, count]
                .into_iter()
                .filter(|seq| (1..=count).contains(seq))
            {
                let seen = self.store.seen(row, &hash(of, seq), TODAY).unwrap();
                assert_eq!(seen.map(|position| position.seq), Some(seq), "log {of}");
            }
            let unknown = self.store.seen(row, &hash(of, count + 1), TODAY).unwrap();
            assert_eq!(unknown, None);
        }
    }
}

#[test]
fn all_entries_are_found_however_often_the_home_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new(folder.path());
    let mut committed = model.counts.clone();
    for number in 1..=ENTRIES {
        // Some logs are busy, some nearly silent, one has nothing.
        let of = if number % 3 == 0 {
            number % 39
        } else {
            u64::from(number.trailing_zeros())
        };
        model.append(of);
        if number % COMMIT_EVERY == 0 {
            model.store.commit().unwrap();
            committed.clone_from(&model.counts);
        }
        if number % 20_011 == 0 {
            // In the middle of a run. What was not committed is gone with the process.
            model.reopen(folder.path());
            model.counts.clone_from(&committed);
            model.check();
        } else if number % 9_973 == 0 {
            model.check();
        }
    }
    model.store.commit().unwrap();
    model.check();
    let placed = |sql: &str| -> u64 {
        let file = rusqlite::Connection::open(folder.path().join(LOGS_FILE)).unwrap();
        file.query_row(sql, (), |row| row.get(0)).unwrap()
    };
    // The table is filled while the home runs, not only when it starts.
    let rows = placed("SELECT count(*) FROM places WHERE entry > (SELECT entry FROM placed)");
    assert!(rows > 0);
    drop(model);
    drop(open(folder.path()));
    assert_eq!(
        placed("SELECT count(*) FROM places"),
        placed("SELECT count(*) FROM entries")
    );
}

#[test]
fn a_body_is_remembered_among_the_last_4096_and_for_days_among_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new(folder.path());
    for _ in 0..10_000 {
        model.append(0);
    }
    model.store.commit().unwrap();
    let row = model.rows[0];
    for (since, first_remembered) in [(TODAY, 1), (Day::new(20_001), 10_000 - 4_095)] {
        model.reopen(folder.path());
        for seq in [1, first_remembered, 10_000] {
            let seen = model.store.seen(row, &hash(0, seq), since).unwrap();
            let expected = (seq >= first_remembered).then_some(seq);
            assert_eq!(seen.map(|position| position.seq), expected);
        }
        let before = model.store.seen(row, &hash(0, first_remembered - 1), since);
        assert_eq!(before.unwrap(), None);
    }
}
