//! Sentences of the contract that belong to no one command: defaults, what stands anywhere on the line, ways to name things,
//! what `--quiet` leaves out, and exit codes of what has no profile.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::together::wait_for_socket;
use crate::support::home::Home;
use crate::support::kith;
use crate::support::person::{Person, acquaint, acquainted};
use crate::support::said::{Running, Said};

fn run(mut command: Command, arguments: &[&str]) -> Said {
    command.args(arguments);
    Running::start(command, b"").said()
}

/// The program for somebody whose folders are all below this one.
fn living_in(folder: &Path) -> Command {
    let mut command = kith();
    command.env("HOME", folder);
    command.env_remove("XDG_DATA_HOME");
    command
}

#[test]
fn without_a_profile_that_of_the_platforms_folder_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(living_in(folder.path()), &["--json", "profile", "init"]).ok();
    let place = made.text("profile");
    assert!(Path::new(&place).starts_with(folder.path()), "{place}");
    run(living_in(folder.path()), &["persona", "new", "Ada"]).ok();
    let listed = run(living_in(folder.path()), &["persona", "list", "--json"]);
    assert_eq!(listed.ok().text("name"), "Ada");
    // The options of all commands stand before and behind them.
    for arguments in [
        ["--json", "--profile", &place, "persona", "list"],
        ["persona", "--profile", &place, "list", "--json"],
        ["persona", "list", "--json", "--profile", &place],
    ] {
        assert_eq!(run(kith(), &arguments).ok().text("name"), "Ada");
    }
}

#[test]
fn a_home_that_is_told_nothing_listens_to_this_machine_alone_and_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(living_in(folder.path()), &["--json", "home", "config"]).ok();
    let of = |key: &str| {
        let mut lines = said.lines().into_iter();
        lines.find(|line| line["key"] == key).unwrap()["value"].clone()
    };
    assert_eq!(of("listen"), "127.0.0.1:8440");
    assert_eq!(of("open"), false);
    let data = of("data");
    let data = data.as_str().unwrap();
    assert!(Path::new(data).starts_with(folder.path()), "{data}");
}

#[test]
fn a_home_invitation_and_a_link_run_out_and_are_good_for_one_and_a_week_unless_said_otherwise() {
    let home = Home::closed();
    let short = home.invite(&["--expires", "1s"]).ok().text("invitation");
    let long = home.invite(&[]).ok().text("invitation");
    std::thread::sleep(Duration::from_millis(2_100));
    let ada = Person::fresh();
    let new = |invitation: &str| {
        let new = ["persona", "new", "Ada", "--home", &home.url];
        ada.run(&[&new[..], &["--invitation", invitation]].concat())
    };
    let message = new(&short).failed_without_result(3);
    assert!(message.contains("run out"), "{message}");
    new(&long).ok();
    ada.invite(&[]);
    let listed = ada.list("invite").remove(0);
    assert_eq!(listed["uses"], 1);
    let now_s = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let expires = listed["expires"].as_str().unwrap();
    let week_s = unix_s(expires) - now_s;
    assert!(
        (7 * 86_400 - 60..=7 * 86_400).contains(&week_s),
        "{expires}"
    );
}

/// An RFC 3339 time in UTC, as SQLite reads it.
fn unix_s(text: &str) -> u64 {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database
        .query_row("SELECT unixepoch(?1)", [text], |row| row.get(0))
        .unwrap()
}

#[test]
fn everything_is_meant_by_its_id_its_beginning_or_its_name_and_what_means_two_is_exit_2() {
    let home = Home::open();
    let ben = Person::at(&home, "Ben");
    acquaint(&ben, &Person::local("Cleo"));
    let contact = ben.list("contact").remove(0);
    let id = contact["contact"].as_str().unwrap();
    for meant in [id, &id[..6], "Cleo"] {
        ben.run(&["contact", "verify", meant]).ok();
    }
    let persona = ben.list("persona").remove(0);
    let id = persona["persona"].as_str().unwrap();
    for meant in [id, &id[..6], "Ben"] {
        ben.run(&["invite", "new", "--persona", meant, "--label", "twice"])
            .ok();
    }
    let item = ben.run(&["send", "Cleo", "hello"]).ok().text("item");
    for meant in [&item, &item[..6]] {
        ben.run(&["react", meant, "🌱"]).ok();
    }
    let nothing = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    for unknown in [
        ["contact", "verify", nothing],
        ["contact", "block", &nothing[..6]],
        ["invite", "new", "--persona=Benedict"],
        ["invite", "revoke", "thrice"],
        ["show", nothing, "--limit=1"],
        ["search", "hello", nothing],
        ["save", nothing, "--file=1"],
        ["edit", &item[..5], "x"],
    ] {
        ben.run(&unknown).failed_without_result(5);
    }
    // Two people of one name, two invitations of one label.
    acquaint(&ben, &Person::local("Cleo"));
    let keys = [
        ("contact", "verify", "contact"),
        ("contact", "block", "contact"),
    ];
    for (command, act, key) in [&keys[..], &[("invite", "revoke", "invite")]].concat() {
        let name = if key == "invite" { "twice" } else { "Cleo" };
        let message = ben.run(&[command, act, name]).failed_without_result(2);
        let listed = ben.list(command).into_iter();
        let of_it = listed.filter(|one| one["name"] == name || one["label"] == name);
        let ids: Vec<Value> = of_it.map(|one| one[key].clone()).collect();
        assert!(ids.len() >= 2, "{ids:?}");
        for id in &ids {
            assert!(message.contains(id.as_str().unwrap()), "{message}");
        }
    }
    assert!(
        ben.list("contact")
            .iter()
            .all(|one| one["blocked"] == false)
    );
}

