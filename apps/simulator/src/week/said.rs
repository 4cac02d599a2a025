//! A plain list of what was said, kept beside the code under test: whose it is, where, what it does, and how sure it is
//! that it left.

use client_store::item::MessageIdBytes;
use protocol::id::PersonaFingerprint;
use std::collections::BTreeMap;

/// The place of something in the list.
pub type Number = usize;
/// One of the two people.
pub type Who = usize;

/// Pairs of names that the two have, each with a conversation of its own.
pub const PAIRS: usize = 2;

/// Where something is said: a pair's conversation, or somebody's own with themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Between the names of this number.
    Pair(usize),
    /// With oneself.
    Own(Who),
}

/// A file that goes with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What its sender calls it.
    pub name: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub hash: [u8; 32],
}

/// What something does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Stands for itself, and may answer something.
    Text(Option<Number>),
    /// Another version of an own text.
    Edit(Number),
    /// Takes an own text back.
    Retraction(Number),
    /// A sign for a text.
    Sign(Number),
    /// Takes an own sign back.
    NoSign(Number),
}

impl What {
    /// What it is about, where it does something to what was said before.
    pub fn target(&self) -> Option<Number> {
        match self {
            Self::Text(_) => None,
            Self::Edit(of) | Self::Retraction(of) | Self::Sign(of) | Self::NoSign(of) => Some(*of),
        }
    }

    /// It is about something else than was thought.
    pub fn turn_to(&mut self, from: Number, to: Number) {
        match self {
            Self::Text(Some(of))
            | Self::Edit(of)
            | Self::Retraction(of)
            | Self::Sign(of)
            | Self::NoSign(of)
                if *of == from =>
            {
                *of = to;
            }
            _ => {}
        }
    }

    /// Whether it stands for itself.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

/// Whether something must arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It must.
    Goes,
    /// Its author blocked the other before it was known to be stored: either it was, or it never leaves.
    MayStay,
    /// Its device was lost after it was made and before it was known to be stored.
    MayBeLost,
    /// Its device was lost and had shown it as stored: the other has it, the new device has not.
    OnlyThere,
    /// It was taken back before anything of it had left: nobody has it.
    Withdrawn,
}

/// One thing said or done.
#[derive(Debug, Clone)]
pub struct Said {
    /// Whose it is.
    pub by: Who,
    /// Where.
    pub place: Place,
    /// What it does.
    pub what: What,
    /// The text or the sign.
    pub text: String,
    /// What stands before it.
    pub note: Option<String>,
    /// What goes with it.
    pub files: Vec<File>,
    /// The version of what it answers, or is a sign for, that its author saw.
    pub of_version: Option<Number>,
    /// Its name at both.
    pub message: MessageIdBytes,
    /// Its author's clock, Unix milliseconds.
    pub at_ms: u64,
    /// Whether it was held for a time, so that it does not leave in the order in which it was said.
    pub was_held: bool,
    /// Whether it must arrive.
    pub fate: Fate,
}

/// The list.
#[derive(Default)]
pub struct Journal {
    /// Everything, in the order in which it was said.
    pub said: Vec<Said>,
    by_message: BTreeMap<(Place, MessageIdBytes), Number>,
}

impl Journal {
    /// One thing more.
    pub fn push(&mut self, said: Said) -> Number {
        let number = self.said.len();
        self.by_message.insert((said.place, said.message), number);
        self.said.push(said);
        number
    }

    /// Something that was held leaves under another name than it had.
    pub fn rename(&mut self, number: Number, message: MessageIdBytes) {
        let said = &mut self.said[number];
        said.message = message;
        self.by_message.insert((said.place, message), number);
    }

    /// What goes by a name.
    pub fn find(&self, place: Place, message: &MessageIdBytes) -> Option<Number> {
        self.by_message.get(&(place, *message)).copied()
    }

    /// Everything of a place, with its number.
    pub fn of(&self, place: Place) -> impl Iterator<Item = (Number, &Said)> {
        let all = self.said.iter().enumerate();
        all.filter(move |(_, said)| said.place == place)
    }
}

/// A time during which somebody was blocked, by the clock of who did it, Unix milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Blocked {
    /// Between the names of which number.
    pub pair: usize,
    /// From then on.
    pub since_ms: u64,
    /// Until then, itself not.
    pub until_ms: u64,
}

/// Whom a name is known as by both.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Its fingerprint.
    pub fingerprint: PersonaFingerprint,
}
