//! What every command says of itself: at `kith help`, in its manual page, and by examples that can be typed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::kith;
use crate::support::person::Person;
use crate::support::said::{Running, Said};

/// Requests of roff and of its macros for manual pages that are used here.
const REQUESTS: [&str; 9] = ["TH", "SH", "PP", "TP", "IP", "RS", "RE", "nf", "fi"];
/// Requests that set up the page before it begins.
const SET_UP: [&str; 3] = ["ie", "el", "br"];

fn said(arguments: &[&str]) -> Said {
    let mut command = kith();
    command.args(arguments);
    Running::start(command, b"").said().ok()
}

/// Every command that `kith help` tells of, without the program's name; the first is the program.
fn commands() -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while let Some(command) = found.get(next).cloned() {
        let words = command.split_whitespace().chain(["-h"]);
        let help = said(&words.collect::<Vec<_>>()).out;
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let listed = listed.take_while(|line| !line.is_empty());
        let names = listed.filter_map(|line| line.split_whitespace().next());
        let inner = names.filter(|name| *name != "help");
        found.extend(inner.map(|name| format!("{command} {name}").trim().to_owned()));
        next += 1;
    }
    found
}

/// What stands below a heading.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!(".SH {heading}\n"))?;
    let rest = rest.split("\n.SH ").next().unwrap_or_default();
    Some(rest.trim()).filter(|text| !text.is_empty())
}

fn check(page: &str, name: &str) {
    let begins = format!(".TH {name} 1 ");
    assert!(page.contains(&begins), "{name}: {page}");
    let about = section(page, "NAME").unwrap().replace('\\', "");
    let first = about.strip_prefix(&format!("{name} - "));
    assert!(first.is_some_and(|text| text.len() > 10), "{name}: {about}");
    for heading in ["SYNOPSIS", "DESCRIPTION", "EXAMPLES"] {
        assert!(section(page, heading).is_some(), "{name}: no {heading}");
    }
    let description = section(page, "DESCRIPTION").unwrap();
    assert!(
        description.contains("\n.PP\n"),
        "{name} is told in one line alone"
    );
    let mut open = (0, 0);
    for line in page.lines() {
        let request = line
            .strip_prefix('.')
            .map(|rest| rest.split(' ').next().unwrap());
        let Some(request) = request else {
            let is_set_up = line.starts_with("'br") || !line.starts_with('\'');
            assert!(is_set_up && !line.contains('\u{1b}'), "{name}: {line}");
            continue;
        };
        match request {
            "RS" => open.0 += 1,
            "RE" => open.0 -= 1,
            "nf" => open.1 += 1,
            "fi" => open.1 -= 1,
            _ => {}
        }
        let is_known = REQUESTS.contains(&request) || SET_UP.contains(&request);
        assert!(is_known, "{name}: {line}");
        assert!(open.0 >= 0 && (0..=1).contains(&open.1), "{name}: {line}");
    }
    assert_eq!(open, (0, 0), "{name} does not end what it begins");
}

#[test]
fn every_command_has_a_manual_page_and_no_other_thing_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man1");
    let said_of = said(&["--json", "man", "--out", out.to_str().unwrap()]);
    let pages: BTreeSet<String> = fs::read_dir(&out)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let names = commands().into_iter();
    let names = names.map(|command| format!("kith {command}").trim().replace(' ', "-"));
    let names: Vec<String> = names.collect();
    let expected: BTreeSet<String> = names.iter().map(|name| format!("{name}.1")).collect();
    assert_eq!(pages, expected);
    assert_eq!(said_of.line()["pages"], pages.len());
    for name in &names {
        check(
            &fs::read_to_string(out.join(format!("{name}.1"))).unwrap(),
            name,
        );
    }
    let program = fs::read_to_string(out.join("kith.1")).unwrap();
    for heading in ["EXIT STATUS", "ENVIRONMENT", "FILES"] {
        let quoted = format!("\"{heading}\"");
        let text = section(&program, &quoted).or_else(|| section(&program, heading));
        assert!(text.is_some(), "no {heading}: {program}");
    }
    assert_eq!(said(&["man"]).out, program);
    // The same wherever it is made.
    assert!(!program.contains(env!("CARGO_MANIFEST_DIR")));
    fs::write(folder.path().join("file"), "").unwrap();
    let below = folder.path().join("file/below");
    let refused = Person::blank().run(&["man", "--out", below.to_str().unwrap()]);
    refused.failed_without_result(7);
}

/// Lets a shell read an example, with a program in the place of `kith` that takes the arguments apart and does no more.
fn takes_apart(example: &str, folder: &Path) -> bool {
    let program = kith().get_program().to_owned();
    let script = format!("kith() {{ \"$KITH\" \"$@\" --help > help || exit 9; }}\n{example}");
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", &script]).env("KITH", program);
    shell.env("LINK", "link").env("TEXT", "text");
    shell.env("HOME", folder).current_dir(folder);
    let ended = shell.output().unwrap();
    // That it was the help which was asked for, and not a command that took the question for a text.
    let help = fs::read_to_string(folder.join("help")).unwrap_or_default();
    ended.status.success() && help.contains("Usage: kith")
}

#[test]
fn every_example_is_one_that_can_be_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut tried = 0;
    for command in commands() {
        let words = command.split_whitespace().chain(["--help"]);
        let help = said(&words.collect::<Vec<_>>()).out;
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        for example in examples.lines() {
            let is_of_it = example.contains("kith") && example.contains(&command);
            let is_of_it = is_of_it || command.split(' ').all(|word| example.contains(word));
            assert!(is_of_it, "{command}: {example}");
            assert!(takes_apart(example, folder.path()), "{command}: {example}");
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
    assert!(!takes_apart("kith send Ben hello --at soon", folder.path()));
    assert!(!takes_apart("kith sing Ben hello", folder.path()));
}
