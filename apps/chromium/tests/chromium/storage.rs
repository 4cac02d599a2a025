//! A browser that gives no room, or no storage at all.

use serde_json::json;

use crate::support::browser::Settings;
use crate::support::home::Home;
use crate::support::person::{KEPT_AT, Person};
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;
use crate::support::wait_for;

/// Bytes more than what is used, and how many a text has.
const ROOM: u64 = 300_000;
const LONG: usize = 40_000;

#[test]
fn a_full_storage_says_so_loses_nothing_and_goes_on_when_there_is_room() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let mut ada = Person::new("Ada", &home);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("There is a conversation.");
    let usage = ada
        .browser()
        .script("return (await navigator.storage.estimate()).usage;");
    let full = json!({"origin": home.url(), "quotaSize": usage.as_u64().unwrap() + ROOM});
    ada.browser()
        .devtools("Storage.overrideQuotaForOrigin", full);
    ada.expects("QuotaExceeded");

    let long = |number: usize| format!("long {number}. {}", "pebble ".repeat(LONG / 7));
    let mut kept = Vec::new();
    let refused = wait_for("an end of the room", || {
        let (name, text) = (format!("long {}.", kept.len()), long(kept.len()));
        ada.write(&text);
        wait_for("what comes of it", || {
            let is_there = ada.count(&name) > 0;
            let alert = !crate::support::accessible::parts(ada.browser(), "alert").is_empty();
            (is_there || alert).then_some(())
        });
        if ada.count(&name) == 0 {
            return Some(text);
        }
        kept.push(name);
        None
    });
    assert!(!kept.is_empty(), "there was room for one");
    println!(
        "{} were kept; then: {}",
        kept.len(),
        ada.text()
            .lines()
            .filter(|line| line.len() < 600)
            .collect::<Vec<_>>()
            .join(" | ")
    );
    assert_eq!(
        ada.value("Write").trim(),
        refused.trim(),
        "it is still to be written"
    );

    ada.browser().devtools(
        "Storage.overrideQuotaForOrigin",
        json!({"origin": home.url()}),
    );
    ada.press("Send");
    let name = format!("long {}.", kept.len());
    ada.item(&name, KEPT_AT);
    ada.browser().reload();
    ada.to_people();
    ada.open("Cleo");
    for name in kept.iter().chain([&name]) {
        ada.item(name, KEPT_AT);
        assert_eq!(ada.count(name), 1, "{name}");
    }
    cleo.sync();
    let texts = cleo.texts("Ada");
    assert_eq!(texts.len(), kept.len() + 2);
}

#[test]
fn a_browser_that_refuses_storage_is_told_of() {
    let _seats = Seats::take(1);
    let home = Home::open();
    // Content settings: 2 is "block", and cookies stand for all that a site may keep.
    let blocked = json!({"profile.default_content_setting_values.cookies": 2});
    let settings = Settings {
        preferences: blocked.as_object().unwrap().clone(),
        ..Settings::default()
    };
    let ada = Person::with("Ada", &home, settings);
    ada.visit(&home.app_url());
    ada.reads("storage");
    assert!(!ada.sees("textbox", "Your name"), "{}", ada.text());
    println!("{}", ada.text());
}

#[test]
fn a_private_window_can_write_and_is_told_that_nothing_will_be_left() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let settings = Settings {
        flags: vec!["--incognito".to_owned()],
        ..Settings::default()
    };
    let ada = Person::with("Ada", &home, settings);
    ada.visit(&link);
    ada.press_role("link", "Open in Kith");
    wait_for("either way to be told", || {
        let text = ada.text();
        (text.contains("storage")
            || ada.sees("heading", "How should this browser keep what you write?"))
        .then_some(())
    });
    println!("{}", ada.text());
}
