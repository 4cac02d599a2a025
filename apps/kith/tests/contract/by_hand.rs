//! What is written to the socket of whoever holds a profile, by hand: by no command, or by one that hears nothing.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support::person::{Person, acquainted};
use crate::support::said::Said;
use crate::together::{Follower, wait_for_socket};
use crate::{idle, terminal};

#[test]
fn what_no_command_says_does_not_disturb_who_holds_the_profile() {
    let (_home, ada, _ben) = acquainted();
    let follower = Follower::start(&ada, "followed");
    let socket = wait_for_socket(&ada);
    let version = env!("CARGO_PKG_VERSION");
    for hostile in [
        b"".to_vec(),
        b"\n".to_vec(),
        b"{}\n".to_vec(),
        vec![0; 100_000],
        vec![b'['; 1_000_000],
        [b"\"".as_slice(), &[b'a'; 3_000_000]].concat(),
        errand(&["kith", "home"], version, None),
        errand(&[], version, None),
        errand(&["kith", "show", "Ben"], "0.0.0", None),
        errand(&["kith", "profile", "init"], version, None),
        errand(&["kith", "profile", "check"], version, None),
        errand(&["kith", "completions", "bash"], version, None),
        errand(&["kith", "man"], version, None),
    ] {
        let answer = said_to(&socket, &hostile);
        assert!(!answer.contains("Done"), "{answer}");
    }
    // Who brings nothing is not given what is piped into the one who holds the profile.
    let mut without = UnixStream::connect(&socket).unwrap();
    let send = errand(&["kith", "send", "Ben", "-"], version, None);
    without.write_all(&send).unwrap();
    let longest = Some(Duration::from_secs(20));
    without.set_read_timeout(longest).unwrap();
    let mut said = BufReader::new(without).lines().map(Result::unwrap);
    assert!(said.any(|word| word.contains("did not come along")));
    // Somebody who asks and goes away, and many who say nothing.
    let silent: Vec<_> = (0..100).map(|_| UnixStream::connect(&socket)).collect();
    for _ in 0..20 {
        let mut stream = UnixStream::connect(&socket).unwrap();
        let _ = stream.write_all(&errand(&["kith", "sync", "--wait", "60"], version, None));
    }
    drop(silent);
    assert_eq!(
        ada.run(&["send", "Ben", "still here"]).ok().text("state"),
        "stored"
    );
    follower.wait_for_text("still here");
}

#[test]
fn whoever_says_nothing_keeps_no_place_from_who_says_something() {
    let (_home, ada, _ben) = acquainted();
    let _follower = Follower::start(&ada, "followed");
    let socket = wait_for_socket(&ada);
    let connect = |_| UnixStream::connect(&socket).unwrap();
    let silent: Vec<_> = (0..64).map(connect).collect();
    ada.run(&["send", "Ben", "hello"]).ok();
    let mut last = silent.last().unwrap();
    last.set_nonblocking(true).unwrap();
    // It was let in although none of them had to go for the time.
    let heard = last.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(heard, Err(ErrorKind::WouldBlock));
    let mut longest = &silent[0];
    assert_eq!(longest.read(&mut [0]).unwrap(), 0, "it has to go first");
}

#[test]
fn what_is_no_errand_is_read_no_further() {
    let ada = Person::local("Ada");
    let _holding = ada.start(&["sync", "--wait", "50"], b"");
    let socket = wait_for_socket(&ada);
    let mut stream = UnixStream::connect(socket).unwrap();
    // Without an end: where all of it was read, there would be no answer.
    let long = [
        b"{\"version\":\"0.0.0\",\"zone\":\"".as_slice(),
        &[b'a'; 100_000],
    ]
    .concat();
    let _ = stream.write_all(&long);
    stream
        .set_read_timeout(Some(Duration::from_secs(8)))
        .unwrap();
    let heard = stream.read(&mut [0]).map_err(|error| error.kind());
    assert!(
        matches!(heard, Ok(0) | Err(ErrorKind::ConnectionReset)),
        "{heard:?}"
    );
}

#[test]
fn what_whoever_holds_the_profile_says_does_not_steer_the_terminal() {
    let ada = Person::local("Ada");
    let evil = "\u{1b}[2J\u{9b}2J\u{202e}evil\u{7}";
    let words = |line: &str| {
        [
            json!("Begun"),
            json!({"Said": {"Result": line}}),
            json!({"Said": {"Note": evil}}),
            json!({"Failed": ["invalid", evil]}),
        ]
    };
    let is_harmless = |said: &Said| {
        let all = format!("{}{}", said.out, said.err);
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(all.contains("evil") && !all.contains(steers), "{said:?}");
        assert_eq!(said.code, Some(5));
    };
    let (lock, saying) = holder(&ada, &words(evil));
    is_harmless(&ada.plain(&["contact", "list"]));
    saying.join().unwrap();
    drop(lock);
    std::fs::remove_file(ada.profile().join("socket")).unwrap();
    let line = json!({ "name": evil }).to_string();
    let (_lock, saying) = holder(&ada, &words(&line));
    let said = ada.run(&["contact", "list"]);
    is_harmless(&said);
    assert_eq!(
        said.line()["name"],
        evil,
        "it is the same to who reads JSON"
    );
    saying.join().unwrap();
}

