//! What can be given as a sign, and what says nothing at all.

use icu_properties::CodePointSetData;
use icu_properties::props::{ExtendedPictographic, RegionalIndicator};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::characters::{is_control, is_ignorable, is_mark, is_symbol, is_unseen, joins, turns};
use crate::names::check;

/// Stands behind a digit, `#` or `*` and makes a key of it (UTS #51, emoji keycap sequence).
const KEYCAP: char = '\u{20e3}';

/// Whether a text is a sign that can be given: one emoji, with whatever belongs to it, or one other symbol. One is one
/// grapheme cluster (UAX #29); letters and digits are none, or words could be given as signs.
pub fn is_sign(text: &str) -> bool {
    let mut clusters = text.graphemes(true);
    let (Some(one), None) = (clusters.next(), clusters.next()) else {
        return false;
    };
    let is_picture = one.chars().next().is_some_and(|first| {
        CodePointSetData::new::<ExtendedPictographic>().contains(first)
            || CodePointSetData::new::<RegionalIndicator>().contains(first)
            || is_symbol(first)
    });
    (is_picture || one.ends_with(KEYCAP)) && check(one).is_ok()
}

/// Whether nothing of a text is seen: blanks, line breaks, controls, and what shows nothing or only changes others.
pub fn is_blank(text: &str) -> bool {
    let is_seen = |c: char| {
        let shows = !is_control(c) && !turns(c) && !is_ignorable(c) && !is_unseen(c);
        shows && !c.is_whitespace() && !joins(c) && !is_mark(c)
    };
    !text.chars().any(is_seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_one_emoji_or_one_symbol_and_no_word() {
        for sign in [
            "❤",
            "❤\u{fe0f}",
            "🫂",
            "👍🏽",
            "👩🏽\u{200d}⚕\u{fe0f}",
            "🏳\u{fe0f}\u{200d}🌈",
            "🇺🇳",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "1\u{fe0f}\u{20e3}",
            "✓",
            "♥",
            "☮",
            "→",
            "+",
            "∞",
            "‼",
            "™",
        ] {
            assert!(is_sign(sign), "{sign:?}");
        }
        for other in [
            "",
            " ",
            "hello world",
            "yes",
            "a",
            "é",
            "1",
            "#",
            "好",
            "❤❤",
            "❤ ",
            " ❤",
            "+1",
            ":)",
            "ok",
            "\u{200d}",
            "\u{fe0f}",
            "❤\u{202e}",
            "❤\u{200b}",
            "\u{1b}",
            "🏴\u{e0067}",
            "🌱\n",
            "\u{2800}",
        ] {
            assert!(!is_sign(other), "{other:?}");
        }
        let piled = format!("❤{}", "\u{301}".repeat(9));
        assert!(!is_sign(&piled));
    }

    #[test]
    fn a_text_is_blank_if_nothing_of_it_is_seen() {
        for blank in [
            "",
            " ",
            "\u{3000}\u{a0}",
            "\r\n\t",
            "\u{200b}\u{200d}\u{feff}",
            "\u{2800}",
            "\u{3164}",
            "\u{ad}",
            "\u{202e} \u{2069}",
            "\u{1b}",
            "\u{fe0f}",
            "\u{301}",
            "\u{2028}",
            "\u{e0041}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in [".", " a ", "\u{200b}é", "❤", "好", "\u{fffd}", "\u{600}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
