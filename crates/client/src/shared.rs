//! One client for several that use it at once, in one thread: each acts, looks and hears of everything.
//!
//! A [`Driver`] alone waits for homes; a [`Session`] waits for what the driver takes in. Nobody holds the engine while
//! waiting, so an act of one is never in the middle of another's.

use client_core::{CoreError, Engine, Event, ItemId, Now};
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout_at};

use crate::aside::{Told, aside};
use crate::attached::Attached;
use crate::attaching::{AttachError, attach};
use crate::backup::{BackedUp, BackupFailure, back_up};
use crate::error::ClientError;
use crate::running::{BATCH, Client, Work};
use crate::saving::{SaveError, save};
use crate::transport::Incoming;

/// How long the driver waits where nothing is due.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// A client that several use.
#[derive(Clone)]
pub struct SharedClient {
    state: Rc<State>,
}

struct State {
    work: RefCell<Work>,
    mailboxes: RefCell<BTreeMap<u64, Mailbox>>,
    next_session: Cell<u64>,
    /// Somebody acted: when the driver is to wake may have changed.
    acted: Notify,
    /// There is something in the mailboxes.
    happened: Notify,
    /// Whose turn it is to back up.
    backing_up: Arc<Mutex<()>>,
}

/// What a session has not heard yet.
#[derive(Default)]
struct Mailbox {
    events: Vec<Event>,
    failed: Option<ClientError>,
    /// Something happened, maybe nothing that has an event.
    is_touched: bool,
}

/// What carries a shared client's work; it must run for as long as there are sessions.
pub struct Driver {
    state: Rc<State>,
    incoming: Incoming,
}

/// One of those who use a client.
pub struct Session {
    state: Rc<State>,
    number: u64,
}

impl Client {
    /// Shares the client among several, and what has to run for them.
    pub fn share(self) -> (SharedClient, Driver) {
        let state = Rc::new(State {
            work: RefCell::new(self.work),
            mailboxes: RefCell::default(),
            next_session: Cell::new(0),
            acted: Notify::new(),
            happened: Notify::new(),
            backing_up: Arc::default(),
        });
        let driver = Driver {
            state: Rc::clone(&state),
            incoming: self.incoming,
        };
        (SharedClient { state }, driver)
    }
}

impl SharedClient {
    /// One more who uses the client.
    pub fn session(&self) -> Session {
        let number = self.state.next_session.get();
        self.state.next_session.set(number + 1);
        let mut mailboxes = self.state.mailboxes.borrow_mut();
        mailboxes.insert(number, Mailbox::default());
        Session {
            state: Rc::clone(&self.state),
            number,
        }
    }

    /// Lets everybody who waits look again.
    pub fn wake_all(&self) {
        self.state.tell(Ok(Vec::new()));
    }
}

impl Driver {
    /// Carries the work; never ends by itself.
    pub async fn run(mut self) {
        loop {
            let wait = self.state.work.borrow().wait_at_most(LONGEST_WAIT);
            tokio::select! {
                inputs = self.incoming.receive(wait, BATCH) => {
                    let taken = self.state.work.borrow_mut().take_in(inputs);
                    self.state.tell(taken);
                }
                () = self.state.acted.notified() => {}
            }
        }
    }
}

impl State {
    fn tell(&self, news: Result<Vec<Event>, ClientError>) {
        for mailbox in self.mailboxes.borrow_mut().values_mut() {
            mailbox.is_touched = true;
            match &news {
                Ok(events) => mailbox.events.extend_from_slice(events),
                Err(error) => mailbox.failed = Some(error.clone()),
            }
        }
        self.happened.notify_waiters();
    }
}

