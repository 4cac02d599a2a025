//! A client in the world: the real engine over the real store, in a file of its own.

use client_core::{CoreError, Effect, Engine, Event, Input, Now};
use client_store::Store;
use protocol::hash::sha256;
use std::path::PathBuf;

/// Somebody with a profile on a disk of their own.
pub struct Client {
    /// By what they are called.
    pub name: &'static str,
    /// Whether the program runs.
    pub online: bool,
    /// Everything that it told so far, over all its lives.
    pub events: Vec<Event>,
    /// How many inputs failed.
    pub failures: u64,
    /// It starts again from an earlier copy of its file: a planted bug.
    pub old_backup: bool,
    path: PathBuf,
    seed: u64,
    lives: u64,
    engine: Option<Engine>,
}

impl Client {
    /// Somebody with a new profile; their entropy comes from `seed`.
    pub fn new(name: &'static str, path: PathBuf, seed: u64, now: Now) -> Self {
        let mut client = Self {
            name,
            online: false,
            events: Vec::new(),
            failures: 0,
            old_backup: false,
            path,
            seed,
            lives: 0,
            engine: None,
        };
        client.reopen(now);
        client
    }

    /// What was in memory is gone; entropy is never used twice.
    pub fn reopen(&mut self, now: Now) {
        self.engine = None;
        self.online = false;
        if self.old_backup {
            let copy = self.path.with_extension("copy");
            if copy.exists() {
                std::fs::copy(&copy, &self.path).unwrap();
            } else {
                std::fs::copy(&self.path, &copy).unwrap();
            }
        }
        self.lives += 1;
        let (seed, lives) = (self.seed.to_be_bytes(), self.lives.to_be_bytes());
        let seed = sha256(&[b"client", &seed, &lives, self.name.as_bytes()]);
        self.engine = Some(Engine::new(self.open_store(), seed, now));
    }

    /// The file once more, to look inside.
    pub fn open_store(&self) -> Store {
        Store::open(&self.path, None).unwrap()
    }

    /// The folder and the name with which the names of the profile's files begin.
    pub fn files(&self) -> (&std::path::Path, &str) {
        (self.path.parent().unwrap(), self.name)
    }

    /// The engine, to look.
    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// The engine, to act.
    pub fn engine_mut(&mut self) -> &mut Engine {
        self.engine.as_mut().unwrap()
    }

    /// The program starts: it connects.
    pub fn go_online(&mut self, now: Now) {
        self.online = true;
        self.engine_mut().go_online(now).unwrap();
    }

    /// When it wants to be woken, in monotonic milliseconds.
    pub fn next_wake_ms(&self) -> Option<u64> {
        self.engine().next_wake_ms()
    }

    /// Hands an input to the engine; the error if it fails.
    pub fn handle(&mut self, now: Now, input: Input) -> Option<CoreError> {
        let error = self.engine_mut().handle(now, vec![input]).err();
        self.failures += u64::from(error.is_some());
        error
    }

    /// What is to be done, and what there is to know.
    pub fn poll(&mut self) -> (Vec<Effect>, Vec<Event>) {
        let engine = self.engine_mut();
        let effects = std::iter::from_fn(|| engine.poll_effect()).collect();
        let events: Vec<_> = std::iter::from_fn(|| engine.poll_event()).collect();
        self.events.extend(events.iter().cloned());
        (effects, events)
    }
}
