//! One of the two: says and does things by commands that may be killed, and remembers what they promised.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

use super::line::{Line, lines};
use super::promise::{Promise, Whether, broken_sign};
use crate::random::Random;
use crate::support::ESSAY;
use crate::support::person::Person;
use crate::support::said::Said;

/// The most lines of one command.
const MOST_LINES: u64 = 8;
/// Within this time after its start a command is killed, if it is, in milliseconds.
const DOOM_MS: u64 = 150;
/// So many of the newest items may be answered and given signs.
const NEAR: &str = "30";
const SIGNS: [&str; 3] = ["🌱", "❤️", "👍"];

pub struct Writer {
    pub person: Person,
    me: &'static str,
    to: &'static str,
    random: Random,
    own: Vec<Promise>,
    /// By item and sign.
    signs: BTreeMap<(String, &'static str), Whether>,
    /// Texts so far: each is another one.
    texts: usize,
    pub things: usize,
    pub kills: u32,
}

impl Writer {
    pub fn new(person: Person, me: &'static str, to: &'static str, random: Random) -> Self {
        Self {
            person,
            me,
            to,
            random,
            own: Vec::new(),
            signs: BTreeMap::new(),
            texts: 0,
            things: 0,
            kills: 0,
        }
    }

    /// Says and does about so many things.
    pub fn write(&mut self, things: usize) {
        let end = self.things + things;
        while self.things < end {
            match self.random.below(20) {
                0..=4 => self.say_lines(),
                5..=8 => self.say_one(),
                9 => self.send_file(),
                10 => self.say_later(),
                11..=12 => self.edit(),
                13 => self.retract(),
                14..=16 => self.sign(),
                17 => self.find(),
                _ => drop(self.run(&["sync", "--wait", "0"], b"")),
            }
        }
    }

    /// Runs a command, and kills it now and then.
    fn run(&mut self, arguments: &[&str], input: &[u8]) -> Said {
        let mut running = self.person.start(arguments, input);
        if self.random.once_in(5) {
            self.random.sleep_below(DOOM_MS);
            self.kills += u32::from(running.is_running());
            running.kill();
        }
        let said = running.said();
        assert!(
            matches!(said.code, None | Some(0 | 4)),
            "{arguments:?}: {said:?}"
        );
        said
    }

    fn text(&mut self) -> String {
        self.texts += 1;
        let line = ESSAY.lines().cycle().nth(self.texts % 100).unwrap();
        format!("{} {} {line}", self.me, self.texts)
    }

    fn say_lines(&mut self) {
        let count = 1 + self.random.below(MOST_LINES);
        let texts: Vec<_> = (0..count).map(|_| self.text()).collect();
        let input = texts.join("\n");
        let said = self.run(&["send", self.to, "-", "--lines"], input.as_bytes());
        for (text, line) in texts.into_iter().zip(whole_lines(&said)) {
            self.promise(&line, text);
        }
        self.things += usize::try_from(count).unwrap();
    }

    /// Remembers an item that a result line names.
    fn promise(&mut self, line: &Value, text: String) -> &mut Promise {
        let item = line["item"].as_str().unwrap().to_owned();
        self.own.push(Promise::new(item, text));
        self.own.last_mut().unwrap()
    }

    fn say_one(&mut self) {
        let text = self.text();
        let note = self.random.once_in(2).then(|| format!("about {text}"));
        let answered = self.near();
        let mut arguments = vec!["send", self.to, text.as_str()];
        if let Some(note) = &note {
            arguments.extend(["--note", note]);
        }
        if let Some(answered) = &answered {
            arguments.extend(["--reply", answered]);
        }
        let said = self.run(&arguments, b"");
        self.things += 1;
        if let Some(line) = whole_lines(&said).first() {
            let promise = self.promise(line, text);
            promise.note = note;
            promise.answers = answered.is_some();
        }
    }

    fn send_file(&mut self) {
        let text = self.text();
        let name = format!("{}-{}.txt", self.me, self.texts);
        let path = self.person.folder().join(&name);
        fs::write(&path, content(&name)).unwrap();
        let attach = ["send", self.to, &text, "--attach", path.to_str().unwrap()];
        let said = self.run(&attach, b"");
        self.things += 1;
        if let Some(line) = whole_lines(&said).first() {
            self.promise(line, text).files = vec![name];
        }
    }

    fn say_later(&mut self) {
        let text = self.text();
        let said = self.run(&["send", self.to, &text, "--at", "1s"], b"");
        self.things += 1;
        if let Some(line) = whole_lines(&said).first() {
            self.promise(line, text);
        }
    }

    /// One of the own things to which something may be done.
    fn one_of_own(&mut self) -> Option<usize> {
        let there: Vec<_> = (0..self.own.len())
            .rev()
            .filter(|number| self.own[*number].is_there())
            .take(40)
            .collect();
        (!there.is_empty()).then(|| self.random.one_of(&there))
    }

