//! An open profile at work: the engine between the browser's clocks and connections.

use client_core::{Attachment, CoreError, Effect, Engine, Input, Now};
use client_store::Store;
use futures_channel::mpsc::UnboundedSender;
use std::collections::BTreeSet;
use view::{Ask, AttachmentId, Kind, News, Trouble};
use web_sys::File;
use zeroize::Zeroizing;

use super::clock::now;
use super::files::Files;
use super::happening::Happening;
use super::sealed_files::SealedFiles;
use super::sockets::Sockets;
use crate::answers::Work;
use crate::pace::Pace;
use crate::reach::Reach;
use crate::relay::Asker;
use crate::sentences::{refused, unreachable};
use crate::shown::{conversation_id, of_item_id};
use crate::telling::Heard;

/// A machine whose clock went on for so long, in milliseconds, without this being called was asleep, and homes have dropped
/// its connections (docs/protocol.md, *Frames*).
const SLEPT_MS: u64 = 90_000;

/// A profile at work. Dropping it ends the connections and closes the file.
pub struct Running {
    engine: Engine,
    sockets: Sockets,
    files: Files,
    heard: Heard,
    reach: Reach,
    pace: Pace,
    /// Whether the person was told that the storage refuses, and nothing was kept since.
    told_of_storage: bool,
    /// When the clock was looked at last, Unix milliseconds.
    seen_ms: u64,
    /// When inputs were taken in last, in monotonic milliseconds.
    taken_ms: u64,
}

impl Work for Running {
    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn now(&self) -> Now {
        now()
    }

    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let value = act(&mut self.engine, now());
        self.carry_out();
        value
    }

    fn attached(&self, id: AttachmentId) -> Option<Attachment> {
        self.files.staged.get(id)
    }

    fn keep_attached(&mut self, id: AttachmentId) {
        self.files.staged.keep(id);
    }
}

impl Running {
    /// Begins, and connects to all homes of the profile. What happens without being waited for is told `to` whoever does
    /// what happens.
    pub async fn start(
        store: Store,
        seed: &Zeroizing<[u8; 32]>,
        sealed: SealedFiles,
        to: UnboundedSender<Happening>,
    ) -> Self {
        let now = now();
        let engine = Engine::new(store, **seed, now);
        // What cannot be asked about stays; what cannot be removed now is tried again at the next start.
        let needs = |root: &_| engine.needs_sealed(root).unwrap_or(true);
        let _ = sealed.clean(needs).await;
        let ring = to.clone();
        let sockets = Sockets::new(move || drop(ring.unbounded_send(Happening::Came)));
        let mut running = Self {
            engine,
            files: Files::new(sealed, sockets.inlet(), to),
            sockets,
            heard: Heard::default(),
            reach: Reach::default(),
            pace: Pace::default(),
            told_of_storage: false,
            seen_ms: now.unix_ms,
            taken_ms: now.monotonic_ms,
        };
        let begun = running.act(Engine::go_online);
        running.note_failure(begun);
        running
    }

    /// Whether inputs were taken in a moment ago, so that more come together if they are waited for.
    pub fn is_busy(&self) -> bool {
        now().monotonic_ms.saturating_sub(self.taken_ms) < 20
    }

    /// Takes in what came, or that time passed.
    pub fn take_in(&mut self) {
        self.look_at_clock();
        let mut inputs = self.sockets.take(self.pace.inputs());
        if inputs.is_empty() {
            inputs.push(Input::Tick);
        }
        let (count, began) = (inputs.len(), now());
        let handled = self.engine.handle(began, inputs);
        self.carry_out();
        self.note_failure(handled);
        self.taken_ms = now().monotonic_ms;
        self.pace
            .took(count, self.taken_ms.saturating_sub(began.monotonic_ms));
    }

    /// There is a network again: whatever connection is left from before is not relied upon, and all homes are tried at once.
    pub fn reconnect(&mut self) {
        self.sockets.give_up();
        self.take_in();
        let hurried = self.act(Engine::hurry);
        self.note_failure(hurried);
    }

    /// Begins what takes its time; false where the question is another one.
    pub fn begin(&mut self, asker: Asker, ask: &Ask, file: Option<File>) -> bool {
        self.files.begin(&mut self.engine, asker, ask, file)
    }

    /// The sealed bytes of a file are missing or damaged: what is here of them goes, so that they can be had anew.
    pub fn forget_sealed(&mut self, item: view::ItemId, place: u64) {
        let item = of_item_id(item);
        let Ok((_, reference)) = self.engine.file(item, place) else {
            return;
        };
        let noted = self.act(|engine, now| engine.note_missing(now, item, place));
        self.note_failure(noted);
        self.files.erase(&reference);
        let row = self.engine.store().item(item);
        if let Ok(Some(row)) = row {
            self.heard
                .push(News::Items(conversation_id(row.conversation), Vec::new()));
        }
    }

    /// What there is to tell since this was asked last.
    pub fn news(&mut self) -> Vec<News> {
        let unreached = self.engine.unreached();
        let unreached: BTreeSet<_> = unreached.iter().map(|one| one.host().to_owned()).collect();
        let told = self.reach.look(&unreached, now().monotonic_ms);
        for host in told.unreachable {
            let said = unreachable(&host);
            self.heard
                .push(News::Trouble(Trouble::Unreachable(host, said)));
        }
        for host in told.reached {
            self.heard.push(News::Reached(host));
        }
        self.heard.take()
    }

    /// When there is something to do by the clock, in monotonic milliseconds.
    pub fn next_ms(&self) -> Option<u64> {
        let wakes = [self.engine.next_wake_ms(), self.reach.next_ms()];
        wakes.into_iter().flatten().min()
    }

    fn look_at_clock(&mut self) {
        let unix_ms = now().unix_ms;
        if unix_ms.saturating_sub(self.seen_ms) > SLEPT_MS {
            self.sockets.give_up();
        }
        self.seen_ms = unix_ms;
    }

    fn note_failure(&mut self, done: Result<(), CoreError>) {
        match done {
            Ok(()) => self.told_of_storage = false,
            Err(_) if self.told_of_storage => {}
            Err(error) => {
                let refused = refused(&error);
                self.told_of_storage = refused.kind == Kind::Storage;
                self.heard.push(News::Trouble(match refused.kind {
                    Kind::Storage => Trouble::Storage(refused.sentence),
                    _ => Trouble::Other(refused.sentence),
                }));
            }
        }
    }

    /// Does outside what the engine decided.
    fn carry_out(&mut self) {
        loop {
            let mut failed = Vec::new();
            while let Some(effect) = self.engine.poll_effect() {
                match effect {
                    Effect::Connect(id, home) => self.sockets.connect(id, &home),
                    Effect::Send(id, frame) => failed.extend(self.sockets.send(id, &frame)),
                    Effect::Close(id) => self.sockets.close(id),
                    about_files => self.files.carry_out(about_files),
                }
            }
            self.hear();
            if failed.is_empty() {
                return;
            }
            let handled = self.engine.handle(now(), failed);
            self.note_failure(handled);
        }
    }

    fn hear(&mut self) {
        let now_ms = now().monotonic_ms;
        while let Some(event) = self.engine.poll_event() {
            let store = self.engine.store();
            let of = |item| store.item(item).ok().flatten().map(|row| row.conversation);
            let name = |contact| {
                let contacts = self.engine.contacts().unwrap_or_default();
                let found = contacts.into_iter().find(|one| one.id == contact);
                found.map(|one| legible::seen(&one.name))
            };
            self.heard.event(&event, of, name, &mut self.reach, now_ms);
        }
    }
}
