//! One of the two who write: gives texts to `kith send`, and remembers what was promised.

use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::random::Random;
use crate::support::ESSAY;
use crate::support::person::Person;
use crate::support::said::{Running, Said};
use crate::verdict::{Fate, Seen, Side, Told};

/// The most texts that one command gets while both write without a pause.
const MOST_TEXTS: u64 = 24;
/// How long somebody waits before the next command when the home is not reached.
const BREATH: Duration = Duration::from_millis(15);
/// As far as anybody can scroll back.
const EVERYTHING: &str = "1000000";

pub struct Author {
    pub person: Person,
    me: &'static str,
    to: &'static str,
    told: Vec<Told>,
    /// How many texts were on their way when their command ended.
    pub queued: usize,
    pub random: Random,
}

/// Texts on their way into a command.
pub struct Sending {
    pub running: Running,
    texts: Vec<String>,
}

impl Author {
    pub fn new(person: Person, me: &'static str, to: &'static str, random: Random) -> Self {
        Self {
            person,
            me,
            to,
            told: Vec::new(),
            queued: 0,
            random,
        }
    }

    /// How many texts were promised to arrive.
    pub fn promised(&self) -> usize {
        let promised = |told: &&Told| matches!(told.fate, Fate::Promised { .. });
        self.told.iter().filter(promised).count()
    }

    /// Starts a command with up to so many new texts, one a line, which come in slowly or at once.
    pub fn start_sending(&mut self, most: u64, pause: Duration) -> Sending {
        let (from, count) = (self.told.len(), 1 + self.random.below(most));
        let lines = ESSAY.lines().cycle().skip(from % 100);
        let texts: Vec<String> = lines
            .zip((from..).take(usize::try_from(count).unwrap()))
            .map(|(line, number)| format!("{} {number} {line}", self.me))
            .collect();
        let command = self.person.command(&["send", self.to, "-", "--lines"]);
        let running = Running::start_slowly(command, texts.join("\n").as_bytes(), pause);
        Sending { running, texts }
    }

    /// Waits for the end of a command and remembers what it promised.
    pub fn finish_sending(&mut self, sending: Sending) -> Said {
        let said = sending.running.said();
        // What a killed process wrote of a line nobody could act on.
        let whole = said.out.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let promises: Vec<_> = whole.lines().map(promise).collect();
        self.queued += promises.iter().filter(|(_, queued)| *queued).count();
        let mut items = promises.into_iter().map(|(fate, _)| fate);
        let unsaid = match said.code {
            None => Fate::Open,
            Some(7) => Fate::Refused,
            Some(_) => {
                assert_eq!(whole.lines().count(), sending.texts.len(), "{said:?}");
                Fate::Open
            }
        };
        self.told.extend(sending.texts.into_iter().map(|text| {
            let fate = items.next().unwrap_or_else(|| unsaid.clone());
            Told { text, fate }
        }));
        assert!(matches!(said.code, None | Some(0 | 4 | 7)), "{said:?}");
        said
    }

    /// Sends a few texts.
    pub fn send(&mut self) -> Said {
        let sending = self.start_sending(MOST_TEXTS, Duration::ZERO);
        self.finish_sending(sending)
    }

    /// Sends and receives until told to stop.
    pub fn work(&mut self, going: &AtomicBool) {
        while going.load(Ordering::Relaxed) {
            let said = match self.random.below(24) {
                0 => self.person.run(&["sync", "--wait", "1"]),
                1..=4 => self.person.run(&["sync", "--wait", "0"]),
                _ => self.send(),
            };
            assert!(matches!(said.code, Some(0 | 4)), "{said:?}");
            if said.code == Some(4) {
                std::thread::sleep(BREATH);
            }
        }
    }

    /// What was told and what is seen now.
    pub fn side(&self) -> Side {
        let shown = self.person.run(&["show", self.to, "--limit", EVERYTHING]);
        Side {
            told: self.told.clone(),
            seen: shown.ok().lines().iter().map(seen).collect(),
        }
    }
}

/// The promise of a result line, and whether the text was still on its way.
fn promise(line: &str) -> (Fate, bool) {
    let line: Value = serde_json::from_str(line).unwrap();
    let state = line["state"].as_str().unwrap();
    assert!(matches!(state, "stored" | "queued"), "{line}");
    let item = line["item"].as_str().unwrap().to_owned();
    (Fate::Promised { item }, state == "queued")
}

fn seen(line: &Value) -> Seen {
    Seen {
        seq: line["seq"].as_u64(),
        at: line["at"].as_str().unwrap().parse().unwrap(),
        item: line["item"].as_str().unwrap().to_owned(),
        mine: line["mine"].as_bool().unwrap(),
        text: line["text"].as_str().unwrap().to_owned(),
    }
}
