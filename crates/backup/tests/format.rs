//! The format as docs/backup.md has it: pinned bytes, which a second program computed as well, and what was changed anywhere does not open.

use backup::chunk::{self, Chunk, ChunkName};
use backup::manifest::{Manifest, Table};
use backup::rows::{Rows, Value, each_row, encode_row};
use backup::{BackupError, Description, Keys, Phrase};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

const NONCE: [u8; 24] = [9; 24];

fn keys() -> Keys {
    Keys::of(&Phrase::new([7; 32]))
}

fn manifest(name: ChunkName) -> Manifest {
    Manifest {
        made_s: 1_790_000_000,
        schema: 6,
        tables: vec![Table {
            name: "home".into(),
            columns: vec!["url".into(), "key".into()],
            rows: 1,
            chunks: vec![name],
        }],
    }
}

#[test]
fn names_and_checks_are_pinned() {
    let chunk = Chunk::new(&keys(), b"hello").unwrap();
    assert_eq!(
        chunk.name().file_name(),
        "jhg5lr5j4mph223njnt6ofc4fiwukh57ujlr67f5xrfme4ewseta"
    );
    assert_eq!(
        HEXLOWER.encode(keys().check()),
        "1fc77ae88011f5ec3ea69f456b08c74f"
    );
    let file = chunk.seal(&keys(), &NONCE).unwrap();
    assert_eq!(file.len(), 4096);
    assert_eq!(
        HEXLOWER.encode(&file[4080..]),
        "2d027e1a931df7b1b3643808b18b0f43"
    );
    let file = manifest(*chunk.name()).seal(&keys(), 3, &NONCE).unwrap();
    assert_eq!(
        HEXLOWER.encode(&file[4080..]),
        "cc2f8a5360c631a64794a571772801d6"
    );
}

#[test]
fn what_was_changed_or_put_elsewhere_does_not_open() {
    let (keys, other) = (keys(), Keys::of(&Phrase::new([8; 32])));
    let chunk = Chunk::new(&keys, b"hello").unwrap();
    let file = chunk.seal(&keys, &NONCE).unwrap();
    assert_eq!(chunk::open(&keys, chunk.name(), &file).unwrap(), b"hello");
    let altered = Err(BackupError::Altered);
    for at in [0, 23, 24, 100, 4095] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert_eq!(chunk::open(&keys, chunk.name(), &changed), altered);
    }
    for cut in [0, 10, 40, 4095] {
        assert_eq!(chunk::open(&keys, chunk.name(), &file[..cut]), altered);
    }
    let elsewhere = Chunk::new(&keys, b"other").unwrap();
    assert_eq!(chunk::open(&keys, elsewhere.name(), &file), altered);
    assert_eq!(chunk::open(&other, chunk.name(), &file), altered);
    let manifest = manifest(*chunk.name());
    let file = manifest.seal(&keys, 3, &NONCE).unwrap();
    assert_eq!(Manifest::open(&keys, 3, &file).unwrap(), manifest);
    for result in [
        Manifest::open(&keys, 4, &file),
        Manifest::open(&other, 3, &file),
        Manifest::open(&keys, 3, &file[1..]),
    ] {
        assert_eq!(result, Err(BackupError::Altered));
    }
    let long = vec![0; chunk::LARGEST_BYTES + 1];
    let too_long = Err(BackupError::TooLong);
    assert_eq!(chunk::open(&keys, chunk.name(), &long), too_long);
    assert!(Chunk::new(&keys, &long).is_err());
}

#[test]
fn the_same_content_has_the_same_name_under_one_phrase_alone() {
    let other = Keys::of(&Phrase::new([8; 32]));
    let name = |keys: &Keys, content| *Chunk::new(keys, content).unwrap().name();
    assert_eq!(name(&keys(), b"a"), name(&keys(), b"a"));
    assert_ne!(name(&keys(), b"a"), name(&keys(), b"b"));
    assert_ne!(name(&keys(), b"a"), name(&other, b"a"));
    let text = name(&keys(), b"a").file_name();
    assert_eq!(ChunkName::from_file_name(&text), Some(name(&keys(), b"a")));
    for foreign in ["", "unfinished", &text[1..], &text.to_uppercase()] {
        assert_eq!(ChunkName::from_file_name(foreign), None);
    }
}

#[test]
fn a_foreign_or_newer_folder_is_told_apart() {
    let described = Description::new(&keys());
    let bytes = described.to_bytes();
    assert_eq!(Description::from_bytes(&bytes), Ok(described.clone()));
    assert!(described.is_of(&keys()));
    assert!(!described.is_of(&Keys::of(&Phrase::new([8; 32]))));
    for foreign in [&b""[..], b"{}", b"[1]", b"null", &bytes[1..]] {
        assert_eq!(Description::from_bytes(foreign), Err(BackupError::Foreign));
    }
    let newer = br#"{"kith_backup":2,"something":[]}"#;
    assert!(matches!(
        Description::from_bytes(newer),
        Err(BackupError::Newer { found: 2, .. })
    ));
}

fn read(content: &[u8], columns: usize) -> Result<Vec<Vec<u8>>, BackupError> {
    let mut rows = Vec::new();
    each_row(content, columns, |row| {
        rows.push(encode_row(row));
        Ok::<_, BackupError>(())
    })?;
    Ok(rows)
}

#[test]
fn rows_come_back_as_they_were() {
    let row = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Text("ä"),
        Value::Bytes(&[0, 255]),
    ];
    let mut rows = Rows::default();
    let encoded = encode_row(&row);
    rows.push(&encoded);
    rows.push(&encoded);
    assert_eq!(rows.count(), 2);
    let content = rows.take();
    assert!(rows.is_empty());
    assert_eq!(read(&content, 4).unwrap(), [encoded.clone(), encoded]);
    assert!(read(&content, 3).is_err());
    assert!(read(&content[..content.len() - 1], 4).is_err());
    assert!(read(b"", 0).is_err());
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..64), columns in 0usize..4) {
        let _ = read(&bytes, columns);
        let _ = Manifest::from_bytes(&bytes);
        let _ = Description::from_bytes(&bytes);
    }
}
