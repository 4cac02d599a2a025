//! A client in the world: the real engine over the real store, on a machine with a disk of its own.

use crate::disk;
use client_core::{CoreError, Effect, Engine, Event, Input, Kind, Now};
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
    /// How many failed for another reason than the disk.
    pub bugs: u64,
    /// The machine, as the disk knows it.
    pub machine: String,
    /// How many lives it has had.
    lives: u64,
    seed: u64,
    engine: Option<Engine>,
}

impl Client {
    /// Somebody with a new profile; their entropy comes from `seed`.
    pub fn new(name: &'static str, machine: String, seed: u64, now: Now) -> Self {
        let mut client = Self::asleep(name, machine, seed, 0);
        client.start(now);
        client
    }

    /// Somebody whose machine has a disk already and does not run yet. `lives`: how often they ran
    /// before, so that no entropy is used twice.
    pub fn asleep(name: &'static str, machine: String, seed: u64, lives: u64) -> Self {
        Self {
            name,
            online: false,
            events: Vec::new(),
            failures: 0,
            bugs: 0,
            machine,
            lives,
            seed,
            engine: None,
        }
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(format!("/sim/{}/profile.db", self.machine))
    }

    /// The machine loses what was not synced, and everything in memory.
    pub fn crash(&mut self, draw: &mut dyn FnMut(usize) -> usize) {
        disk::crash(&self.machine, draw);
        self.engine = None;
        self.online = false;
    }

    /// The program ends as it should.
    pub fn end(&mut self) {
        self.engine = None;
        self.online = false;
    }

    /// The program starts, offline, with fresh entropy; whether the disk let it.
    pub fn start(&mut self, now: Now) -> bool {
        self.lives += 1;
        let (seed, lives) = (self.seed.to_be_bytes(), self.lives.to_be_bytes());
        let seed = sha256(&[b"client", &seed, &lives, self.name.as_bytes()]);
        match Store::open(&self.path(), None) {
            Ok(store) => {
                self.engine = Some(Engine::new(store, seed, now));
                true
            }
            Err(error) => {
                let excused = disk::is_down(&self.machine) || disk::is_full(&self.machine);
                assert!(excused, "{} cannot be opened: {error}", self.name);
                false
            }
        }
    }

    /// How many lives it has had.
    pub fn lives(&self) -> u64 {
        self.lives
    }

    /// The file once more, to look inside.
    pub fn open_store(&self) -> Store {
        Store::open(&self.path(), None).unwrap()
    }

    /// All bytes of the profile's files, to look for traces.
    pub fn files(&self) -> Vec<Vec<u8>> {
        let paths = ["profile.db", "profile.db-wal"];
        paths
            .iter()
            .filter_map(|file| disk::read(&format!("/sim/{}/{file}", self.machine)))
            .collect()
    }

    /// The engine, to look.
    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// The engine, to act.
    pub fn engine_mut(&mut self) -> &mut Engine {
        self.engine.as_mut().unwrap()
    }

    /// The program connects.
    pub fn go_online(&mut self, now: Now) {
        self.online = true;
        // A disk that fails here is met again at the next input.
        let result = self.engine_mut().go_online(now);
        self.note_failure(result.err().as_ref());
    }

    /// When it wants to be woken, in monotonic milliseconds.
    pub fn next_wake_ms(&self) -> Option<u64> {
        self.engine().next_wake_ms()
    }

    /// Hands inputs to the engine; the error if they fail.
    pub fn handle(&mut self, now: Now, inputs: Vec<Input>) -> Option<CoreError> {
        let error = self.engine_mut().handle(now, inputs).err();
        self.note_failure(error.as_ref());
        error
    }

    /// Counts a failure of an input or act.
    pub fn note_failure(&mut self, error: Option<&CoreError>) {
        if let Some(error) = error {
            self.failures += 1;
            self.bugs += u64::from(error.kind() != Kind::Retry);
        }
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
