//! Homes that are gone, speak nonsense, or are another home.

use crate::support::home::Home;
use crate::support::impostor::{Impostor, Nonsense};
use crate::support::person::{KEPT_AT, ON_ITS_WAY, Person};
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;

/// Ada, who writes to Cleo.
fn at_cleo() -> (Home, Terminal, Person) {
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("Before.");
    (home, cleo, ada)
}

#[test]
fn a_home_that_vanishes_is_named_and_what_is_written_is_kept() {
    let _seats = Seats::take(1);
    let (mut home, cleo, ada) = at_cleo();
    home.kill();
    ada.write("In the dark.");
    ada.item("In the dark.", ON_ITS_WAY);
    ada.reads("localhost");
    home.start();
    ada.item("In the dark.", KEPT_AT);
    cleo.sync();
    assert_eq!(cleo.texts("Ada"), ["Before.", "In the dark."]);
}

#[test]
fn a_home_that_speaks_nonsense_loses_nothing() {
    let _seats = Seats::take(1);
    for nonsense in [Nonsense::Frames, Nonsense::Page, Nonsense::Nothing] {
        let (mut home, cleo, mut ada) = at_cleo();
        ada.expects("Unexpected response code");
        home.kill();
        let impostor = Impostor::at(home.port, nonsense);
        ada.write("To nobody.");
        ada.item("To nobody.", ON_ITS_WAY);
        ada.part("status", "that names the home", |_| {
            ada.text().contains("localhost")
        });
        assert_eq!(ada.count("To nobody."), 1);
        drop(impostor);
        home.start();
        ada.item("To nobody.", KEPT_AT);
        cleo.sync();
        assert_eq!(cleo.texts("Ada"), ["Before.", "To nobody."], "{nonsense:?}");
    }
}

#[test]
fn a_home_with_another_key_is_not_believed() {
    let _seats = Seats::take(1);
    let (mut home, _cleo, ada) = at_cleo();
    home.kill();
    home.start_as_another();
    ada.write("For the home I know.");
    ada.item("For the home I know.", ON_ITS_WAY);
    ada.reads("another key");
    assert_eq!(ada.count("Before."), 1);
    assert_eq!(ada.count("For the home I know."), 1);
}