impl Session {
    /// The engine, to look. Let go of it before you wait or act.
    pub fn engine(&self) -> Ref<'_, Engine> {
        Ref::map(self.state.work.borrow(), Work::engine)
    }

    /// Connects to all homes of the profile.
    ///
    /// # Errors
    /// [`ClientError::Core`].
    pub fn go_online(&self) -> Result<(), ClientError> {
        self.act(Engine::go_online)
    }

    /// Does something, as [`Client::act`] does.
    ///
    /// # Errors
    /// What the act returns.
    pub fn act<T>(
        &self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, ClientError> {
        let mut work = self.state.work.borrow_mut();
        let value = work.act(act);
        let events = work.take_events();
        drop(work);
        if !events.is_empty() {
            self.state.tell(Ok(events));
        }
        self.state.acted.notify_one();
        value
    }

    /// Seals files beside this thread, to go with what is said next. `progress` hears of each how many bytes of how many are
    /// sealed. Given up before its end, nothing of them is kept.
    ///
    /// # Errors
    /// [`AttachError`]; nothing of any is kept then.
    pub async fn attach(
        &self,
        paths: Vec<PathBuf>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Attached, AttachError> {
        let folder = self.state.work.borrow().files();
        let mut attached = Attached::new(folder);
        for path in paths {
            let (files, secrets) = self.state.work.borrow_mut().for_attaching();
            let work = move |told: &Told| {
                let sealed = attach(&files, &path, secrets, |done, of| told.at(done, of))?;
                // What is sealed in the moment in which it is given up goes as well.
                let mut one = Attached::new(files);
                one.push(sealed);
                Ok(one)
            };
            attached.append(self.aside(work, &mut progress).await?);
        }
        Ok(attached)
    }

    /// Writes a file of an item into a folder, as [`Client::save`] does, beside this thread. Given up before its end, nothing
    /// of it is there.
    ///
    /// # Errors
    /// As there.
    pub async fn save(
        &self,
        item: ItemId,
        place: u64,
        folder: &Path,
        progress: impl FnMut(u64, u64),
    ) -> Result<Result<PathBuf, SaveError>, ClientError> {
        let (files, file, reference) = self.state.work.borrow().for_saving(item, place)?;
        let folder = folder.to_owned();
        let work = move |told: &Told| {
            save(&files, &reference, &file.name, &folder, |done, of| {
                told.at(done, of)
            })
        };
        Ok(self.aside(work, progress).await)
    }

    /// Does work beside this thread, with the profile locked until its end.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Told) -> T + Send + 'static,
        progress: impl FnMut(u64, u64),
    ) -> T {
        let lock = self.state.work.borrow().lock();
        aside(lock, work, progress).await
    }

    /// The sealed bytes of a file go, as [`Client::forget_sealed`] lets them.
    ///
    /// # Errors
    /// As there.
    pub fn forget_sealed(&self, item: ItemId, place: u64) -> Result<(), ClientError> {
        self.state.work.borrow_mut().forget_sealed(item, place)
    }

    /// Backs the whole profile up, as [`Client::back_up`] does, beside this thread: everything as it is now, whatever is
    /// written meanwhile. One backup at a time. Given up before its end, what was written is there for the next one.
    ///
    /// # Errors
    /// [`BackupFailure`]; backups that were there before are as they were.
    pub async fn back_up(&self, folder: &Path) -> Result<BackedUp, BackupFailure> {
        // Two could write into one folder. It goes with the work, which ends later than who gives it up.
        let turn = Arc::clone(&self.state.backing_up).lock_owned().await;
        let of = self.state.work.borrow_mut().for_backup()?;
        let folder = folder.to_owned();
        let work = move |told: &Told| {
            let done = back_up(&of, &folder, &|| told.at(0, 0));
            drop(turn);
            done
        };
        self.aside(work, |_, _| {}).await
    }

    /// Waits up to `wait` for something to happen; what there is to know of it.
    ///
    /// # Errors
    /// [`ClientError::Core`] if the store failed; the connections are made anew then.
    pub async fn step(&self, wait: Duration) -> Result<Vec<Event>, ClientError> {
        let until = Instant::now() + wait;
        loop {
            // Registered before looking, so that nothing happens in between unheard.
            let happened = self.state.happened.notified();
            if let Some(news) = self.take_news() {
                return news;
            }
            if timeout_at(until, happened).await.is_err() {
                return Ok(Vec::new());
            }
        }
    }

    fn take_news(&self) -> Option<Result<Vec<Event>, ClientError>> {
        let mut mailboxes = self.state.mailboxes.borrow_mut();
        let mailbox = mailboxes.get_mut(&self.number)?;
        if !mailbox.is_touched {
            return None;
        }
        if let Some(error) = mailbox.failed.take() {
            // What came before it is heard next.
            return Some(Err(error));
        }
        mailbox.is_touched = false;
        Some(Ok(std::mem::take(&mut mailbox.events)))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.state.mailboxes.borrow_mut().remove(&self.number);
    }
}
