//! What was shown as written stays: without a home, over a reload, over the death of the browser.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::home::Home;
use crate::support::person::{KEPT_AT, ON_ITS_WAY, Person};
use crate::support::seats::Seats;
use crate::support::steps::{Kept, acquainted};
use crate::support::terminal::Terminal;
use crate::support::wait_for;

/// How often the browser is killed, unless `KITH_ROUNDS` says more.
const ROUNDS: usize = 3;

#[test]
fn what_is_written_without_a_home_goes_out_when_it_is_back() {
    let _seats = Seats::take(2);
    let mut home = Home::open();
    let (ada, ben) = acquainted(&home);
    ada.says("One.");
    home.kill();
    ada.write("Two.");
    ada.item("Two.", ON_ITS_WAY);
    ben.write("Three.");
    ben.item("Three.", ON_ITS_WAY);
    home.start();
    ada.item("Two.", KEPT_AT);
    ben.item("Three.", KEPT_AT);
    ada.hears("Three.");
    ben.hears("Two.");
    for text in ["One.", "Two.", "Three."] {
        assert_eq!((ada.count(text), ben.count(text)), (1, 1), "{text}");
    }
}

#[test]
fn a_reload_loses_nothing() {
    let _seats = Seats::take(1);
    let mut home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("Kept.");
    home.kill();
    ada.write("On its way, then.");
    ada.item("On its way, then.", ON_ITS_WAY);
    home.start();
    ada.item("On its way, then.", KEPT_AT);
    cleo.sync();
    cleo.send("Ada", "Heard.");
    ada.hears("Heard.");
    ada.browser().reload();
    ada.to_people();
    ada.open("Cleo");
    for text in ["Kept.", "On its way, then.", "Heard."] {
        ada.hears(text);
        assert_eq!(ada.count(text), 1, "{text}");
    }
    ada.says("After it.");
}

/// Writes until the browser is dead; the texts that were seen to be kept in some way, and how many were tried.
fn write_until_dead(ada: &Person, round: usize) -> (BTreeSet<String>, usize) {
    let mut seen = BTreeSet::from([text(round, 0)]);
    for tried in 1.. {
        let text = text(round, tried);
        if ada.tries_to_write(&text).is_err() {
            return (seen, tried + 1);
        }
        let Ok(items) = ada.tried_items() else {
            return (seen, tried + 1);
        };
        for item in items {
            let is_kept = item.contains(ON_ITS_WAY) || item.contains(KEPT_AT);
            let lines = item.lines().map(str::trim);
            let texts = lines.filter(|line| line.starts_with(&format!("round {round} ")));
            seen.extend(texts.filter(|_| is_kept).map(str::to_owned));
        }
    }
    unreachable!("it goes on until the browser is dead")
}

fn text(round: usize, number: usize) -> String {
    format!("round {round} text {number}.")
}

#[test]
fn a_browser_that_is_killed_while_writing_loses_nothing_that_it_showed() {
    let rounds = std::env::var("KITH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let _seats = Seats::take(1);
    let mut home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let mut ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Passphrase);
    ada.says("There is a conversation.");
    let (mut all_seen, mut all_tried) = (BTreeSet::new(), 0);
    for round in 0..rounds {
        let is_dark = round % 3 == 1;
        if is_dark {
            home.kill();
        }
        let group = ada.browser().group();
        ada.write(&text(round, 0));
        ada.item(&text(round, 0), if is_dark { ON_ITS_WAY } else { "" });
        // Never at the same moment of a write.
        let life = Duration::from_millis((round as u64 * 137) % 900);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(life);
            group.kill();
        });
        let (seen, tried) = write_until_dead(&ada, round);
        killer.join().unwrap();
        ada.kill();
        if is_dark {
            home.start();
        }
        ada.start();
        ada.visit(&home.app_url());
        ada.unlock();
        ada.open("Cleo");
        // What was said long before stands above, and is looked for at the other side in the end.
        for text in &seen {
            ada.item(text, KEPT_AT);
        }
        for number in 0..tried {
            let text = text(round, number);
            assert!(ada.count(&text) <= 1, "{text} is there twice");
        }
        println!(
            "round {round}: {} seen of {tried}, dark: {is_dark}",
            seen.len()
        );
        all_seen.extend(seen);
        all_tried += tried;
    }
    wait_for("the other side", || {
        cleo.sync();
        let texts = cleo.texts("Ada");
        all_seen
            .iter()
            .all(|text| texts.contains(text))
            .then_some(())
    });
    let texts = cleo.texts("Ada");
    let once: BTreeSet<&String> = texts.iter().collect();
    assert_eq!(once.len(), texts.len(), "something came twice: {texts:?}");
    println!("{rounds} rounds, {} shown of {all_tried}", all_seen.len());
}

#[test]
fn a_backup_is_asked_for_before_the_first_word_and_can_wait() {
    let _seats = Seats::take(1);
    let mut home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.visit(&link);
    ada.press_role("link", "Open in Kith");
    ada.begin(Kept::Openly);
    ada.heading("Cleo invites you");
    assert!(!ada.sees("button", "Save a backup"));
    // Whatever the home has to say.
    home.kill();
    ada.press("Accept");
    ada.heading("Cleo");
    ada.part("button", "Save a backup", |part| {
        part.name == "Save a backup"
    });
    ada.press("Later");
    ada.write("It can wait.");
    ada.item("It can wait.", ON_ITS_WAY);
    assert!(!ada.sees("button", "Save a backup"));
    home.start();
    ada.item("It can wait.", KEPT_AT);
    assert!(!ada.sees("button", "Save a backup"));
}
