//! The name that a person chose for a persona, as it travels in invitations and Welcome items.
//!
//! What travels and what is stored is read by [`Name::parse`], for good: else whoever has such a name could not be met, or a
//! profile not opened. What somebody chooses now ([`Name::choose`]) is held to more, and what comes from others now is kept
//! as [`Name::seen`].

use legible::Flaw;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 128;

/// A chosen name: one line, not blank, at most [`MAX_NAME_BYTES`] bytes, no control characters.
///
/// It proves nothing: only the safety number says who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a name needs at least one visible character")]
    Blank,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("a name has at most {MAX_NAME_BYTES} bytes, found {found}")]
    TooLong {
        /// Bytes that came.
        found: usize,
    },
    /// A line break, a tab, or a character that steers the screen or the direction of text.
    #[error("a name cannot hold control or text-direction characters")]
    Control,
    /// Something that no name should be chosen with.
    #[error("a name cannot hold {0}")]
    Flaw(Flaw),
}

/// Characters that reorder or hide what stands around them (Unicode UAX #9, explicit formatting).
fn steers_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Name {
    /// Takes a text, without white space at its ends.
    ///
    /// # Errors
    /// [`NameError`] if it is blank, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Blank);
        }
        if text.len() > MAX_NAME_BYTES {
            return Err(NameError::TooLong { found: text.len() });
        }
        if text.chars().any(|c| c.is_control() || steers_direction(c)) {
            return Err(NameError::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// Takes a text that somebody chooses now: without white space at its ends, and without anything that is not seen, or
    /// makes others unseen ([`legible::check`]).
    ///
    /// # Errors
    /// [`NameError`] if it is blank, too long or has a flaw.
    pub fn choose(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        match legible::check(text) {
            Ok(()) => Self::parse(text),
            Err(Flaw::Blank) => Err(NameError::Blank),
            Err(flaw) => Err(NameError::Flaw(flaw)),
        }
    }

    /// The name of somebody else as it is kept from now on: a � stands for what could not be chosen ([`legible::seen`]). It is
    /// never the same as a name without flaws that looks like it did.
    #[must_use]
    pub fn seen(&self) -> Self {
        let mut seen = legible::seen(&self.0);
        if seen.len() > MAX_NAME_BYTES {
            let mut most = MAX_NAME_BYTES - char::REPLACEMENT_CHARACTER.len_utf8();
            while !seen.is_char_boundary(most) {
                most -= 1;
            }
            seen.truncate(most);
            // Of a flag that was cut nobody sees the rest.
            seen = legible::seen(&seen);
            seen.push(char::REPLACEMENT_CHARACTER);
        }
        Self(seen)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

crate::encoding::cbor_as_text!(Name);

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn what_is_chosen_now_is_held_to_more_than_what_others_have() {
        for (text, flaw) in [
            ("A\u{200b}da", Flaw::Unseen('\u{200b}')),
            ("Ada\u{feff}", Flaw::Unseen('\u{feff}')),
            ("A\u{202e}da", Flaw::Turns('\u{202e}')),
            ("A\u{1b}da", Flaw::Control('\u{1b}')),
        ] {
            assert_eq!(Name::choose(text), Err(NameError::Flaw(flaw)), "{text:?}");
        }
        assert_eq!(Name::choose(" \n"), Err(NameError::Blank));
        assert_eq!(
            Name::choose(&"x".repeat(129)),
            Err(NameError::TooLong { found: 129 })
        );
        let old = Name::parse("A\u{200b}da").unwrap();
        assert_eq!(old.seen().as_str(), "A�da");
        assert_eq!(Name::choose("  Ada "), Name::parse("Ada"));
    }

    proptest! {
        #[test]
        fn whatever_others_are_called_it_is_kept_as_what_can_be_chosen(
            text in "[aé 👩🏴\u{ad}\u{301}\u{200b}-\u{200d}\u{2060}\u{fe0f}\u{e0061}\u{e007f}]{1,64}",
        ) {
            if let Ok(name) = Name::parse(&text) {
                let seen = name.seen();
                prop_assert_eq!(Name::choose(seen.as_str()), Ok(seen.clone()));
                prop_assert_eq!(&seen.seen(), &seen);
                prop_assert_eq!(Name::choose(&text).is_ok(), seen == name);
            }
        }
    }

    #[test]
    fn a_name_is_one_visible_line() {
        assert_eq!(Name::parse("  Ada ").unwrap().as_str(), "Ada");
        assert!(Name::parse("مريم").is_ok());
        assert_eq!(Name::parse(" \t "), Err(NameError::Blank));
        assert_eq!(Name::parse("a\nb"), Err(NameError::Control));
        assert_eq!(Name::parse("a\u{202e}b"), Err(NameError::Control));
        assert_eq!(
            Name::parse(&"x".repeat(129)),
            Err(NameError::TooLong { found: 129 })
        );
    }
}
