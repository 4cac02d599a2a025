//! A small deterministic world: real engines, real homes, real stores; only network, clock and
//! entropy are made up.
//!
//! Whatever can happen next (a connection comes about, a frame arrives, a connection ends) is one
//! numbered step, chosen by the seed among the connections where something waits; on one connection
//! and way the order is kept. When nothing waits, the clock jumps to the next thing that a client
//! waits for. Faults are planned for numbered steps. One seed and one plan give one trace, which a
//! failing test prints.

mod client;
mod home;
mod random;
mod step;
mod watched;
mod wire;

pub use client::Client;
pub use random::Random;
pub use watched::{Bug, Record, Watched};
pub use wire::Lie;

use client_core::{CoreError, Engine, Event, Now};
use home::HomeNode;
use protocol::home_url::HomeUrl;
use std::collections::BTreeMap;
use tempfile::TempDir;
use wire::Wire;

/// Noon of some day, in Unix milliseconds.
const NOON_MS: u64 = (20_000 * 86_400 + 43_200) * 1000;
/// The connection of [`World::ask`]; those of clients begin at 1.
const STRANGER: u64 = 0;
/// What a stranger's connection is greeted with, so that tests can prove rights on it.
pub const STRANGERS_NONCE: [u8; 32] = [9; 32];

/// Something that goes wrong at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// All connections end, with everything that was on its way.
    Cut,
    /// A client dies and starts again from its file, with fresh entropy.
    Reopen(&'static str),
    /// A home dies with what it did not flush, and starts again from its folder.
    Restart(&'static str),
    /// What arrives at this step arrives once more.
    Twice,
    /// Two answers that follow each other come in the other order. Pushes keep their place among
    /// them, on which the end of a page depends.
    Swapped,
    /// A home takes what arrives at this step and dies before it says anything.
    Mute(&'static str),
}

/// Homes, people, the lines between them, one clock, and everything that goes wrong.
pub struct World {
    folder: TempDir,
    random: Random,
    seed: u64,
    now_ms: u64,
    /// Added to the clients' calendar, in seconds: their clocks may be wrong.
    ahead_s: i64,
    /// How often each fault happened.
    pub counts: BTreeMap<String, u64>,
    /// Whether a panic leaves the trace unprinted.
    pub quiet: bool,
    homes: BTreeMap<&'static str, HomeNode>,
    clients: BTreeMap<&'static str, Client>,
    wires: BTreeMap<u64, Wire>,
    next_wire: u64,
    step: u64,
    plan: BTreeMap<u64, Vec<Fault>>,
    every: Option<(u64, Vec<Fault>)>,
    lie: Option<Lie>,
    trace: Vec<String>,
}

impl World {
    /// An empty world; one seed and one sequence of calls give one trace.
    pub fn new(seed: u64) -> Self {
        // Memory is a disk that never syncs; what a crash loses is up to the tests anyway.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        Self {
            folder: folder.unwrap(),
            random: Random::new(seed),
            seed,
            now_ms: 1_000,
            ahead_s: 0,
            counts: BTreeMap::new(),
            quiet: false,
            homes: BTreeMap::new(),
            clients: BTreeMap::new(),
            wires: BTreeMap::new(),
            next_wire: 1,
            step: 0,
            plan: BTreeMap::new(),
            every: None,
            lie: None,
            trace: Vec::new(),
        }
    }

    /// A home whom everybody may join, at `https://NAME`.
    pub fn add_home(&mut self, name: &'static str) {
        let path = self.folder.path().join(name);
        self.homes.insert(name, HomeNode::start(name, &path));
    }

    /// From now on a home takes new inboxes by invitation and token only.
    pub fn close_to_strangers(&mut self, name: &'static str) {
        self.homes.get_mut(name).unwrap().open = false;
        self.restart(name);
    }

    /// A client that is not online yet.
    pub fn add_client(&mut self, name: &'static str) {
        let path = self.folder.path().join(format!("{name}.db"));
        let client = Client::new(name, path, self.seed, self.now());
        self.clients.insert(name, client);
    }

    /// The address of a home of that name.
    pub fn url(name: &str) -> HomeUrl {
        HomeUrl::parse(&format!("https://{name}")).unwrap()
    }

    /// Both clocks, as the people's machines show them.
    pub fn now(&self) -> Now {
        Now {
            monotonic_ms: self.now_ms,
            unix_ms: (NOON_MS + self.now_ms).saturating_add_signed(self.ahead_s * 1000),
        }
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

    /// The calendar of everybody jumps, forward or back.
    pub fn jump_days(&mut self, days: i64) {
        self.ahead_s += days * 86_400;
        self.count(if days < 0 { "clock back" } else { "clock on" });
        self.note(|| format!("the calendar jumps by {days} days"));
    }

    /// Plants a bug in every home or client that is there.
    #[doc(hidden)]
    pub fn plant(&mut self, bug: Bug) {
        let names: Vec<_> = self.homes.keys().copied().collect();
        for name in names {
            self.homes.get_mut(name).unwrap().bug = Some(bug);
            self.restart(name);
        }
        for client in self.clients.values_mut() {
            client.old_backup = bug == Bug::OldBackup;
        }
    }

    /// What was seen at the stores of homes.
    pub fn records(&self) -> impl Iterator<Item = std::cell::Ref<'_, Record>> {
        self.homes.values().map(|home| home.record.borrow())
    }

    /// The stores of logs, to look inside at rest.
    pub fn log_stores(&self) -> impl Iterator<Item = (&'static str, Watched)> {
        let homes = self.homes.values();
        homes.map(|home| (home.name, home.logs.clone().unwrap()))
    }

    /// Counts a fault.
    pub fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// How many steps were taken.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// What happened, a line a step.
    pub fn trace(&self) -> &[String] {
        &self.trace
    }

    /// Plans a fault for `steps` steps from now.
    pub fn plan(&mut self, steps: u64, fault: Fault) {
        self.plan.entry(self.step + steps).or_default().push(fault);
    }

    /// These faults happen every so many steps from now on, in turn; none: no more.
    pub fn plan_every(&mut self, steps: u64, faults: &[Fault]) {
        self.every = (steps > 0).then(|| (steps, faults.to_vec()));
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

    /// Somebody starts the program.
    pub fn go_online(&mut self, name: &'static str) {
        let now = self.now();
        self.note(|| format!("{name} goes online"));
        let client = self.clients.get_mut(name).unwrap();
        client.go_online(now);
        self.carry_out(name);
    }

    /// The client ends and starts again, offline.
    pub fn go_offline(&mut self, name: &'static str) {
        self.note(|| format!("{name} goes offline"));
        self.reopen(name, false);
    }

    /// Somebody does something.
    pub fn act<T>(
        &mut self,
        name: &'static str,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let now = self.now();
        let client = self.clients.get_mut(name).unwrap();
        let result = act(client.engine_mut(), now);
        let said = result.as_ref().err().map(ToString::to_string);
        self.note(|| format!("{name} acts {}", said.unwrap_or_default()));
        self.carry_out(name);
        result
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        self.trace
            .push(format!("{:5} {:8} {}", self.step, self.now_ms, what()));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.quiet {
            let skipped = self.trace.len().saturating_sub(400);
            println!("seed {}; {skipped} lines left out", self.seed);
            for line in self.trace.iter().skip(skipped) {
                println!("{line}");
            }
        }
    }
}
