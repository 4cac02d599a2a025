//! A client at work: the engine between clocks and connections.

use blob::Reference;
use client_core::{
    Attachment, CoreError, Effect, Engine, Event, FileView, Input, ItemId, Now, Secrets,
};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

use crate::attaching::{AttachError, attach};
use crate::backup::{BackedUp, BackupFailure, ToBackUp, back_up};
use crate::carrying::Carriers;
use crate::clock::Clock;
use crate::error::ClientError;
use crate::lock::FolderLock;
use crate::profile::Profile;
use crate::saving::{SaveError, save};
use crate::sealed_files::SealedFiles;
use crate::slot::Slot;
use crate::transport::{Incoming, Transport};

/// Inputs taken in one transaction at most.
pub(crate) const BATCH: usize = 256;

/// A profile at work. Dropping it ends the connections and frees the profile.
pub struct Client {
    pub(crate) work: Work,
    pub(crate) incoming: Incoming,
}

/// Everything of a client but what comes in.
pub(crate) struct Work {
    engine: Engine,
    clock: Clock,
    transport: Transport,
    files: SealedFiles,
    carriers: Carriers,
    events: Vec<Event>,
    /// Held for as long as the client lives, and what works aside for it; the last to be let go of.
    lock: Arc<FolderLock>,
}

impl Client {
    /// Starts a client that connects to all homes of the profile. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`ClientError::Entropy`], [`ClientError::Core`].
    pub fn start(profile: Profile) -> Result<Self, ClientError> {
        let mut client = Self::offline(profile)?;
        client.act(Engine::go_online)?;
        Ok(client)
    }

    /// A client that looks and writes but connects to nothing.
    ///
    /// # Errors
    /// [`ClientError::Entropy`].
    pub fn offline(profile: Profile) -> Result<Self, ClientError> {
        let files = SealedFiles::of_profile(profile.folder());
        // Beside a second database there may be the files of another profile, of which this one must not know.
        let is_alone = !Slot::Second.file(profile.folder()).exists();
        let may_clean = is_alone && profile.read_only().is_none();
        let (store, lock) = profile.into_parts();
        let seed = fresh()?;
        let clock = Clock::start();
        let engine = Engine::new(store, *seed, clock.now());
        if may_clean {
            // What cannot be asked about stays; what cannot be removed now is tried again at the next start.
            let cleaned = files.clean(|root| engine.needs_sealed(root).unwrap_or(true));
            if let Err(error) = cleaned {
                tracing::debug!(%error, "a file that nothing needs stays");
            }
        }
        let (transport, incoming) = Transport::new();
        let work = Work {
            engine,
            clock,
            carriers: Carriers::new(files.clone(), transport.inputs()),
            files,
            transport,
            events: Vec::new(),
            lock: Arc::new(lock),
        };
        Ok(Self { work, incoming })
    }

    /// The engine, to look.
    pub fn engine(&self) -> &Engine {
        self.work.engine()
    }

    /// Does something: one transaction, durable when this returns; what follows from it for homes
    /// is under way.
    ///
    /// # Errors
    /// What the act returns.
    pub fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, ClientError> {
        self.work.act(act)
    }

