//! The fixed and the random share of CI, and the planted bugs.
#![allow(clippy::print_stdout, reason = "a failing seed must be known")]

use simulator::run::{WORLDS, run};
use simulator::world::Bug;
use std::time::{SystemTime, UNIX_EPOCH};

#[track_caller]
fn check(world: &str, seed: u64) {
    let broken = run(world, seed, None).broken;
    assert_eq!(broken, None, "seed {seed} of {world}");
}

#[test]
fn forty_fixed_seeds_and_ten_random_ones_hold() {
    for seed in 0..20 {
        for world in WORLDS {
            check(world, seed);
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = now.as_nanos() as u64 >> 8;
    println!("random seeds {first}..{}", first + 10);
    for seed in first..first + 10 {
        check("pair", seed);
    }
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    for world in WORLDS {
        assert_eq!(run(world, 7, None).hash(), run(world, 7, None).hash());
    }
}

#[track_caller]
fn check_caught(bug: Bug) {
    let caught = (0..100).find_map(|seed| Some((seed, run("pair", seed, Some(bug)).broken?)));
    println!("{bug:?}: {caught:?}");
    assert!(caught.is_some(), "{bug:?} is not caught within 100 seeds");
}

#[test]
fn a_commit_that_comes_late_is_caught() {
    check_caught(Bug::LateCommit);
}

#[test]
fn a_home_that_forgets_what_it_saw_is_caught() {
    check_caught(Bug::ForgetsSeen);
}

#[test]
fn a_client_from_an_old_backup_is_caught() {
    check_caught(Bug::OldBackup);
}
