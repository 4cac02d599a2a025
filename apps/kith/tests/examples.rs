//! The examples of the library at a real home: what they do, and that they go on where they were stopped.
#![cfg(test)]

#[path = "../../../crates/client/examples/archiver.rs"]
mod archiver;
#[path = "../../../crates/client/examples/echo_bot.rs"]
mod echo_bot;
#[path = "../../../crates/client/examples/from_standard_input.rs"]
mod from_standard_input;
mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use support::home::Home;
use support::person::{Person, acquaint, acquainted};
use tokio::sync::{mpsc, oneshot};

/// Works on a profile, in a thread, until it ends or is stopped; what it ended with, if it did.
fn while_it_runs<T, F>(
    program: impl FnOnce() -> F + Send + 'static,
    meanwhile: impl FnOnce(),
) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::select! {
                ended = program() => Some(ended),
                _ = stopped => None,
            }
        })
    });
    meanwhile();
    let _ = stop.send(());
    thread.join().unwrap()
}

/// Lets somebody look until they see what they wait for.
#[track_caller]
fn until(mut sees: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !sees() {
        assert!(begun.elapsed() < Duration::from_secs(50), "waited too long");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn without_their_arguments_they_fail_and_say_how_they_are_used() {
    // The arguments of a test program name no profile.
    for main in [archiver::main, echo_bot::main, from_standard_input::main] {
        assert_ne!(main(), ExitCode::SUCCESS);
    }
}

#[test]
fn the_echo_bot_answers_everything_once_and_only_under_a_name_that_says_what_it_is() {
    let home = Home::open();
    let (bot, ada) = (Person::at(&home, "Echo (bot)"), Person::local("Ada"));
    acquaint(&bot, &ada);
    let first = ada.run(&["send", "Echo (bot)", "hello"]).ok().text("item");
    let profile = bot.profile();
    let ended = while_it_runs(
        move || async move { echo_bot::run(&profile).await },
        || {
            until(|| {
                ada.sync().ok();
                ada.texts("Echo (bot)").len() == 2
            });
            ada.run(&["send", "Echo (bot)", "are you there?"]).ok();
            until(|| {
                ada.sync().ok();
                ada.texts("Echo (bot)").len() == 4
            });
        },
    );
    assert!(ended.is_none(), "{ended:?}");
    assert_eq!(ada.shown("Echo (bot)")[1]["reply_to"], first.as_str());
    // An answer to the bot wants none, and what was answered before it was stopped has its answer.
    ada.run(&["send", "Echo (bot)", "thank you", "--reply", &first])
        .ok();
    let profile = bot.profile();
    while_it_runs(
        move || async move { echo_bot::run(&profile).await },
        || {
            ada.run(&["send", "Echo (bot)", "and now?"]).ok();
            until(|| {
                ada.sync().ok();
                ada.texts("Echo (bot)").len() >= 7
            });
        },
    );
    ada.sync().ok();
    let expected = [
        "hello",
        "hello",
        "are you there?",
        "are you there?",
        "thank you",
        "and now?",
        "and now?",
    ];
    assert_eq!(ada.texts("Echo (bot)"), expected);

    // Whom it may not answer any more is no reason to end.
    ada.run(&["send", "Echo (bot)", "and me?"]).ok();
    bot.sync().ok();
    bot.run(&["contact", "block", "Ada"]).ok();
    let profile = bot.profile();
    let ended = while_it_runs(
        move || async move { echo_bot::run(&profile).await },
        || std::thread::sleep(Duration::from_secs(2)),
    );
    assert!(ended.is_none(), "{ended:?}");

    let ben = Person::at(&home, "Ben");
    let profile = ben.profile();
    let ended = while_it_runs(
        move || async move { echo_bot::run(&profile).await },
        || {
            std::thread::sleep(Duration::from_secs(2));
        },
    );
    assert!(matches!(ended, Some(Err(echo_bot::BotError::NotLabelled))));
}

#[test]
fn the_bridge_ends_once_the_home_has_every_line_however_late_the_home_comes() {
    let (mut home, ada, ben) = acquainted();
    home.kill();
    let (lines, received) = mpsc::channel(8);
    let profile = ben.profile();
    let ended = while_it_runs(
        move || async move { from_standard_input::run(&profile, "Ada".to_owned(), received).await },
        || {
            for line in ["one", "", "three"] {
                lines.blocking_send(Ok(line.to_owned())).unwrap();
            }
            drop(lines);
            std::thread::sleep(Duration::from_millis(500));
            home.come_back();
            until(|| {
                ada.sync().ok();
                ada.texts("Ben").len() == 3
            });
            std::thread::sleep(Duration::from_secs(2));
        },
    );
    assert!(matches!(ended, Some(Ok(()))), "{ended:?}");
    assert_eq!(ada.texts("Ben"), ["one", "", "three"]);
}

#[test]
fn the_archive_goes_on_where_it_stopped_also_where_it_was_cut_off() {
    let (_home, ada, ben) = acquainted();
    let file = ada.folder().join("archive.jsonl");
    let archived = || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines.collect::<Vec<Value>>()
    };
    let holds = |text: &str| archived().iter().any(|line| line["text"] == text);
    let run = || {
        let (profile, file) = (ada.profile(), file.clone());
        move || async move { archiver::run(&profile, "Ben".to_owned(), &file).await }
    };
    let first = ben.run(&["send", "Ada", "one"]).ok().text("item");
    let ended = while_it_runs(run(), || {
        ben.run(&["send", "Ada", "two"]).ok();
        until(|| holds("one") && holds("two"));
    });
    assert!(ended.is_none(), "{ended:?}");
    // As if the machine had stopped in the middle of a line, and of a letter.
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend_from_slice(b"{\"item\":\"x\",\"seq\":9,\"text\":\"never\"}\n{\"text\":\"\xc3");
    std::fs::write(&file, bytes).unwrap();
    ben.run(&["edit", &first, "uno"]).ok();
    let ended = while_it_runs(run(), || until(|| holds("uno")));
    assert!(ended.is_none(), "{ended:?}");
    let lines = archived();
    assert!(lines.iter().all(|line| line["text"] != "never"));
    let texts: Vec<_> = lines
        .iter()
        .filter_map(|line| line["text"].as_str())
        .collect();
    assert_eq!(texts, ["one", "two", "uno"]);
    let newest: BTreeMap<_, _> = lines
        .iter()
        .filter_map(|line| Some((line["item"].as_str()?, line["text"].as_str()?)))
        .collect();
    assert_eq!(newest.len(), 2, "{newest:?}");
}
