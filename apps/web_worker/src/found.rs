//! What was found, as a piece of it in one line with its words marked.

use client_core::{ConversationId, ItemView};
use client_store::words::places;
use legible::seen;
use std::ops::Range;

use crate::shown;

/// Characters of a piece, and those of them that come before the first word that was found.
const PIECE: usize = 160;
const BEFORE: usize = 40;

/// One thing that was found. What is opened by choice stays closed.
pub fn found(conversation: ConversationId, item: &ItemView, typed: &str) -> view::Found {
    let text = item.note.as_ref().unwrap_or(&item.text);
    let places = places(text, typed);
    let piece = around(text, places.first().map_or(0, |place| place.start));
    let marks = places.iter().filter_map(|place| {
        let inside = place.start.max(piece.start)..place.end.min(piece.end);
        let from = |at: usize| u32::try_from(at - piece.start).ok();
        (inside.start < inside.end)
            .then(|| from(inside.start).zip(from(inside.end)))
            .flatten()
    });
    view::Found {
        conversation: shown::conversation_id(conversation),
        item: shown::item_id(item.id),
        author: seen(&item.author),
        mine: item.mine,
        at_ms: item.at_ms,
        behind_note: item.note.is_some(),
        marks: marks.collect(),
        cut_before: piece.start > 0,
        cut_after: piece.end < text.len(),
        piece: in_a_line(text.get(piece).unwrap_or_default()),
    }
}

/// A piece of a text around a place, between two characters, from a word's beginning if there is one near.
fn around(text: &str, at: usize) -> Range<usize> {
    let before = text.get(..at).unwrap_or_default();
    let start = match before.char_indices().rev().nth(BEFORE) {
        None => 0,
        Some((cut, c)) => {
            let cut = cut + c.len_utf8();
            let rest = before.get(cut..).unwrap_or_default();
            rest.find(char::is_whitespace).map_or(cut, |blank| {
                let after = rest.get(blank..).unwrap_or_default();
                cut + blank + (after.len() - after.trim_start().len())
            })
        }
    };
    let rest = text.get(start..).unwrap_or_default();
    let length = rest
        .char_indices()
        .nth(PIECE)
        .map_or(rest.len(), |(end, _)| end);
    start..start + length
}

/// What ends a line or steers one is a blank, of as many bytes, so that places stay where they are.
fn in_a_line(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let (c, times) = if c.is_control() {
                (' ', c.len_utf8())
            } else {
                (c, 1)
            };
            std::iter::repeat_n(c, times)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{around, in_a_line};

    #[test]
    fn a_piece_begins_with_a_word_and_ends_between_two_characters() {
        let text = format!("{}needle {}", "größe ".repeat(50), "ü".repeat(400));
        let at = text.find("needle").unwrap();
        let piece = around(&text, at);
        let said = &text[piece.clone()];
        assert!(
            said.starts_with("größe ") && said.contains("needle"),
            "{said}"
        );
        assert_eq!(said.chars().count(), 160);
        assert_eq!(around("short", 0), 0..5);
        assert_eq!(around("", 0), 0..0);
        // Where there are no blanks it is cut between two characters all the same.
        let long = "東".repeat(100);
        assert_eq!(around(&long, 180).start, 60);
    }

    #[test]
    fn places_stay_where_they_are_in_a_line() {
        for text in ["a\r\nb", "a\u{85}b", "plain"] {
            assert_eq!(in_a_line(text).len(), text.len());
            assert!(!in_a_line(text).contains(char::is_control));
        }
    }
}
