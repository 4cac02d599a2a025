//! The bytes that were found to reach something: one file for each target, base64 in lines, sorted.

use crate::{Target, held};
use data_encoding::BASE64;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the corpora.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

fn file(target: &Target) -> PathBuf {
    folder().join(target.name)
}

/// What is kept of a target; nothing, if there is no such file yet.
pub fn kept(target: &Target) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(file(target)).unwrap_or_default();
    text.lines()
        .map(|line| held(BASE64.decode(line.as_bytes())))
        .collect()
}

/// Writes each of them, and the seeds, into a file of its own, as libFuzzer wants it.
pub fn unpack(target: &Target, into: &Path) {
    held(fs::create_dir_all(into));
    let all = kept(target).into_iter().chain((target.seeds)());
    for (number, bytes) in all.enumerate() {
        held(fs::write(into.join(format!("{number:05}")), bytes));
    }
}

/// Keeps what libFuzzer left in a folder, but the seeds, which are there anyway.
pub fn pack(target: &Target, from: &Path) {
    let seeds = (target.seeds)();
    let lines: BTreeSet<String> = held(fs::read_dir(from))
        .map(|entry| held(fs::read(held(entry).path())))
        .filter(|bytes| !seeds.contains(bytes))
        .map(|bytes| BASE64.encode(&bytes))
        .collect();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    held(fs::write(file(target), text));
}
