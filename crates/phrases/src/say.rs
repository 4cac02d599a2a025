//! Which text a phrase becomes.

use crate::pattern::{Format, Options, Part, Pattern, Variant};

/// What a phrase is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Argument {
    /// Anybody's text.
    Text(String),
    /// A count, or a size in bytes.
    Number(u64),
    /// A point in time, Unix milliseconds.
    Moment(u64),
    /// Several texts.
    List(Vec<String>),
}

/// What a language knows besides its phrases.
pub trait Locale {
    /// The plural category of a number (Unicode TR35, Part 3): `one`, `other` …
    fn plural(&self, number: u64) -> String;
    /// A number as it is written.
    fn number(&self, number: u64, options: &Options) -> String;
    /// A moment, Unix milliseconds, as it is written.
    fn moment(&self, at_ms: u64, options: &Options) -> String;
    /// What stands between texts that are listed: all pieces in their order, the texts themselves as arguments.
    fn list(&self, texts: &[String]) -> Vec<Piece>;
    /// A size in bytes, in the unit that fits.
    fn bytes(&self, bytes: u64) -> String;
}

/// A part of what is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Of the phrase.
    Text(String),
    /// Of an argument: a direction of its own.
    Argument(String),
}

/// Says a phrase. An argument that is missing is said as nothing; what makes phrases proves that none is.
pub fn say(pattern: &Pattern, arguments: &[Argument], locale: &dyn Locale) -> Vec<Piece> {
    let mut said = Vec::new();
    add(pattern, arguments, locale, &mut said);
    said
}

/// The pieces as one text, each argument isolated in its direction, as Fluent does it.
pub fn isolated(pieces: &[Piece]) -> String {
    pieces.iter().fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Argument(part) => {
                text.push('\u{2068}');
                text.push_str(part);
                text.push('\u{2069}');
            }
        }
        text
    })
}

fn add(pattern: &Pattern, arguments: &[Argument], locale: &dyn Locale, said: &mut Vec<Piece>) {
    for part in &pattern.0 {
        match part {
            Part::Text(text) => said.push(Piece::Text(text.clone())),
            Part::Argument(place, format) => {
                if let Some(argument) = arguments.get(usize::from(*place)) {
                    add_argument(argument, format, locale, said);
                }
            }
            Part::Select(place, variants, otherwise) => {
                let argument = arguments.get(usize::from(*place));
                let chosen = argument.and_then(|argument| choose(argument, variants, locale));
                add(chosen.unwrap_or(otherwise), arguments, locale, said);
            }
        }
    }
}

fn add_argument(argument: &Argument, format: &Format, locale: &dyn Locale, said: &mut Vec<Piece>) {
    let none = Options::new();
    let text = match (argument, format) {
        (Argument::List(texts), _) => {
            said.extend(locale.list(texts).into_iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(text),
                Piece::Argument(text) => Piece::Argument(without_turns(&text)),
            }));
            return;
        }
        (Argument::Text(text), _) => without_turns(text),
        (Argument::Number(bytes), Format::Bytes) => locale.bytes(*bytes),
        (Argument::Number(number), Format::Number(options)) => locale.number(*number, options),
        (Argument::Number(number), _) => locale.number(*number, &none),
        (Argument::Moment(at_ms), Format::Moment(options)) => locale.moment(*at_ms, options),
        (Argument::Moment(at_ms), _) => locale.moment(*at_ms, &none),
    };
    said.push(Piece::Argument(text));
}

fn choose<'v>(
    argument: &Argument,
    variants: &'v [Variant],
    locale: &dyn Locale,
) -> Option<&'v Pattern> {
    let find = |key: &str| variants.iter().find(|variant| variant.key == key);
    let found = match argument {
        Argument::Text(text) => find(text),
        Argument::Number(number) => {
            find(&number.to_string()).or_else(|| find(&locale.plural(*number)))
        }
        Argument::Moment(_) | Argument::List(_) => None,
    };
    found.map(|variant| &variant.pattern)
}

