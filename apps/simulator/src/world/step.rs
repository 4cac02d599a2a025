//! Steps: what happens next, and what goes wrong at it.

use super::home::Said;
use super::wire::{Packet, Way, Wire};
use super::{Client, Fault, STRANGER, STRANGERS_NONCE, World};
use crate::disk;
use client_core::{Effect, Event, Input};
use protocol::frame::{Request, Response};
use std::collections::VecDeque;

/// A world in which nobody does anything for so long, in milliseconds, is at rest: what is asked again
/// once a day does not count.
const REST_MS: u64 = 3_600_000;

impl World {
    /// Runs until nothing is on its way and no client waits for anything soon.
    pub fn run(&mut self) {
        while self.next_step() || self.wake(self.now_ms + REST_MS) {}
    }

    /// Runs for so long, in milliseconds of the virtual clock.
    pub fn run_for(&mut self, ms: u64) {
        self.run_until_ms(self.now_ms + ms);
    }

    /// Runs until nothing waits; whether that took no more than so many steps.
    pub fn settles_within(&mut self, steps: u64) -> bool {
        let end = self.step + steps;
        while self.step < end {
            if !(self.next_step() || self.wake(self.now_ms + REST_MS)) {
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
            self.story.mark(name, &[3, now_ms], b"");
            self.note(|| format!("{name} wakes"));
            self.input(name, vec![Input::Tick]);
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
            let before = self.trace().len();
            assert!(
                self.next_step() || self.wake(self.now_ms + REST_MS),
                "nobody says {what}"
            );
            if self.trace()[before..]
                .iter()
                .any(|line| line.contains(what))
            {
                return;
            }
        }
    }

    /// Asks a home as a stranger with a connection of their own; none if it does not run.
    pub fn try_ask(&mut self, home: &'static str, request: &Request) -> Option<Response> {
        let now_s = self.now_of(home).unix_s();
        let node = self.homes.get_mut(home).unwrap();
        node.connect(STRANGER, now_s, STRANGERS_NONCE);
        node.receive(STRANGER, now_s, &request.to_frame(1));
        node.flush();
        let (answers, said): (Vec<_>, Vec<_>) = node
            .said()
            .into_iter()
            .partition(|one| one.connection == STRANGER);
        let failed = node.has_failed();
        self.note(|| format!("somebody -> {home} {}", request.kind()));
        self.deliver(said);
        if failed {
            self.take_home_away(home);
            return None;
        }
        let answer = answers.into_iter().find_map(|one| one.frame)?;
        Some(Response::from_frame(&answer).unwrap().1)
    }

    /// The same at a home that runs.
    pub fn ask(&mut self, home: &'static str, request: &Request) -> Response {
        self.try_ask(home, request).unwrap()
    }

    /// Lets one thing happen; whether there was one.
    fn next_step(&mut self) -> bool {
        if self.carries_by_chance() {
            return true;
        }
        let Some((id, way)) = self.choose() else {
            return self.carry_some();
        };
        self.now_ms += 1;
        let faults = self.count_step();
        for fault in &faults {
            self.suffer(fault, id, way);
        }
        match way {
            Way::Up => self.arrive_at_home(id, &faults),
            Way::Down => self.arrive_at_client(id),
        }
        true
    }

    /// A connection and a way on which something waits, by chance.
    fn choose(&mut self) -> Option<(u64, Way)> {
        if self.slow.is_some_and(|(_, until)| until <= self.step) {
            self.slow = None;
        }
        let slow = self.slow.map(|(name, _)| name);
        let mut waiting: Vec<(u64, Way)> = Vec::new();
        for (id, wire) in &self.wires {
            let ways = wire
                .ways()
                .filter(|way| *way == Way::Up || slow != Some(wire.client));
            waiting.extend(ways.map(|way| (*id, way)));
        }
        if waiting.is_empty() && slow.is_some() {
            self.slow = None;
            return self.choose();
        }
        if waiting.is_empty() {
            return None;
        }
        Some(waiting[self.random.below(waiting.len())])
    }

    /// Takes what waits on a connection and way, at most a batch of frames that follow each other.
    fn take(&mut self, id: u64, way: Way) -> Vec<Packet> {
        let most = if self.batch > 1 {
            1 + self.random.below(self.batch)
        } else {
            1
        };
        let Some(wire) = self.wires.get_mut(&id) else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        while taken.len() < most {
            let queue = wire.queue(way);
            let goes_on = taken.is_empty() || queue.front().is_some_and(Packet::is_frame);
            let Some(packet) = queue.pop_front().filter(|_| goes_on) else {
                break;
            };
            let is_frame = packet.is_frame();
            taken.push(packet);
            if !is_frame {
                break;
            }
        }
        for packet in &taken {
            self.story.mark("packet", &[id, way as u64], packet.bytes());
            let wire = &self.wires[&id];
            let at = (self.step, self.now_ms);
            self.story.tell(at, || wire.describe(packet, way));
        }
        taken
    }

    /// Numbers the step; what goes wrong at it.
    pub(super) fn count_step(&mut self) -> Vec<Fault> {
        self.step += 1;
        if self.step >= self.most_steps {
            panic!("the world goes in circles");
        }
        let mut faults = self.plan.remove(&self.step).unwrap_or_default();
        if let Some((steps, list)) = &self.every
            && self.step.is_multiple_of(*steps)
            && self.step < self.every_until
        {
            let turn = usize::try_from(self.step / steps).unwrap() % list.len();
            faults.push(list[turn].clone());
        }
        faults
    }

    /// Nobody is there any more to hear that the connections ended.
    pub(super) fn hang_up_all(&mut self, name: &'static str) {
        self.forget_transfers(name);
        let wires = self.wires.iter().filter(|(_, wire)| wire.client == name);
        let ids: Vec<u64> = wires.map(|(id, _)| *id).collect();
        for id in ids {
            self.hang_up(id);
        }
    }

    /// Connections end: what was on its way is lost, both sides hear of it.
    pub(super) fn end_wires(&mut self, which: impl Fn(&Wire) -> bool) {
        for wire in self.wires.values_mut().filter(|wire| which(wire)) {
            wire.up = VecDeque::from([Packet::End]);
            wire.down = VecDeque::from([Packet::End]);
        }
    }

    /// How many frames are on their way to homes.
    pub fn frames_on_their_way(&self) -> usize {
        let packets = self.wires.values().flat_map(|wire| &wire.up);
        let frames = packets.filter(|packet| matches!(packet, Packet::Frame(_)));
        frames.count()
    }

    /// The client's side is gone.
    fn hang_up(&mut self, id: u64) {
        if let Some(wire) = self.wires.remove(&id) {
            if self.note_heard {
                self.heard.push(wire.heard(&Packet::End));
            }
            let now_s = self.now_of(wire.home).unix_s();
            let home = self.homes.get_mut(wire.home).unwrap();
            home.disconnect(id, now_s);
            if home.has_failed() {
                self.take_home_away(wire.home);
            }
        }
    }

    fn arrive_at_home(&mut self, id: u64, faults: &[Fault]) {
        let mut packets = self.take(id, Way::Up);
        let Some(wire) = self.wires.get(&id) else {
            return;
        };
        let name = wire.home;
        if self.note_heard {
            self.heard
                .extend(packets.iter().map(|packet| wire.heard(packet)));
        }
        let now_s = self.now_of(name).unix_s();
        let home = self.homes.get_mut(name).unwrap();
        match packets.first() {
            None => return,
            Some(Packet::Begin) if home.reachable && home.runs() => {
                let nonce = self.random.bytes();
                home.connect(id, now_s, nonce);
                self.count("recovery: connections made");
                let wire = self.wires.get_mut(&id).unwrap();
                wire.down.push_back(Packet::Begin);
            }
            Some(Packet::Begin) => self.end_wires(|wire| wire.id == id),
            Some(Packet::End) => home.disconnect(id, now_s),
            Some(Packet::Frame(_)) => {
                for packet in packets.drain(..) {
                    home.receive(id, now_s, packet.bytes());
                }
                self.let_home_speak(name, faults);
            }
        }
        if self.homes[name].has_failed() {
            self.take_home_away(name);
        }
    }

    /// What was handed over becomes durable and is answered, unless the home dies before.
    fn let_home_speak(&mut self, name: &'static str, faults: &[Fault]) {
        let home = self.homes.get_mut(name).unwrap();
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

    /// What a home says goes on its way, through the lie if there is one. A reader that lets too
    /// much pile up is cut off.
    pub(super) fn deliver(&mut self, said: Vec<Said>) {
        for one in said {
            let Some(wire) = self.wires.get_mut(&one.connection) else {
                continue;
            };
            match (one.frame, &mut self.lie) {
                (None, _) => wire.down.push_back(Packet::End),
                (Some(frame), None) => wire.down.push_back(Packet::Frame(frame)),
                (Some(frame), Some(lie)) => {
                    let frames = lie(wire.client, &frame);
                    wire.down.extend(frames.into_iter().map(Packet::Frame));
                }
            }
            let waiting = wire.down.len();
            self.longest_queue = self.longest_queue.max(waiting);
            if waiting > self.queue_bound && !self.unbounded {
                let (id, home) = (wire.id, wire.home);
                wire.down = VecDeque::from([Packet::End]);
                wire.up.clear();
                let now_s = self.now_of(home).unix_s();
                self.homes.get_mut(home).unwrap().disconnect(id, now_s);
                self.count("recovery: slow reader cut off");
            }
        }
    }

    fn arrive_at_client(&mut self, id: u64) {
        let packets = self.take(id, Way::Down);
        let Some(wire) = self.wires.get(&id) else {
            return;
        };
        let (name, connection) = (wire.client, wire.connection);
        let mut inputs = Vec::new();
        for packet in packets {
            inputs.push(match packet {
                Packet::Begin => Input::Opened(connection),
                Packet::Frame(bytes) => Input::Received(connection, bytes),
                Packet::End => {
                    self.hang_up(id);
                    Input::Closed(connection)
                }
            });
        }
        if !inputs.is_empty() {
            self.input(name, inputs);
        }
    }

    pub(super) fn input(&mut self, name: &'static str, inputs: Vec<Input>) {
        let now = self.now_of(name);
        let failed = self.clients.get_mut(name).unwrap().handle(now, inputs);
        if let Some(error) = failed {
            self.note(|| format!("{name} fails: {error}"));
        }
        self.carry_out(name);
        self.revive(name);
    }

    /// A client whose machine went down at a write starts again.
    pub(super) fn revive(&mut self, name: &'static str) {
        if disk::is_down(&self.clients[name].machine) {
            self.count("recovery: client ended by a crash at a write");
            self.note(|| format!("{name} ends: its machine crashed at a write"));
            self.crash_client(name);
        }
    }

    /// Who can read what was stored: the members, less those who came only in this input.
    fn note_readers_of(&mut self, name: &'static str, events: &[Event]) {
        for event in events {
            let Event::Stored(item) = event else {
                continue;
            };
            let store = self.clients[name].engine().store();
            let Ok(Some(row)) = store.item(*item) else {
                continue;
            };
            let mut members = self.members(name, row.conversation);
            let came = |who: &_| {
                let came = Event::Came(row.conversation, *who);
                events.contains(&came)
            };
            members.retain(|member| !came(member));
            self.readers.push((name, *item, members));
        }
    }

    /// Does what a client's engine decided, and notes what it tells.
    pub(super) fn carry_out(&mut self, name: &'static str) {
        let client = self.clients.get_mut(name).unwrap();
        let (effects, events) = client.poll();
        if self.note_readers {
            self.note_readers_of(name, &events);
        }
        for event in events {
            self.tell_event(name, &event);
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
                Effect::Transfer(id, transfer) => self.begin_transfer(name, id, *transfer),
                Effect::Abandon(id) => self.abandon_transfer(name, id),
                Effect::EraseSealed(root) => self.sealed_erased.push((name, root)),
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
