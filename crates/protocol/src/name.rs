//! The name that a person chose for a persona, as it travels in invitations and Welcome items.

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
