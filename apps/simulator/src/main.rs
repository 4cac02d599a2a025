//! `simulator --seeds A..B [--world NAME] [--trace SEED]`: runs seeds, says which fail.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool"
)]

use simulator::run::{WORLDS, run};
use std::collections::BTreeMap;
use std::process::ExitCode;

const USAGE: &str = "simulator --seeds A..B [--world NAME] [--trace SEED]";

#[derive(Default)]
struct Arguments {
    seeds: Option<(u64, u64)>,
    world: Option<String>,
    trace: Option<u64>,
}

fn parse() -> Option<Arguments> {
    let mut parsed = Arguments::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--seeds" => {
                let (from, to) = value.split_once("..")?;
                parsed.seeds = Some((from.parse().ok()?, to.parse().ok()?));
            }
            "--world" => parsed.world = Some(value),
            "--trace" => parsed.trace = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    (parsed.seeds.is_some() || parsed.trace.is_some()).then_some(parsed)
}

fn main() -> ExitCode {
    let Some(arguments) = parse() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let world = arguments.world.as_deref().unwrap_or("pair");
    if !WORLDS.contains(&world) {
        eprintln!("no world {world}; there are {}", WORLDS.join(", "));
        return ExitCode::from(2);
    }
    // A panic is a failing seed, told in one line.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failed = false;
    let mut counts = BTreeMap::new();
    let (from, to) = arguments.seeds.unwrap_or_default();
    for seed in from..to {
        let outcome = run(world, seed, None);
        if let Some(broken) = outcome.broken {
            println!("seed {seed} of {world}: {broken}");
            failed = true;
        }
        for (what, times) in outcome.counts {
            *counts.entry(what).or_insert(0) += times;
        }
    }
    for (what, times) in counts {
        println!("{times:8} {what}");
    }
    if let Some(seed) = arguments.trace {
        let outcome = run(world, seed, None);
        for line in &outcome.trace {
            println!("{line}");
        }
        if let Some(broken) = &outcome.broken {
            println!("seed {seed} of {world}: {broken}");
            failed = true;
        }
        println!("{}", outcome.hash());
    }
    ExitCode::from(u8::from(failed))
}
