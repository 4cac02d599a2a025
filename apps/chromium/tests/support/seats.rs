//! So many browsers at once on this machine, over all test programs: a small one has room for no more.

use std::fs::{File, OpenOptions, TryLockError};
use std::time::Duration;

use super::{places, wait_long_for};

/// Browsers at once.
const SEATS: usize = 3;
/// Longer than all the others together can take.
const TURN: Duration = Duration::from_secs(900);

/// Room for some browsers; given back with the value.
pub struct Seats {
    // Each is locked for as long as it is open.
    _taken: Vec<File>,
}

fn open(name: &str) -> File {
    let folder = places::target().join("browsers");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap()
}

fn free() -> Option<File> {
    (0..SEATS).find_map(|seat| {
        let file = open(&format!("seat-{seat}"));
        match file.try_lock() {
            Ok(()) => Some(file),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => panic!("{error}"),
        }
    })
}

impl Seats {
    /// Waits until there is room for so many.
    pub fn take(count: usize) -> Self {
        // One at a time waits for seats, so that no two wait for each other.
        let turn = open("turn");
        turn.lock().unwrap();
        let seat = |_| wait_long_for("room for a browser", TURN, free);
        Self {
            _taken: (0..count).map(seat).collect(),
        }
    }
}
