//! Ada and Ben, and the files that they send each other.

use serde_json::Value;
use std::path::{Path, PathBuf};

use crate::support::person::Person;
use crate::support::said::Said;

/// Bytes that no encoding makes smaller, others for each seed.
pub fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let bytes = (0..length.div_ceil(8)).flat_map(|_| {
        // xorshift64 (Marsaglia 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    bytes.take(length).collect()
}

/// Puts a file beside somebody's profile.
pub fn write(person: &Person, name: &str, content: &[u8]) -> PathBuf {
    let path = person.folder().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// `kith send C TEXT --attach FILE…`
pub fn send(person: &Person, to: &str, text: &str, files: &[&Path]) -> Said {
    person.run(&arguments(to, text, files))
}

/// The same, to be started.
pub fn arguments(to: &str, text: &str, files: &[&Path]) -> Vec<String> {
    let mut arguments = vec!["send".to_owned(), to.to_owned(), text.to_owned()];
    for file in files {
        arguments.push("--attach".into());
        arguments.push(file.to_str().unwrap().into());
    }
    arguments
}

/// `kith save ITEM` into a folder of somebody's.
pub fn save(person: &Person, item: &str) -> Said {
    let out = person.folder().join("saved");
    std::fs::create_dir_all(&out).unwrap();
    person.run(&["save", item, "--out", out.to_str().unwrap()])
}

/// The last item of a conversation.
pub fn last(person: &Person, conversation: &str) -> Value {
    person.shown(conversation).pop().unwrap()
}

/// What was saved: path and content.
pub fn content(line: &Value) -> Vec<u8> {
    std::fs::read(line["file"].as_str().unwrap()).unwrap()
}

/// The files in a profile's folder of sealed files.
pub fn sealed(person: &Person) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(person.profile().join("files"));
    let mut paths: Vec<_> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}
