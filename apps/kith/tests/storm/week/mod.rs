//! A week of writing on real processes: two people say and do everything that the command line knows for pairs, their
//! commands are killed and so is the home, and one of them loses the device and goes on with a backup. In the end both are
//! shown the same, and what each command promised is so.
//!
//! 200 rounds (`cargo xtask storm`) are 10,000 things. The simulator lives through the same week in more ways, and knows
//! what may be lost with a device (`apps/simulator/src/week`); here the backup is made at rest, so that nothing may.

mod line;
mod promise;
mod writer;

use std::fs;
use std::time::Duration;

use crate::pair::come_to_rest;
use crate::report::{EXAMPLES, Storm};
use crate::support::person::{Person, acquainted};
use writer::Writer;

/// Things that both say or do in a round.
const THINGS: usize = 50;
/// What was held for its time has left by then.
const HELD: Duration = Duration::from_secs(2);

#[test]
fn a_week_of_all_kinds_with_kills_and_a_lost_device_is_shown_alike_to_both() {
    let mut storm = Storm::begin("week");
    let mut random = storm.random("moments");
    let (mut home, ada, ben) = acquainted();
    ben.sync().ok();
    let mut writers = [
        Writer::new(ada, "Ada", "Ben", storm.random("ada")),
        Writer::new(ben, "Ben", "Ada", storm.random("ben")),
    ];
    let phrase = back_up(&writers[1]).expect("the first backup says its phrase");
    for round in 0..storm.rounds {
        if round == storm.rounds / 2 {
            lose(&mut writers, &phrase);
        } else if random.once_in(4) && round < storm.rounds / 2 {
            back_up(&writers[1]);
        }
        let kills_home = random.once_in(3);
        std::thread::scope(|scope| {
            let writing = writers
                .each_mut()
                .map(|writer| scope.spawn(|| writer.write(THINGS / 2)));
            if kills_home {
                random.sleep_below(800);
                home.kill();
                storm.home_kills += 1;
                random.sleep_below(300);
                home.come_back();
            }
            for one in writing {
                one.join().unwrap();
            }
        });
    }
    judge(storm, &writers);
}

/// The phrase, if this is the first.
fn back_up(writer: &Writer) -> Option<String> {
    let out = writer.person.folder().join("backups");
    let said = writer
        .person
        .run(&["backup", "--out", out.to_str().unwrap()]);
    let line = said.ok().line();
    assert_eq!(line["verified"], true, "{line}");
    line["phrase"].as_str().map(str::to_owned)
}

/// Ben's device is gone, and he goes on with the backup that he made last.
fn lose(writers: &mut [Writer; 2], phrase: &str) {
    rest(writers);
    back_up(&writers[1]);
    let lost = writers[1].person.folder();
    let new = Person::blank();
    let (paper, kept) = (new.folder().join("paper"), new.folder().join("backups"));
    fs::write(&paper, phrase).unwrap();
    fs::rename(lost.join("backups"), &kept).unwrap();
    let [paper, kept] = [&paper, &kept].map(|path| path.to_str().unwrap());
    let restore = ["recovery", "restore", kept, "--phrase-file", paper];
    assert_eq!(new.run(&restore).ok().line()["rejoining"], 1);
    writers[1].person = new;
    rest(writers);
    let said = writers[1].person.sync().ok().line();
    assert_eq!(said["rejoining"], 0, "{said}");
}

fn rest(writers: &[Writer; 2]) {
    std::thread::sleep(HELD);
    come_to_rest([&writers[0].person, &writers[1].person]);
}

fn judge(mut storm: Storm, writers: &[Writer; 2]) {
    rest(writers);
    let shown = writers.each_ref().map(Writer::shown);
    let mut wrong = line::differences(&shown[0], &shown[1]);
    for (writer, lines) in writers.iter().zip(&shown) {
        wrong.extend(writer.broken_promises(lines));
        wrong.extend(writer.wrong_files(lines));
    }
    storm.client_kills = writers.iter().map(|writer| writer.kills).sum();
    let things: usize = writers.iter().map(|writer| writer.things).sum();
    let lines = shown[0].len();
    storm.tell(&format!(
        "{things} things, {lines} items shown alike to both, {} wrong",
        wrong.len()
    ));
    wrong.truncate(EXAMPLES);
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", storm.seed);
    let least = storm.rounds as usize * THINGS / 4;
    assert!(lines > least, "hardly anything was said: {lines}");
}
