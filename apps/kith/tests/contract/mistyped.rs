//! An address of a home that was mistyped: what stands there is said, nothing that was made is lost, and once it is
//! corrected nobody waits for it any more.

use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::home::Home;
use crate::support::person::Person;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// Answers every request on a port of this machine with this.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

fn at(url: &str) -> [&str; 5] {
    ["persona", "new", "Ada", "--home", url]
}

#[test]
fn https_instead_of_http_is_corrected_and_what_was_made_meanwhile_is_good() {
    let home = Home::open();
    let wrong = home.url.replacen("http", "https", 1);
    let ada = Person::fresh();
    let said = ada.run(&at(&wrong));
    let message = said.failed(4);
    let advice = format!("kith persona join Ada --home {}", home.url);
    assert!(message.contains(&advice), "{message}");
    assert_eq!(said.text("home"), wrong);

    let said = ada.run(&["invite", "new", "--label", "for Ben"]);
    let message = said.failed(4);
    assert!(message.contains("has never answered"), "{message}");
    assert_eq!(said.line()["link"], Value::Null);
    let message = ada.sync().failed(4);
    assert!(message.contains(&wrong), "{message}");
    assert!(message.contains("kith persona join Ada"), "{message}");
    let said = ada.run(&["doctor"]);
    said.failed(4);
    let found = said.lines().into_iter().find(|one| one["check"] == "home");
    let found = found.unwrap();
    let (found, advice) = (found["found"].as_str(), found["advice"].as_str());
    let told = format!(
        "{wrong} has never been reached: a home answers at {} instead",
        home.url
    );
    assert_eq!(found.unwrap(), told);
    assert!(advice.unwrap().contains("persona join NAME"), "{advice:?}");

    let said = ada
        .run(&["persona", "join", "Ada", "--home", &home.url])
        .ok();
    assert_eq!(said.text("home"), home.url);
    ada.sync().ok();
    let invited = ada.list("invite").remove(0);
    assert_eq!(invited["label"], "for Ben");
    let ben = Person::local("Ben");
    ben.accept(invited["link"].as_str().unwrap()).ok();
    ada.sync().ok();
    ada.run(&["send", "Ben", "found you"]).ok();
    ben.sync().ok();
    assert_eq!(ben.texts("Ada"), ["found you"]);
    ada.run(&["doctor"]).ok();
}

#[test]
fn people_are_told_what_becomes_of_a_mistyped_home() {
    let home = Home::open();
    let ada = Person::fresh();
    let new = ["persona", "new", "Night Owl", "--home", NOWHERE];
    let message = ada.run(&new).failed(4);
    let advice = "kith persona join \"Night Owl\" --home URL";
    assert!(message.contains(advice), "{message}");
    ada.run(&["invite", "new"]).failed(4);
    let said = ada.plain(&["persona", "join", "Night Owl", "--home", &home.url]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = format!("The home at {NOWHERE} is not waited for any more. 1 invitation goes out");
    assert!(said.err.contains(&told), "{said:?}");
    let listed = ada.plain(&["persona", "list"]);
    let host = home.url.trim_start_matches("http://");
    assert!(
        listed.out.contains(&format!("(kept at {host})")),
        "{listed:?}"
    );
}

#[test]
fn what_is_no_home_is_called_so_and_the_name_is_kept() {
    let site =
        answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let ada = Person::fresh();
    let message = ada.run(&at(&site)).failed(4);
    assert!(message.contains("is no home"), "{message}");
    assert!(message.contains("Ada is kept here"), "{message}");
    let message = Person::fresh()
        .run(&at(&site.replacen("http", "https", 1)))
        .failed(4);
    assert!(message.contains("does not speak https"), "{message}");
    // One who says more than any card is not listened to for ever.
    let chatty = answering("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"open\":\"maybe\"}");
    let message = Person::fresh().run(&at(&chatty)).failed(4);
    assert!(message.contains("is no home"), "{message}");
    assert_eq!(ada.list("persona").len(), 1);
}

#[test]
fn a_home_that_answered_and_never_confirmed_can_be_left() {
    let mut home = Home::open();
    let other = Home::open();
    let bea = Person::at(&home, "Ada");
    home.kill();
    bea.run(&["persona", "new", "Bea", "--home", &home.url])
        .failed(4);
    let invited = bea.run(&["invite", "new", "--persona", "Bea"]);
    invited.failed(4);
    let link = invited.text("link");
    // The link is out, so joining another home gives up nothing.
    bea.run(&["persona", "join", "Bea", "--home", &other.url])
        .ok();
    assert_eq!(bea.list("invite").len(), 1);
    let advice = format!("kith persona leave NAME --home {}", home.url);
    let doctor = bea.plain(&["doctor"]);
    assert!(doctor.out.contains(&advice), "{doctor:?}");
    let listed = bea.plain(&["persona", "list"]).out;
    assert!(listed.contains(", on its way to "), "{listed}");
    let said = bea.plain(&["persona", "leave", "Bea", "--home", &home.url]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("it will never work"), "{said:?}");
    assert!(bea.list("invite").is_empty());
    home.come_back();
    bea.sync().ok();
    Person::local("Ben").accept(&link).failed_without_result(3);
    let (link, _) = bea.invite(&["--persona", "Bea"]);
    assert!(link.starts_with(&other.url), "{link}");
    Person::local("Ben").accept(&link).ok();
}

#[test]
fn a_home_that_keeps_a_name_is_not_left() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    for url in [&*home.url, NOWHERE] {
        let said = ada.run(&["persona", "leave", "Ada", "--home", url]);
        let message = said.failed_without_result(5);
        assert!(message.contains("nothing was changed"), "{message}");
    }
    let (link, _) = ada.invite(&[]);
    Person::local("Ben").accept(&link).ok();
}

#[test]
fn a_name_that_has_a_home_gets_no_second_one_that_nothing_shows() {
    let (home, other) = (Home::open(), Home::open());
    let ada = Person::at(&home, "Ada");
    let join = ["persona", "join", "Ada", "--home", &other.url];
    let message = ada.run(&join).failed_without_result(5);
    assert!(message.contains(&home.url), "{message}");
    assert!(message.contains("another name"), "{message}");
    drop(other);
    ada.sync().ok();
}

#[test]
fn what_waited_for_a_mistyped_home_is_not_said_to_go_out_from_one_that_says_no() {
    let closed = Home::closed();
    let invitation = closed.invite(&[]).ok().text("invitation");
    let mistyped = closed.url.replacen("http", "https", 1);
    let ada = Person::fresh();
    let new = ["persona", "new", "Ada", "--home", &mistyped];
    let message = ada
        .run(&[&new[..], &["--invitation", &invitation]].concat())
        .failed(4);
    let advice = format!("--home {} --invitation TEXT", closed.url);
    assert!(message.contains(&advice), "{message}");
    ada.run(&["invite", "new"]).failed(4);
    let said = ada.plain(&["persona", "join", "Ada", "--home", &closed.url]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("1 invitation led there"), "{said:?}");
    assert!(!said.err.contains("goes out"), "{said:?}");
    let join = ["persona", "join", "Ada", "--home", &closed.url];
    ada.run(&[&join[..], &["--invitation", &invitation]].concat())
        .ok();
    ada.sync().ok();
}