#[test]
fn who_hears_nothing_does_not_keep_the_one_who_holds_the_profile_from_its_end() {
    let ada = Person::with_long_notes();
    let holding = ada.start(&["sync", "--wait", "3"], b"");
    let socket = wait_for_socket(&ada);
    // As of a process that was stopped when it had asked.
    let profile = ada.profile();
    let show = [
        "kith",
        "--profile",
        profile.to_str().unwrap(),
        "show",
        "Notes",
    ];
    let mut deaf = UnixStream::connect(socket).unwrap();
    deaf.write_all(&errand(&show, env!("CARGO_PKG_VERSION"), None))
        .unwrap();
    let said = holding.said().ok();
    assert!(said.took < Duration::from_secs(20), "{said:?}");
    drop(deaf);
}

/// What a command asks for, as it goes over the socket.
fn errand(arguments: &[&str], version: &str, passphrase: Option<&str>) -> Vec<u8> {
    // The version stands first.
    let rest = json!({
        "zone": null, "arguments": arguments, "folder": "/",
        "passphrase": passphrase, "input": null, "is_terminal": true, "reached": null,
    });
    let rest = rest.to_string();
    format!("{{\"version\":\"{version}\",{}\n", &rest[1..]).into_bytes()
}

/// Says something to whoever listens; the answer, until they have said all.
fn said_to(socket: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // What cannot be said because nobody listens any more is an answer as well.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = String::new();
    let _ = BufReader::new(stream).read_to_string(&mut answer);
    answer
}

#[test]
fn a_question_that_nobody_answers_keeps_no_profile_open() {
    let (_home, ada, _ben) = idle::sealed();
    let following = idle::follow(&ada, Some("6s"));
    let socket = wait_for_socket(&ada);
    let mut stream = UnixStream::connect(socket).unwrap();
    let verify = ["kith", "contact", "verify", "Ben"];
    let verify = errand(&verify, env!("CARGO_PKG_VERSION"), Some("open sesame"));
    stream.write_all(&verify).unwrap();
    let longest = Some(Duration::from_secs(60));
    stream.set_read_timeout(longest).unwrap();
    let words = BufReader::new(stream).lines().map(Result::unwrap);
    let words: Vec<Value> = words
        .map(|word| serde_json::from_str(&word).unwrap())
        .collect();
    let question = words[1]["Said"]["Question"].as_str().unwrap();
    assert!(question.ends_with("[y/N] "), "{words:?}");
    assert_eq!(words[2]["Failed"][0], "locked", "{words:?}");
    idle::was_closed(&following.said());
    assert_eq!(ada.list("contact")[0]["verified"], false);
}

/// Somebody who holds a profile, and says this to whoever comes with an errand.
fn holder(person: &Person, words: &[Value]) -> (File, JoinHandle<()>) {
    let lock = File::create(person.profile().join("lock")).unwrap();
    lock.try_lock().unwrap();
    let listener = UnixListener::bind(person.profile().join("socket")).unwrap();
    let words: String = words.iter().map(|word| format!("{word}\n")).collect();
    let saying = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(&stream);
        reader.read_line(&mut String::new()).unwrap();
        (&stream).write_all(words.as_bytes()).unwrap();
        // Until they go away.
        let _ = reader.read_to_end(&mut Vec::new());
    });
    (lock, saying)
}

#[test]
fn who_stands_at_a_question_hears_that_it_is_over() {
    if !terminal::can() {
        return;
    }
    let ada = Person::local("Ada");
    let closed = "Nobody used the profile, so it is closed.";
    let words = [
        json!("Begun"),
        json!({"Said": {"Question": "Is it the same? [y/N] "}}),
        json!({"Failed": ["locked", closed]}),
    ];
    let (_lock, saying) = holder(&ada, &words);
    let (code, shown) = terminal::at_terminal(&ada, &["contact", "verify", "Ben"], &[]);
    assert_eq!(code, 6, "{shown}");
    let expected = format!("Is it the same? [y/N] \r\nkith: {closed}\r\n");
    assert_eq!(shown, expected);
    saying.join().unwrap();
}
