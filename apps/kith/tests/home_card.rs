//! The home's card, as people and clients see it.

#[cfg(test)]
mod home_support;

use home_support::{RunningHome, ended, get};
use serde_json::{Value, json};

#[cfg(test)]
fn card(home: &RunningHome) -> Value {
    let answer = get(&home.address, "/card.json");
    let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(headers.starts_with("HTTP/1.1 200 OK"), "{headers}");
    assert!(headers.contains("content-type: application/json"));
    assert!(headers.contains("access-control-allow-origin: *"));
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_home_shows_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    std::fs::create_dir(&data).unwrap();
    let text =
        "[card]\noperator = \"Cleo & friends\"\ncontact = \"<cleo@example.org>\"\nage = \"13+\"\n";
    std::fs::write(data.join("home.toml"), text).unwrap();
    let home = RunningHome::start_with(&data, &["--card-about", "A small \"home\"."]);
    assert_eq!(
        card(&home),
        json!({
            "operator": "Cleo & friends",
            "contact": "<cleo@example.org>",
            "about": "A small \"home\".",
            "age": "13+",
            "open": false,
        })
    );
    let page = get(&home.address, "/");
    for shown in [
        "Cleo &amp; friends",
        "&lt;cleo@example.org&gt;",
        "A small &quot;home&quot;.",
        "13+",
    ] {
        assert!(page.contains(shown), "{page}");
    }
    assert!(!page.contains("<cleo"));
}

#[test]
fn a_home_that_says_nothing_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    assert_eq!(card(&home), json!({ "open": true }));
    let page = get(&home.address, "/");
    assert!(!page.contains("<dl>") && !page.contains("card"), "{page}");
    assert!(page.contains("does not say here who they are"), "{page}");
}

#[test]
fn a_card_that_is_no_card_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let data = data.to_str().unwrap();
    let how = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--card-about",
        " ",
    ];
    assert_eq!(ended(&how).status.code(), Some(5));
    let how = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--card-age",
        "16+",
    ];
    assert_eq!(ended(&how).status.code(), Some(2));
}
