//! What a home is told by flags, environment and file, what it refuses to be told, and how it says
//! what is in force.

#[cfg(test)]
mod home_support;

use home_support::{RunningHome, command};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;

/// `kith home config` on a folder, and what it says of one key.
#[cfg(test)]
fn in_force(data: &Path, arguments: &[&str], environment: &[(&str, &str)], key: &str) -> Value {
    let output = command(&["config", "--data", data.to_str().unwrap()])
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| line["key"] == key)
        .unwrap()
}

#[test]
fn flags_go_before_the_environment_before_the_file_before_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let flag = ["--max-connections", "4"];
    let variable = [("KITH_HOME_MAX_CONNECTIONS", "3")];
    let key = "max-connections";
    let check = |arguments: &[&str], environment: &[(&str, &str)], value: u32, from: &str| {
        let found = in_force(folder.path(), arguments, environment, key);
        assert_eq!(
            (&found["value"], &found["from"]),
            (&json!(value), &json!(from))
        );
    };
    check(&[], &[], 100_000, "default");
    let file = folder.path().join("home.toml");
    std::fs::write(&file, "max-connections = 2\n").unwrap();
    check(&[], &[], 2, "file");
    let found = in_force(folder.path(), &[], &[], key);
    assert_eq!(found["file"], json!(file));
    check(&[], &variable, 3, "environment");
    check(&flag, &variable, 4, "flag");
    check(&flag, &[], 4, "flag");
    let other = folder.path().join("other.toml");
    std::fs::write(&other, "max-connections = 5\n").unwrap();
    check(&["--config", other.to_str().unwrap()], &[], 5, "file");
    check(
        &[],
        &[("KITH_HOME_CONFIG", other.to_str().unwrap())],
        5,
        "file",
    );
}

#[test]
fn a_home_runs_as_its_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    std::fs::create_dir(&data).unwrap();
    let text = "open = true\nurl = \"https://a.org\"\nlisten = \"127.0.0.1:1\"\n";
    std::fs::write(data.join("home.toml"), text).unwrap();
    let home = RunningHome::start_with(&data, &[]);
    assert_eq!(home.announced["open"], true);
    assert_eq!(home.announced["url"], "https://a.org");
    drop(home);
    let home = RunningHome::start_with(&data, &["--open=false"]);
    assert_eq!(home.announced["open"], false);
}

#[test]
fn a_file_elsewhere_names_the_folder_for_all_commands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kith.toml");
    std::fs::write(&file, "data = \"below\"\n").unwrap();
    let file = file.to_str().unwrap();
    let home = RunningHome::start_with(&folder.path().join("below"), &[]);
    let invited = command(&["invite", "--config", file]).output().unwrap();
    assert!(invited.status.success(), "{invited:?}");
    let output = command(&["config", "--config", file]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(home.data.to_str().unwrap()), "{said}");
}

/// The exit code, and the message: one sentence for people, on one line.
#[cfg(test)]
fn refused(output: &Output) -> (Option<i32>, String) {
    assert!(output.stdout.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let error: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let message = error["message"].as_str().unwrap().to_owned();
    assert!(!message.contains('\n'), "{message}");
    (output.status.code(), message)
}

#[test]
fn what_a_file_cannot_say_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kith.toml");
    let data = folder.path().join("home");
    let start = |how: &[&str]| {
        command(how)
            .args(["--config", file.to_str().unwrap()])
            .args(["--data", data.to_str().unwrap()])
            .output()
            .unwrap()
    };
    for (text, expected) in [
        (
            &b"open = true\n\nlisen = 1\n"[..],
            "line 3: unknown field `lisen`",
        ),
        (b"max-connections = \"many\"\n", "line 1: "),
        (b"max-connections = 0\n", "line 1: "),
        (b"listen = \"nowhere\"\n", "line 1: "),
        (b"open = true\n[home\n", "line 2: "),
        (b"\x7fELF\x02\x01\x01\0\xff", "it is no text"),
    ] {
        std::fs::write(&file, text).unwrap();
        for how in [&["--listen", "127.0.0.1:0"][..], &["config"]] {
            let (code, message) = refused(&start(how));
            assert_eq!(code, Some(5), "{message}");
            assert!(message.contains(expected), "{message}");
            assert!(message.contains("kith.toml"), "{message}");
        }
    }
    std::fs::remove_file(&file).unwrap();
    let (code, message) = refused(&start(&["config"]));
    assert_eq!(code, Some(5));
    assert!(
        message.starts_with("There is no configuration at "),
        "{message}"
    );
    std::fs::create_dir(&file).unwrap();
    let (code, message) = refused(&start(&["config"]));
    assert_eq!(code, Some(7));
    assert!(message.contains(" cannot be read: "), "{message}");
    assert!(!data.exists());
}

#[test]
fn a_file_in_the_folder_cannot_name_another_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("home.toml"), "data = \"x\"\n").unwrap();
    let data = folder.path().to_str().unwrap();
    let (code, message) = refused(&command(&["config", "--data", data]).output().unwrap());
    assert_eq!(code, Some(5));
    assert!(message.contains("`data`"), "{message}");
}

#[test]
fn a_variable_that_is_no_setting_is_pointed_out_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&[]);
    command.env("KITH_HOME_LISTN", "x");
    let home = RunningHome::spawn(command, &folder.path().join("home"));
    let logged = home.logged();
    assert!(
        logged.contains("KITH_HOME_LISTN in the environment is no setting"),
        "{logged}"
    );
}

#[test]
fn people_are_shown_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kith"))
        .args([
            "home",
            "config",
            "--open",
            "--data",
            folder.path().to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for line in [
        "listen = \"127.0.0.1:8440\"  # default\n",
        "open = true  # --open\n",
        "url = (not set)  # default\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
}
