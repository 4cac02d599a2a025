//! Memory does not grow with a file.

use std::time::Duration;

use super::attached::{arguments, bytes, last, write};
use crate::support::person::{Person, acquainted};

const SMALL: usize = 1_000_000;
const LARGE: usize = 24_000_000;
/// What may be held more for the large one, in KiB.
const MORE_KIB: u64 = 8 * 1024;

/// Runs a command to its end; what it held in memory at most, in KiB.
pub fn most_kib(person: &Person, arguments: &[String]) -> u64 {
    let mut running = person.start(arguments, b"");
    let mut most = 0;
    while running.is_running() {
        most = running.most_memory_kib().unwrap_or_default().max(most);
        std::thread::sleep(Duration::from_millis(1));
    }
    running.said().ok();
    most
}

/// What sending a file of this length takes, and what saving it takes.
fn taken(ada: &Person, ben: &Person, length: usize) -> [u64; 2] {
    let file = write(ben, "a.bin", &bytes(1, length));
    let sending = most_kib(ben, &arguments("Ada", "", &[&file]));
    ada.sync().ok();
    let item = last(ada, "Ben")["item"].as_str().unwrap().to_owned();
    let out = ada.folder().to_str().unwrap().to_owned();
    let saving = most_kib(ada, &["save".into(), item, "--out".into(), out]);
    [sending, saving]
}

#[test]
fn the_memory_of_a_command_does_not_grow_with_the_file() {
    let (_home, ada, ben) = acquainted();
    let small = taken(&ada, &ben, SMALL);
    let large = taken(&ada, &ben, LARGE);
    for (small, large) in small.into_iter().zip(large) {
        assert!(
            small > 0 && large < small + MORE_KIB,
            "{small} and {large} KiB"
        );
    }
}
