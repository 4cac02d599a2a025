//! A backup that was damaged in any way is refused by name, and nothing is restored.

#[cfg(test)]
mod support;

use home_store::{BackupError, LOGS_FILE, OpenError, backup, restore};
use protocol::hash::sha256;
use std::fs;
use std::path::Path;
use support::World;

#[cfg(test)]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A backup of a home with a log and an inbox.
#[cfg(test)]
fn backed_up(to: &Path) {
    let mut world = World::new();
    fs::write(world.folder.path().join("home.toml"), "open = true").unwrap();
    let writer = world.writer();
    for of in 1..=50 {
        world.append(writer, of);
    }
    world.reachable(&[1, 2]);
    let finished = backup(world.folder.path(), to).unwrap();
    assert!(finished.held.is_some() && finished.bytes > 10_000);
}

/// Changes what the manifest says, with a seal that fits.
#[cfg(test)]
fn rewrite(backup: &Path, change: impl Fn(&mut serde_json::Value)) {
    let path = backup.join("MANIFEST");
    let text = fs::read_to_string(&path).unwrap();
    let mut value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    change(&mut value);
    let line = value.to_string();
    let seal = hex(&sha256(&[line.as_bytes()]));
    fs::write(&path, format!("{line}\n{{\"sha256\":\"{seal}\"}}\n")).unwrap();
}

/// Makes the manifest fit the files as they are.
#[cfg(test)]
fn list_anew(backup: &Path) {
    rewrite(backup, |value| {
        for file in value["files"].as_array_mut().unwrap() {
            let bytes = fs::read(backup.join(file["name"].as_str().unwrap())).unwrap();
            file["bytes"] = bytes.len().into();
            file["sha256"] = hex(&sha256(&[&bytes])).into();
        }
    });
}

#[cfg(test)]
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Opens the copied logs as a database, which takes in what stands beside, and changes them.
#[cfg(test)]
fn change_logs(backup: &Path, sql: &str) {
    let logs = rusqlite::Connection::open(backup.join(LOGS_FILE)).unwrap();
    logs.execute_batch(sql).unwrap();
    drop(logs);
    fs::write(backup.join("logs.sqlite-wal"), "").unwrap();
    list_anew(backup);
}

/// A damage: what it is called, what is done to the backup, and a part of what is said.
type Damage = (&'static str, fn(&Path), &'static str);

#[cfg(test)]
const DAMAGES: &[Damage] = &[
    (
        "no manifest",
        |b| fs::remove_file(b.join("MANIFEST")).unwrap(),
        "has no MANIFEST",
    ),
    (
        "a file is missing",
        |b| fs::remove_file(b.join("inboxes.sqlite")).unwrap(),
        "inboxes.sqlite is missing",
    ),
    (
        "the key is missing",
        |b| fs::remove_file(b.join("home.key")).unwrap(),
        "home.key is missing",
    ),
    (
        "a byte of a file",
        |b| flip(&b.join("logs.sqlite"), 3_000),
        "logs.sqlite is not what was written",
    ),
    (
        "a byte of a tail",
        |b| flip(&b.join("logs.sqlite-wal"), 3_000),
        "logs.sqlite-wal is not what",
    ),
    (
        "a byte of the manifest",
        |b| flip(&b.join("MANIFEST"), 30),
        "MANIFEST is not what was written",
    ),
    (
        "cut off",
        |b| {
            let file = fs::OpenOptions::new()
                .write(true)
                .open(b.join("logs.sqlite-wal"))
                .unwrap();
            file.set_len(4_000).unwrap();
        },
        "logs.sqlite-wal has another length",
    ),
    (
        "a folder for a file",
        |b| {
            fs::remove_file(b.join("home.key")).unwrap();
            fs::create_dir(b.join("home.key")).unwrap();
        },
        "home.key is not a file",
    ),
    (
        "a path that leads out",
        |b| rewrite(b, |value| value["files"][0]["name"] = "../x".into()),
        "MANIFEST is not what was written",
    ),
    (
        "a file more",
        |b| {
            rewrite(b, |value| {
                let file = value["files"][0].clone();
                value["files"].as_array_mut().unwrap().push(file);
            })
        },
        "MANIFEST is not what was written",
    ),
    (
        "a later form",
        |b| rewrite(b, |value| value["kith_home_backup"] = 2.into()),
        "its form is 2",
    ),
    (
        "no home's manifest",
        |b| rewrite(b, |value| *value = "hello".into()),
        "MANIFEST is not what was written",
    ),
    (
        "a later schema",
        |b| change_logs(b, "PRAGMA user_version = 99"),
        "was written by a newer version",
    ),
    (
        "no database",
        |b| {
            fs::write(b.join("logs.sqlite"), vec![7; 8_192]).unwrap();
            fs::write(b.join("logs.sqlite-wal"), "").unwrap();
            list_anew(b);
        },
        "logs.sqlite cannot be read",
    ),
    (
        "not in WAL mode",
        |b| change_logs(b, "PRAGMA journal_mode = DELETE"),
        "no database of a home",
    ),
    (
        "damaged before it was copied",
        |b| {
            change_logs(
                b,
                "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'repairs_by_day'",
            );
        },
        "is damaged inside",
    ),
];

