//! What was found to reach something is tried with every run of the tests, and what is valid is taken.

use fuzzing::{TARGETS, Verdict, corpus};

#[test]
fn every_seed_is_taken() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        for seed in seeds {
            let verdict = (target.run)(&seed);
            assert_eq!(verdict, Verdict::Taken, "{} {seed:02x?}", target.name);
            assert!(seed.len() <= target.max_bytes, "{}", target.name);
        }
    }
}

#[test]
fn what_was_kept_holds() {
    for target in TARGETS {
        let kept = corpus::kept(target);
        assert!(kept.len() >= 10, "{} has {}", target.name, kept.len());
        for bytes in kept {
            (target.run)(&bytes);
        }
    }
}

#[test]
fn every_target_has_a_program_and_every_program_a_target() {
    let programs = corpus::folder().join("../fuzz_targets");
    let mut programs: Vec<String> = std::fs::read_dir(programs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut targets: Vec<String> = TARGETS
        .iter()
        .map(|target| format!("{}.rs", target.name))
        .collect();
    programs.sort();
    targets.sort();
    assert_eq!(programs, targets);
}

#[test]
fn every_dictionary_is_of_a_target() {
    let folder = corpus::folder().join("../dictionaries");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(fuzzing::target(&name).is_some(), "{name}");
    }
}
