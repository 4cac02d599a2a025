//! Blobs: who may put, get and keep them (docs/protocol.md, *Requests about blobs*), and what the
//! driver that holds their bytes asks and tells.
//!
//! | the home finds at blob-put, in this order | answer |
//! |---|---|
//! | no proven write right | `not-proven` |
//! | the blob is erased, or being erased | Gone |
//! | a blob of this id that differs, or of another log | `blob-taken` |
//! | this blob | a ticket |
//! | the head has children | `Superseded` with all of them |
//! | larger than [`BlobLimits::blob_bytes`] | `blob-too-large` |
//! | no room in the log or the home | `quota` |
//! | otherwise | a ticket, and the blob is awaited |
//!
//! Invariant: a blob is given out only while its row says that it is whole, and a row says so only
//! after the driver has made the bytes durable.

use crate::admit::{BlobRequest, BlobWish};
use crate::blob_index::{BlobAges, BlobState, BlobsKept, NewBlob, StoredBlob};
use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{HeadRow, LogStore};
use crate::outcome::{DONE, Outcome, Stop};
use crate::store_error::StoreError;
use crate::ticket::{Act, Ticket, TicketKey};
use protocol::frame::Response;
use protocol::id::{BlobHash, BlobId, DeleteHash};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::BlobTicket;

/// How much a home takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobLimits {
    /// Bytes of one blob.
    pub blob_bytes: u64,
    /// Blobs of one log.
    pub log_blobs: u64,
    /// Bytes of all blobs of one log.
    pub log_bytes: u64,
    /// Blobs of all logs.
    pub all_blobs: u64,
    /// Bytes of all blobs.
    pub all_bytes: u64,
}

/// What makes a home one that keeps blobs.
#[derive(Debug)]
pub struct Blobs {
    /// Makes its tickets.
    pub key: TicketKey,
    /// What it takes.
    pub limits: BlobLimits,
}

/// What the driver tells of the bytes, or asks before it touches them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobAct {
    /// How does this blob stand?
    Look(BlobId),
    /// All bytes of an awaited blob are durable, and this is their hash.
    Whole(BlobId, BlobHash),
    /// Somebody who holds a secret with this hash wants it gone.
    Delete(BlobId, DeleteHash),
    /// Which bytes are to go? Also lets those whose time is over go.
    Sweep,
    /// The bytes of these are gone.
    Erased(Vec<BlobId>),
}