#[test]
fn each_damage_is_refused_by_name_and_nothing_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    backed_up(&whole);
    for (name, damage, expected) in DAMAGES {
        let damaged = folder.path().join(name.replace(' ', "-"));
        fs::create_dir(&damaged).unwrap();
        for file in fs::read_dir(&whole).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), damaged.join(file.file_name())).unwrap();
        }
        damage(&damaged);
        let to = folder.path().join("to");
        let error =
            restore(&damaged, &to).map_or_else(|error| error.to_string(), |_| "restored".into());
        assert!(error.contains(expected), "{name}: {error}");
        assert!(!to.exists(), "{name}");
        assert!(!folder.path().join("to.restoring").exists(), "{name}");
    }
    // The backup itself is good, and stays so.
    for to in ["first", "second"] {
        restore(&whole, &folder.path().join(to)).unwrap();
    }
}

#[test]
fn a_backup_never_takes_the_place_of_anything() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, home) = (folder.path().join("copy"), folder.path().join("home"));
    backed_up(&copy);
    let again = backup(folder.path(), &copy).unwrap_err();
    assert!(matches!(
        again,
        BackupError::Open(OpenError::Missing { .. })
    ));
    let mut world = World::new();
    world.writer();
    let taken = backup(world.folder.path(), &copy).unwrap_err();
    assert!(matches!(taken, BackupError::Exists { .. }), "{taken}");
    // Without its key a home is not the same home.
    fs::remove_file(world.folder.path().join("home.key")).unwrap();
    let keyless = backup(world.folder.path(), &folder.path().join("other")).unwrap_err();
    assert!(
        matches!(keyless, BackupError::Open(OpenError::Lost { .. })),
        "{keyless}"
    );
    assert!(!folder.path().join("other.unfinished").exists());
    fs::create_dir(&home).unwrap();
    fs::write(home.join("a"), "").unwrap();
    let occupied = restore(&copy, &home).unwrap_err();
    assert!(
        matches!(occupied, BackupError::Occupied { .. }),
        "{occupied}"
    );
    fs::remove_file(home.join("a")).unwrap();
    // What a run left that was killed is not touched and not taken for a home.
    fs::create_dir(folder.path().join("home.restoring")).unwrap();
    let left = restore(&copy, &home).unwrap_err();
    assert!(matches!(left, BackupError::CutOff { .. }), "{left}");
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    fs::remove_dir(folder.path().join("home.restoring")).unwrap();
    restore(&copy, &home).unwrap();
    assert_eq!(fs::read(home.join("home.key")).unwrap(), [42; 32]);
}

#[test]
fn what_is_restored_is_one_file_for_each_database_and_readable_by_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, home) = (folder.path().join("copy"), folder.path().join("home"));
    backed_up(&copy);
    restore(&copy, &home).unwrap();
    let mut names = Vec::new();
    for folder in [&copy, &home] {
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(file.metadata().unwrap().permissions().mode() & 0o77, 0);
            }
            if folder == &home {
                names.push(file.file_name().into_string().unwrap());
            }
        }
    }
    names.sort();
    assert_eq!(
        names,
        ["home.key", "home.toml", "inboxes.sqlite", "logs.sqlite"]
    );
}
