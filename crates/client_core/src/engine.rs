//! The engine: store, entropy, groups and sessions, and the one way in which they change.
//!
//! Invariants: each input and each act is one transaction; effects and events are released only
//! after it is durable; if it fails, nothing of it is kept, in memory neither.

use client_store::Store;
use client_store::id::{ItemId, PersonaId};
use mls::device::Device;
use mls::group::Group;
use mls::provider::{Entropy, Provider};
use protocol::id::{LogId, UseId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::effect::{ConnectionId, Effect, Event, Input, Now};
use crate::error::CoreError;
use crate::once::Whole;
use crate::session::{ConnectionKey, Session};
use crate::transfer::TransferId;
use crate::uploads::Carrying;

/// So long, in milliseconds, nothing that is due by the clock is tried again after the store failed: a full disk is not
/// free again within microseconds, and whoever runs this would do nothing but try.
const STORE_PATIENCE_MS: u64 = 1_000;

/// What must be looked at before the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// Which connections there should be.
    Connections,
    /// Everything that one connection could ask.
    Connection(ConnectionKey),
    /// One log: reading, sending, committing.
    Log(LogId),
    /// One first contact.
    Acceptance(UseId),
    /// One circle on its way to its home.
    Founding(UseId),
    /// Somebody on their way into a group.
    Invitee(UseId),
    /// Something for a contact's inbox.
    ContactItem(UseId),
}

/// A profile at work.
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) entropy: Entropy,
    pub(crate) now: Now,
    /// Groups that were loaded; dropped whenever a transaction fails.
    pub(crate) groups: BTreeMap<LogId, Group>,
    /// Devices that were loaded; they never change.
    pub(crate) devices: BTreeMap<PersonaId, Arc<Device>>,
    pub(crate) sessions: BTreeMap<ConnectionKey, Session>,
    pub(crate) connections: BTreeMap<ConnectionId, ConnectionKey>,
    pub(crate) next_connection: u64,
    /// When it is this device's turn to add somebody anew, in monotonic milliseconds.
    pub(crate) repairs_due: BTreeMap<UseId, u64>,
    pub(crate) work: BTreeSet<Work>,
    /// What the driver carries.
    pub(crate) transfers: BTreeMap<TransferId, Carrying>,
    pub(crate) next_transfer: u64,
    /// Files that somebody wants here, by item and place.
    pub(crate) wanted_files: BTreeSet<(ItemId, u64)>,
    /// Logs as they were before their cursor was moved by a planted bug.
    #[cfg(feature = "planted-bugs")]
    pub(crate) cursors: BTreeMap<LogId, client_store::log::LogRow>,
    /// What a planted bug has still to put into the outbox.
    #[cfg(feature = "planted-bugs")]
    pub(crate) unsent: crate::planted::Unsent,
    /// Not connecting is for profiles that are only looked at.
    pub(crate) online: bool,
    /// Before this, in monotonic milliseconds, nothing is due: the store failed a moment ago.
    pub(crate) patient_until_ms: u64,
    /// Whether acts are parts of one that is under way ([`Engine::once`]).
    pub(crate) whole: Whole,
    staged_effects: Vec<Effect>,
    staged_events: Vec<Event>,
    effects: VecDeque<Effect>,
    events: VecDeque<Event>,
}

