//! All values of all tables of a database, to be compared with those of another.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::BTreeSet;
use std::path::Path;

use crate::needles::Needle;

/// Shorter values say nothing when they are the same.
const TELLING_BYTES: usize = 8;
/// Counters stay below; ids and times are above.
const TELLING_NUMBER: i64 = 1 << 32;
/// Only values of this length are looked for inside of others.
const WHOLE_IDS: std::ops::RangeInclusive<usize> = 16..=64;
const YEAR_S: i64 = 365 * 86_400;

/// The values of one database.
#[derive(Debug, Default)]
pub struct Values {
    pub rows: usize,
    bytes: BTreeSet<Vec<u8>>,
    numbers: BTreeSet<i64>,
}

/// Reads every column of every row of every table.
pub fn values(file: &Path) -> Values {
    let database = Connection::open(file).unwrap();
    database
        .pragma_update(None, "wal_checkpoint", "TRUNCATE")
        .unwrap();
    let mut values = Values::default();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let names: Vec<String> = tables
        .query_map((), |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for name in names {
        let mut rows = database
            .prepare(&format!("SELECT * FROM \"{name}\""))
            .unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query(()).unwrap();
        while let Some(row) = rows.next().unwrap() {
            values.rows += 1;
            for column in 0..columns {
                values.take(row.get_ref(column).unwrap());
            }
        }
    }
    values
}

/// Adds a table with this one value, written in SQL.
pub fn plant(file: &Path, value: &str) {
    let database = Connection::open(file).unwrap();
    let sql = format!("CREATE TABLE planted AS SELECT {value} AS value");
    database.execute_batch(&sql).unwrap();
    database
        .pragma_update(None, "wal_checkpoint", "TRUNCATE")
        .unwrap();
}

impl Values {
    fn take(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => {
                self.bytes.insert(bytes.to_vec());
            }
            ValueRef::Integer(number) => {
                self.numbers.insert(number);
            }
            ValueRef::Null => {}
            ValueRef::Real(number) => panic!("no column of a home holds {number}"),
        }
    }

    /// What stands on both sides and could join them.
    pub fn shared_with(&self, other: &Self) -> Vec<String> {
        let bytes = self.bytes.intersection(&other.bytes);
        let bytes = bytes.filter(|bytes| bytes.len() >= TELLING_BYTES);
        let numbers = self.numbers.intersection(&other.numbers);
        let numbers = numbers.filter(|number| **number > TELLING_NUMBER);
        let bytes = bytes.map(|bytes| format!("{bytes:02x?}"));
        bytes.chain(numbers.map(i64::to_string)).collect()
    }

    /// Numbers that are a Unix time around now in any usual unit.
    pub fn fine_times(&self) -> Vec<i64> {
        let now_s = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let now_s = i64::try_from(now_s).unwrap();
        let is_time = |number: &i64| {
            let units = [1, 1_000, 1_000_000, 1_000_000_000];
            units
                .iter()
                .any(|unit| (number / unit - now_s).abs() < YEAR_S)
        };
        self.numbers.iter().copied().filter(is_time).collect()
    }

    /// Ids, hashes and keys, to be looked for inside of the values of the other side.
    pub fn as_needles(&self) -> Vec<Needle> {
        let whole = self
            .bytes
            .iter()
            .filter(|bytes| WHOLE_IDS.contains(&bytes.len()));
        let needle = |bytes: &Vec<u8>| Needle {
            what: "a value of the other side",
            bytes: bytes.clone(),
        };
        whole.map(needle).collect()
    }
}
