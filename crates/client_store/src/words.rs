//! Words as they are searched for: the same for what was written and for what is looked for.
//!
//! Words are those of Unicode (UAX #29), so that scripts without blanks between words are cut into their signs,
//! which are then looked for in a row. Marks are dropped and compatible forms unified (UAX #15, NFKD), so that a
//! search finds with and without accents, Arabic vowel signs and hamza, or full-width letters.

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension as _};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

/// What lengthens an Arabic word on the line and means nothing.
const TATWEEL: char = '\u{640}';

/// The words of a text, with one blank after each.
pub(crate) fn words(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for word in text.unicode_words() {
        let plain = word
            .nfkd()
            .filter(|c| !is_combining_mark(*c) && *c != TATWEEL)
            // Down, up and down again: ß is SS in capitals, ẞ is ß, and a sigma at the end of a word is any other.
            .flat_map(char::to_lowercase)
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase);
        all.extend(plain);
        all.push(' ');
    }
    all
}

/// A query as SQLite's full-text search reads it (FTS5, section 3): all words must be there, each as it is
/// written or with more behind it; signs of a script without blanks in a row. `None` where there is no word.
pub(crate) fn query(typed: &str) -> Option<String> {
    let mut query = String::new();
    for part in typed.split_whitespace() {
        let words = words(part);
        let words = words.trim_end();
        if words.is_empty() {
            continue;
        }
        query.push('"');
        // A quote is no part of any word; doubled it could not end the string.
        query.push_str(&words.replace('"', "\"\""));
        query.push_str("\" * ");
    }
    (!query.is_empty()).then_some(query)
}

/// Where in a text the words stand that were searched for, as ranges of bytes: rising, and apart. A word in a row of
/// others of a search counts with all of them.
pub fn places(text: &str, typed: &str) -> Vec<Range<usize>> {
    let of_text: Vec<_> = text
        .unicode_word_indices()
        .map(|(at, word)| (at..at + word.len(), words(word)))
        .collect();
    let mut places = Vec::new();
    for part in typed.split_whitespace() {
        let wanted: Vec<_> = part.unicode_words().map(words).collect();
        let Some((last, before)) = wanted.split_last() else {
            continue;
        };
        for row in of_text.windows(wanted.len()) {
            let Some(((end, found), firsts)) = row.split_last() else {
                continue;
            };
            let is_row = firsts.iter().map(|(_, word)| word).eq(before);
            if is_row && found.trim_end().starts_with(last.trim_end()) {
                let start = row.first().map_or(end.start, |(first, _)| first.start);
                places.push(start..end.end);
            }
        }
    }
    places.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match apart.last_mut() {
            Some(before) if place.start < before.end => before.end = before.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}

/// Lets statements call `words(TEXT, NOTE)`.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("words", 2, flags, |context| {
        let note: Option<String> = context.get(1)?;
        let text: String = context.get(0)?;
        Ok(words(&note.unwrap_or_default()) + &words(&text))
    })
}

/// By which rules words are found here: those of this file, and of the Unicode versions that its libraries know.
fn rules() -> String {
    let segments = unicode_segmentation::UNICODE_VERSION;
    let marks = unicode_normalization::UNICODE_VERSION;
    format!("2 {segments:?} {marks:?}")
}

