//! Neither a sealed profile nor a home holds a byte of a file's content or name.

use std::fs;
use std::path::Path;

use super::attached::{content, last, save, send, write};
use crate::support::home::Home;
use crate::support::person::{Person, acquaint};

/// Whether any file below a folder, or any name there, holds these bytes.
fn holds(folder: &Path, needle: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let has = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        has(path.to_string_lossy().as_bytes())
            || if path.is_dir() {
                holds(&path, needle)
            } else {
                has(&fs::read(&path).unwrap())
            }
    })
}

fn sealed_person(name: &str) -> Person {
    let mut person = Person::blank();
    person.set_environment(&[("KITH_PASSPHRASE".into(), "correct horse".into())]);
    person.run(&["profile", "init"]).ok();
    person.run(&["persona", "new", name]).ok();
    person
}

#[test]
fn neither_profile_nor_home_holds_a_files_content_or_name() {
    let home = Home::open();
    let (ada, ben) = (sealed_person("Ada"), sealed_person("Ben"));
    ada.run(&["persona", "join", "Ada", "--home", &home.url])
        .ok();
    acquaint(&ada, &ben);
    let needle = b"a line that stands nowhere else";
    let sent = needle.repeat(10_000);
    let file = write(&ben, "unmistakable-name.pdf", &sent);
    send(&ben, "Ada", "", &[&file]).ok();
    ada.sync().ok();
    let item = last(&ada, "Ben")["item"].as_str().unwrap().to_owned();
    let saved = save(&ada, &item).ok().line();
    assert!(content(&saved) == sent);
    assert!(
        holds(&ada.folder().join("saved"), needle),
        "the search finds nothing"
    );
    for folder in [ada.profile(), ben.profile(), home.data()] {
        assert!(!holds(&folder, needle), "{}", folder.display());
        assert!(
            !holds(&folder, b"unmistakable-name"),
            "{}",
            folder.display()
        );
        assert!(!holds(&folder, b"application/pdf"), "{}", folder.display());
    }
}
