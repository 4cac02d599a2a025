//! The fixed and the random share of every check, and that one seed tells one story.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failing seed must be known"
)]

use simulator::run::{Options, run};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

#[track_caller]
fn check(world: &str, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let broken = run(world, seed, Options::default()).broken;
        assert_eq!(broken, None, "seed {seed} of {world}");
    }
}

#[test]
fn seeds_that_failed_once_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/regressions");
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let name = name.to_string_lossy();
        // The folder also says what it is.
        if name == "README.md" {
            continue;
        }
        let (world, seed) = name.rsplit_once('-').unwrap();
        let seed = seed.parse().unwrap();
        check(world, seed..seed + 1);
    }
}

/// A seed that nobody has chosen, the same for all tests of a run.
fn random_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_nanos() as u64 >> 8
}

#[test]
fn fixed_seeds_of_pairs_hold() {
    check("pair", 0..15);
    check("pair-two-homes", 0..15);
    check("pair-blocks", 0..15);
}

#[test]
fn fixed_seeds_of_circles_that_meet_under_faults_hold() {
    check("circle", 0..15);
}

#[test]
fn fixed_seeds_of_the_standard_mix_hold() {
    check("standard", 0..40);
}

#[test]
fn random_seeds_hold() {
    let first = random_seed();
    println!("random seeds {first}..{}", first + 20);
    check("standard", first..first + 20);
    check("circle", first..first + 5);
}

/// A day of the week of two people; the whole week of 10,000 things is a command: `--world week`.
#[test]
fn after_a_day_both_are_shown_the_same() {
    check("day", 1..2);
}

#[test]
fn after_a_random_day_both_are_shown_the_same() {
    let seed = random_seed();
    println!("random seed {seed} of day");
    check("day", seed..seed + 1);
}

/// What the program says of a seed; its last line is the hash.
fn hash_by_the_program(world: &str, seed: u64) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["--world", world, "--trace", &seed.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.lines().last().unwrap().to_owned()
}

#[test]
fn a_seed_tells_the_same_story_twice_in_two_threads_and_in_another_process() {
    for (world, seed) in [
        ("pair", 7),
        ("circle", 8),
        ("standard", 9),
        ("standard", 10),
        ("hours", 7),
    ] {
        let hash = run(world, seed, Options::default()).hash;
        assert_eq!(
            run(world, seed, Options::default()).hash,
            hash,
            "{world} {seed}"
        );
        let elsewhere = std::thread::spawn(move || run(world, seed, Options::default()).hash);
        assert_eq!(elsewhere.join().unwrap(), hash, "{world} {seed}");
        assert_eq!(hash_by_the_program(world, seed), hash, "{world} {seed}");
    }
}

#[test]
fn telling_a_story_does_not_change_it() {
    let options = Options {
        tell: true,
        ..Options::default()
    };
    let told = run("standard", 11, options);
    assert!(told.trace.len() > 1_000);
    assert_eq!(told.hash, run("standard", 11, Options::default()).hash);
}

#[test]
fn a_world_that_nobody_knows_is_wrong_usage() {
    let said = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["--world", "utopia", "--seeds", "0..1"])
        .output()
        .unwrap();
    assert_eq!(said.status.code(), Some(2));
}
