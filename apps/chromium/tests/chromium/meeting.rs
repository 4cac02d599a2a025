//! From the first visit to a conversation.

use crate::support::home::Home;
use crate::support::person::{KEPT_AT, Person};
use crate::support::seats::Seats;
use crate::support::steps::{Kept, acquainted};
use crate::support::terminal::Terminal;

#[test]
fn two_people_meet_by_a_link_and_compare_their_safety_number() {
    let _seats = Seats::take(2);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Passphrase);
    let link = ada.invite();
    let ben = Person::new("Ben", &home);
    ben.follow(&link, "Ada", Kept::Openly);
    ben.says("Good evening, Ada.");
    ada.to_people();
    ada.open("Ben");
    ada.hears("Good evening, Ada.");
    ada.says("Good evening, Ben.");
    ben.hears("Good evening, Ben.");
    assert_eq!(ada.safety(), ben.safety());
}

#[test]
fn a_browser_accepts_the_link_of_a_terminal() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("From a browser.");
    cleo.sync();
    assert_eq!(cleo.texts("Ada"), ["From a browser."]);
    cleo.send("Ada", "From a terminal.");
    ada.hears("From a terminal.");
    assert_eq!(ada.safety(), cleo.safety("Ada"));
}

#[test]
fn a_terminal_accepts_the_link_of_a_browser() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Openly);
    let link = ada.invite();
    let cleo = Terminal::local("Cleo");
    let safety = cleo.accept(&link);
    cleo.send("Ada", "From a terminal.");
    ada.to_people();
    ada.open("Cleo");
    ada.hears("From a terminal.");
    ada.says("From a browser.");
    cleo.sync();
    assert_eq!(cleo.texts("Ada"), ["From a terminal.", "From a browser."]);
    assert_eq!(ada.safety(), safety);
}

#[test]
fn two_browsers_and_a_terminal_write_through_the_death_of_the_home() {
    let _seats = Seats::take(2);
    let mut home = Home::open();
    let (mut ada, mut ben) = acquainted(&home);
    ada.says("Before.");
    ben.hears("Before.");
    ada.to_people();
    let link = ada.invite();
    let cleo = Terminal::local("Cleo");
    cleo.accept(&link);
    cleo.send("Ada", "And I.");
    ada.to_people();
    ada.open("Cleo");
    ada.hears("And I.");
    home.kill();
    ada.write("Into the dark, Cleo.");
    ben.write("Into the dark, Ada.");
    ben.item("Into the dark, Ada.", "on its way");
    ada.item("Into the dark, Cleo.", "on its way");
    home.start();
    ada.item("Into the dark, Cleo.", KEPT_AT);
    ben.item("Into the dark, Ada.", KEPT_AT);
    ada.to_people();
    ada.open("Ben");
    ada.hears("Into the dark, Ada.");
    assert_eq!(ada.count("Into the dark, Ada."), 1);
    cleo.sync();
    assert_eq!(cleo.texts("Ada"), ["And I.", "Into the dark, Cleo."]);
    ada.kill();
    ben.kill();
}