/// Whether the words that are kept were found by the rules that hold here.
///
/// # Errors
/// What SQLite says.
pub(crate) fn is_in_step(connection: &Connection) -> rusqlite::Result<bool> {
    let found: Option<String> = connection
        .query_row(
            "SELECT value FROM setting WHERE name = 'words'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.is_some_and(|found| found == rules()))
}

/// Finds all words anew where other rules held when they were found: the index takes words out by finding them again,
/// and would be spoiled by finding others.
///
/// # Errors
/// What SQLite says.
pub(crate) fn keep_in_step(connection: &mut Connection) -> rusqlite::Result<()> {
    if is_in_step(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "INSERT INTO item_words (item_words) VALUES ('delete-all');
         INSERT INTO item_words (rowid, words)
             SELECT number, words(text, note) FROM item
             WHERE act IS NULL AND kind = 'message' AND text <> '' AND hidden = 0;",
    )?;
    transaction.execute(
        "INSERT INTO setting (name, value) VALUES ('words', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [rules()],
    )?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_written() {
        for (one, other) in [
            ("Café", "cafe"),
            ("STRASSE", "Straße"),
            ("GRÜẞE", "grusse"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσεύς"),
            ("مَرْحَبًا", "مرحبا"),
            ("أحمد", "احمد"),
            ("ｋｉｔｈ", "kith"),
            ("ﬁne", "fine"),
        ] {
            assert_eq!(words(one), words(other));
        }
    }

    #[test]
    fn words_that_were_found_by_other_rules_are_found_anew() {
        let store = crate::Store::in_memory().unwrap();
        let mut connection = store.connection;
        let matches = |connection: &Connection, word: &str| -> u64 {
            let sql = "SELECT count(*) FROM item_words WHERE item_words MATCH ?1";
            connection.query_row(sql, [word], |row| row.get(0)).unwrap()
        };
        connection
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO item (id, conversation, message_id, author, mine, at_ms, kind, text, content,
                     state) VALUES (x'03', x'02', x'03', x'01', 1, 0, 'message', 'Words', x'03', 'queued');
                 INSERT INTO item (id, conversation, message_id, author, mine, at_ms, kind, text, content,
                     state, hidden) VALUES (x'04', x'02', x'04', x'02', 0, 0, 'message', 'Hidden', x'04',
                     'stored', 1);
                 INSERT INTO item_words (item_words) VALUES ('delete-all');
                 INSERT INTO item_words (rowid, words) VALUES (1, 'sdrow');",
            )
            .unwrap();
        keep_in_step(&mut connection).unwrap();
        assert_eq!(matches(&connection, "sdrow"), 1, "these rules hold already");
        connection
            .execute("UPDATE setting SET value = '0' WHERE name = 'words'", [])
            .unwrap();
        keep_in_step(&mut connection).unwrap();
        assert_eq!(matches(&connection, "sdrow"), 0);
        assert_eq!(matches(&connection, "words"), 1);
        assert_eq!(matches(&connection, "hidden"), 0);
    }

    #[test]
    fn the_places_of_what_is_found_are_those_of_the_words_as_they_were_written() {
        for (text, typed, found) in [
            ("Le Café, au coin", "cafe", &["Café"][..]),
            ("river and rivers, driver", "river", &["river", "rivers"]),
            ("東京に行く", "東京", &["東京"]),
            (
                "die STRASSE und Straße",
                "strasse und",
                &["STRASSE", "und", "Straße"],
            ),
            ("مَرْحَبًا بك", "مرحبا", &["مَرْحَبًا"]),
            ("a b a", "a a", &["a", "a"]),
            ("nothing", "else", &[]),
            ("nothing", "!? -", &[]),
            ("", "a", &[]),
        ] {
            let places = places(text, typed);
            let seen: Vec<_> = places.iter().map(|place| &text[place.clone()]).collect();
            assert_eq!(seen, found, "{text} {typed}");
        }
    }

    #[test]
    fn scripts_without_blanks_are_cut_into_signs() {
        assert_eq!(words("東京に行く"), "東 京 に 行 く ");
        assert_eq!(
            query("東京 kith"),
            Some("\"東 京\" * \"kith\" * ".to_owned())
        );
    }

    #[test]
    fn nothing_that_is_typed_is_a_command_to_the_search() {
        assert_eq!(
            query("\"a\" OR b*"),
            Some("\"a\" * \"or\" * \"b\" * ".to_owned())
        );
        assert_eq!(query("NEAR(a b)"), Some("\"near a\" * \"b\" * ".to_owned()));
        for nothing in ["", "  ", "* - \" ()", "!?"] {
            assert_eq!(query(nothing), None);
        }
    }
}
