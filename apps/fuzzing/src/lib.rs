//! What a home, the members of a conversation, and whoever opens an attachment or a backup do with bytes that nobody meant.
//!
//! Each [`Target`] is a function from bytes to a [`Verdict`] that ends the program where something
//! does not hold which must hold for all bytes. Two things call it: a program of libFuzzer in `fuzz/`,
//! which looks for such bytes (`cargo xtask fuzz`), and `tests/replay.rs`, which tries the bytes
//! that were found to reach something (`fuzz/corpus`) with every run of the tests. A target's seeds
//! are valid, and the tests see that they are taken: a decoder that refuses everything is found as well.

mod admitted;
mod agree;
mod backup;
mod blob_request;
mod content;
pub mod corpus;
mod form;
mod frames;
mod home;
mod invitation;
mod pieces;
mod sealed;
mod shown;
mod signed;
mod texts;
mod wrap;

use std::fmt::Debug;

/// What became of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They mean something, and it was done.
    Taken,
    /// They were refused as they should be.
    Refused,
}

/// Something that reads bytes of strangers.
#[derive(Debug)]
pub struct Target {
    /// Its name, also that of its program in `fuzz/fuzz_targets` and of its file in `fuzz/corpus`.
    pub name: &'static str,
    /// Tries some bytes.
    pub run: fn(&[u8]) -> Verdict,
    /// Bytes that must be taken.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The longest bytes that are worth trying.
    pub max_bytes: usize,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "request_frame",
        run: frames::request,
        seeds: frames::request_seeds,
        max_bytes: 4096,
    },
    Target {
        name: "response_frame",
        run: frames::response,
        seeds: frames::response_seeds,
        max_bytes: 4096,
    },
    Target {
        name: "admit",
        run: admitted::run,
        seeds: admitted::seeds,
        max_bytes: 8192,
    },
    Target {
        name: "home",
        run: home::run,
        seeds: home::seeds,
        max_bytes: 100 * home::ACT_BYTES,
    },
    Target {
        name: "blob_sealed",
        run: sealed::run,
        seeds: sealed::seeds,
        max_bytes: 256,
    },
    Target {
        name: "blob_request",
        run: blob_request::run,
        seeds: blob_request::seeds,
        max_bytes: 1024,
    },
    Target {
        name: "backup",
        run: backup::run,
        seeds: backup::seeds,
        max_bytes: 1024,
    },
    Target {
        name: "content",
        run: content::run,
        seeds: content::seeds,
        max_bytes: 4096,
    },
    Target {
        name: "invitation",
        run: invitation::run,
        seeds: invitation::seeds,
        max_bytes: 1024,
    },
    Target {
        name: "wrap",
        run: wrap::run,
        seeds: wrap::seeds,
        max_bytes: 1024,
    },
    Target {
        name: "texts",
        run: texts::run,
        seeds: texts::seeds,
        max_bytes: 1024,
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// What cannot fail, or the end.
fn held<T, E: Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => unreachable!("{error:?}"),
    }
}
