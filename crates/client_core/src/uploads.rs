//! Own blobs on their way to a home: a ticket on the socket, then the bytes, one blob after the other.
//!
//! An item leaves when all its blobs are whole at the home of its log, and what was said after it waits for that: what
//! people say stays in its order. Passed by is only what a home will never take, and only by what is done to stored items:
//! taking something back must not wait for an upload. Nothing of how far an upload is is kept:
//! the home knows, and is asked.

use client_store::log::LogRow;
use client_store::outbox::OutboxRow;
use client_store::upload::{UploadRow, UploadState};
use protocol::frame::Request;
use protocol::id::{BlobHash, BlobId, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::BlobPut;
use protocol::response::{BlobTicket, MAX_TICKET_BYTES};

use crate::effect::{Effect, Event};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::files::reference;
use crate::session::{Asked, ConnectionKey};
use crate::transfer::{Bearer, Errand, Outcome, Transfer, TransferId};

/// What is said of a file that its home erased while it was still being put.
const ERASED: &str = "its home erased a file of it";
const TAKEN: &str = "its home has something else in the place of a file of it";
const TOO_LARGE: &str = "its home takes no file as large as one of it";
const MISSING: &str = "the sealed copy of a file of it is not in the profile's folder any more";
/// What is said while a home has no room.
const NO_ROOM: &str = "its home has no room for the file now";

/// Whether an item can leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blobs {
    /// All its blobs are where they belong.
    Whole,
    /// They are being put.
    Awaited,
    /// Its home will not take one.
    Refused,
}

/// What a transfer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carrying {
    pub key: ConnectionKey,
    pub blob: BlobId,
    /// The item, its file's place, and how long the blob is, in bytes; none where a blob is erased.
    pub of: Option<(client_store::id::ItemId, u64, u64)>,
    pub asked: Asked,
}

impl Engine {
    /// Whether the blobs of an item are whole; if not, goes on with the first that is not.
    pub(crate) fn blobs_of(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
        row: &OutboxRow,
    ) -> Result<Blobs, CoreError> {
        let uploads = self.store.uploads_of(row.item)?;
        let is_refused = |upload: &UploadRow| matches!(upload.state, UploadState::Refused(_));
        if uploads.iter().any(is_refused) {
            return Ok(Blobs::Refused);
        }
        let mut awaited = uploads.into_iter().filter(|upload| {
            upload.state != UploadState::Whole || upload.log.as_ref() != Some(&log.log)
        });
        match awaited.next() {
            None => Ok(Blobs::Whole),
            Some(upload) => {
                self.put(key, log, &upload)?;
                Ok(Blobs::Awaited)
            }
        }
    }

    /// Asks for a ticket to put a blob, unless that is under way.
    fn put(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
        upload: &UploadRow,
    ) -> Result<(), CoreError> {
        let asked = Asked::BlobPut(log.log, log.head, upload.blob);
        if self.is_carried(&asked) || !self.may_ask(key, &asked) {
            return Ok(());
        }
        let Some(file) = self.store.file(upload.item, upload.place)? else {
            return Ok(());
        };
        let size = reference(&file.file)?
            .blob_bytes()
            .map_err(|_| CoreError::Unknown("file"))?;
        // Noted first: whatever the home knows of it can then be erased.
        self.store.set_upload_begun(&upload.blob, &log.log)?;
        let put = BlobPut {
            log: log.log,
            head: log.head,
            blob: upload.blob,
            size,
            delete: upload.delete_secret.hash(),
        };
        self.ask(key, asked, &Request::BlobPut(put));
        Ok(())
    }

    /// The home takes a blob: its bytes are carried there.
    pub(crate) fn put_granted(
        &mut self,
        key: &ConnectionKey,
        asked: Asked,
        blob: &BlobId,
        ticket: BlobTicket,
    ) -> Result<(), CoreError> {
        let Some(upload) = self.store.upload(blob)? else {
            // It was taken back meanwhile.
            return Ok(());
        };
        let Some(file) = self.store.file(upload.item, upload.place)? else {
            return Ok(());
        };
        let reference = reference(&file.file)?;
        let size_bytes = reference
            .blob_bytes()
            .map_err(|_| CoreError::Unknown("file"))?;
        let hash = BlobHash::new(file.file.sealed.hash);
        if ticket.size != size_bytes || ticket.ticket.len() > MAX_TICKET_BYTES {
            self.retry_late(key, asked);
            return Ok(());
        }
        match ticket.hash {
            Some(whole) if whole == hash => self.put_is_whole(&upload),
            Some(_) => self.refuse_upload(&upload, TAKEN),
            None => {
                let transfer = Transfer {
                    home: key.home.clone(),
                    blob: *blob,
                    bearer: Bearer::new(ticket.ticket),
                    errand: Errand::Put {
                        root: file.file.sealed.root,
                        size_bytes,
                        hash,
                    },
                };
                let of = Some((upload.item, upload.place, size_bytes));
                self.settle(key, asked.clone());
                self.begin_transfer(key, asked, of, transfer);
                Ok(())
            }
        }
    }

