//! A profile's backup, as whoever restores one reads it: what was changed anywhere in a file does not open,
//! and what opens is read within its bounds, the same each time.
//!
//! The first byte says what the rest is: a manifest's content, rows (the next byte: how many columns),
//! `kith-backup.json`, or a chunk of little-endian length (two bytes) with changes of three bytes each: where, and
//! what is added there.

use crate::{Verdict, held};
use backup::chunk::{self, Chunk};
use backup::manifest::{Manifest, Table};
use backup::rows::{Rows, Value, each_row, encode_row};
use backup::{BackupError, Description, Keys, Phrase};

/// Columns of a row at most.
const MOST_COLUMNS: u8 = 24;

fn keys() -> Keys {
    Keys::of(&Phrase::new([7; 32]))
}

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    match bytes.split_first() {
        Some((0, rest)) => manifest(rest),
        Some((1, rest)) => rows(rest),
        Some((2, rest)) => description(rest),
        Some((_, rest)) => sealed(rest),
        None => Verdict::Refused,
    }
}

fn manifest(bytes: &[u8]) -> Verdict {
    let Ok(read) = Manifest::from_bytes(bytes) else {
        return Verdict::Refused;
    };
    assert!(read.chunks().count() * 32 <= bytes.len());
    let file = held(read.seal(&keys(), 1, &[9; 24]));
    assert_eq!(held(Manifest::open(&keys(), 1, &file)), read);
    assert_eq!(Manifest::open(&keys(), 2, &file), Err(BackupError::Altered));
    Verdict::Taken
}

fn rows(bytes: &[u8]) -> Verdict {
    let (columns, content) = bytes.split_first().unwrap_or((&0, &[]));
    let columns = usize::from(columns % MOST_COLUMNS);
    let mut again = Rows::default();
    let read = each_row(content, columns, |row| {
        again.push(&encode_row(row));
        Ok::<_, BackupError>(())
    });
    match read {
        Ok(count) => {
            assert_eq!(again.count(), count);
            assert_eq!(again.take(), content, "rows have one encoding");
            Verdict::Taken
        }
        Err(_) => Verdict::Refused,
    }
}

fn description(bytes: &[u8]) -> Verdict {
    match Description::from_bytes(bytes) {
        Ok(read) => {
            assert_eq!(Description::from_bytes(&read.to_bytes()), Ok(read));
            Verdict::Taken
        }
        Err(error) => {
            assert!(matches!(
                error,
                BackupError::Foreign | BackupError::Newer { .. }
            ));
            Verdict::Refused
        }
    }
}

fn sealed(bytes: &[u8]) -> Verdict {
    let (length, mut changes) = bytes.split_first_chunk().unwrap_or((&[0; 2], &[]));
    let content: Vec<u8> = (0..u16::from_le_bytes(*length))
        .map(|at| (at % 251) as u8)
        .collect();
    let chunk = held(Chunk::new(&keys(), &content));
    let whole = held(chunk.seal(&keys(), &[9; 24]));
    let mut file = whole.clone();
    while let Some(([low, high, by], rest)) = changes.split_first_chunk() {
        let at = usize::from(u16::from_le_bytes([*low, *high]));
        if let Some(byte) = file.get_mut(at) {
            *byte = byte.wrapping_add(*by);
        } else {
            file.truncate(at % whole.len());
        }
        changes = rest;
    }
    let opened = chunk::open(&keys(), chunk.name(), &file);
    if file == whole {
        assert_eq!(opened, Ok(content));
        return Verdict::Taken;
    }
    assert_eq!(opened, Err(BackupError::Altered));
    Verdict::Refused
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let name = *held(Chunk::new(&keys(), b"rows")).name();
    let manifest = Manifest {
        made_s: 1_790_000_000,
        schema: 7,
        tables: vec![Table {
            name: "home".to_owned(),
            columns: vec!["url".to_owned(), "key".to_owned()],
            rows: 1,
            chunks: vec![name, name],
        }],
    };
    let mut some = Rows::default();
    for number in [0, -1, i64::MAX] {
        some.push(&encode_row(&[
            Value::Null,
            Value::Integer(number),
            Value::Text("text"),
            Value::Bytes(&[1, 2]),
        ]));
    }
    let manifest = protocol::encoding::encoded(&manifest);
    [
        [&[0][..], &manifest].concat(),
        [&[1, 4][..], &some.take()].concat(),
        vec![1, 0, 0x80],
        [&[2][..], &Description::new(&keys()).to_bytes()].concat(),
        vec![3, 0x10, 0x27],
        vec![3],
    ]
    .to_vec()
}
