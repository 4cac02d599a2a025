//! Compares what the code writes now to a file in the crate's `vectors/`.

use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::Serialize;

/// One encoded value.
#[derive(Debug, Serialize)]
pub struct Encoded {
    pub name: String,
    pub description: String,
    /// The bytes in CBOR's diagnostic notation (RFC 8949 §8).
    pub diagnostic: String,
    pub hex: String,
}

impl Encoded {
    /// A vector of bytes that are CBOR.
    pub fn new(name: &str, description: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            diagnostic: minicbor::display(bytes).to_string(),
            hex: hex(bytes),
        }
    }
}

/// Lowercase hexadecimal, as all vectors are written.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Insists that the file holds exactly these vectors, or writes it if `UPDATE_GOLDEN` is set.
pub fn check(file: &str, vectors: &impl Serialize) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(file);
    let now = serde_json::to_string_pretty(vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let pinned = fs::read_to_string(&path).unwrap_or_default();
    for (number, (now, pinned)) in now.lines().zip(pinned.lines()).enumerate() {
        assert_eq!(now, pinned, "{file}, line {}", number + 1);
    }
    assert_eq!(now.len(), pinned.len(), "{file} has another length");
}
