//! Bytes of blobs between a profile's folder and a home: what a driver is to carry, and what an answer over HTTP means
//! (docs/protocol.md, *The bytes of a blob*).
//!
//! The engine decides that something is carried and what follows from how it ended; the driver carries. In between stands
//! [`Answered`]: what the driver does next about an upload, a function of what the home said and nothing else.

use blob::Reference;
use client_store::file::FileRoot;
use protocol::home_url::HomeUrl;
use protocol::id::{BlobHash, BlobId};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The wait where a home does not say how long, in milliseconds.
const SOON_MS: u64 = 1_000;
/// The wait where asking again does little, and the longest that a home can impose, in milliseconds.
const LATE_MS: u64 = 60_000;

/// One transfer. A number is never used twice by one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TransferId(pub(crate) u64);

/// A ticket or a delete secret, as it goes into `Authorization: Bearer`. Wiped when dropped, not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Bearer(Vec<u8>);

impl Bearer {
    pub(crate) const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the home alone.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(redacted)")
    }
}

/// What a driver is to carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The home.
    pub home: HomeUrl,
    /// The blob.
    pub blob: BlobId,
    /// The right to it.
    pub bearer: Bearer,
    /// What is to be done.
    pub errand: Errand,
}

/// What is to be done about a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Put it, from wherever it stands.
    Put {
        /// Its sealed bytes are here under this root.
        root: FileRoot,
        /// Their length, in bytes.
        size_bytes: u64,
        /// Their hash.
        hash: BlobHash,
    },
    /// Get it, checked, to where its root says; from wherever that stands.
    Get(Reference),
    /// Have it erased.
    Erase,
}

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, and durable.
    Done,
    /// Not now. What was carried stays, as far as it is known.
    Later {
        /// Milliseconds to wait.
        after_ms: u64,
    },
    /// The blob is erased, or the home has none.
    Gone,
    /// What came is not what was sent.
    Wrong,
    /// The sealed bytes are not in the profile's folder, or others.
    Missing,
    /// The profile's folder takes no bytes. Why, in a few words.
    Disk(String),
}

impl Outcome {
    /// A connection broke, or a home was silent.
    pub const BROKE: Self = Self::Later { after_ms: SOON_MS };
    /// A home does not do what it should.
    pub const STRANGE: Self = Self::Later { after_ms: LATE_MS };
}

/// What a home answered to a request about a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// `Upload-Offset`, in bytes.
    pub offset: Option<u64>,
    /// Whether `Upload-Complete` says so.
    pub complete: bool,
    /// `Retry-After`, in seconds.
    pub retry_after_s: Option<u64>,
}

/// What comes next of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Ask with HEAD where it stands.
    Look,
    /// PATCH everything from this byte on.
    Put {
        /// The offset, in bytes.
        from: u64,
    },
    /// Nothing.
    End(Outcome),
}

impl Answered {
    /// After HEAD about an upload of so many bytes.
    pub fn after_look(&self, size_bytes: u64) -> Next {
        match (self.status, self.offset) {
            (200 | 204, _) if self.complete => Next::End(Outcome::Done),
            (200 | 204, Some(from)) if from <= size_bytes => Next::Put { from },
            // What a home has lost is begun anew, with another ticket.
            (200 | 204 | 404, _) => Next::End(Outcome::STRANGE),
            _ => Next::End(self.refusal()),
        }
    }

    /// After PATCH of everything up to the end of so many bytes.
    pub fn after_put(&self, size_bytes: u64) -> Next {
        match (self.status, self.offset) {
            (200 | 204, _) if self.complete => Next::End(Outcome::Done),
            (409, Some(from)) if from <= size_bytes => Next::Put { from },
            (200 | 204 | 408 | 409, _) => Next::Look,
            (422, _) => Next::Put { from: 0 },
            (404, _) => Next::End(Outcome::STRANGE),
            _ => Next::End(self.refusal()),
        }
    }

    /// After PATCH of a piece that ends there, before the end of so many bytes.
    pub fn after_piece(&self, end: u64, size_bytes: u64) -> Next {
        match (self.status, self.offset) {
            (200 | 204, Some(at)) if !self.complete && at == end => Next::Put { from: at },
            _ => self.after_put(size_bytes),
        }
    }