    fn edit(&mut self) {
        let Some(number) = self.one_of_own() else {
            return;
        };
        let (text, item) = (self.text(), self.own[number].item.clone());
        let said = self.run(&["edit", &item, &text], b"");
        self.things += 1;
        let own = &mut self.own[number];
        match whole_lines(&said).first() {
            Some(line) => {
                if line["state"] == "held" {
                    own.first.clone_from(&text);
                }
                own.texts = vec![text];
            }
            None => {
                own.open = true;
                own.texts.push(text);
            }
        }
    }

    fn retract(&mut self) {
        let Some(number) = self.one_of_own() else {
            return;
        };
        let item = self.own[number].item.clone();
        let said = self.run(&["retract", &item], b"");
        self.things += 1;
        let own = &mut self.own[number];
        match whole_lines(&said).first() {
            // It never left.
            Some(line) if line["state"] == "held" => own.gone = Whether::Yes,
            Some(_) => own.retracted = Whether::Yes,
            None => {
                own.open = true;
                (own.retracted, own.gone) = (Whether::Maybe, Whether::Maybe);
            }
        }
    }

    /// The id here of something near the end that is stored and not taken back.
    fn near(&mut self) -> Option<String> {
        let said = self.person.run(&["show", self.to, "--limit", NEAR]).ok();
        let is_there = |line: &Line| line.seq.is_some() && !line.retracted;
        let there: Vec<_> = lines(&said.lines()).into_iter().filter(is_there).collect();
        if there.is_empty() {
            return None;
        }
        let number = self.random.below(there.len() as u64);
        let item = there[usize::try_from(number).unwrap()].item.0.clone();
        // What a killed command may have taken back is not there for sure.
        let own = self.own.iter().find(|own| own.item == item);
        own.is_none_or(Promise::is_there).then_some(item)
    }

    /// Gives a sign, or takes it back.
    fn sign(&mut self) {
        let Some(item) = self.near() else {
            return;
        };
        let sign = self.random.one_of(&SIGNS);
        let given = self.signs.get(&(item.clone(), sign)).copied();
        let mut arguments = vec!["react", item.as_str(), sign];
        let whether = match given {
            Some(Whether::Maybe) => return,
            Some(Whether::Yes) => {
                arguments.push("--remove");
                Whether::No
            }
            Some(Whether::No) | None => Whether::Yes,
        };
        let said = self.run(&arguments, b"");
        self.things += 1;
        let is_said = !whole_lines(&said).is_empty();
        let whether = if is_said { whether } else { Whether::Maybe };
        self.signs.insert((item, sign), whether);
    }

    /// Looks for the number of something that was said and is as it was said.
    fn find(&mut self) {
        let Some(number) = self.one_of_own() else {
            return;
        };
        let text = self.own[number].texts[0].clone();
        let words: Vec<_> = text.split(' ').take(2).collect();
        let said = self.run(&["search", &words.join(" "), self.to], b"");
        if said.code == Some(0) {
            let found = said.lines();
            let is_found = found.iter().any(|line| line["text"] == text.as_str());
            assert!(is_found, "{text} is not found: {found:?}");
        }
    }

    /// All that is shown.
    pub fn shown(&self) -> Vec<Line> {
        lines(&self.person.shown(self.to))
    }

    /// What commands promised and is not so, a sentence each.
    pub fn broken_promises(&self, lines: &[Line]) -> Vec<String> {
        let by_item: BTreeMap<_, _> = lines.iter().map(|line| (&line.item.0, line)).collect();
        let broken = |own: &Promise| own.broken(by_item.get(&own.item).copied());
        let mut found: Vec<_> = self.own.iter().filter_map(broken).collect();
        let signs = self.signs.iter().filter_map(|((item, sign), whether)| {
            let line = by_item.get(item)?;
            broken_sign(*whether, self.me, sign, line)
        });
        found.extend(signs);
        found
    }

    /// Files that cannot be had here, or that hold something else, a sentence each.
    pub fn wrong_files(&self, lines: &[Line]) -> Vec<String> {
        let out = self.person.folder().join("saved");
        fs::create_dir_all(&out).unwrap();
        let mut found = Vec::new();
        for line in lines.iter().filter(|line| !line.files.is_empty()) {
            let save = ["save", &line.item.0, "--out", out.to_str().unwrap()];
            let said = self.person.run(&save).ok().line();
            let saved = fs::read(said["file"].as_str().unwrap()).unwrap();
            let name = &line.files[0].0;
            if saved != content(name) {
                found.push(format!("{} has another {name} in {line:?}", self.me));
            }
        }
        found
    }
}

/// What stands in a file of this name.
fn content(name: &str) -> Vec<u8> {
    name.repeat(50).into_bytes()
}

/// The result lines that were written whole: on what a killed process wrote of another nobody could act.
fn whole_lines(said: &Said) -> Vec<Value> {
    let whole = said.out.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let read = |line: &str| serde_json::from_str(line).unwrap();
    whole.lines().map(read).collect()
}
