//! The table: which dimensions there are, the values of each from strict to open, and where each starts.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that can be allowed, more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// That something came, and was read.
    ReadReceipts,
    /// That something is being written.
    Typing,
    /// When somebody was last here.
    Presence,
    /// By when an answer is hoped for.
    ExpectedReply,
    /// How soon what is written arrives.
    Tempo,
    /// How long what is said is kept, agreed before it is said.
    Keep,
    /// Voice messages.
    Voice,
    /// Pictures.
    Picture,
    /// Videos.
    Video,
    /// Calls.
    Call,
    /// Romance.
    ThemeRomantic,
    /// Sex.
    ThemeSexual,
    /// Trauma, illness, self-harm.
    ThemeHeavy,
    /// Asking for money, sending details of accounts.
    Money,
    /// Forwarding and publishing one's words.
    Quote,
}

/// A value of a dimension. Which of two is stricter depends on the dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// Not at all.
    Off,
    /// Yes, shown.
    On,
    /// Nothing is expected.
    Nothing,
    /// A day: the day of the last visit, or kept for one.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// For good.
    Always,
    /// Within some days.
    SomeDays,
    /// Next week at the earliest.
    NextWeek,
    /// The next day at the earliest.
    NextDay,
    /// Some hours later at the earliest.
    SomeHours,
    /// At once.
    AtOnce,
    /// No.
    No,
    /// After asking, each time.
    Ask,
    /// In the reader's own archive alone.
    OwnArchive,
    /// Yes.
    Yes,
}

/// A row of the table.
struct Row {
    name: &'static str,
    /// From strict to open; never empty.
    values: &'static [Value],
    /// Before somebody is accepted, and from then on.
    starts: [Value; 2],
}

impl Row {
    const fn new(name: &'static str, values: &'static [Value], starts: Value) -> Self {
        Self {
            name,
            values,
            starts: [starts, starts],
        }
    }

    const fn accepted(self, starts: Value) -> Self {
        let [before, _] = self.starts;
        Self {
            starts: [before, starts],
            ..self
        }
    }
}

const OFF_ON: &[Value] = &[Value::Off, Value::On];
const OFF_DAY: &[Value] = &[Value::Off, Value::Day];
const REPLY: &[Value] = &[Value::Nothing, Value::Week, Value::SomeDays];
const TEMPO: &[Value] = &[
    Value::NextWeek,
    Value::NextDay,
    Value::SomeHours,
    Value::AtOnce,
];
const KEEP: &[Value] = &[Value::Day, Value::Week, Value::Month, Value::Always];
const NO_ASK_YES: &[Value] = &[Value::No, Value::Ask, Value::Yes];
const NO_ASK: &[Value] = &[Value::No, Value::Ask];
const QUOTE: &[Value] = &[Value::No, Value::OwnArchive, Value::Yes];

impl Dimension {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 15] = [
        Self::ReadReceipts,
        Self::Typing,
        Self::Presence,
        Self::ExpectedReply,
        Self::Tempo,
        Self::Keep,
        Self::Voice,
        Self::Picture,
        Self::Video,
        Self::Call,
        Self::ThemeRomantic,
        Self::ThemeSexual,
        Self::ThemeHeavy,
        Self::Money,
        Self::Quote,
    ];

    const fn row(self) -> Row {
        match self {
            Self::ReadReceipts => Row::new("read-receipts", OFF_ON, Value::Off),
            Self::Typing => Row::new("typing", OFF_ON, Value::Off),
            Self::Presence => Row::new("presence", OFF_DAY, Value::Off),
            Self::ExpectedReply => Row::new("expected-reply", REPLY, Value::Nothing),
            Self::Tempo => Row::new("tempo", TEMPO, Value::AtOnce),
            Self::Keep => Row::new("keep", KEEP, Value::Always),
            Self::Voice => Row::new("voice", NO_ASK_YES, Value::Ask).accepted(Value::Yes),
            Self::Picture => Row::new("picture", NO_ASK_YES, Value::Ask),
            Self::Video => Row::new("video", NO_ASK_YES, Value::Ask),
            Self::Call => Row::new("call", NO_ASK_YES, Value::Ask),
            Self::ThemeRomantic => Row::new("theme-romantic", NO_ASK_YES, Value::Ask),
            Self::ThemeSexual => Row::new("theme-sexual", NO_ASK_YES, Value::No),
            Self::ThemeHeavy => Row::new("theme-heavy", NO_ASK_YES, Value::Ask),
            Self::Money => Row::new("money", NO_ASK, Value::No),
            Self::Quote => Row::new("quote", QUOTE, Value::OwnArchive),
        }
    }

    /// Its name in kebab-case.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The dimension of this name; none where it is not known.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Its values, from strict to open; at least two.
    pub const fn values(self) -> &'static [Value] {
        self.row().values
    }

    /// Where it stands towards somebody who is not accepted yet.
    pub const fn starts_at(self) -> Value {
        let [before, _] = self.row().starts;
        before
    }

    /// Where it stands towards somebody who is accepted.
    pub const fn starts_at_once_accepted(self) -> Value {
        let [_, accepted] = self.row().starts;
        accepted
    }
}

impl Value {
    /// Its name in kebab-case; unique among the values of a dimension.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Nothing => "none",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Always => "always",
            Self::SomeDays => "some-days",
            Self::NextWeek => "next-week",
            Self::NextDay => "next-day",
            Self::SomeHours => "some-hours",
            Self::AtOnce => "at-once",
            Self::No => "no",
            Self::Ask => "ask",
            Self::OwnArchive => "own-archive",
            Self::Yes => "yes",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Dimension;
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    #[test]
    fn the_table_is_that_of_the_design() {
        let mut table = String::new();
        for dimension in Dimension::ALL {
            let values: Vec<_> = dimension.values().iter().map(|one| one.name()).collect();
            let (starts, accepted) = (dimension.starts_at(), dimension.starts_at_once_accepted());
            let _ = write!(table, "{dimension}: {}; {starts}", values.join(" < "));
            if accepted != starts {
                let _ = write!(table, ", {accepted} once accepted");
            }
            table.push('\n');
        }
        assert_eq!(
            table,
            "read-receipts: off < on; off\n\
             typing: off < on; off\n\
             presence: off < day; off\n\
             expected-reply: none < week < some-days; none\n\
             tempo: next-week < next-day < some-hours < at-once; at-once\n\
             keep: day < week < month < always; always\n\
             voice: no < ask < yes; ask, yes once accepted\n\
             picture: no < ask < yes; ask\n\
             video: no < ask < yes; ask\n\
             call: no < ask < yes; ask\n\
             theme-romantic: no < ask < yes; ask\n\
             theme-sexual: no < ask < yes; no\n\
             theme-heavy: no < ask < yes; ask\n\
             money: no < ask; no\n\
             quote: no < own-archive < yes; own-archive\n"
        );
    }

    #[test]
    fn names_are_unique_and_every_dimension_starts_at_one_of_its_values() {
        let names: BTreeSet<_> = Dimension::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(names.len(), Dimension::ALL.len());
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::of_name(dimension.name()), Some(dimension));
            let values = dimension.values();
            let names: BTreeSet<_> = values.iter().map(|one| one.name()).collect();
            assert_eq!(names.len(), values.len(), "{dimension}");
            assert!(values.contains(&dimension.starts_at()), "{dimension}");
            assert!(
                values.contains(&dimension.starts_at_once_accepted()),
                "{dimension}"
            );
        }
        assert_eq!(Dimension::of_name("Keep"), None);
    }
}
