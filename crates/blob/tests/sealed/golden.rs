//! The exact bytes, in `vectors/blobs.json`. With `UPDATE_GOLDEN` set the file is written anew.

use super::{content, seal_as};
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

#[derive(Serialize)]
struct Vector {
    description: &'static str,
    key: String,
    blob: String,
    content_bytes: usize,
    content_sha256: String,
    root: String,
    sealed_bytes: usize,
    sealed_sha256: String,
    /// The first bytes of the first segment.
    sealed_begins: String,
    /// The last bytes of the last segment, with its tag.
    segments_end: String,
    table: String,
}

fn vector(description: &'static str, bytes: usize) -> Vector {
    let (key, id) = ([0x11; 32], [0x22; 16]);
    let content = content(bytes);
    let sealed = seal_as(key, id, &content);
    let segments = sealed.reference.table().unwrap().start as usize;
    let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
    Vector {
        description,
        key: hex(&key),
        blob: hex(&id),
        content_bytes: bytes,
        content_sha256: hex(&Sha256::digest(&content)),
        root: hex(sealed.reference.root.as_bytes()),
        sealed_bytes: sealed.blob.len(),
        sealed_sha256: hex(&Sha256::digest(&sealed.blob)),
        sealed_begins: hex(&sealed.blob[..64]),
        segments_end: hex(&sealed.blob[segments - 64..segments]),
        table: hex(sealed.table()),
    }
}

#[test]
fn sealed_bytes_have_their_pinned_values() {
    let vectors = [
        vector("no content: one segment of 4,096 zeros", 0),
        vector("five bytes, padded to 4,096", 5),
        vector("one full segment", 65_536),
        vector("one byte more: a second segment of 2,048 bytes", 65_537),
        vector("five segments, the tree is not full", 300_000),
    ];
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/blobs.json");
    let now = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(now, pinned);
}
