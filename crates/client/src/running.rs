//! A client at work: the engine between clocks and connections.

use client_core::{CoreError, Effect, Engine, Event, Input, Now};
use std::fs::File;
use std::time::Duration;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::error::ClientError;
use crate::profile::Profile;
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
    events: Vec<Event>,
    /// Held for as long as the client lives.
    _lock: File,
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
        let (store, lock) = profile.into_parts();
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(ClientError::Entropy)?;
        let clock = Clock::start();
        let (transport, incoming) = Transport::new();
        let work = Work {
            engine: Engine::new(store, *seed, clock.now()),
            clock,
            transport,
            events: Vec::new(),
            _lock: lock,
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
