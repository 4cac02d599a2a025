//! Which names look alike.

use unicode_normalization::UnicodeNormalization as _;

use crate::characters::{is_ignorable, turns};

/// What names have in common that can hardly be told apart: they differ in case, in width, in how letters are put together,
/// in blanks, or in what nobody sees. Letters of different scripts that look alike are different here.
pub fn likeness(name: &str) -> String {
    let seen = |c: &char| !is_ignorable(*c) && !turns(*c);
    let folded: String = name.nfkc().filter(seen).collect::<String>().to_lowercase();
    let words: Vec<_> = folded.split_whitespace().collect();
    words.join(" ").nfkc().collect()
}

/// Whether two texts are the same but for how their letters are put together, as different keyboards and systems do it
/// (canonical equivalence, UAX #15).
pub fn is_same(one: &str, other: &str) -> bool {
    one.nfc().eq(other.nfc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_the_same_however_its_letters_are_put_together() {
        for (one, other) in [
            ("Jürgen", "Ju\u{308}rgen"),
            ("q\u{323}\u{307}", "q\u{307}\u{323}"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("Ω", "\u{2126}"),
            ("", ""),
        ] {
            assert!(is_same(one, other), "{one:?} {other:?}");
        }
        for (one, other) in [("Ada", "ada"), ("Ada", "Ada "), ("ﬁ", "fi"), ("u", "ü")] {
            assert!(!is_same(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn names_that_nobody_can_tell_apart_are_alike() {
        for like in [
            "ada b",
            "ADA  B",
            "A\u{200d}da\u{a0}B",
            "Ada B\u{fe0f}",
            "Ａｄａ B",
            "Ada\u{200b} B ",
        ] {
            assert_eq!(likeness(like), likeness("Ada B"), "{like:?}");
        }
        assert_eq!(likeness("Ju\u{308}rgen"), likeness("Jürgen"));
        for other in ["Ada", "AdaB", "Ada C", "Ada� B", "Adа B"] {
            assert_ne!(likeness(other), likeness("Ada B"), "{other:?}");
        }
    }
}
