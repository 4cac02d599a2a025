//! Backup and restore on the real binary, under load: whatever a client had as confirmed before the backup
//! was done is there after the home's folder was deleted.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, Log, body, log};
use home_support::{RunningHome, cramped, ended};
use protocol::frame::Response;
use protocol::hash::{body_hash, chain_next, chain_start};
use protocol::response::{Appended, ENTRY_MESSAGE, Entry};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Logs that are written to at once.
const WRITERS: u64 = 4;

/// So many entries come as fast as they can, the rest one after the other, so that no log grows for ever.
const FAST: u64 = 10_000;

/// What one client was told, and when it came.
type Told<T> = Arc<Mutex<Vec<(SystemTime, T)>>>;

#[cfg(test)]
fn note<T>(told: &Told<T>, what: T) {
    told.lock().unwrap().push((SystemTime::now(), what));
}

#[cfg(test)]
fn count<T>(told: &Told<T>) -> usize {
    told.lock().unwrap().len()
}

/// What had come by then.
#[cfg(test)]
fn by<T: Clone>(told: &Told<T>, then: SystemTime) -> Vec<T> {
    let told = told.lock().unwrap();
    let early = told.iter().filter(|(at, _)| *at <= then);
    early.map(|(_, what)| what.clone()).collect()
}

/// Appends until the connection breaks.
#[cfg(test)]
async fn append_until_killed(mut client: Client, log: Log, told: Told<Appended>) {
    use futures_util::SinkExt;
    use tokio_tungstenite::tungstenite::Message;
    let (mut sent, mut answered) = (0u64, 0u64);
    loop {
        while sent < answered + 32 {
            sent += 1;
            if sent > FAST {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let frame = Client::append_request(&log, body(sent)).to_frame(1_000 + sent);
            if client.socket.send(Message::binary(frame)).await.is_err() {
                return;
            }
        }
        match client.next_frame().await {
            Some((_, Response::Appended(appended))) => {
                note(&told, appended);
                answered += 1;
            }
            Some(other) => panic!("unexpected {other:?}"),
            None => return,
        }
    }
}

/// Makes inboxes, and tokens that open logs, until it is to stop.
#[cfg(test)]
async fn make_inboxes(mut client: Client, made: Told<u64>, stop: Arc<AtomicBool>) {
    for of in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        client.pay_for(&log(1_000 + of)).await;
        note(&made, 1_000 + of);
    }
}

#[cfg(test)]
async fn all_entries(client: &mut Client, log: &Log) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let page = client.read(log, entries.len() as u64 + 1, false).await;
        entries.extend(page.entries);
        if page.end {
            return entries;
        }
    }
}

/// The log holds what was told, numbered and chained.
#[cfg(test)]
async fn holds(client: &mut Client, log: &Log, told: &[Appended]) {
    client.prove(log).await;
    let entries = all_entries(client, log).await;
    assert!(
        entries.len() >= told.len(),
        "{} of {} confirmed entries are there",
        entries.len(),
        told.len()
    );
    let mut chain = chain_start(&log.log, &log.head);
    for (seq, entry) in (1..).zip(&entries) {
        assert_eq!((entry.seq, &entry.body), (seq, &Some(body(seq))));
        chain = chain_next(&chain, seq, ENTRY_MESSAGE, &body_hash(&body(seq)));
        assert_eq!(entry.chain, chain);
    }
    for (entry, told) in entries.iter().zip(told) {
        assert_eq!((entry.seq, entry.chain), (told.seq, told.chain));
    }
}