impl Engine {
    /// An engine over a store. `seed` must be fresh randomness of the operating system, never a
    /// stored one: two engines with one seed would reuse nonces.
    pub fn new(store: Store, seed: [u8; 32], now: Now) -> Self {
        Self {
            store,
            entropy: Entropy::from_seed(seed),
            now,
            groups: BTreeMap::new(),
            devices: BTreeMap::new(),
            sessions: BTreeMap::new(),
            connections: BTreeMap::new(),
            next_connection: 1,
            repairs_due: BTreeMap::new(),
            work: BTreeSet::new(),
            transfers: BTreeMap::new(),
            next_transfer: 1,
            wanted_files: BTreeSet::new(),
            #[cfg(feature = "planted-bugs")]
            cursors: BTreeMap::new(),
            #[cfg(feature = "planted-bugs")]
            unsent: Vec::new(),
            online: false,
            patient_until_ms: 0,
            whole: Whole::None,
            staged_effects: Vec::new(),
            staged_events: Vec::new(),
            effects: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// What is kept, to look at: for backups, and for tests.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// For tests: the disk is full at so many pages of the store.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    #[doc(hidden)]
    pub fn limit_store_pages(&self, pages: u32) -> Result<(), CoreError> {
        Ok(self.store.limit_pages(pages)?)
    }

    /// Begins to connect to all homes that the profile needs.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn go_online(&mut self, now: Now) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            engine.online = true;
            engine.work.insert(Work::Connections);
            Ok(())
        })
    }

    /// Takes in what happened, all of it in one transaction.
    ///
    /// # Errors
    /// [`CoreError::Store`], or a bug; the connections are closed then and nothing of the inputs is
    /// kept: everything is asked for again.
    pub fn handle(&mut self, now: Now, inputs: Vec<Input>) -> Result<(), CoreError> {
        #[cfg(feature = "planted-bugs")]
        self.plant_cursor(&inputs)?;
        self.transact(now, |engine| {
            for input in inputs {
                engine.take(input)?;
            }
            Ok(())
        })
    }

    /// The next thing to do outside.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The next thing to know.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Runs one input or act as one transaction.
    pub(crate) fn transact<T>(
        &mut self,
        now: Now,
        act: impl FnOnce(&mut Self) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        self.now = now;
        if self.whole != Whole::None {
            return self.part(act);
        }
        self.store.begin()?;
        #[cfg(feature = "planted-bugs")]
        self.plant_unsent()?;
        let result = act(self).and_then(|value| {
            self.complete()?;
            Ok(value)
        });
        self.conclude(&result);
        result
    }

    /// Ends the transaction: what follows from it is done, and all is durable.
    pub(crate) fn complete(&mut self) -> Result<(), CoreError> {
        self.release_held()?;
        self.do_work()?;
        self.forget_retracted()?;
        Ok(self.store.commit()?)
    }

    /// Lets out what a transaction led to, or forgets it.
    pub(crate) fn conclude<T>(&mut self, result: &Result<T, CoreError>) {
        match result {
            Ok(_) => {
                self.patient_until_ms = 0;
                self.effects.extend(self.staged_effects.drain(..));
                self.events.extend(self.staged_events.drain(..));
            }
            Err(error) => self.undo(error.is_about_input()),
        }
    }

    /// Forgets what the failed transaction left in memory.
    pub(crate) fn undo(&mut self, about_input: bool) {
        // The error that led here is what the caller hears of; a connection that cannot even roll
        // back does so when it is closed.
        let _ = self.store.rollback();
        self.groups.clear();
        self.work.clear();
        self.staged_effects.clear();
        self.staged_events.clear();
        if !about_input {
            self.patient_until_ms = self.now.monotonic_ms.saturating_add(STORE_PATIENCE_MS);
            self.drop_connections();
        }
    }

    /// Effects outside of any transaction, for closing what a failed one left open.
    pub(crate) fn release(&mut self, effects: impl Iterator<Item = Effect>) {
        self.effects.extend(effects);
    }

    /// An effect of the running transaction.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.staged_effects.push(effect);
    }

    /// An event of the running transaction.
    pub(crate) fn event(&mut self, event: Event) {
        self.staged_events.push(event);
    }

    /// Runs an operation of the `mls` crate on the store's transaction.
    pub(crate) fn with_mls<T>(
        &self,
        operation: impl FnOnce(&Provider<'_>) -> Result<T, mls::error::MlsError>,
    ) -> Result<T, CoreError> {
        Ok(Provider::run(&self.store, &self.entropy, operation)?)
    }
}