    /// Seals a file into the profile's folder, to go with what is said next; if nothing is, the sealed bytes go at the
    /// next start. `progress` hears how many bytes of how many are sealed.
    ///
    /// # Errors
    /// [`AttachError`]; nothing of the file is kept then.
    pub fn attach(
        &mut self,
        path: &Path,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Attachment, AttachError> {
        let (files, secrets) = self.work.for_attaching();
        attach(&files, path, secrets, |done, of| {
            progress(done, of);
            ControlFlow::Continue(())
        })
    }

    /// Lets go of what was attached and is not said after all.
    pub fn discard(&mut self, attachments: &[Attachment]) {
        for attachment in attachments {
            // What stays is removed at the next start.
            let _ = self.work.files.erase(&attachment.file.sealed.root);
        }
    }

    /// Writes a file of an item, whose sealed bytes are here, into a folder; where it is. It has the name that
    /// [`crate::safe_name`] makes of the one that was sent, with a number where that is taken.
    ///
    /// # Errors
    /// [`SaveError`], and what [`Engine::file`] says.
    pub fn save(
        &self,
        item: ItemId,
        place: u64,
        folder: &Path,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Result<PathBuf, SaveError>, ClientError> {
        let (files, file, reference) = self.work.for_saving(item, place)?;
        Ok(save(&files, &reference, &file.name, folder, |done, of| {
            progress(done, of);
            ControlFlow::Continue(())
        }))
    }

    /// The sealed bytes of a file are missing or damaged: what is here of them goes, so that they can be had anew.
    ///
    /// # Errors
    /// What [`Engine::note_missing`] says.
    pub fn forget_sealed(&mut self, item: ItemId, place: u64) -> Result<(), ClientError> {
        self.work.forget_sealed(item, place)
    }

    /// Backs the whole profile up into a folder.
    ///
    /// # Errors
    /// [`BackupFailure`]; backups that were there before are as they were.
    pub fn back_up(&mut self, folder: &Path) -> Result<BackedUp, BackupFailure> {
        let of = self.work.for_backup()?;
        back_up(&of, folder, &|| ControlFlow::Continue(()))
    }

    /// Waits up to `wait` for something to happen and takes it in; what there is to know of it.
    ///
    /// # Errors
    /// [`ClientError::Core`] if the store fails; the connections are made anew then.
    pub async fn step(&mut self, wait: Duration) -> Result<Vec<Event>, ClientError> {
        let wait = self.work.wait_at_most(wait);
        let inputs = self.incoming.receive(wait, BATCH).await;
        self.work.take_in(inputs)
    }
}

impl Work {
    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, ClientError> {
        let now = self.clock.now();
        let value = act(&mut self.engine, now);
        self.carry_out()?;
        Ok(value?)
    }

    /// Where sealed files are.
    pub(crate) fn files(&self) -> SealedFiles {
        self.files.clone()
    }

    /// What sealing a file needs.
    pub(crate) fn for_attaching(&mut self) -> (SealedFiles, Secrets) {
        (self.files.clone(), self.engine.new_secrets())
    }

    /// What saving a file needs.
    pub(crate) fn for_saving(
        &self,
        item: ItemId,
        place: u64,
    ) -> Result<(SealedFiles, FileView, Reference), ClientError> {
        let (file, reference) = self.engine.file(item, place)?;
        Ok((self.files.clone(), file, reference))
    }

    /// The lock, for work aside.
    pub(crate) fn lock(&self) -> Arc<FolderLock> {
        Arc::clone(&self.lock)
    }

    pub(crate) fn forget_sealed(&mut self, item: ItemId, place: u64) -> Result<(), ClientError> {
        let (_, reference) = self.engine.file(item, place)?;
        self.act(|engine, now| engine.note_missing(now, item, place))?;
        if let Err(error) = self.files.erase(reference.root.as_bytes()) {
            tracing::debug!(%error, "a damaged file stays");
        }
        Ok(())
    }

    /// What a backup needs: everything as it is now, the phrase, and the time.
    pub(crate) fn for_backup(&mut self) -> Result<ToBackUp, BackupFailure> {
        let now = self.clock.now();
        let begun = self.engine.begin_backup(now);
        self.carry_out()?;
        let (phrase, is_kept) = begun?;
        Ok(ToBackUp {
            store: self.engine.store().snapshot()?,
            phrase,
            is_kept,
            now_s: now.unix_s(),
        })
    }

    /// How long nothing is to be done but to wait for inputs.
    pub(crate) fn wait_at_most(&self, wait: Duration) -> Duration {
        let now_ms = self.clock.now().monotonic_ms;
        self.engine.next_wake_ms().map_or(wait, |at_ms| {
            wait.min(Duration::from_millis(at_ms.saturating_sub(now_ms)))
        })
    }

    /// Takes in what came, or that time passed; what there is to know of it.
    pub(crate) fn take_in(&mut self, mut inputs: Vec<Input>) -> Result<Vec<Event>, ClientError> {
        for input in &inputs {
            if let Input::Closed(id) = input {
                self.transport.ended(*id);
            }
        }
        if inputs.is_empty() {
            inputs.push(Input::Tick);
        }
        let now = self.clock.now();
        let handled = self.engine.handle(now, inputs);
        self.carry_out()?;
        handled?;
        Ok(self.take_events())
    }

    /// What there is to know since this was asked last.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Does outside what the engine decided.
    fn carry_out(&mut self) -> Result<(), ClientError> {
        let mut failed = Vec::new();
        while let Some(effect) = self.engine.poll_effect() {
            match effect {
                Effect::Connect(id, home) => self.transport.connect(id, &home),
                Effect::Send(id, frame) => failed.extend(self.transport.send(id, frame)),
                Effect::Close(id) => self.transport.close(id),
                Effect::Transfer(id, transfer) => self.carriers.begin(id, *transfer),
                Effect::Abandon(id) => self.carriers.abandon(id),
                Effect::EraseSealed(root) => {
                    if let Err(error) = self.files.erase(&root) {
                        // Nothing needs it any more, so the next start tries again.
                        tracing::debug!(%error, "a file that nothing needs stays");
                    }
                }
            }
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
        if failed.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        self.engine.handle(now, failed)?;
        self.carry_out()
    }
}

/// Fresh randomness.
fn fresh() -> Result<Zeroizing<[u8; 32]>, ClientError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(ClientError::Entropy)?;
    Ok(bytes)
}
