//! Where a command works: the profile that this process holds, for its own command and for errands of others.

use client::{ProfileLock, ReadOnly, Session, SharedClient, Slot};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::idle::Idle;
use super::profile;
use super::serving::{self, Service};
use crate::output::Reached;

/// A reader who takes nothing for so long does something else.
const UNTIL_SERVED: Duration = Duration::from_millis(200);

/// Where a command works.
#[derive(Clone, Default)]
pub struct Desk {
    held: Rc<Held>,
    /// What was on the standard input of another process.
    pub(super) input: Option<Rc<str>>,
    /// Where paths begin, if not here.
    pub(super) folder: Option<PathBuf>,
    /// How far the command got elsewhere, where it goes on.
    pub(super) reached: Option<Reached>,
}

#[derive(Default)]
struct Held {
    /// The lock, until the profile is opened.
    lock: RefCell<Option<ProfileLock>>,
    /// The passphrase that another process was given, until this one opens the profile itself.
    passphrase: RefCell<Option<Zeroizing<String>>>,
    open: RefCell<Option<Open>>,
    is_ending: Cell<bool>,
    ending: Notify,
    guests: Cell<usize>,
    guest_left: Notify,
    idle: Idle,
    /// Whether the own command only reads.
    only_reads: Cell<bool>,
    /// Why nothing can be kept, once that has shown.
    read_only: Cell<Option<ReadOnly>>,
}

struct Open {
    slot: Slot,
    is_sealed: bool,
    client: SharedClient,
    driver: JoinHandle<()>,
    service: Option<Service>,
}

/// An errand that is being done.
pub(super) struct Guest(Rc<Held>);

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Desk {
    /// Whether the command that works here only reads.
    pub(super) fn only_reads(&self) -> bool {
        self.held.only_reads.get()
    }

    /// The command that works here only reads, or it does not.
    pub(super) fn set_only_reads(&self, only_reads: bool) {
        self.held.only_reads.set(only_reads);
    }

    /// Why nothing can be kept in the profile, if that has shown.
    pub(super) fn read_only(&self) -> Option<ReadOnly> {
        self.held.read_only.get()
    }

    /// It has shown why nothing can be kept in the profile.
    pub(super) fn set_read_only(&self, why: ReadOnly) {
        self.held.read_only.set(Some(why));
    }

    /// This process holds the profile from now on.
    pub(super) fn keep_lock(&self, lock: ProfileLock) {
        *self.held.lock.borrow_mut() = Some(lock);
    }

    /// The lock, if it was taken and the profile is not open yet.
    pub(super) fn take_lock(&self) -> Option<ProfileLock> {
        self.held.lock.borrow_mut().take()
    }

    /// The passphrase may be needed once more, and nobody is to be asked twice.
    pub(super) fn keep_passphrase(&self, passphrase: Option<Zeroizing<String>>) {
        *self.held.passphrase.borrow_mut() = passphrase;
    }

    /// The passphrase, if it was given already.
    pub(super) fn take_passphrase(&self) -> Option<Zeroizing<String>> {
        self.held.passphrase.borrow_mut().take()
    }

    /// One more who uses the profile, which is opened for the first.
    ///
    /// # Errors
    /// What is in the way of opening it.
    pub(super) fn session(&self, arguments: &ProfileArguments) -> Result<Session, CommandError> {
        let mut held = self.held.open.borrow_mut();
        if let Some(open) = &*held {
            return Ok(open.client.session());
        }
        let profile = profile::open(arguments)?;
        let (slot, is_sealed) = (profile.slot(), profile.is_sealed());
        let client = client::Client::offline(profile)?;
        let (client, driver) = client.share();
        let session = client.session();
        *held = Some(Open {
            slot,
            is_sealed,
            client,
            driver: tokio::task::spawn_local(driver.run()),
            service: None,
        });
        Ok(session)
    }

    /// Which of the folder's two is open, if one is.
    pub(super) fn slot(&self) -> Option<Slot> {
        self.held.open.borrow().as_ref().map(|open| open.slot)
    }

    /// Whether what is open is sealed.
    pub(super) fn is_sealed(&self) -> bool {
        self.held
            .open
            .borrow()
            .as_ref()
            .is_some_and(|open| open.is_sealed)
    }

    /// Since when nobody uses the profile.
    pub(super) fn idle(&self) -> Idle {
        self.held.idle.clone()
    }

    /// Begins to do errands of other processes, unless it does already. Where that cannot be they wait their turn.
    pub(super) fn serve(&self, folder: &Path) {
        if self.read_only().is_some() {
            return;
        }
        if let Some(open) = &mut *self.held.open.borrow_mut()
            && open.service.is_none()
        {
            open.service = serving::begin(folder, self);
        }
    }

    /// Prints, and begins to do errands of others if nobody reads on for a while: they would wait for a person.
    pub(super) async fn print<T>(&self, folder: &Path, printing: impl Future<Output = T>) -> T {
        let mut printing = std::pin::pin!(printing);
        tokio::select! {
            biased;
            printed = &mut printing => printed,
            () = tokio::time::sleep(UNTIL_SERVED) => {
                self.serve(folder);
                printing.await
            }
        }
    }

    /// Where a path that was typed leads.
    pub(super) fn path(&self, typed: &Path) -> PathBuf {
        match &self.folder {
            Some(folder) => folder.join(typed),
            None => typed.to_owned(),
        }
    }

    /// Whether this process's own command is done, and what can go on elsewhere should.
    pub(super) fn is_ending(&self) -> bool {
        self.held.is_ending.get()
    }

    /// Does something of which nothing is left where it is given up, unless this process's own command is done first: then
    /// it is to be begun anew elsewhere.
    ///
    /// # Errors
    /// [`CommandError::GoesOn`].
    pub(super) async fn or_elsewhere<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, CommandError> {
        if self.is_ending() {
            return Err(CommandError::GoesOn);
        }
        tokio::select! {
            // First, so that nothing is done once more that is done.
            biased;
            done = work => Ok(done),
            () = self.ending() => Err(CommandError::GoesOn),
        }
    }

    /// Waits until this process's own command is done.
    pub(super) async fn ending(&self) {
        // Registered before looking, so that nothing happens in between unheard.
        let ending = self.held.ending.notified();
        if !self.is_ending() {
            ending.await;
        }
    }

    /// One more errand.
    pub(super) fn guest(&self) -> Guest {
        self.held.guests.set(self.held.guests.get() + 1);
        Guest(Rc::clone(&self.held))
    }

    /// The own command is done: no errand is taken any more, what may last goes on elsewhere, and the rest comes to its end
    /// within its patience. Then the profile is free.
    pub(super) async fn finish(&self) {
        self.held.is_ending.set(true);
        self.held.ending.notify_waiters();
        let service = self.held.open.borrow_mut().as_mut().and_then(|open| {
            open.client.wake_all();
            open.service.take()
        });
        if let Some(service) = service {
            service.end();
        }
        while self.held.guests.get() > 0 {
            self.held.guest_left.notified().await;
        }
        let open = self.held.open.borrow_mut().take();
        if let Some(open) = open {
            open.driver.abort();
            // What it held of the client is let go of here.
            let _ = open.driver.await;
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.0.guests.set(self.0.guests.get().saturating_sub(1));
        self.0.guest_left.notify_one();
    }
}