/// A text without the characters that end an isolation or turn what follows (UAX #9, table 4): isolation does the rest.
fn without_turns(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Argument, Locale, Piece, isolated, say};
    use crate::pattern::{Format, Options, Part, Pattern, Variant};
    use proptest::prelude::{any, proptest};

    /// English, so far as it is needed.
    struct English;

    impl Locale for English {
        fn plural(&self, number: u64) -> String {
            if number == 1 { "one" } else { "other" }.to_owned()
        }
        fn number(&self, number: u64, options: &Options) -> String {
            format!("{number}{}", options.len())
        }
        fn moment(&self, at_ms: u64, _: &Options) -> String {
            format!("@{at_ms}")
        }
        fn list(&self, texts: &[String]) -> Vec<Piece> {
            let mut pieces = Vec::new();
            for text in texts {
                pieces.push(Piece::Argument(text.clone()));
                pieces.push(Piece::Text(";".to_owned()));
            }
            pieces
        }
        fn bytes(&self, bytes: u64) -> String {
            format!("{bytes} B")
        }
    }

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    #[track_caller]
    fn check(parts: Vec<Part>, arguments: &[Argument], expected: &str) {
        let said = isolated(&say(&Pattern(parts), arguments, &English));
        let said = said.replace('\u{2068}', "<").replace('\u{2069}', ">");
        assert_eq!(said, expected);
    }

    #[test]
    fn each_kind_of_argument_is_said_in_its_way() {
        let of = |format: Format| vec![text("a "), Part::Argument(0, format)];
        check(
            of(Format::Plain),
            &[Argument::Text("x".to_owned())],
            "a <x>",
        );
        check(of(Format::Plain), &[Argument::Number(7)], "a <70>");
        let options = vec![("minimumFractionDigits".to_owned(), "1".to_owned())];
        check(
            of(Format::Number(options)),
            &[Argument::Number(7)],
            "a <71>",
        );
        check(
            of(Format::Moment(Vec::new())),
            &[Argument::Moment(7)],
            "a <@7>",
        );
        check(of(Format::Bytes), &[Argument::Number(7)], "a <7 B>");
        let names = ["x", "y"].map(str::to_owned).to_vec();
        check(of(Format::List), &[Argument::List(names)], "a <x>;<y>;");
        check(of(Format::Plain), &[], "a ");
    }

    #[test]
    fn the_number_itself_is_chosen_before_its_plural() {
        let variant = |key: &str| Variant {
            key: key.to_owned(),
            pattern: Pattern(vec![text(key)]),
        };
        let parts = vec![Part::Select(
            0,
            vec![variant("0"), variant("one")],
            Pattern(vec![text("more")]),
        )];
        check(parts.clone(), &[Argument::Number(0)], "0");
        check(parts.clone(), &[Argument::Number(1)], "one");
        check(parts.clone(), &[Argument::Number(2)], "more");
        check(parts.clone(), &[Argument::Text("one".to_owned())], "one");
        check(parts, &[Argument::Text("two".to_owned())], "more");
    }

    #[test]
    fn a_name_with_marks_of_direction_does_not_leave_its_isolation() {
        let hostile = Argument::Text("Ada\u{2069}\u{202E}moc.live\u{2066}".to_owned());
        check(
            vec![Part::Argument(0, Format::Plain), text(" invites you")],
            &[hostile],
            "<Adamoc.live> invites you",
        );
    }

    proptest! {
        #[test]
        fn isolations_always_end_where_they_began(name: String, other in any::<String>()) {
            let list = Argument::List(vec![other]);
            let parts = vec![Part::Argument(0, Format::Plain), Part::Argument(1, Format::List)];
            let said = isolated(&say(&Pattern(parts), &[Argument::Text(name), list], &English));
            let mut depth = 0_i32;
            for character in said.chars() {
                match character {
                    '\u{2066}'..='\u{2068}' => depth += 1,
                    '\u{2069}' => depth -= 1,
                    '\u{202A}'..='\u{202E}' => depth = 100,
                    _ => {}
                }
                assert!((0..=1).contains(&depth), "{said:?}");
            }
            assert_eq!(depth, 0);
        }
    }
}
