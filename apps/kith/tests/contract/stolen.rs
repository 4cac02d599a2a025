//! A stolen folder: of a sealed profile, no file beside the program tells anything, also where a command was killed and
//! what it wrote last is in no database yet. The same search finds all of it where the profile is not sealed.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::needles::{Needle, needles_of, of_link};
use crate::scanner::Scanner;
use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::said::Running;
use crate::together::wait_for_socket;

const PASSPHRASE: &str = "correct horse battery staple";
/// What the program itself says, not the person.
const OWN_WORDS: [&str; 4] = ["profile", "state", "kind", "at"];
/// Said after the last time that everything was put into the database.
const LAST_WORDS: &str = "said last, and in the log that waits alone";
/// What stands in no database, sealed or not.
const NOWHERE: [&str; 4] = [
    "a safety number",
    "the public key of an inbox",
    "a link",
    "told in UTF-16",
];
/// Shorter ones stand in random bytes by chance.
const SHORTEST: usize = 8;

/// Everything that a person's commands said and were told, as it is told on.
#[derive(Default)]
struct Told(BTreeSet<String>);

impl Told {
    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) => drop(self.0.insert(text.clone())),
            Value::Array(values) => values.iter().for_each(|value| self.add(value)),
            Value::Object(values) => values
                .iter()
                .filter(|(key, _)| !OWN_WORDS.contains(&key.as_str()))
                .for_each(|(_, value)| self.add(value)),
            _ => {}
        }
    }

    /// As bytes: as texts of both kinds, and what ids and links stand for.
    fn needles(&self) -> Vec<Needle> {
        let mut needles = Vec::new();
        let mut add = |what, bytes: Vec<u8>| {
            if bytes.len() >= SHORTEST {
                needles.push(Needle { what, bytes });
            }
        };
        for text in &self.0 {
            add("told", text.clone().into_bytes());
            let units = || text.encode_utf16();
            add(
                "told in UTF-16",
                units().flat_map(u16::to_le_bytes).collect(),
            );
            add(
                "told in UTF-16",
                units().flat_map(u16::to_be_bytes).collect(),
            );
            let large = text.to_ascii_uppercase();
            if let Ok(bytes) = data_encoding::BASE32_NOPAD.decode(large.as_bytes()) {
                add("an id that was told", bytes);
            }
        }
        needles
    }
}

/// A week of somebody's life, in short: names, texts in many scripts, notes, changes, searches, invitations.
fn live(ada: &Person, home: &Home, told: &mut Told) -> Vec<String> {
    let mut run = |arguments: &[&str]| {
        let said = ada.run(arguments).ok();
        said.lines().iter().for_each(|line| told.add(line));
        for argument in arguments.iter().filter(|one| one.contains([' ', ':'])) {
            told.0.insert((*argument).to_owned());
        }
        said
    };
    run(&["profile", "init"]);
    let name = "Ada Unmistakable";
    run(&["persona", "new", name, "--home", &home.url]);
    run(&["persona", "new", "Второе имя"]);
    let ben = Person::local("Benedict Unforgettable");
    let (link, invite) = {
        let said = run(&[
            "invite",
            "new",
            "--persona",
            name,
            "--label",
            "for Benedict alone",
        ]);
        (said.text("link"), said.text("invite"))
    };
    ben.accept(&link).ok();
    run(&["sync", "--wait", "1"]);
    let (spare, revoked) = {
        let said = run(&[
            "invite",
            "new",
            "--persona",
            name,
            "--label",
            "never to be used",
        ]);
        (said.text("link"), said.text("invite"))
    };
    run(&["invite", "revoke", &revoked]);
    run(&["invite", "list"]);
    ben.run(&["send", name, "夜中に目が覚めた、君のことを考えていた"])
        .ok();
    run(&["sync", "--wait", "1"]);
    let with = "Benedict Unforgettable";
    let first = run(&["send", with, "Ich habe Dir noch nie davon erzählt"]).text("item");
    run(&[
        "send",
        with,
        "אני לא יכולה לדבר עכשיו",
        "--note",
        "a hard note",
    ]);
    run(&["send", with, "لا أستطيع النوم", "--reply", &first]);
    run(&["edit", &first, "Ich habe noch niemandem davon erzählt"]);
    run(&["react", &first, "🌱"]);
    run(&["send", with, "held until the morning", "--tomorrow"]);
    let notes = ["--kind", "self", "--title", "My private notes"];
    run(&[&["conversation", "new", "--persona", name], &notes[..]].concat());
    let gone = run(&["send", "My private notes", "regretted at once"]).text("item");
    run(&["retract", &gone]);
    run(&["search", "unfindable words"]);
    run(&["search", "niemandem"]);
    for list in ["persona", "invite", "contact", "conversation"] {
        run(&[list, "list"]);
    }
    run(&["show", with]);
    told.0.insert(invite);
    vec![link, spare]
}

