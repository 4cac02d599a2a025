//! Clocks that jump by days back and years forward, under processes that run.
//!
//! libfaketime stands between the binary and the system's clock and reads from a file how wrong it
//! is. The monotonic clock stays: no system sets that one back.

use jiff::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pair::Pair;
use crate::report::Storm;
use crate::support::home::Home;
use crate::support::person::acquainted_at;
use crate::support::skipped;
use crate::verdict::Seen;

/// How wrong clocks are, in libfaketime's words.
const WRONG: &[&str] = &["-1d", "-1d", "+0", "+1h", "+3y", "+20y", "-2y"];
/// What shows that a clock was wrong: more than this, in seconds.
const MONTHS_S: i64 = 60 * 24 * 3600;

/// A clock of one's own.
struct Clock(PathBuf);

impl Clock {
    fn right(folder: &Path, whose: &str) -> Self {
        let clock = Self(folder.join(whose));
        clock.set("+0");
        clock
    }

    /// Sets it, also for processes that run.
    fn set(&self, wrong: &str) {
        let new = self.0.with_extension("new");
        fs::write(&new, wrong).unwrap();
        fs::rename(new, &self.0).unwrap();
    }

    /// What makes a process look at this clock.
    fn environment(&self, library: &str) -> Vec<(String, String)> {
        [
            ("LD_PRELOAD", library),
            ("FAKETIME_TIMESTAMP_FILE", self.0.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
            ("RUST_LOG", "debug"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

/// The library, as its own starter names it to the loader; none where it is not installed.
fn library() -> Option<String> {
    let mut starter = Command::new("faketime");
    starter.args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"]);
    let found = starter.output().ok()?;
    let path = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    (!path.is_empty()).then_some(path)
}

/// Whether these times were read off clocks that were wrong in both directions.
#[track_caller]
fn were_wrong(whose: &str, times: impl Iterator<Item = Timestamp>) {
    let now_s = Timestamp::now().as_second();
    let off: Vec<i64> = times.map(|time| time.as_second() - now_s).collect();
    for (word, found) in [
        ("years ahead", off.iter().any(|off_s| *off_s > MONTHS_S)),
        ("behind", off.iter().any(|off_s| *off_s < -20 * 3600)),
        ("right", off.iter().any(|off_s| off_s.abs() < 600)),
    ] {
        assert!(found, "{whose} was never {word}, so it was not set at all");
    }
}

/// The times at the beginning of a home's lines.
fn logged_times(home: &Home) -> Vec<Timestamp> {
    let logged = String::from_utf8(home.logged()).unwrap();
    let times = logged
        .lines()
        .filter_map(|line| line.split(' ').next()?.parse().ok());
    times.collect()
}

#[test]
fn clocks_that_jump_by_days_back_and_years_forward_change_neither_order_nor_arrival() {
    let mut storm = Storm::begin("clock");
    let mut random = storm.random("clocks");
    let Some(library) = library() else {
        skipped("libfaketime is not installed (Debian: faketime), so no clock was set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let clocks = ["home", "ada", "ben"].map(|whose| Clock::right(folder.path(), whose));
    let mut home = Home::open_with(&clocks[0].environment(&library));
    let (mut ada, mut ben) = acquainted_at(&home);
    ada.set_environment(&clocks[1].environment(&library));
    ben.set_environment(&clocks[2].environment(&library));
    let mut pair = Pair::of(ada, ben, &storm);
    let mut jumps = 0;
    pair.write_through(storm.rounds, || {
        random.sleep_below(500);
        for clock in &clocks {
            if random.once_in(2) {
                jumps += 1;
                clock.set(random.one_of(WRONG));
            }
        }
    });
    // However few rounds there were and whatever was done in them, each clock is seen in every way.
    for wrong in ["+3y", "-1d", "+0"] {
        clocks.iter().for_each(|clock| clock.set(wrong));
        jumps += 3;
        for author in [&mut pair.ada, &mut pair.ben] {
            assert_eq!(author.send().code, Some(0));
        }
    }
    storm.others = vec![("clocks set", jumps)];
    were_wrong("the home's clock", logged_times(&home).into_iter());
    for author in [&pair.ada, &pair.ben] {
        let seen = author.side().seen;
        let own = |seen: &&Seen| seen.mine;
        were_wrong(
            "a client's clock",
            seen.iter().filter(own).map(|seen| seen.at),
        );
    }
    storm.end(&pair);
    // Killed, it would leave libfaketime's shared memory behind.
    home.stop();
}