#[cfg(test)]
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs `kith home backup`, which must work; what it said.
#[cfg(test)]
fn backup(data: &Path, out: &Path) -> serde_json::Value {
    let run = ended(&["backup", "--data", text(data), "--out", text(out)]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    serde_json::from_slice(&run.stdout).unwrap()
}

/// How many entries are written before the first backup, and how many backups are made under load.
fn extent() -> (usize, u32) {
    if std::env::var_os("KITH_TESTS").is_some_and(|how| how == "whole") {
        (8_000, 12)
    } else {
        (500, 3)
    }
}

/// When the backup was all but done, and the home still kept from writing: no answer that came until then
/// may be missing in it.
#[cfg(test)]
fn done_at(out: &Path, said: &serde_json::Value) -> SystemTime {
    let until: jiff::Timestamp = said["until"].as_str().unwrap().parse().unwrap();
    let until = UNIX_EPOCH + Duration::from_millis(until.as_millisecond().try_into().unwrap());
    // A disk that takes so long is not waited for; then only the earlier moment is promised.
    if said["waited_ms"].as_u64().unwrap() >= 1_500 {
        return until;
    }
    let written = std::fs::metadata(out.join("MANIFEST")).unwrap().modified();
    written.unwrap().max(until)
}

/// Copies while everybody writes; the folders, and when each was done.
#[cfg(test)]
async fn back_up_under_load(
    data: &Path,
    told: &[Told<Appended>],
    made: &Told<u64>,
) -> Vec<(PathBuf, SystemTime)> {
    let (before, rounds) = extent();
    let written = || -> usize { told.iter().map(count).sum() };
    while written() < before || count(made) < 5 {
        tokio::task::yield_now().await;
    }
    let mut copies = Vec::new();
    for round in 0..rounds {
        let (home, out) = (
            data.to_owned(),
            data.with_extension(format!("backup{round}")),
        );
        let begun = std::time::Instant::now();
        let (began, to) = (written(), out.clone());
        let said = tokio::task::spawn_blocking(move || backup(&home, &to)).await;
        let said = said.unwrap();
        println!("backup {round}: {said} in {:?}", begun.elapsed());
        assert_eq!(said["backup"], text(&out));
        copies.push((out.clone(), done_at(&out, &said)));
        // The load goes on through it.
        while written() == began {
            tokio::task::yield_now().await;
        }
    }
    copies
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_holds_all_that_was_confirmed_before_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::start_quiet(&data);
    let (mut logs, mut told, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
    for of in 0..WRITERS {
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(of).await;
        let one = Told::<Appended>::default();
        tasks.push(tokio::spawn(append_until_killed(
            client,
            log.clone(),
            Arc::clone(&one),
        )));
        logs.push(log);
        told.push(one);
    }
    let (made, stop) = (Told::<u64>::default(), Arc::new(AtomicBool::new(false)));
    let client = Client::connect(&home.address).await;
    let maker = tokio::spawn(make_inboxes(client, Arc::clone(&made), Arc::clone(&stop)));
    let copies = back_up_under_load(&data, &told, &made).await;
    stop.store(true, Ordering::Relaxed);
    maker.await.unwrap();
    home.kill();
    let key = std::fs::read(data.join("home.key")).unwrap();
    std::fs::remove_dir_all(&data).unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    for (out, done_at) in copies {
        let from = ["restore", "--data", text(&data), "--from", text(&out)];
        let run = ended(&from);
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        assert_eq!(std::fs::read(data.join("home.key")).unwrap(), key);
        let mut home = RunningHome::start_quiet(&data);
        let mut client = Client::connect(&home.address).await;
        for (log, told) in logs.iter().zip(&told) {
            holds(&mut client, log, &by(told, done_at)).await;
        }
        // Each inbox is there, and each token that was granted with it still opens its log.
        for of in by(&made, done_at) {
            client.own(&log(of)).await;
            client.open(&log(of)).await;
        }
        home.kill();
        std::fs::remove_dir_all(&data).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_does_not_run_is_copied_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::start_quiet(&data);
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let told = client.ask(&Client::append_request(&log, body(1))).await;
    // Killed, so that what was written last stands beside the database.
    home.kill();
    backup(&data, &folder.path().join("copy"));
    let back = folder.path().join("back");
    let copy = folder.path().join("copy");
    let run = ended(&["restore", "--data", text(&back), "--from", text(&copy)]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let home = RunningHome::start_quiet(&back);
    let mut client = Client::connect(&home.address).await;
    let Response::Appended(told) = told else {
        panic!("not appended: {told:?}");
    };
    holds(&mut client, &log, &[told]).await;
}

/// Runs a command that must fail; its exit code, kind and words.
#[cfg(test)]
fn fails(command: &mut std::process::Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let line = said.lines().find(|line| line.starts_with('{')).unwrap();
    let error: serde_json::Value = serde_json::from_str(line).unwrap();
    let word = |key: &str| error[key].as_str().unwrap().to_owned();
    (
        output.status.code().unwrap(),
        word("error"),
        word("message"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_there_is_no_backup_and_no_home_and_the_home_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let data = path("home");
    let home = RunningHome::start_quiet(&data);
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let mut told = Vec::new();
    for of in 1..=400 {
        match client.ask(&Client::append_request(&log, body(of))).await {
            Response::Appended(appended) => told.push(appended),
            other => panic!("not appended: {other:?}"),
        }
    }
    let (copy, back) = (path("copy"), path("back"));
    let make = ["backup", "--data", text(&data), "--out", text(&copy)];
    let (code, kind, message) = fails(&mut cramped(64, &make));
    assert_eq!((code, kind.as_str()), (7, "storage"));
    assert!(
        message.ends_with("there is no new backup, and the home is as it was."),
        "{message}"
    );
    assert!(!copy.exists() && !path("copy.unfinished").exists());
    backup(&data, &copy);
    let restore = ["restore", "--data", text(&back), "--from", text(&copy)];
    let (code, kind, message) = fails(&mut cramped(64, &restore));
    assert_eq!((code, kind.as_str()), (7, "storage"));
    assert!(
        message.ends_with("nothing was restored, and the backup is as it was."),
        "{message}"
    );
    assert!(!back.exists() && !path("back.restoring").exists());
    // What was named wrongly is said as such.
    for (arguments, expected) in [
        (
            [
                "backup",
                "--data",
                text(&path("none")),
                "--out",
                text(&back),
            ],
            "There is no home in",
        ),
        (make, "exists already"),
        (
            ["restore", "--data", text(&data), "--from", text(&copy)],
            "is not empty",
        ),
        (
            ["restore", "--data", text(&back), "--from", text(&data)],
            "it has no MANIFEST",
        ),
    ] {
        let (code, kind, message) = fails(&mut home_support::command(&arguments));
        assert_eq!((code, kind.as_str()), (5, "invalid"), "{message}");
        assert!(message.contains(expected), "{message}");
    }
    holds(&mut client, &log, &told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_checked_while_it_is_written_to_and_a_damage_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let mut home = RunningHome::start_quiet(&data);
    let mut client = Client::connect(&home.address).await;
    let log = client.begin(1).await;
    let told = Told::default();
    let writer = tokio::spawn(append_until_killed(client, log, Arc::clone(&told)));
    let look = ["check", "--data", text(&data)];
    while count(&told) < 500 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        let sound = tokio::task::block_in_place(|| ended(&look));
        assert_eq!(sound.status.code(), Some(0), "{sound:?}");
        let said: serde_json::Value = serde_json::from_slice(&sound.stdout).unwrap();
        assert!(said["entries"].as_u64().unwrap() >= 500, "{said}");
        assert_eq!(said["wrong_in_all"], 0);
    }
    home.kill();
    writer.await.unwrap();
    let logs = rusqlite::Connection::open(data.join("logs.sqlite")).unwrap();
    logs.execute("UPDATE entries SET hash = zeroblob(32) WHERE seq = 7", ())
        .unwrap();
    drop(logs);
    let output = ended(&look);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("{\"wrong\":\"the chain of head 1 breaks at entry 7\"}\n"),
        "{said}"
    );
    let (code, kind, message) = fails(&mut home_support::command(&look));
    assert_eq!((code, kind.as_str()), (7, "storage"));
    assert!(message.starts_with("2 things are wrong in"), "{message}");
    let nowhere = folder.path().join("nowhere");
    let (code, ..) = fails(&mut home_support::command(&[
        "check",
        "--data",
        text(&nowhere),
    ]));
    assert_eq!(code, 5);
}