    /// The home gave no ticket to put a blob.
    pub(crate) fn put_refused(
        &mut self,
        key: &ConnectionKey,
        (log, head, blob): (LogId, HeadId, BlobId),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let (Some(upload), Some(row)) = (self.store.upload(&blob)?, self.store.log(&log)?) else {
            return Ok(());
        };
        let asked = Asked::BlobPut(log, head, blob);
        let why = match error {
            HomeError::Refused { why } => Some(why),
            _ => None,
        };
        match (error, why) {
            _ if head != row.head => {
                self.work.insert(Work::Log(log));
            }
            (HomeError::Superseded { .. }, _) => {
                if let Some(session) = self.sessions.get_mut(key) {
                    session.refuse(asked);
                }
                self.read_again(&row);
            }
            (_, Some(Refusal::NotProven)) => {
                self.forget(key, &Asked::Prove(log, head, Right::Write));
                self.work.insert(Work::Log(log));
            }
            (HomeError::Gone, _) => return self.refuse_upload(&upload, ERASED),
            (_, Some(Refusal::BlobTaken)) => return self.refuse_upload(&upload, TAKEN),
            (_, Some(Refusal::BlobTooLarge)) => return self.refuse_upload(&upload, TOO_LARGE),
            (_, Some(Refusal::Quota)) => {
                self.event(Event::Waits(upload.item, NO_ROOM));
                self.retry_late(key, asked);
            }
            _ => self.retry_late(key, asked),
        }
        Ok(())
    }

    fn put_is_whole(&mut self, upload: &UploadRow) -> Result<(), CoreError> {
        self.store
            .set_upload_whole(&upload.blob, self.now.unix_s())?;
        self.work.extend(upload.log.map(Work::Log));
        Ok(())
    }

    /// A home will never take it: what was said after it goes out, and it stays here until it is taken back.
    fn refuse_upload(&mut self, upload: &UploadRow, why: &str) -> Result<(), CoreError> {
        self.store.set_upload_refused(&upload.blob, why)?;
        self.event(Event::NotSent(upload.item, why.to_owned()));
        match self.conversation_of(upload.item)? {
            Some(conversation) => self.work_on_logs_of(conversation),
            None => Ok(()),
        }
    }

    /// The bytes of a blob were carried to its home, or not.
    pub(crate) fn put_ended(
        &mut self,
        carrying: &Carrying,
        outcome: &Outcome,
    ) -> Result<(), CoreError> {
        let Some(upload) = self.store.upload(&carrying.blob)? else {
            return Ok(());
        };
        self.forget(&carrying.key, &carrying.asked);
        match outcome {
            Outcome::Done => self.put_is_whole(&upload),
            Outcome::Gone => self.refuse_upload(&upload, ERASED),
            Outcome::Missing => self.refuse_upload(&upload, MISSING),
            Outcome::Later { after_ms } => {
                let head = match &upload.log {
                    Some(log) => self.store.log(log)?.map(|log| (log.log, log.head)),
                    None => None,
                };
                if let Some((log, head)) = head {
                    let asked = Asked::BlobPut(log, head, carrying.blob);
                    self.retry(&carrying.key, asked, *after_ms);
                }
                Ok(())
            }
            Outcome::Wrong | Outcome::Disk(_) => {
                self.retry_late(&carrying.key, carrying.asked.clone());
                Ok(())
            }
        }
    }

    /// Has the driver carry something, once the running transaction is durable.
    pub(crate) fn begin_transfer(
        &mut self,
        key: &ConnectionKey,
        asked: Asked,
        of: Option<(client_store::id::ItemId, u64, u64)>,
        transfer: Transfer,
    ) {
        let id = TransferId(self.next_transfer);
        self.next_transfer += 1;
        let carrying = Carrying {
            key: key.clone(),
            blob: transfer.blob,
            of,
            asked,
        };
        self.transfers.insert(id, carrying);
        self.effect(Effect::Transfer(id, Box::new(transfer)));
    }

    /// Whether what was asked led to a transfer that runs, under whichever head.
    pub(crate) fn is_carried(&self, asked: &Asked) -> bool {
        self.transfers
            .values()
            .any(|carrying| match (&carrying.asked, asked) {
                (Asked::BlobPut(_, _, carried), Asked::BlobPut(_, _, blob)) => carried == blob,
                (Asked::BlobGet(_, _, carried, at), Asked::BlobGet(_, _, item, place)) => {
                    (carried, at) == (item, place)
                }
                (carried, asked) => carried == asked,
            })
    }

    /// Stops the transfer that puts a blob, if one runs.
    pub(crate) fn abandon_put(&mut self, blob: &BlobId) {
        let is_put = |carrying: &Carrying| matches!(&carrying.asked, Asked::BlobPut(_, _, carried) if carried == blob);
        let found = self.transfers.iter().find(|(_, carrying)| is_put(carrying));
        if let Some(id) = found.map(|(id, _)| *id) {
            self.transfers.remove(&id);
            self.effect(Effect::Abandon(id));
        }
    }
}
