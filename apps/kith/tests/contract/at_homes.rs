//! Homes that want invitations, and invitations that do not hold: exit code 3.

use std::time::Duration;

use crate::support::home::Home;
use crate::support::person::Person;

fn new(person: &Person, home: &Home, name: &str, invitation: &str) -> crate::support::said::Said {
    let arguments = [
        "persona",
        "new",
        name,
        "--home",
        &home.url,
        "--invitation",
        invitation,
    ];
    person.run(&arguments)
}

#[test]
fn a_home_that_is_not_open_refuses_and_keeps_nothing() {
    let home = Home::closed();
    let ada = Person::fresh();
    let said = ada.run(&["persona", "new", "Ada", "--home", &home.url]);
    let message = said.failed_without_result(3);
    assert!(message.contains("invitation"), "{message}");
    assert!(ada.list("persona").is_empty(), "the name was kept");
    ada.run(&["persona", "new", "Ada"]).ok();
    ada.run(&["persona", "join", "Ada", "--home", &home.url])
        .failed_without_result(3);
    assert_eq!(ada.list("persona")[0]["home"], serde_json::Value::Null);
    assert_eq!(ada.run(&["profile", "info"]).ok().line()["pending"], 0);
}

#[test]
fn a_home_invitation_admits_as_many_as_it_says() {
    let home = Home::closed();
    let invitation = home.invite(&["--uses", "2"]).ok().text("invitation");
    let (ada, eve, joe) = (Person::fresh(), Person::fresh(), Person::fresh());
    assert_eq!(
        new(&ada, &home, "Ada", &invitation).ok().text("home"),
        home.url
    );
    assert_eq!(
        new(&eve, &home, "Eve", &invitation).ok().text("home"),
        home.url
    );
    let message = new(&joe, &home, "Joe", &invitation).failed_without_result(3);
    assert!(message.contains("as often as it may be"), "{message}");
    assert!(joe.list("persona").is_empty());
    let once = home.invite(&[]).ok().text("invitation");
    new(&joe, &home, "Joe", &once).ok();
}

#[test]
fn a_home_invitation_that_this_home_never_gave_is_refused() {
    let (home, other) = (Home::closed(), Home::closed());
    let invitation = other.invite(&[]).ok().text("invitation");
    let ada = Person::fresh();
    new(&ada, &home, "Ada", &invitation).failed_without_result(3);
    let mut cut = invitation.clone();
    cut.pop();
    new(&ada, &home, "Ada", &cut).failed_without_result(5);
    new(&ada, &other, "Ada", &invitation.to_uppercase()).ok();
}

#[test]
fn whoever_was_invited_by_somebody_needs_no_home_invitation() {
    let home = Home::closed();
    let invitation = home.invite(&[]).ok().text("invitation");
    let (ada, ben) = (Person::fresh(), Person::local("Ben"));
    new(&ada, &home, "Ada", &invitation).ok();
    let (link, _) = ada.invite(&[]);
    ben.accept(&link).ok();
    ben.run(&["send", "Ada", "hello"]).ok();
    ada.sync().ok();
    assert_eq!(ada.texts("Ben"), ["hello"]);
}

#[test]
fn an_invitation_holds_as_often_as_it_says() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, _) = ada.invite(&["--uses", "2"]);
    let people = ["Ben", "Cleo"].map(Person::local);
    for person in &people {
        person.accept(&link).ok();
    }
    let late = Person::local("Late");
    let message = late.accept(&link).failed_without_result(3);
    assert!(message.contains("as often as it may be"), "{message}");
    assert!(late.list("contact").is_empty() && late.list("conversation").is_empty());
    ada.sync().ok();
    let names: Vec<_> = ada
        .list("contact")
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["Ben", "Cleo"]);
}

#[test]
fn an_invitation_that_was_accepted_is_accepted() {
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::local("Ben"));
    let (link, _) = ada.invite(&[]);
    let first = ben.accept(&link).ok().line();
    let second = ben.accept(&link).ok().line();
    assert_eq!(first, second);
}

#[test]
fn an_invitation_that_ran_out_or_was_taken_back_is_refused() {
    let home = Home::open();
    let (ada, ben) = (Person::at(&home, "Ada"), Person::local("Ben"));
    let (link, _) = ada.invite(&["--expires", "1s"]);
    std::thread::sleep(Duration::from_millis(2_100));
    let message = ben.accept(&link).failed_without_result(3);
    assert!(message.contains("run out"), "{message}");
    assert_eq!(ada.list("invite")[0]["state"], "expired");
    let (link, id) = ada.invite(&[]);
    ada.run(&["invite", "revoke", &id]).ok();
    let message = ben.accept(&link).failed_without_result(3);
    assert!(message.contains("taken back"), "{message}");
    assert!(ben.list("contact").is_empty());
    let (link, _) = ada.invite(&[]);
    ben.accept(&link).ok();
}
