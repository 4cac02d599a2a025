//! `simulator --seeds A..B [--world NAME] [--trace SEED] [--jobs N]`: lives through seeds, says
//! which fail, and how often each fault and each recovery happened.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool"
)]

use simulator::mix::WORLDS;
use simulator::run::{Options, Outcome, catch_panics, run};
use simulator::tally::STANDARD;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Each seed gives back all that it had, and the system's allocator would hand it on to the kernel
/// and ask for it again: measured, an eighth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "simulator --seeds A..B [--world NAME] [--trace SEED] [--jobs N]
  --seeds A..B   lives through seeds from A on, below B; exit 1 and a line for each that fails
  --world NAME   the world they live in (standard)
  --trace SEED   tells the story of one seed; its hash is the last line
  --jobs N       on so many threads (one a core)
worlds:";

struct Arguments {
    seeds: Option<(u64, u64)>,
    world: String,
    trace: Option<u64>,
    jobs: usize,
}

fn parse() -> Option<Arguments> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut parsed = Arguments {
        seeds: None,
        world: "standard".to_owned(),
        trace: None,
        jobs: cores,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--seeds" => {
                let (from, to) = value.split_once("..")?;
                parsed.seeds = Some((from.parse().ok()?, to.parse().ok()?));
            }
            "--world" => parsed.world = value,
            "--trace" => parsed.trace = Some(value.parse().ok()?),
            "--jobs" => parsed.jobs = value.parse().ok().filter(|jobs| *jobs > 0)?,
            _ => return None,
        }
    }
    let known = WORLDS.iter().any(|(name, _)| *name == parsed.world);
    (known && (parsed.seeds.is_some() || parsed.trace.is_some())).then_some(parsed)
}

#[derive(Default)]
struct Totals {
    failed: u64,
    counts: BTreeMap<String, u64>,
}

impl Totals {
    fn add(&mut self, world: &str, seed: u64, outcome: Outcome) {
        if let Some(broken) = outcome.broken {
            println!("seed {seed} of {world}: {broken}");
            self.failed += 1;
        }
        for (what, times) in outcome.counts {
            *self.counts.entry(what).or_default() += times;
        }
    }
}

/// Lives through all seeds on so many threads.
fn live(world: &str, (from, to): (u64, u64), jobs: usize) -> Totals {
    let (next, totals) = (AtomicU64::new(from), Mutex::new(Totals::default()));
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= to {
                        return;
                    }
                    let outcome = run(world, seed, Options::default());
                    if let Ok(mut totals) = totals.lock() {
                        totals.add(world, seed, outcome);
                    }
                }
            });
        }
    });
    totals.into_inner().unwrap_or_default()
}

fn main() -> ExitCode {
    let Some(arguments) = parse() else {
        eprintln!("{USAGE}");
        for (name, what) in WORLDS {
            eprintln!("  {name:16} {what}");
        }
        return ExitCode::from(2);
    };
    catch_panics();
    let world = arguments.world.as_str();
    let mut failed = 0;
    if let Some((from, to)) = arguments.seeds {
        let started = Instant::now();
        let totals = live(world, (from, to), arguments.jobs);
        for (what, times) in &totals.counts {
            println!("{times:10} {what}");
        }
        failed += missing(world, to.saturating_sub(from), &totals.counts);
        let (seeds, took) = (to.saturating_sub(from), started.elapsed().as_secs_f64());
        println!(
            "seeds {from}..{to} of {world}: {} passed, {} failed; {took:.1} s, {:.1} seeds a second on \
             {} threads; {} at most",
            seeds - totals.failed,
            totals.failed,
            seeds as f64 / took,
            arguments.jobs,
            peak_memory()
        );
        failed += totals.failed;
    }
    if let Some(seed) = arguments.trace {
        let options = Options {
            tell: true,
            ..Options::default()
        };
        let outcome = run(world, seed, options);
        for line in &outcome.trace {
            println!("{line}");
        }
        if let Some(broken) = &outcome.broken {
            println!("seed {seed} of {world}: {broken}");
            failed += 1;
        }
        println!("{}", outcome.hash);
    }
    ExitCode::from(u8::from(failed > 0))
}

/// Says what a long run has never seen, though it should have; how much that is.
fn missing(world: &str, seeds: u64, counts: &BTreeMap<String, u64>) -> u64 {
    if world != "standard" || seeds < 1_000 {
        return 0;
    }
    let never = STANDARD
        .iter()
        .filter(|what| counts.get(**what).is_none_or(|times| *times == 0));
    never.inspect(|what| println!("never: {what}")).count() as u64
}

/// The most memory that this process has had, as the kernel says.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let peak = line.and_then(|line| line.split_whitespace().nth(1));
    peak.map_or_else(
        || "memory not known".to_owned(),
        |kib| format!("{kib} KiB of memory"),
    )
}
