//! A small deterministic world: real engines, real homes, real stores; only network, disks, clocks
//! and entropy are made up.
//!
//! Whatever can happen next (a connection comes about, a frame arrives, a connection ends) is one
//! numbered step, chosen by the seed among the connections where something waits; on one connection
//! and way the order is kept. When nothing waits, the clock jumps to the next thing that a client
//! waits for. Faults are planned for numbered steps. One seed and one plan give one trace, which a
//! failing test prints.

mod client;
mod faults;
mod home;
mod hostile;
mod random;
mod step;
mod story;
mod tell;
mod transfers;
mod watched;
mod wire;

pub use client::Client;
pub use faults::Fault;
pub use hostile::Member;
pub use random::Random;
pub use watched::{Bug, Record, Watched};
pub use wire::{Heard, Lie};

use crate::disk;
use client_core::{CoreError, Engine, Event, FileRoot, ItemId, Now, PersonaId};
use home::HomeNode;
use protocol::home_url::HomeUrl;
use protocol::id::PersonaFingerprint;
use std::cell::Cell;
use std::collections::BTreeMap;
use story::Story;
use wire::Wire;

thread_local! {
    /// Worlds of this thread that live, and how many there were.
    static WORLDS: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

/// Noon of some day, in Unix milliseconds.
const NOON_MS: u64 = (20_000 * 86_400 + 43_200) * 1000;
/// The connection of [`World::ask`]; those of clients begin at 1.
const STRANGER: u64 = 0;
/// What a stranger's connection is greeted with, so that tests can prove rights on it.
pub const STRANGERS_NONCE: [u8; 32] = [9; 32];

/// Homes, people, the lines between them, one clock, and everything that goes wrong.
pub struct World {
    /// Tells the machines of several worlds on one thread apart.
    number: u64,
    random: Random,
    seed: u64,
    now_ms: u64,
    /// Added to everybody's calendar, in seconds: their clocks may be wrong.
    ahead_s: i64,
    /// Added to one machine's, in seconds.
    clocks: BTreeMap<&'static str, i64>,
    /// What happened.
    pub story: Story,
    /// Whether a panic leaves the trace unprinted.
    pub quiet: bool,
    /// Frames that are handed over at once at most, as production batches what waits.
    pub batch: usize,
    /// A world that takes more steps goes in circles.
    pub most_steps: u64,
    /// Frames that wait for a reader at most; one that falls behind is cut off.
    pub queue_bound: usize,
    /// The longest queue that there was.
    pub longest_queue: usize,
    homes: BTreeMap<&'static str, HomeNode>,
    clients: BTreeMap<&'static str, Client>,
    wires: BTreeMap<u64, Wire>,
    next_wire: u64,
    step: u64,
    plan: BTreeMap<u64, Vec<Fault>>,
    every: Option<(u64, Vec<Fault>)>,
    /// The step after which those faults come no more.
    every_until: u64,
    slow: Option<(&'static str, u64)>,
    lie: Option<Lie>,
    unbounded: bool,
    backups: BTreeMap<&'static str, disk::Snapshot>,
    old_backups: bool,
    /// Whether it is kept who could read what was stored, and that, by whose it is.
    pub note_readers: bool,
    /// Items that were stored, with whoever was a member then as their author saw it.
    pub readers: Vec<(&'static str, ItemId, Vec<PersonaFingerprint>)>,
    /// Whether it is kept what reaches homes, and that, in order.
    pub note_heard: bool,
    /// What reached homes.
    pub heard: Vec<Heard>,
    /// Who came back with an old copy, and whether something of theirs is stored that it lacks.
    lost: BTreeMap<&'static str, bool>,
    transfers: Vec<transfers::Carrying>,
    /// Which sealed bytes clients had erased from their folders.
    pub sealed_erased: Vec<(&'static str, FileRoot)>,
}

impl World {
    /// An empty world; one seed and one sequence of calls give one story.
    pub fn new(seed: u64) -> Self {
        disk::install();
        let (living, number) = WORLDS.get();
        if living == 0 {
            disk::reset();
        }
        WORLDS.set((living + 1, number + 1));
        disk::seed(seed);
        Self {
            number,
            random: Random::new(seed),
            seed,
            now_ms: 1_000,
            ahead_s: 0,
            clocks: BTreeMap::new(),
            story: Story::default(),
            quiet: false,
            batch: 1,
            most_steps: 60_000,
            queue_bound: 1_024,
            longest_queue: 0,
            homes: BTreeMap::new(),
            clients: BTreeMap::new(),
            wires: BTreeMap::new(),
            next_wire: 1,
            step: 0,
            plan: BTreeMap::new(),
            every: None,
            every_until: u64::MAX,
            slow: None,
            lie: None,
            unbounded: false,
            backups: BTreeMap::new(),
            old_backups: false,
            note_readers: false,
            readers: Vec::new(),
            note_heard: false,
            heard: Vec::new(),
            lost: BTreeMap::new(),
            transfers: Vec::new(),
            sealed_erased: Vec::new(),
        }
    }

    /// The machine of somebody or of a home, as the disk knows it.
    pub fn machine(&self, name: &str) -> String {
        format!("{}-{name}", self.number)
    }

    /// A home whom everybody may join, at `https://NAME`.
    pub fn add_home(&mut self, name: &'static str) {
        let node = HomeNode::new(name, self.machine(name));
        self.homes.insert(name, node);
    }

    /// A client that is not online yet.
    pub fn add_client(&mut self, name: &'static str) {
        let client = Client::new(name, self.machine(name), self.seed, self.now());
        self.clients.insert(name, client);
    }

    /// From now on a home takes new inboxes by invitation and token only.
    pub fn close_to_strangers(&mut self, name: &'static str) {
        self.homes.get_mut(name).unwrap().open = false;
        self.restart(name);
    }

    /// From now on a home takes so many blobs in a log and in all.
    pub fn take_blobs(&mut self, name: &'static str, blobs: u64) {
        let limits = &mut self.homes.get_mut(name).unwrap().blob_limits;
        (limits.log_blobs, limits.all_blobs) = (blobs, blobs);
        limits.log_bytes = limits.all_bytes;
        self.restart(name);
    }

    /// Everything of a machine that ends as it should is on its disk.
    pub fn end(&mut self, name: &'static str) {
        if let Some(home) = self.homes.get_mut(name) {
            home.end();
        } else {
            self.hang_up_all(name);
            self.clients.get_mut(name).unwrap().end();
        }
    }

    /// A copy of a machine's disk.
    pub fn take_disk(&self, name: &str) -> disk::Snapshot {
        disk::snapshot(&self.machine(name))
    }

    /// A machine begins with this disk.
    pub fn put_disk(&self, name: &str, copy: &disk::Snapshot) {
        disk::restore(&self.machine(name), copy);
    }

    /// The virtual clock goes on from here.
    pub fn set_time(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
    }

    /// The address of a home of that name.
    pub fn url(name: &str) -> HomeUrl {
        HomeUrl::parse(&format!("https://{name}")).unwrap()
    }

    /// Both clocks, as a machine shows them whose clock is as right as everybody's.
    pub fn now(&self) -> Now {
        self.now_at(0)
    }

    /// Both clocks of one machine.
    pub fn now_of(&self, name: &str) -> Now {
        self.now_at(self.clocks.get(name).copied().unwrap_or_default())
    }

    fn now_at(&self, ahead_s: i64) -> Now {
        let ahead_ms = (self.ahead_s + ahead_s) * 1000;
        Now {
            monotonic_ms: self.now_ms,
            unix_ms: (NOON_MS + self.now_ms).saturating_add_signed(ahead_ms),
        }
    }

    /// How far one machine's calendar is ahead of everybody's, in seconds.
    pub fn clock_of(&self, name: &str) -> i64 {
        self.clocks.get(name).copied().unwrap_or_default()
    }

    /// The calendar moves on for everybody.
    pub fn pass_s(&mut self, seconds: u64) {
        self.ahead_s += i64::try_from(seconds).unwrap();
        self.note(|| format!("{seconds} seconds pass"));
    }

    /// The calendar moves on by days for everybody.
    pub fn pass_days(&mut self, days: u64) {
        self.pass_s(days * 86_400);
    }

    /// Plants a bug in every home and client that is there.
    #[doc(hidden)]
    pub fn plant(&mut self, bug: Bug) {
        let names: Vec<_> = self.homes.keys().copied().collect();
        for name in names {
            self.homes.get_mut(name).unwrap().bug = Some(bug);
            self.restart(name);
            disk::ignore_syncs(&self.machine(name), bug == Bug::SynchronousOff);
        }
        for client in self.clients.values() {
            disk::ignore_syncs(&client.machine, bug == Bug::SynchronousOff);
        }
        self.unbounded = bug == Bug::UnboundedQueue;
        self.old_backups = bug == Bug::OldBackup;
        if self.old_backups {
            let names: Vec<_> = self.clients.keys().copied().collect();
            names.into_iter().for_each(|name| self.back_up(name));
        }
    }

    /// The calendar of everybody jumps, forward or back.
    pub fn jump_days(&mut self, days: i64) {
        self.ahead_s += days * 86_400;
        self.count(if days < 0 {
            "fault: all clocks set back"
        } else {
            "fault: all clocks set forward"
        });
        self.note(|| format!("the calendar jumps by {days} days"));
    }

    /// What was seen at the stores of homes.
    pub fn records(&self) -> impl Iterator<Item = std::cell::Ref<'_, Record>> {
        self.homes.values().map(|home| home.record.borrow())
    }

    /// The stores of logs, to look inside at rest.
    pub fn log_stores(&self) -> impl Iterator<Item = (&'static str, Watched)> {
        let homes = self.homes.values();
        homes.filter_map(|home| Some((home.name, home.logs.clone()?)))
    }

    /// Counts a fault or a recovery.
    pub fn count(&mut self, what: &str) {
        self.story.count(what, 1);
    }

    /// How many steps were taken.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// What happened, a line a step.
    pub fn trace(&self) -> &[String] {
        self.story.lines()
    }

    /// Plans a fault for `steps` steps from now.
    pub fn plan(&mut self, steps: u64, fault: Fault) {
        self.plan.entry(self.step + steps).or_default().push(fault);
    }

    /// These faults happen every so many steps from now on, in turn; none: no more.
    pub fn plan_every(&mut self, steps: u64, faults: &[Fault]) {
        self.every_until = u64::MAX;
        self.every = (steps > 0).then(|| (steps, faults.to_vec()));
    }

    /// The faults that happen every so many steps end so many steps from now: under some of them
    /// nobody ever gets anywhere.
    pub fn end_faults_in(&mut self, steps: u64) {
        self.every_until = self.step + steps;
    }

    /// Everything that homes say goes through this from now on.
    pub fn lie(&mut self, lie: Lie) {
        self.lie = Some(lie);
    }

    /// No home lies any more.
    pub fn tell_the_truth(&mut self) {
        self.lie = None;
    }

    /// A home does not answer from now on, or answers again.
    pub fn set_reachable(&mut self, home: &'static str, reachable: bool) {
        self.homes.get_mut(home).unwrap().reachable = reachable;
        self.note(|| format!("{home} reachable: {reachable}"));
        if !reachable {
            self.end_wires(|wire| wire.home == home);
        }
    }

    /// Who is in a conversation's group, as somebody's device has it.
    pub fn members(
        &mut self,
        name: &str,
        conversation: client_core::ConversationId,
    ) -> Vec<PersonaFingerprint> {
        let engine = self.clients.get_mut(name).unwrap().engine_mut();
        let members = engine.members(conversation).unwrap();
        members
            .into_iter()
            .map(|member| member.fingerprint)
            .collect()
    }

    /// Whether somebody came back with an old copy of their disk.
    pub fn was_restored(&self, name: &str) -> bool {
        self.lost.contains_key(name)
    }

    /// Whether they had encrypted something since that copy was made.
    pub fn lost_to_backup(&self, name: &str) -> bool {
        self.lost.get(name).copied().unwrap_or_default()
    }

    /// Somebody's engine, to look.
    pub fn engine(&self, name: &str) -> &Engine {
        self.clients[name].engine()
    }

    /// Somebody.
    pub fn client(&self, name: &str) -> &Client {
        &self.clients[name]
    }

    /// What somebody was told, in order.
    pub fn events(&self, name: &str) -> &[Event] {
        &self.clients[name].events
    }

    /// One name invites another, who accepts.
    pub fn introduce(
        &mut self,
        (inviter, one): (&'static str, PersonaId),
        (accepter, other): (&'static str, PersonaId),
    ) {
        let id = self
            .act(inviter, |engine, now| {
                engine.new_invitation(now, one, 1, None, None)
            })
            .unwrap();
        self.run();
        let link = self.engine(inviter).invitation(id).unwrap().link;
        self.act(accepter, |engine, now| {
            engine.accept(now, other, &link.unwrap())
        })
        .unwrap();
        self.run();
    }

    /// Who is there goes away, and who is away comes back.
    pub fn go_away_or_come_back(&mut self, name: &'static str) {
        if self.client(name).online {
            self.count("people: away");
            self.go_offline(name);
        } else {
            self.count("people: back");
            self.go_online(name);
        }
    }

    /// Somebody starts the program.
    pub fn go_online(&mut self, name: &'static str) {
        let now = self.now_of(name);
        self.story.mark(name, &[1], b"");
        self.note(|| format!("{name} goes online"));
        let client = self.clients.get_mut(name).unwrap();
        client.go_online(now);
        self.carry_out(name);
    }

    /// The client ends and starts again, offline.
    pub fn go_offline(&mut self, name: &'static str) {
        self.story.mark(name, &[0], b"");
        self.note(|| format!("{name} goes offline"));
        self.hang_up_all(name);
        let (now, random) = (self.now_of(name), &mut self.random);
        let client = self.clients.get_mut(name).unwrap();
        client.end();
        while !client.start(now) {
            client.crash(&mut |bound| random.below(bound));
            disk::fill_up(&client.machine, None);
        }
    }

    /// Somebody does something.
    pub fn act<T>(
        &mut self,
        name: &'static str,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let now = self.now_of(name);
        let client = self.clients.get_mut(name).unwrap();
        let result = act(client.engine_mut(), now);
        self.story.mark(name, &[2, u64::from(result.is_ok())], b"");
        if let Err(error) = &result {
            let error = error.to_string();
            self.note(|| format!("{name} may not: {error}"));
        }
        self.carry_out(name);
        self.revive(name);
        result
    }

    /// A line of the story.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        self.story.tell((self.step, self.now_ms), what);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let (living, number) = WORLDS.get();
        WORLDS.set((living - 1, number));
        if std::thread::panicking() && !self.quiet {
            let skipped = self.trace().len().saturating_sub(400);
            println!("seed {}; {skipped} lines left out", self.seed);
            for line in self.trace().iter().skip(skipped) {
                println!("{line}");
            }
        }
    }
}