    /// After DELETE.
    pub fn after_erase(&self) -> Outcome {
        match self.status {
            200 | 204 => Outcome::Done,
            // Another secret will not come.
            403 => Outcome::Gone,
            _ => self.refusal(),
        }
    }

    /// After GET that was not answered with what was asked for.
    pub fn refusal(&self) -> Outcome {
        let later = |default_ms: u64| {
            let asked_ms = self.retry_after_s.map(|s| s.saturating_mul(1_000));
            Outcome::Later {
                after_ms: asked_ms.unwrap_or(default_ms).clamp(SOON_MS, LATE_MS),
            }
        };
        match self.status {
            404 | 410 => Outcome::Gone,
            401 | 408 | 409 => later(SOON_MS),
            _ => later(LATE_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, offset: Option<u64>, complete: bool) -> Answered {
        Answered {
            status,
            offset,
            complete,
            retry_after_s: None,
        }
    }

    #[test]
    fn an_upload_goes_on_from_where_its_home_says() {
        let looked = |offset, complete| answered(204, offset, complete).after_look(100);
        assert_eq!(looked(Some(0), false), Next::Put { from: 0 });
        assert_eq!(looked(Some(40), false), Next::Put { from: 40 });
        // All bytes are there, and the last word is not.
        assert_eq!(looked(Some(100), false), Next::Put { from: 100 });
        assert_eq!(looked(Some(100), true), Next::End(Outcome::Done));
        for nonsense in [None, Some(101), Some(u64::MAX)] {
            assert_eq!(looked(nonsense, false), Next::End(Outcome::STRANGE));
        }
    }

    #[test]
    fn every_answer_to_bytes_says_what_comes_next() {
        for (status, offset, complete, next) in [
            (204, Some(100), true, Next::End(Outcome::Done)),
            (204, Some(60), false, Next::Look),
            (409, Some(60), false, Next::Put { from: 60 }),
            (409, Some(101), false, Next::Look),
            (409, None, false, Next::Look),
            (408, None, false, Next::Look),
            (422, None, false, Next::Put { from: 0 }),
            (410, None, false, Next::End(Outcome::Gone)),
            (404, None, false, Next::End(Outcome::STRANGE)),
            (401, None, false, Next::End(Outcome::BROKE)),
            (403, None, false, Next::End(Outcome::STRANGE)),
            (503, None, false, Next::End(Outcome::STRANGE)),
            (200, None, false, Next::Look),
            (302, None, false, Next::End(Outcome::STRANGE)),
        ] {
            let found = answered(status, offset, complete).after_put(100);
            assert_eq!(found, next, "{status} {offset:?} {complete}");
        }
    }

    #[test]
    fn a_piece_that_is_there_is_followed_by_the_next_and_everything_else_is_as_at_the_end() {
        for (status, offset, complete, next) in [
            (204, Some(40), false, Next::Put { from: 40 }),
            (204, Some(41), false, Next::Look),
            (204, None, false, Next::Look),
            (204, Some(40), true, Next::End(Outcome::Done)),
            (409, Some(20), false, Next::Put { from: 20 }),
            (410, None, false, Next::End(Outcome::Gone)),
            (507, None, false, Next::End(Outcome::STRANGE)),
        ] {
            let found = answered(status, offset, complete).after_piece(40, 100);
            assert_eq!(found, next, "{status} {offset:?} {complete}");
        }
    }

    #[test]
    fn what_is_erased_or_unknown_is_not_asked_for_again() {
        for (status, outcome) in [
            (204, Outcome::Done),
            (403, Outcome::Gone),
            (404, Outcome::Gone),
            (410, Outcome::Gone),
            (500, Outcome::STRANGE),
        ] {
            let found = answered(status, None, false).after_erase();
            assert_eq!(found, outcome, "{status}");
        }
    }

    #[test]
    fn a_home_cannot_impose_more_than_a_minute_nor_less_than_a_second() {
        for (asked_s, after_ms) in [(0, 1_000), (7, 7_000), (u64::MAX, 60_000)] {
            let busy = Answered {
                retry_after_s: Some(asked_s),
                ..answered(503, None, false)
            };
            assert_eq!(busy.refusal(), Outcome::Later { after_ms });
        }
    }

    #[test]
    fn debug_output_says_nothing_of_a_ticket() {
        let bearer = Bearer::new(vec![7; 64]);
        assert_eq!(format!("{bearer:?}"), "Bearer(redacted)");
    }
}
