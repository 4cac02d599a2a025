//! Files of others that somebody wants here, how transfers end, and blobs that homes are to erase.
//!
//! Nothing is fetched because it came: only what a person asks for, for as long as this program runs.

use client_store::file::FileState;
use client_store::id::ItemId;
use client_store::log::{LogRow, LogState};
use protocol::frame::Request;
use protocol::id::{BlobHash, BlobId, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::BlobName;
use protocol::response::{BlobTicket, MAX_TICKET_BYTES};

use crate::advice::Step;
use crate::effect::{Effect, Event, FileFailure, Now};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::files::reference;
use crate::session::{Asked, ConnectionKey};
use crate::transfer::{Bearer, Errand, Outcome, Transfer, TransferId};
use crate::uploads::Carrying;

/// Whether a home gives files of a log to this device: to those who show the newest keys of it that they know.
fn check_serves(state: &LogState) -> Result<(), CoreError> {
    match state {
        LogState::Open | LogState::Removed => Ok(()),
        // A restored device has no keys at all, and what one left behind has is what it cannot follow.
        LogState::Rejoining | LogState::Behind => Err(CoreError::Refused(
            "The home gives this file to members alone, and this conversation waits until the others have let this \
             device in; nothing was saved."
                .into(),
        )
        .advising("Once they have, save it again", Step::Sync)),
        LogState::Opening | LogState::Halted(_) | LogState::Left => Err(CoreError::Invalid(
            "The conversation of this file cannot go on, so its home is not asked for it any more; nothing was saved."
                .into(),
        )),
    }
}

impl Engine {
    /// Wants the sealed bytes of a file here. [`Event::FileHere`] or [`Event::FileFailed`] says what came of it.
    ///
    /// # Errors
    /// [`CoreError::Unknown`]; [`CoreError::Invalid`] if the item was taken back, or its conversation cannot go on;
    /// [`CoreError::Refused`] for as long as that waits until others have let this device in.
    pub fn fetch(&mut self, now: Now, item: ItemId, place: u64) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            engine.file(item, place)?;
            let row = engine.store.item(item)?;
            let log = row.and_then(|row| row.log).ok_or_else(|| {
                CoreError::Invalid(
                    "The sealed file is not in the profile's folder, and no home has it; nothing \
                     was saved."
                        .into(),
                )
            })?;
            let log = engine.store.log(&log)?;
            let log = log.ok_or(CoreError::Unknown("log"))?;
            check_serves(&log.state)?;
            engine.wanted_files.insert((item, place));
            engine.work.insert(Work::Log(log.log));
            Ok(())
        })
    }

    /// A file is not wanted here any more. What came of it stays, and goes on from there when it is wanted again.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn stop_fetching(&mut self, now: Now, item: ItemId, place: u64) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            engine.wanted_files.remove(&(item, place));
            let is_it = |carrying: &Carrying| matches!(carrying.asked, Asked::BlobGet(_, _, of, at) if (of, at) == (item, place));
            let mut running = engine.transfers.iter();
            let Some(id) = running.find_map(|(id, carrying)| is_it(carrying).then_some(*id)) else {
                return Ok(());
            };
            if let Some(carrying) = engine.transfers.remove(&id) {
                engine.forget(&carrying.key, &carrying.asked);
            }
            engine.effect(Effect::Abandon(id));
            Ok(())
        })
    }

    /// The sealed bytes of a file are not in the profile's folder, against what was noted.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn note_missing(&mut self, now: Now, item: ItemId, place: u64) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let file = engine.store.file(item, place)?;
            let file = file.ok_or(CoreError::Unknown("file"))?;
            Ok(engine.store.set_files_away(&file.file.sealed.root)?)
        })
    }

    /// Asks for tickets to get what is wanted of one log, whose read right is proven.
    pub(crate) fn get_wanted(
        &mut self,
        key: &ConnectionKey,
        log: &LogRow,
    ) -> Result<(), CoreError> {
        for (item, place) in self.wanted_files.clone() {
            let row = self.store.item(item)?;
            if row.is_none_or(|row| row.log != Some(log.log)) {
                continue;
            }
            let Some(file) = self.store.file(item, place)? else {
                continue;
            };
            if file.state == FileState::Here {
                self.file_is_here(item, place);
                continue;
            }
            let asked = Asked::BlobGet(log.log, log.head, item, place);
            if self.is_carried(&asked) || !self.may_ask(key, &asked) {
                continue;
            }
            let get = BlobName {
                log: log.log,
                head: log.head,
                blob: BlobId::new(file.file.sealed.blob),
            };
            self.ask(key, asked, &Request::BlobGet(get));
        }
        Ok(())
    }

    /// The home gives a blob out.
    pub(crate) fn get_granted(
        &mut self,
        key: &ConnectionKey,
        asked: Asked,
        (item, place): (ItemId, u64),
        ticket: BlobTicket,
    ) -> Result<(), CoreError> {
        if !self.wanted_files.contains(&(item, place)) {
            self.forget(key, &asked);
            return Ok(());
        }
        let Some(file) = self.store.file(item, place)? else {
            return Ok(());
        };
        let reference = reference(&file.file)?;
        let size_bytes = reference
            .blob_bytes()
            .map_err(|_| CoreError::Unknown("file"))?;
        let hash = BlobHash::new(file.file.sealed.hash);
        let is_other = ticket.size != size_bytes || ticket.hash.is_some_and(|said| said != hash);
        if is_other || ticket.ticket.len() > MAX_TICKET_BYTES {
            self.file_failed(item, place, FileFailure::Wrong);
            return Ok(());
        }
        let transfer = Transfer {
            home: key.home.clone(),
            blob: reference.blob,
            bearer: Bearer::new(ticket.ticket),
            errand: Errand::Get(reference),
        };
        self.settle(key, asked.clone());
        self.begin_transfer(key, asked, Some((item, place, size_bytes)), transfer);
        Ok(())
    }

    /// The home gave no ticket to get a blob.
    pub(crate) fn get_refused(
        &mut self,
        key: &ConnectionKey,
        (log, head, item, place): (LogId, HeadId, ItemId, u64),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let asked = Asked::BlobGet(log, head, item, place);
        match error {
            HomeError::Gone => {
                self.store.set_file_gone(item, place)?;
                self.file_failed(item, place, FileFailure::Gone);
            }
            HomeError::Refused {
                why: Refusal::Unknown,
            } => self.file_failed(item, place, FileFailure::Gone),
            HomeError::Refused {
                why: Refusal::NotProven,
            } => {
                self.forget(key, &Asked::Prove(log, head, Right::Read));
                self.forget(key, &Asked::Subscribe(log, head));
                self.work.insert(Work::Log(log));
            }
            _ => self.retry_late(key, asked),
        }
        Ok(())
    }

    /// A transfer ended.
    pub(crate) fn transferred(
        &mut self,
        id: TransferId,
        outcome: Outcome,
    ) -> Result<(), CoreError> {
        let Some(carrying) = self.transfers.remove(&id) else {
            // It was abandoned.
            return Ok(());
        };
        match (&carrying.asked, carrying.of) {
            (Asked::BlobPut(..), _) => self.put_ended(&carrying, &outcome),
            (Asked::BlobGet(..), Some((item, place, _))) => {
                self.get_ended(&carrying, item, place, outcome)
            }
            _ => self.erase_ended(&carrying, &outcome),
        }
    }

    /// So many bytes of a transfer are carried.
    pub(crate) fn carried(&mut self, id: TransferId, done_bytes: u64) {
        let carrying = self.transfers.get(&id);
        if let Some((item, place, of_bytes)) = carrying.and_then(|carrying| carrying.of) {
            self.event(Event::Carried {
                item,
                place,
                done_bytes: done_bytes.min(of_bytes),
                of_bytes,
            });
        }
    }

    fn get_ended(
        &mut self,
        carrying: &Carrying,
        item: ItemId,
        place: u64,
        outcome: Outcome,
    ) -> Result<(), CoreError> {
        self.forget(&carrying.key, &carrying.asked);
        let failure = match outcome {
            Outcome::Done => {
                if let Some(file) = self.store.file(item, place)? {
                    self.store.set_files_here(&file.file.sealed.root)?;
                }
                self.file_is_here(item, place);
                return Ok(());
            }
            Outcome::Later { after_ms } => {
                self.retry(&carrying.key, carrying.asked.clone(), after_ms);
                return Ok(());
            }
            Outcome::Gone => FileFailure::Gone,
            Outcome::Wrong | Outcome::Missing => FileFailure::Wrong,
            Outcome::Disk(why) => FileFailure::Disk(why),
        };
        self.file_failed(item, place, failure);
        Ok(())
    }

    fn file_is_here(&mut self, item: ItemId, place: u64) {
        self.wanted_files.remove(&(item, place));
        self.event(Event::FileHere(item, place));
    }

    fn file_failed(&mut self, item: ItemId, place: u64, why: FileFailure) {
        self.wanted_files.remove(&(item, place));
        self.event(Event::FileFailed(item, place, why));
    }

    /// Tells a home which blobs to erase: of what was taken back, and of what never left.
    pub(crate) fn erase_at(&mut self, key: &ConnectionKey) -> Result<(), CoreError> {
        for erasure in self.store.erasures_at(&key.home, key.persona)? {
            let asked = Asked::BlobErase(erasure.blob);
            if self.is_carried(&asked) || !self.may_ask(key, &asked) {
                continue;
            }
            let transfer = Transfer {
                home: erasure.home,
                blob: erasure.blob,
                bearer: Bearer::new(erasure.delete_secret.expose().to_vec()),
                errand: Errand::Erase,
            };
            self.settle(key, asked.clone());
            self.begin_transfer(key, asked, None, transfer);
        }
        Ok(())
    }

    fn erase_ended(&mut self, carrying: &Carrying, outcome: &Outcome) -> Result<(), CoreError> {
        match outcome {
            Outcome::Done | Outcome::Gone => self.store.delete_erasure(&carrying.blob)?,
            Outcome::Later { after_ms } => {
                self.retry(&carrying.key, carrying.asked.clone(), *after_ms);
            }
            _ => self.retry_late(&carrying.key, carrying.asked.clone()),
        }
        Ok(())
    }
}
