//! At a terminal what is missing is asked for; what is typed is not shown.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::kith;
use crate::support::person::{Person, acquainted};
use crate::support::skipped;

/// The command of util-linux that gives a program a terminal.
const SCRIPT: &str = "script";

const CTRL_C: &str = "\u{3}";
/// Yes, after longer than another command waits for a profile that is held.
const LATE: &str = "y ";

/// Whether commands can be given a terminal here.
pub fn can() -> bool {
    let version = Command::new(SCRIPT).arg("--version").output();
    let can =
        version.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("util-linux"));
    if !can {
        skipped("there is no `script` of util-linux, so no prompt was answered");
    }
    can
}

/// Runs a command at a terminal, and answers each prompt in turn once it is there; the exit code, and all that the terminal
/// showed.
#[track_caller]
pub fn at_terminal(person: &Person, arguments: &[&str], answers: &[(&str, &str)]) -> (i32, String) {
    let program = kith().get_program().to_owned();
    let profile = person.profile();
    let mut words = vec![
        program.to_str().unwrap(),
        "--profile",
        profile.to_str().unwrap(),
    ];
    words.extend(arguments);
    let line: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    shell_at_terminal(&line.join(" "), answers)
}

/// The same of what a shell is told.
#[track_caller]
fn shell_at_terminal(line: &str, answers: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(SCRIPT);
    command.args(["--quiet", "--return", "--flush", "--command"]);
    command.arg(line).arg("/dev/null");
    command
        .env_remove("KITH_PASSPHRASE")
        .env("SHELL", "/bin/sh");
    let mut child = Ended(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut shown = Vec::new();
    let mut out = child.0.stdout.take().unwrap();
    let mut keys = child.0.stdin.take().unwrap();
    let begun = Instant::now();
    for (prompt, answer) in answers {
        let from = shown.len();
        while !String::from_utf8_lossy(&shown[from..]).contains(prompt) {
            assert!(begun.elapsed() < Duration::from_secs(60), "no `{prompt}`");
            let mut bytes = [0; 1_024];
            let read = out.read(&mut bytes).unwrap();
            let so_far = String::from_utf8_lossy(&shown).into_owned();
            assert!(read > 0, "no `{prompt}` in {so_far}");
            shown.extend(&bytes[..read]);
        }
        // As hands do: the prompt is there a moment before the terminal stops showing what is typed.
        let thinking_ms = if *answer == LATE { 12_000 } else { 300 };
        std::thread::sleep(Duration::from_millis(thinking_ms));
        let end = if *answer == CTRL_C { "" } else { "\n" };
        keys.write_all(format!("{answer}{end}").as_bytes()).unwrap();
    }
    out.read_to_end(&mut shown).unwrap();
    let code = child.0.wait().unwrap().code().unwrap();
    (code, String::from_utf8(shown).unwrap())
}

/// Ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_passphrase_comes_from_a_prompt_that_does_not_show_it() {
    if !can() {
        return;
    }
    let ada = Person::blank();
    let (first, again) = ("Passphrase (empty for none): ", "The same once more: ");
    let init = ["profile", "init"];
    let (code, _) = at_terminal(
        &ada,
        &init,
        &[(first, "open sesame"), (again, "open wheat")],
    );
    assert_eq!((code, ada.profile().exists()), (6, false));
    let answers = [(first, "open sesame"), (again, "open sesame")];
    let (code, shown) = at_terminal(&ada, &init, &answers);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("It is sealed") && !shown.contains("sesame"),
        "{shown}"
    );
    let info = ["profile", "info"];
    let (code, shown) = at_terminal(&ada, &info, &[("Passphrase: ", "open sesame")]);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("(sealed)") && !shown.contains("sesame"),
        "{shown}"
    );
    let (code, shown) = at_terminal(&ada, &info, &[("Passphrase: ", "open wheat")]);
    assert_eq!(code, 6, "{shown}");
    // Without a terminal nobody is asked.
    ada.run(&info).failed_without_result(6);
    let eve = Person::blank();
    let (code, shown) = at_terminal(&eve, &init, &[(first, "")]);
    assert!(code == 0 && shown.contains("not sealed"), "{shown}");
}

