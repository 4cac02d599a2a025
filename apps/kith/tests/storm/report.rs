//! How a storm is asked for, and its one line at the end.

use std::fmt::Write as _;
use std::io::Write as _;
use std::str::FromStr;
use std::time::Instant;

use crate::pair::Pair;
use crate::random::Random;
use crate::verdict::Verdict;

/// Enough that each fault comes in several ways, and no more than belongs into every test run.
const FEW_ROUNDS: u32 = 6;
/// How many findings of a kind are printed.
pub const EXAMPLES: usize = 5;

pub struct Storm {
    name: &'static str,
    pub rounds: u32,
    pub seed: u64,
    begun: Instant,
    pub home_kills: u32,
    pub client_kills: u32,
    /// Faults of other kinds, and how often they came.
    pub others: Vec<(&'static str, u32)>,
}

impl Storm {
    /// As many rounds as the environment says, and its seed or one of chance, which is printed.
    pub fn begin(name: &'static str) -> Self {
        let rounds = given("KITH_STORM_ROUNDS").unwrap_or(FEW_ROUNDS);
        let seed = given("KITH_STORM_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
        say(&format!("{name}: {rounds} rounds, KITH_STORM_SEED={seed}"));
        Self {
            name,
            rounds,
            seed,
            begun: Instant::now(),
            home_kills: 0,
            client_kills: 0,
            others: Vec::new(),
        }
    }

    /// What is drawn for one purpose of this storm.
    pub fn random(&self, purpose: &str) -> Random {
        Random::of(self.seed, &format!("{}/{purpose}", self.name))
    }

    /// Lets everything come to rest, prints the line, and fails if anything is wrong.
    pub fn end(self, pair: &Pair) {
        let verdict = Verdict::of(&pair.come_to_rest());
        self.tell(&format!(
            "{} texts acknowledged ({} of them queued), {} lost, {} twice, {} order differences, {} strange",
            pair.promised(),
            pair.queued(),
            verdict.lost.len(),
            verdict.twice.len(),
            verdict.disorder.len(),
            verdict.strange.len(),
        ));
        let found = [
            &verdict.lost,
            &verdict.twice,
            &verdict.disorder,
            &verdict.strange,
        ];
        let examples: Vec<_> = found
            .iter()
            .flat_map(|of| of.iter().take(EXAMPLES))
            .collect();
        assert!(verdict.is_clean(), "seed {}: {examples:#?}", self.seed);
        assert!(pair.promised() > 0, "nobody said anything");
    }

    /// Prints the one line of a storm, with what came of it.
    pub fn tell(&self, outcome: &str) {
        let mut line = format!(
            "{}: {} rounds, {} kills of home, {} kills of client",
            self.name, self.rounds, self.home_kills, self.client_kills
        );
        for (what, times) in &self.others {
            write!(line, ", {times} {what}").unwrap();
        }
        let (took_s, seed) = (self.begun.elapsed().as_secs_f64(), self.seed);
        write!(line, "; {outcome}; {took_s:.1} s, KITH_STORM_SEED={seed}").unwrap();
        say(&line);
    }
}

/// A number in the environment.
fn given<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let number = text.parse().ok();
    assert!(number.is_some(), "{name} is no number: {text}");
    number
}

/// Past the test program's capture, which `cargo xtask storm` reads and people may want to see.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "\nstorm {line}");
}
