//! Steps: what happens next, and what goes wrong at it.

use super::wire::{Packet, Way, Wire};
use super::{Client, Fault, STRANGER, STRANGERS_NONCE, World};
use client_core::{Effect, Input};
use protocol::frame::{Request, Response};
use std::collections::VecDeque;

/// No test needs more steps; a world that takes more goes in circles.
const MOST_STEPS: u64 = 60_000;

impl World {
    /// Runs until nothing is on its way and no client waits for anything.
    pub fn run(&mut self) {
        self.run_until_ms(u64::MAX);
    }

    /// Runs for so long, in milliseconds of the virtual clock.
    pub fn run_for(&mut self, ms: u64) {
        self.run_until_ms(self.now_ms + ms);
    }

    /// Runs until nothing waits; whether that took no more than so many steps.
    pub fn settles_within(&mut self, steps: u64) -> bool {
        let end = self.step + steps;
        while self.step < end {
            if !(self.next_step() || self.wake(u64::MAX)) {
                return true;
            }
        }
        false
    }

    fn run_until_ms(&mut self, end_ms: u64) {
        while self.next_step() || self.wake(end_ms) {}
    }

    /// Jumps to the next time for which a client waits; whether there is one before the end.
    fn wake(&mut self, end_ms: u64) -> bool {
        let wakes = self.clients.values().filter_map(Client::next_wake_ms);
        let Some(at_ms) = wakes.min().filter(|at_ms| *at_ms <= end_ms) else {
            return false;
        };
        self.now_ms = self.now_ms.max(at_ms);
        let now_ms = self.now_ms;
        let due: Vec<_> = self
            .clients
            .values()
            .filter(|client| client.next_wake_ms().is_some_and(|at_ms| at_ms <= now_ms))
            .map(|client| client.name)
            .collect();
        for name in due {
            self.count_step();
            self.note(|| format!("{name} wakes"));
            self.input(name, Input::Tick);
        }
        true
    }

    /// Lets so many things happen, if there are as many.
    pub fn run_steps(&mut self, steps: u64) {
        for _ in 0..steps {
            if !self.next_step() {
                return;
            }
        }
    }

    /// Runs until something whose description holds `what` was said.
    pub fn run_until(&mut self, what: &str) {
        loop {
            let before = self.trace.len();
            assert!(
                self.next_step() || self.wake(u64::MAX),
                "nobody says {what}"
            );
            if self.trace[before..].iter().any(|line| line.contains(what)) {
                return;
            }
        }
    }

    /// Asks a home as a stranger with a connection of their own.
    pub fn ask(&mut self, home: &'static str, request: &Request) -> Response {
        let now_s = self.now().unix_s();
        let node = self.homes.get_mut(home).unwrap();
        node.connect(STRANGER, now_s, STRANGERS_NONCE);
        node.receive(STRANGER, now_s, &request.to_frame(1));
        node.flush();
        let (answers, said): (Vec<_>, Vec<_>) =
            node.said().into_iter().partition(|(id, _)| *id == STRANGER);
        self.note(|| format!("somebody -> {home} {}", request.kind()));
        self.deliver(said);
        let answer = answers.into_iter().find_map(|(_, frame)| frame).unwrap();
        Response::from_frame(&answer).unwrap().1
    }

    /// Lets one thing happen; whether there was one.
    fn next_step(&mut self) -> bool {
        let waiting: Vec<(u64, Way)> = self
            .wires
            .iter()
            .flat_map(|(id, wire)| wire.ways().map(|way| (*id, way)))
            .collect();
        if waiting.is_empty() {
            return false;
        }
        let (id, way) = waiting[self.random.below(waiting.len())];
        self.now_ms += 1;
        let faults = self.count_step();
        for fault in &faults {
            self.suffer(fault, id, way);
        }
        let Some(wire) = self.wires.get_mut(&id) else {
            return true;
        };
        let Some(packet) = wire.queue(way).pop_front() else {
            return true;
        };
        let what = wire.describe(&packet, way);
        self.note(|| what);
        match way {
            Way::Up => self.arrive_at_home(id, packet, &faults),
            Way::Down => self.arrive_at_client(id, packet),
        }
        true
    }

    /// Numbers the step; what goes wrong at it.
    fn count_step(&mut self) -> Vec<Fault> {
        self.step += 1;
        if self.step >= MOST_STEPS {
            panic!("the world goes in circles");
        }
        let mut faults = self.plan.remove(&self.step).unwrap_or_default();
        if let Some((steps, list)) = &self.every
            && self.step.is_multiple_of(*steps)
        {
            let turn = usize::try_from(self.step / steps).unwrap() % list.len();
            faults.push(list[turn].clone());
        }
        faults
    }

    fn suffer(&mut self, fault: &Fault, id: u64, way: Way) {
        self.note(|| format!("fault: {fault:?}"));
        self.count(&format!("{fault:?}"));
        match fault {
            Fault::Cut => self.end_wires(|_| true),
            Fault::Reopen(name) => {
                let online = self.clients[name].online;
                self.reopen(name, online);
            }
            Fault::Restart(name) => {
                let wire = &self.wires[&id];
                let arrives_there = wire.home == *name && way == Way::Up;
                // Else the frame is handled first, and lost with what was not flushed.
                if !(arrives_there && wire.up.front().is_some_and(Packet::is_frame)) {
                    self.restart(name);
                }
            }
            Fault::Twice => {
                let queue = self.wires.get_mut(&id).unwrap().queue(way);
                let again = queue.front().cloned();
                queue.extend(again.filter(Packet::is_frame));
            }
            Fault::Swapped => self.wires.get_mut(&id).unwrap().swap_answers(way),
            // What arrives is taken first.
            Fault::Mute(_) => {}
        }
    }

