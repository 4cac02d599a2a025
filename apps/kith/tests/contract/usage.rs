//! Exit code 2: the command was not used as it can be. Exit code 5: what was given is not valid.

use crate::support::home::Home;
use crate::support::kith;
use crate::support::person::{Person, acquainted};
use crate::support::said::Running;

#[test]
fn wrong_usage_is_exit_2_and_one_line_with_json() {
    let ada = Person::local("Ada");
    for arguments in [
        &["--unknown"][..],
        &["dance"],
        &["send"],
        &["send", "Ben"],
        &["show"],
        &["show", "Ben", "--limit", "many"],
        &["show", "Ben", "--since", "-1"],
        &["persona"],
        &["persona", "new"],
        &["persona", "new", "X", "--invitation", "without-home"],
        &["persona", "join", "Ada"],
        &["invite", "accept"],
        &["invite", "new", "--uses", "0"],
        &["invite", "new", "--expires", "soon"],
        &["invite", "new", "--expires", "0s"],
        &["sync", "--wait", "long"],
        &["contact", "list", "extra"],
        &["send", "Ben", "text", "--lines"],
    ] {
        let said = ada.run(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {said:?}");
        let message = said.failed_without_result(2);
        let plain = ada.plain(arguments);
        assert_eq!((plain.code, plain.out.as_str()), (Some(2), ""));
        assert_eq!(plain.err, format!("kith: {message}\n"), "{arguments:?}");
    }
    let alone = Running::start(kith(), b"").said();
    assert_eq!((alone.code, alone.out.as_str()), (Some(2), ""));
    assert!(alone.err.contains("Usage: kith"), "{alone:?}");
}

#[test]
fn a_home_is_used_right_too() {
    for arguments in [
        &["home", "--listen", "nowhere"][..],
        &["home", "invite", "--uses", "0"],
        &["home", "invite", "--expires", "never"],
        &["home", "--data"],
    ] {
        let mut command = kith();
        command.arg("--json").args(arguments);
        Running::start(command, b"").said().failed_without_result(2);
    }
    let mut command = kith();
    command.args([
        "--json",
        "home",
        "--listen",
        "127.0.0.1:0",
        "--url",
        "ftp://a.org",
    ]);
    Running::start(command, b"").said().failed_without_result(5);
}

#[test]
fn with_several_names_one_must_be_said() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    ada.run(&["persona", "new", "Eve", "--home", &home.url])
        .ok();
    let message = ada.run(&["invite", "new"]).failed_without_result(2);
    assert!(message.contains("--persona"), "{message}");
    let (link, _) = ada.invite(&["--persona", "Eve"]);
    let ben = Person::local("Ben");
    assert_eq!(ben.accept(&link).ok().text("name"), "Eve");
    ben.run(&["persona", "new", "Benedict"]).ok();
    let (link, _) = ada.invite(&["--persona", "Ada"]);
    ben.accept(&link).failed_without_result(2);
    let arguments = ["invite", "accept", &link, "--persona", "Benedict"];
    assert_eq!(ben.run(&arguments).ok().text("name"), "Ada");
}

#[test]
fn without_a_name_nothing_can_be_given_away() {
    let ada = Person::fresh();
    let message = ada.run(&["invite", "new"]).failed_without_result(2);
    assert!(message.contains("kith persona new"), "{message}");
    let ben = Person::local("Ben");
    let message = ben.run(&["invite", "new"]).failed_without_result(5);
    assert!(message.contains("kith persona join"), "{message}");
}

#[test]
fn what_is_not_valid_is_exit_5_and_keeps_nothing() {
    let (_home, ada, _ben) = acquainted();
    let wrong = "x".repeat(129);
    for arguments in [
        &["send", "Nobody", "hello"][..],
        &["show", "Nobody"],
        &["persona", "new", "Ada"],
        &["persona", "new", " "],
        &["persona", "new", "a\nb"],
        &["persona", "new", &wrong],
        &["persona", "new", "X", "--home", "example.org"],
        &["persona", "new", "X", "--home", "http://example.org"],
        &["persona", "new", "X", "--home", "https://example.org/path"],
        &[
            "persona",
            "new",
            "X",
            "--home",
            "https://a.org",
            "--invitation",
            "kith-home-abc",
        ],
        &["persona", "join", "Nobody", "--home", "https://example.org"],
        &["invite", "revoke", "aaaaaaaa"],
        &["invite", "accept", "https://example.org/"],
        &["invite", "accept", ""],
        &["invite", "new", "--persona", "Nobody"],
    ] {
        let said = ada.run(arguments);
        assert_eq!(said.code, Some(5), "{arguments:?}: {said:?}");
        said.failed_without_result(5);
    }
    assert_eq!(ada.list("persona").len(), 1);
    assert_eq!(ada.list("contact").len(), 1);
    let info = ada.run(&["profile", "info"]).ok().line();
    assert_eq!(info["pending"], 0);
}

#[test]
fn input_that_is_not_utf_8_is_refused_whole() {
    let (_home, ada, _ben) = acquainted();
    let said = ada.run_with(&["send", "Ben", "-"], b"good \xff bad");
    assert!(said.failed_without_result(5).contains("UTF-8"));
    let said = ada.run_with(&["send", "Ben", "-", "--lines"], b"good\n\xff\n");
    said.failed_without_result(5);
    assert_eq!(ada.texts("Ben"), Vec::<String>::new());
}

#[test]
fn what_is_over_its_limit_is_refused_whole_and_nothing_is_cut() {
    let (_home, ada, _ben) = acquainted();
    let (most, over) = ("ä".repeat(32_768), format!("{}x", "ä".repeat(32_768)));
    let item = ada.run(&["send", "Ben", &most]).ok().text("item");
    let note = "n".repeat(513);
    let lines = format!("first\n{over}\nlast\n");
    for (arguments, input) in [
        (&["send", "Ben", &over][..], ""),
        (&["send", "Ben", "-"], &*over),
        (&["send", "Ben", "-", "--lines"], &lines),
        (&["send", "Ben", "text", "--note", &note], ""),
        (&["edit", &item, &over], ""),
        (&["react", &item, &"❤".repeat(43)], ""),
    ] {
        let said = ada.run_with(arguments, input.as_bytes());
        let message = said.failed_without_result(5);
        assert!(message.contains("at most"), "{message}");
    }
    assert!(ada.texts("Ben") == [most]);
}

#[test]
fn no_profile_and_a_second_profile_are_exit_5() {
    let nobody = Person::blank();
    let message = nobody.run(&["persona", "list"]).failed_without_result(5);
    let folder = nobody.profile().display().to_string();
    let next = format!("kith --profile {folder} profile init");
    assert!(message.contains(&next), "{message}");
    assert!(!nobody.profile().exists(), "looking made a folder");
    let ada = Person::local("Ada");
    ada.run(&["profile", "init"]).failed_without_result(5);
    assert_eq!(ada.list("persona")[0]["name"], "Ada");
}