/// What the home answers to a [`BlobAct`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobWord {
    /// How the blob stands after the act; none: it is not known.
    State(Option<BlobState>),
    /// The secret is not this blob's.
    WrongSecret,
    /// The bytes of these are to be erased, then [`BlobAct::Erased`] is to be told.
    Erase(Vec<BlobId>),
    /// It is noted.
    Noted,
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// Makes this home one that keeps blobs.
    #[must_use]
    pub fn with_blobs(mut self, blobs: Blobs) -> Self {
        self.blobs = Some(blobs);
        self
    }

    pub(crate) fn about_blob(&mut self, from: ConnectionId, request: BlobRequest) -> Outcome {
        let head = (request.log, request.head);
        let right = match request.wish {
            BlobWish::Get => Right::Read,
            BlobWish::Put { .. } | BlobWish::Renew => Right::Write,
        };
        let row = self.proven(from, head, right)?;
        match request.wish {
            BlobWish::Put { size, delete } => {
                let blob = NewBlob {
                    blob: request.blob,
                    log: row.log,
                    size,
                    delete,
                };
                self.put_blob(row, &blob)
            }
            BlobWish::Get => {
                let (blob, hash) = self.whole_blob(row, &request.blob)?;
                self.ticket(Act::Get, &blob, Some(hash))
            }
            BlobWish::Renew => {
                self.whole_blob(row, &request.blob)?;
                let today = self.today();
                self.logs.renew_blob(&request.blob, today)?;
                Ok(DONE)
            }
        }
    }

    /// What the driver of the bytes asks or tells.
    pub(crate) fn about_bytes(&mut self, act: BlobAct) -> Result<BlobWord, StoreError> {
        let today = self.today();
        match act {
            BlobAct::Look(blob) => self.look(&blob),
            BlobAct::Whole(blob, hash) => {
                let stored = self.logs.blob(&blob)?;
                if stored.is_some_and(|stored| stored.state == BlobState::Awaited) {
                    self.logs.complete_blob(&blob, &hash, today)?;
                }
                self.look(&blob)
            }
            BlobAct::Delete(blob, secret) => {
                let stored = self.logs.blob(&blob)?;
                if stored.is_some_and(|stored| stored.about.delete != secret) {
                    return Ok(BlobWord::WrongSecret);
                }
                self.logs.erase_blob(&blob)?;
                self.look(&blob)
            }
            BlobAct::Sweep => {
                let ages = BlobAges {
                    awaited_before: today.minus(bounds::AWAITED_BLOB_DAYS),
                    leased_before: today.minus(bounds::BLOB_LEASE_DAYS),
                    erased_before: today.minus(bounds::ERASED_BLOB_DAYS),
                };
                self.logs.age_blobs(ages, bounds::MAX_SWEPT_BLOBS)?;
                let erasing = self.logs.erasing_blobs(bounds::MAX_SWEPT_BLOBS)?;
                Ok(BlobWord::Erase(erasing))
            }
            BlobAct::Erased(blobs) => {
                for blob in &blobs {
                    self.logs.blob_is_erased(blob, today)?;
                }
                Ok(BlobWord::Noted)
            }
        }
    }

    fn look(&mut self, blob: &BlobId) -> Result<BlobWord, StoreError> {
        let stored = self.logs.blob(blob)?;
        Ok(BlobWord::State(stored.map(|stored| stored.state)))
    }

    fn put_blob(&mut self, row: HeadRow, blob: &NewBlob) -> Outcome {
        let today = self.today();
        if let Some(stored) = self.logs.blob(&blob.blob)? {
            let hash = match stored.state {
                BlobState::Erasing | BlobState::Erased if stored.about.log == blob.log => {
                    return Err(HomeError::Gone.into());
                }
                BlobState::Whole(hash) => Some(hash),
                _ => None,
            };
            if stored.about != *blob {
                return Err(Refusal::BlobTaken.into());
            }
            if hash.is_none() {
                self.logs.renew_blob(&blob.blob, today)?;
            }
            return self.ticket(Act::Put, blob, hash);
        }
        let children = self.logs.child_heads(row)?;
        if !children.is_empty() {
            return Err(HomeError::Superseded { children }.into());
        }
        let limits = self.blobs.as_ref().ok_or(Refusal::Quota)?.limits;
        if blob.size > limits.blob_bytes {
            return Err(Refusal::BlobTooLarge.into());
        }
        let kept = self.logs.blobs_kept(row.log)?;
        if !limits.have_room(&kept, blob.size) {
            return Err(Refusal::Quota.into());
        }
        self.logs.await_blob(blob, today)?;
        self.ticket(Act::Put, blob, None)
    }

    /// A blob that is whole and of the log of this head.
    fn whole_blob(&mut self, row: HeadRow, blob: &BlobId) -> Result<(NewBlob, BlobHash), Stop> {
        let stored = self.logs.blob(blob)?;
        match stored.filter(|stored| stored.about.log == row.log) {
            Some(StoredBlob {
                about,
                state: BlobState::Whole(hash),
            }) => Ok((about, hash)),
            Some(StoredBlob {
                state: BlobState::Erasing | BlobState::Erased,
                ..
            }) => Err(HomeError::Gone.into()),
            Some(_) | None => Err(Refusal::Unknown.into()),
        }
    }

    fn ticket(&self, act: Act, blob: &NewBlob, hash: Option<BlobHash>) -> Outcome {
        let key = &self.blobs.as_ref().ok_or(Refusal::Quota)?.key;
        let ticket = Ticket {
            act,
            blob: blob.blob,
            size: blob.size,
        };
        let last_s = self.now_s.saturating_add(bounds::TICKET_S);
        Ok(Response::BlobTicket(BlobTicket {
            ticket: key.issue(&ticket, last_s),
            valid_s: bounds::TICKET_S,
            size: blob.size,
            hash,
        }))
    }
}

impl BlobLimits {
    /// Whether one more blob of this size goes in.
    fn have_room(&self, kept: &BlobsKept, size: u64) -> bool {
        kept.log_awaited < bounds::MAX_AWAITED_BLOBS
            && kept.log_blobs < self.log_blobs
            && kept.all_blobs < self.all_blobs
            && kept.log_bytes.saturating_add(size) <= self.log_bytes
            && kept.all_bytes.saturating_add(size) <= self.all_bytes
    }
}