    /// A home dies as it is and starts again.
    pub fn restart(&mut self, name: &'static str) {
        self.homes.get_mut(name).unwrap().restart();
        self.end_wires(|wire| wire.home == name);
    }

    /// A client dies as it is and starts again with fresh entropy.
    pub(super) fn reopen(&mut self, name: &'static str, online: bool) {
        let now = self.now();
        // Nobody is there to hear that the connections ended.
        let ids: Vec<u64> = self
            .wires
            .iter()
            .filter(|(_, wire)| wire.client == name)
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.hang_up(id);
        }
        self.clients.get_mut(name).unwrap().reopen(now);
        if online {
            self.go_online(name);
        }
    }

    /// Connections end: what was on its way is lost, both sides hear of it.
    pub(super) fn end_wires(&mut self, which: impl Fn(&Wire) -> bool) {
        for wire in self.wires.values_mut().filter(|wire| which(wire)) {
            wire.up = VecDeque::from([Packet::End]);
            wire.down = VecDeque::from([Packet::End]);
        }
    }

    /// The client's side is gone.
    fn hang_up(&mut self, id: u64) {
        if let Some(wire) = self.wires.remove(&id) {
            self.homes.get_mut(wire.home).unwrap().disconnect(id);
        }
    }

    fn arrive_at_home(&mut self, id: u64, packet: Packet, faults: &[Fault]) {
        let now_s = self.now().unix_s();
        let wire = &self.wires[&id];
        let name = wire.home;
        let home = self.homes.get_mut(name).unwrap();
        match packet {
            Packet::Begin if home.reachable => {
                home.connect(id, now_s, self.random.bytes());
                self.wires
                    .get_mut(&id)
                    .unwrap()
                    .down
                    .push_back(Packet::Begin);
            }
            Packet::Begin => self.end_wires(|wire| wire.id == id),
            Packet::End => home.disconnect(id),
            Packet::Frame(bytes) => {
                home.receive(id, now_s, &bytes);
                if faults.contains(&Fault::Mute(name)) {
                    home.flush();
                    self.restart(name);
                } else if faults.contains(&Fault::Restart(name)) {
                    self.restart(name);
                } else {
                    home.flush();
                    let said = home.said();
                    self.deliver(said);
                }
            }
        }
    }

    /// What a home says goes on its way, through the lie if there is one.
    fn deliver(&mut self, said: Vec<(u64, Option<Vec<u8>>)>) {
        for (id, frame) in said {
            let Some(wire) = self.wires.get_mut(&id) else {
                continue;
            };
            match (frame, &mut self.lie) {
                (None, _) => wire.down.push_back(Packet::End),
                (Some(frame), None) => wire.down.push_back(Packet::Frame(frame)),
                (Some(frame), Some(lie)) => {
                    let frames = lie(wire.client, &frame);
                    wire.down.extend(frames.into_iter().map(Packet::Frame));
                }
            }
        }
    }

    fn arrive_at_client(&mut self, id: u64, packet: Packet) {
        let wire = &self.wires[&id];
        let (name, connection) = (wire.client, wire.connection);
        let input = match packet {
            Packet::Begin => Input::Opened(connection),
            Packet::Frame(bytes) => Input::Received(connection, bytes),
            Packet::End => {
                self.hang_up(id);
                Input::Closed(connection)
            }
        };
        self.input(name, input);
    }

    fn input(&mut self, name: &'static str, input: Input) {
        let now = self.now();
        let failed = self.clients.get_mut(name).unwrap().handle(now, input);
        if let Some(error) = failed {
            self.note(|| format!("{name} fails: {error}"));
        }
        self.carry_out(name);
    }

    /// Does what a client's engine decided, and notes what it tells.
    pub(super) fn carry_out(&mut self, name: &'static str) {
        let client = self.clients.get_mut(name).unwrap();
        let (effects, events) = client.poll();
        for event in events {
            self.note(|| format!("{name}: {event:?}"));
        }
        for effect in effects {
            match effect {
                Effect::Connect(connection, url) => {
                    let id = self.next_wire;
                    self.next_wire += 1;
                    let home = self.homes.values().find(|home| home.url == url);
                    let home = home
                        .expect("nobody connects to a home that is not there")
                        .name;
                    self.wires.insert(id, Wire::new(id, name, connection, home));
                }
                Effect::Send(connection, frame) => {
                    let wire = self
                        .wires
                        .values_mut()
                        .find(|wire| wire.is(name, connection));
                    if let Some(wire) = wire {
                        wire.up.push_back(Packet::Frame(frame));
                    }
                }
                Effect::Close(connection) => {
                    let wire = self.wires.values().find(|wire| wire.is(name, connection));
                    if let Some(id) = wire.map(|wire| wire.id) {
                        self.hang_up(id);
                    }
                }
            }
        }
    }
}
