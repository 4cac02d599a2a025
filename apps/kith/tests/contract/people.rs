//! Without `--json` the same is said for people.

use crate::support::home::Home;
use crate::support::kith;
use crate::support::person::Person;
use crate::support::said::{Running, is_a_sentence};

#[test]
fn every_command_says_something_that_people_can_read() {
    let home = Home::open();
    let (ada, ben) = (Person::blank(), Person::fresh());
    let says = |person: &Person, arguments: &[&str], expected: &str| {
        let said = person.plain(arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains(expected), "no `{expected}` in {said:?}");
        assert!(!said.out.contains("{\""), "JSON in {said:?}");
        assert!(
            !said.out.contains('\u{1b}'),
            "colour without a terminal: {said:?}"
        );
    };
    says(&ada, &["profile", "init"], "not sealed");
    says(&ada, &["profile", "info"], "0 names");
    says(&ada, &["persona", "new", "Ada", "--home", &home.url], "Ada");
    says(&ada, &["persona", "list"], "kept at 127.0.0.1");
    says(&ada, &["invite", "new", "--label", "Ben"], "/#/i/");
    says(&ada, &["invite", "list"], "Ben");
    says(&ben, &["persona", "new", "Ben"], "this device alone");
    says(
        &ben,
        &["persona", "join", "Ben", "--home", &home.url],
        "kept at",
    );
    let (link, id) = ada.invite(&[]);
    says(&ben, &["invite", "accept", &link], "safety number");
    says(&ben, &["send", "Ada", "hello"], "kept at the home");
    says(&ada, &["sync", "--wait", "1"], "1 received");
    says(&ada, &["invite", "revoke", &id], "taken back");
    says(&ada, &["contact", "list"], "Ben");
    says(&ada, &["conversation", "list"], "Ben");
    says(&ada, &["show", "Ben"], "hello");
}

#[test]
fn help_and_version_are_results() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["home", "--help"],
        &["invite", "--help"],
    ] {
        let mut command = kith();
        command.args(arguments);
        let said = Running::start(command, b"").said().ok();
        assert!(said.out.contains("kith"), "{said:?}");
    }
}

#[test]
fn an_error_is_a_sentence_on_standard_error() {
    let ada = Person::local("Ada");
    let said = ada.plain(&["show", "Ben"]);
    assert_eq!((said.code, said.out.as_str()), (Some(5), ""));
    let message = said.err.strip_prefix("kith: ").unwrap().trim_end();
    is_a_sentence(message);
}

#[test]
fn what_others_wrote_cannot_steer_the_terminal() {
    let (_home, ada, ben) = crate::support::person::acquainted();
    let text = "red \u{1b}[31m, bell \u{7}, c1 \u{9b}2J";
    ben.run_with(&["send", "Ada", "-"], text.as_bytes()).ok();
    ada.sync().ok();
    let said = ada.plain(&["show", "Ben"]).ok();
    assert!(
        !said.out.contains(['\u{1b}', '\u{7}', '\u{9b}']),
        "{said:?}"
    );
    assert!(said.out.contains("red \u{fffd}[31m"), "{said:?}");
}

#[test]
fn quiet_leaves_the_results() {
    let ada = Person::local("Ada");
    let said = ada.plain(&["persona", "list", "--quiet"]).ok();
    assert!(said.out.contains("Ada"));
}
