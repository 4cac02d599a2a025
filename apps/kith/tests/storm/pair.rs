//! Ada and Ben, who write to each other all the time, and how it all comes to rest.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::author::Author;
use crate::report::Storm;
use crate::support::person::Person;
use crate::support::said::Said;
use crate::verdict::Side;

/// How often both look again until nothing comes any more.
const LOOKS: usize = 30;

pub struct Pair {
    pub ada: Author,
    pub ben: Author,
}

impl Pair {
    /// Two people who know each other.
    pub fn of(ada: Person, ben: Person, storm: &Storm) -> Self {
        Self {
            ada: Author::new(ada, "ada", "Ben", storm.random("ada")),
            ben: Author::new(ben, "ben", "Ada", storm.random("ben")),
        }
    }

    /// Both write without a pause while `fault` happens again and again, as often as `rounds` says.
    pub fn write_through(&mut self, rounds: u32, mut fault: impl FnMut()) {
        let going = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let _until = Until(&going);
            let working =
                [&mut self.ada, &mut self.ben].map(|author| scope.spawn(|| author.work(&going)));
            for _ in 0..rounds {
                // Nobody stops before they are told to, unless something is wrong.
                if working.iter().any(|one| one.is_finished()) {
                    break;
                }
                fault();
            }
        });
    }

    /// How many texts were promised to arrive.
    pub fn promised(&self) -> usize {
        self.ada.promised() + self.ben.promised()
    }

    /// How many of them were on their way when their command ended.
    pub fn queued(&self) -> usize {
        self.ada.queued + self.ben.queued
    }

    /// Both exchange until nothing moves, and say what they told and see.
    pub fn come_to_rest(&self) -> [Side; 2] {
        come_to_rest([&self.ada.person, &self.ben.person]);
        [self.ada.side(), self.ben.side()]
    }
}

/// Two people exchange until nothing moves.
pub fn come_to_rest(people: [&Person; 2]) {
    for _ in 0..LOOKS {
        let said = std::thread::scope(|scope| {
            people
                .map(|person| scope.spawn(move || person.sync()))
                .map(|one| one.join().unwrap())
        });
        if said.iter().all(is_quiet) {
            return;
        }
    }
    panic!("after {LOOKS} looks there is still something on its way");
}

/// Lets both stop, also if a fault did not go as it should: nobody would wait for them otherwise.
struct Until<'a>(&'a AtomicBool);

impl Drop for Until<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Everything is where it belongs.
fn is_quiet(said: &Said) -> bool {
    let line = said.line();
    said.code == Some(0)
        && ["sent", "received", "pending"]
            .iter()
            .all(|key| line[*key] == 0)
}