#[test]
fn quiet_leaves_out_what_is_said_on_the_side_and_nothing_else() {
    let ada = Person::local("Ada");
    let stick = ada.folder().join("stick");
    let words = ada.folder().join("words");
    let made = ada.run(&["backup", "--out", stick.to_str().unwrap()]).ok();
    std::fs::write(&words, made.text("phrase")).unwrap();
    let restore = |more: &[&str]| {
        let paths = [&stick, &words].map(|path| path.to_str().unwrap());
        let restore = ["recovery", "restore", paths[0], "--phrase-file", paths[1]];
        Person::blank().plain(&[&restore, more].concat())
    };
    let (loud, quiet) = (restore(&[]), restore(&["--quiet"]));
    assert_eq!((loud.code, quiet.code), (Some(0), Some(0)));
    assert_ne!(loud.err, "", "nothing is said on the side here any more");
    assert_eq!(quiet.err, "");
    assert_eq!(quiet.out.lines().count(), loud.out.lines().count());
    let wrong = Person::blank().plain(&["persona", "list", "--quiet"]);
    assert_eq!(wrong.code, Some(5));
    assert_ne!(wrong.err, "", "an error is no remark");
}

#[test]
fn a_passphrase_is_not_ignored_where_another_command_holds_the_profile_either() {
    let (_home, mut ada, _ben) = acquainted();
    let _following = ada.start(&["show", "Ben", "--follow"], b"");
    wait_for_socket(&ada);
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "open sesame".into())]);
    for arguments in [&["contact", "list"][..], &["send", "Ben", "hello"]] {
        let message = ada.run(arguments).failed_without_result(5);
        assert!(message.contains("not sealed"), "{message}");
    }
    ada.set_environment(&[]);
    assert!(ada.shown("Ben").is_empty());
}

#[test]
fn sync_counts_what_went_and_came_and_waits_five_seconds_for_more() {
    let (mut home, ada, ben) = acquainted();
    home.kill();
    ben.run_with(&["send", "Ada", "-", "--lines"], b"one\ntwo\n")
        .failed(4);
    ben.run(&["send", "Ada", "later", "--at", "2h"]).ok();
    home.come_back();
    let counted = |said: Said| {
        let line = said.ok().line();
        ["sent", "received", "pending"].map(|key| line[key].as_u64().unwrap())
    };
    assert_eq!(counted(ben.sync()), [2, 0, 0]);
    let said = ada.run(&["sync"]);
    let least = Duration::from_secs(5);
    assert!((least..least * 3).contains(&said.took), "{said:?}");
    assert_eq!(counted(said), [0, 2, 0]);
    assert_eq!(counted(ada.sync()), [0, 0, 0]);
}

#[test]
fn sync_waits_for_no_backoff_of_whoever_holds_the_profile() {
    let (mut home, ada, _ben) = acquainted();
    home.kill();
    ada.run(&["send", "Ben", "hello"]).failed(4);
    let _following = ada.start(&["show", "Ben", "--follow"], b"");
    wait_for_socket(&ada);
    // Long enough that the next try is seconds away.
    std::thread::sleep(Duration::from_secs(9));
    home.come_back();
    let synced = ada.sync().ok();
    assert_eq!(synced.line()["pending"], 0);
}

#[test]
fn the_version_is_told_and_every_shell_is_served() {
    let version = format!("kith {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(kith(), &["--version"]).ok().out, version);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = run(kith(), &["completions", shell]).ok();
        for command in ["retract", "conversation", "lock-after"] {
            assert!(said.out.contains(command), "{shell}: no {command}");
        }
    }
}