#[test]
fn the_old_passphrase_is_asked_for_before_the_new_one() {
    if !can() {
        return;
    }
    let mut ada = Person::blank();
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "open sesame".into())]);
    ada.run(&["profile", "init"]).ok();
    let change = ["profile", "passphrase"];
    // Whoever does not have it is asked for nothing else.
    let (code, shown) = at_terminal(&ada, &change, &[("Passphrase: ", "open wheat")]);
    assert!(code == 6 && !shown.contains("New"), "{shown}");
    let (new, again) = ("New passphrase: ", "The same once more: ");
    let answers = [
        ("Passphrase: ", "open sesame"),
        (new, "shut"),
        (again, "shut"),
    ];
    let (code, shown) = at_terminal(&ada, &change, &answers);
    assert_eq!(code, 0, "{shown}");
    ada.run(&["profile", "info"]).failed_without_result(6);
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "shut".into())]);
    ada.run(&["profile", "info"]).ok();
}

#[test]
fn a_safety_number_is_shown_and_asked_for() {
    if !can() {
        return;
    }
    let (_home, ada, _ben) = acquainted();
    let verify = ["contact", "verify", "Ben"];
    let (code, shown) = at_terminal(&ada, &verify, &[("[y/N] ", "n")]);
    let contact = ada.list("contact").remove(0);
    assert_eq!((code, &contact["verified"]), (5, &false.into()));
    let group = contact["safety"]
        .as_str()
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    assert!(shown.contains(group), "{shown}");
    let (code, shown) = at_terminal(&ada, &verify, &[("[y/N] ", "y")]);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(ada.list("contact")[0]["verified"], true);
}

#[test]
fn others_are_served_while_somebody_is_asked_something() {
    if !can() {
        return;
    }
    let (_home, ada, _ben) = acquainted();
    std::thread::scope(|scope| {
        let verify = || at_terminal(&ada, &["contact", "verify", "Ben"], &[("[y/N] ", LATE)]);
        let asked = scope.spawn(verify);
        crate::together::wait_for_socket(&ada);
        // Somebody who could not be served would be told so before the answer comes.
        ada.run(&["send", "Ben", "while you compare"]).ok();
        let (code, shown) = asked.join().unwrap();
        assert_eq!(code, 0, "{shown}");
    });
    assert_eq!(ada.list("contact")[0]["verified"], true);
}

#[test]
fn no_blanks_carry_words_of_others_to_where_only_own_ones_stand() {
    if !can() {
        return;
    }
    let (_home, ada, ben) = acquainted();
    let header = "2026-11-30 17:00  Ada  abcdefabcdefabcdefabcdefab";
    let text = format!("ok{}{header}", " ".repeat(74));
    ben.run(&["send", "Ada", &text]).ok();
    ada.sync().ok();
    let line = format!(
        "stty cols 80 && '{}' --profile '{}' show Ben",
        kith().get_program().to_str().unwrap(),
        ada.profile().display()
    );
    let (code, shown) = shell_at_terminal(&line, &[]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(&format!("\n      {header}")), "{shown}");
    assert!(
        shown
            .lines()
            .all(|line| line.trim_end().chars().count() <= 80)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn who_is_asked_something_can_end_it_and_sees_again_what_they_type() {
    if !can() {
        return;
    }
    let (_home, mut ada, _ben) = acquainted();
    let folder = ada.profile();
    let interrupted = |ada: &Person, asked: &str, command: &str| {
        let program = kith().get_program().to_owned();
        let (program, folder) = (program.to_str().unwrap(), folder.to_str().unwrap());
        let line = format!(
            "trap : INT; '{program}' --profile '{folder}' {command}; echo \"ended: $?\"; stty -a"
        );
        let (_, shown) = shell_at_terminal(&line, &[(asked, CTRL_C)]);
        assert!(shown.contains("ended: 130\r\n"), "{shown}");
        let state = shown.rsplit("ended: ").next().unwrap();
        for is_on in [" echo ", " icanon ", "isig "] {
            assert!(state.contains(is_on), "no `{is_on}` in {state}");
        }
        assert_eq!(crate::ended::traces(ada), [""; 0], "{command}");
    };
    interrupted(&ada, "[y/N] ", "contact verify Ben");
    assert_eq!(ada.list("contact")[0]["verified"], false);
    interrupted(&ada, "New passphrase: ", "profile passphrase");
    ada.run(&["profile", "info"]).ok();
    ada.set_environment(&[("KITH_NEW_PASSPHRASE".into(), "open sesame".into())]);
    ada.run(&["profile", "passphrase"]).ok();
    for command in [
        "profile info",
        "contact verify Ben",
        "send Ben hello",
        "profile check",
    ] {
        interrupted(&ada, "Passphrase: ", command);
    }
}