/// Kills the command that holds the profile, after something was said that is not in the database yet.
fn be_cut_off(ada: &Person) {
    let mut following: Running = ada.start(&["show", "Benedict Unforgettable", "--follow"], b"");
    wait_for_socket(ada);
    ada.run(&["send", "Benedict Unforgettable", LAST_WORDS])
        .ok();
    following.kill();
    drop(following);
    let left = std::fs::metadata(ada.profile().join("profile.db-wal"));
    assert!(left.unwrap().len() > 0, "everything is in the database");
}

/// A copy of the files as a thief has it.
fn stolen(folder: &Path, into: PathBuf) -> PathBuf {
    std::fs::create_dir(&into).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let to = into.join(entry.file_name());
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to).unwrap();
        } else {
            // The socket has no bytes, but a name.
            std::fs::write(to, "").unwrap();
        }
    }
    into
}

/// What is found in which file.
fn found(folder: &Path, scanner: &Scanner) -> BTreeSet<(&'static str, String)> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let mut bytes = std::fs::read(entry.path()).unwrap();
        bytes.extend(name.as_bytes());
        all.extend(
            scanner
                .find(&bytes)
                .iter()
                .map(|one| (one.what, name.clone())),
        );
    }
    all
}

#[test]
fn a_stolen_folder_of_a_sealed_profile_tells_nothing() {
    let home = Home::open();
    let mut ada = Person::blank();
    ada.set_environment(&[("KITH_PASSPHRASE".into(), PASSPHRASE.into())]);
    let mut told = Told::default();
    let links = live(&ada, &home, &mut told);
    told.0.extend([
        LAST_WORDS.to_owned(),
        PASSPHRASE.to_owned(),
        home.url.clone(),
    ]);
    let at_rest = stolen(&ada.profile(), ada.folder().join("at rest"));
    be_cut_off(&ada);
    let cut_off = stolen(&ada.profile(), ada.folder().join("cut off"));
    // A wrong passphrase on what was cut off spoils nothing.
    ada.set_environment(&[("KITH_PASSPHRASE".into(), "wrong".into())]);
    ada.run(&["persona", "list"]).failed_without_result(6);
    ada.set_environment(&[("KITH_PASSPHRASE".into(), PASSPHRASE.into())]);
    ada.run(&["profile", "passphrase", "--remove"]).ok();
    ada.set_environment(&[]);
    let texts = ada.texts("Benedict Unforgettable");
    assert!(texts.contains(&LAST_WORDS.to_owned()), "{texts:?}");

    let mut needles = needles_of(&ada);
    needles.extend(links.iter().flat_map(|link| of_link(link)));
    needles.extend(told.needles());
    let scanner = Scanner::new(&needles);
    for folder in [&at_rest, &cut_off] {
        assert_eq!(found(folder, &scanner), BTreeSet::new());
        assert!(folder.join("second.db").exists() && folder.join("seal.json").exists());
    }

    // So that the search can fail: it finds everything where nothing is sealed.
    be_cut_off(&ada);
    let open = stolen(&ada.profile(), ada.folder().join("open"));
    let found = found(&open, &scanner);
    for what in needles
        .iter()
        .map(|needle| needle.what)
        .collect::<BTreeSet<_>>()
    {
        // Computed from others when they are needed; and no text is stored in UTF-16.
        let is_nowhere = NOWHERE.contains(&what);
        let is_found = found.contains(&(what, "profile.db".to_owned()));
        assert_ne!(is_found, is_nowhere, "{what}: {found:?}");
    }
    let last = Scanner::new(&[Needle {
        what: "the last words",
        bytes: LAST_WORDS.as_bytes().to_vec(),
    }]);
    let log = std::fs::read(open.join("profile.db-wal")).unwrap();
    assert!(
        !last.find(&log).is_empty(),
        "the log that waits is not read"
    );
}

/// Every way of writing is found where it stands.
#[test]
fn the_search_finds_what_is_planted() {
    let mut told = Told::default();
    told.0.insert("Unmistakable ÄÖ".into());
    let scanner = Scanner::new(&told.needles());
    let utf16: Vec<u8> = "Unmistakable ÄÖ"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let hexadecimal = data_encoding::HEXLOWER.encode("Unmistakable ÄÖ".as_bytes());
    for planted in ["Unmistakable ÄÖ".as_bytes(), &utf16, hexadecimal.as_bytes()] {
        let mut bytes = vec![7; 1_000];
        bytes.extend(planted);
        assert!(!scanner.find(&bytes).is_empty());
    }
    assert!(scanner.find(&[7; 1_000]).is_empty());
}
