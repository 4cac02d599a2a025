//! Showing, unread counters, and what `show` can be asked for.

use serde_json::Value;

use crate::support::person::{Person, acquainted};

fn unread(person: &Person) -> Value {
    person.list("conversation")[0]["unread"].clone()
}

#[test]
fn showing_marks_as_read() {
    let (_home, ada, ben) = acquainted();
    assert_eq!(unread(&ada), 0);
    ben.run(&["send", "Ada", "one"]).ok();
    ben.run(&["send", "Ada", "two"]).ok();
    assert_eq!(unread(&ben), 0, "one's own items are no news");
    ada.sync().ok();
    assert_eq!(unread(&ada), 2);
    ada.shown("Ben");
    assert_eq!(unread(&ada), 0);
    ben.run(&["send", "Ada", "three"]).ok();
    ada.sync().ok();
    assert_eq!(unread(&ada), 1);
}

#[test]
fn since_and_limit_cut_at_the_right_ends() {
    let (_home, ada, ben) = acquainted();
    let all: Vec<String> = (1..=60).map(|number| number.to_string()).collect();
    ben.run_with(&["send", "Ada", "-", "--lines"], all.join("\n").as_bytes())
        .ok();
    ada.sync().ok();
    let shown = |arguments: &[&str]| -> Vec<String> {
        let lines = ada
            .run(&[&["show", "Ben"], arguments].concat())
            .ok()
            .lines();
        let text = |line: &Value| line["text"].as_str().unwrap().to_owned();
        lines.iter().map(text).collect()
    };
    assert_eq!(shown(&[]), all[10..], "the last 50 by default");
    assert_eq!(shown(&["--limit", "3"]), all[57..]);
    assert_eq!(shown(&["--limit", "1000"]), all);
    assert_eq!(shown(&["--since", "58"]), all[58..]);
    assert_eq!(shown(&["--since", "0", "--limit", "100"]), all);
    assert_eq!(shown(&["--since", "10", "--limit", "2"]), all[58..]);
    assert_eq!(shown(&["--since", "60"]), Vec::<String>::new());
    assert_eq!(shown(&["--limit", "0"]), Vec::<String>::new());
    assert_eq!(shown(&["--limit", &u64::MAX.to_string()]), all);
    assert_eq!(
        shown(&["--since", &u64::MAX.to_string()]),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_not_stored_yet_is_shown_last_and_without_a_position() {
    let (mut home, _ada, ben) = acquainted();
    ben.run(&["send", "Ada", "stored"]).ok();
    home.kill();
    ben.run(&["send", "Ada", "queued"]).failed(4);
    let shown = ben.shown("Ada");
    let of = |key: &str| [shown[0][key].clone(), shown[1][key].clone()];
    assert_eq!(of("text"), ["stored", "queued"]);
    assert_eq!(of("state"), ["stored", "queued"]);
    assert_eq!(of("seq"), [1.into(), Value::Null]);
}
