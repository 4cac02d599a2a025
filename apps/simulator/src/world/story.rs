//! What happened: a hash over all of it, lines for who wants to read, and how often what.

use protocol::hash::sha256;
use std::collections::BTreeMap;

/// The story of one world.
#[derive(Default)]
pub struct Story {
    hash: [u8; 32],
    lines: Vec<String>,
    silent: bool,
    /// How often each fault and each recovery happened.
    pub counts: BTreeMap<String, u64>,
}

impl Story {
    /// From now on no lines are kept; the hash goes on.
    pub fn keep_silent(&mut self) {
        self.silent = true;
    }

    /// From now on lines are kept.
    pub fn speak(&mut self) {
        self.silent = false;
    }

    /// Whether no lines are kept.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Takes something that happened into the hash: a word for its kind, numbers, and bytes.
    pub fn mark(&mut self, kind: &str, numbers: &[u64], bytes: &[u8]) {
        let mut all = Vec::with_capacity(numbers.len() * 8);
        for number in numbers {
            all.extend(number.to_be_bytes());
        }
        self.hash = sha256(&[&self.hash, kind.as_bytes(), &all, bytes]);
    }

    /// A line for who reads; what counts is marked.
    pub fn tell(&mut self, (step, now_ms): (u64, u64), line: impl FnOnce() -> String) {
        if !self.silent {
            self.lines.push(format!("{step:5} {now_ms:8} {}", line()));
        }
    }

    /// Counts a fault or a recovery.
    pub fn count(&mut self, what: &str, times: u64) {
        match self.counts.get_mut(what) {
            Some(count) => *count += times,
            None => {
                self.counts.insert(what.to_owned(), times);
            }
        }
    }

    /// The lines, if they were kept.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The hash over everything so far, in hexadecimal.
    pub fn hash(&self) -> String {
        self.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
