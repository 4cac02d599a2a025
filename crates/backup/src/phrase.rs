//! The words that open a backup: BIP 39, English, 24 of them, which say 256 random bits and a check.
//!
//! The bits are used as they are, through HKDF ([`crate::Keys`]), and not through BIP 39's own seed:
//! nobody chose them, so nothing has to be made slow.

use bip39::{Error, Language, Mnemonic};
use zeroize::Zeroizing;

/// Words of a phrase.
pub const WORDS: usize = 24;
/// Bytes that it says.
const ENTROPY_BYTES: usize = 32;

/// The phrase of a backup.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase(Zeroizing<[u8; ENTROPY_BYTES]>);

/// What was given is no phrase. Sentences for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Another number of words.
    #[error("a phrase has {WORDS} words and this has {found}")]
    WordCount {
        /// How many.
        found: usize,
    },
    /// A word that no phrase has.
    #[error("word {place} is none of the words that phrases are made of")]
    UnknownWord {
        /// Which, from 1.
        place: usize,
    },
    /// All are words of phrases, and they do not go together.
    #[error("these words do not go together: one is another, or two changed places")]
    Check,
}

impl Phrase {
    /// Takes 32 bytes from a cryptographic generator, or from the sealed store.
    pub fn new(entropy: [u8; ENTROPY_BYTES]) -> Self {
        Self(Zeroizing::new(entropy))
    }

    /// Reads what was typed; capitals and white space do not matter.
    ///
    /// # Errors
    /// [`PhraseError`].
    pub fn parse(typed: &str) -> Result<Self, PhraseError> {
        let typed = Zeroizing::new(typed.to_lowercase());
        let found = typed.split_whitespace().count();
        if found != WORDS {
            return Err(PhraseError::WordCount { found });
        }
        let words =
            Mnemonic::parse_in_normalized(Language::English, &typed).map_err(
                |error| match error {
                    Error::UnknownWord(index) => PhraseError::UnknownWord { place: index + 1 },
                    _ => PhraseError::Check,
                },
            )?;
        let (entropy, _) = words.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        entropy
            .first_chunk()
            .map(|entropy| Self::new(*entropy))
            .ok_or(PhraseError::Check)
    }

    /// The words, with a blank between each.
    pub fn words(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(WORDS * 9));
        // 32 bytes are a length that BIP 39 has.
        let words = Mnemonic::from_entropy_in(Language::English, self.0.as_slice());
        for word in words.iter().flat_map(Mnemonic::words) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The bytes, for keys and the sealed store alone.
    pub fn expose(&self) -> &[u8; ENTROPY_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for Phrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phrase(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last vector of 256 bits that come with BIP 39.
    #[test]
    fn phrases_are_those_of_bip_39() {
        let zeros = format!("{} art", ["abandon"; 23].join(" "));
        let ones = format!("{} vote", ["zoo"; 23].join(" "));
        for (entropy, words) in [([0; 32], zeros), ([255; 32], ones)] {
            assert_eq!(*Phrase::new(entropy).words(), words);
            assert_eq!(Phrase::parse(&words).unwrap(), Phrase::new(entropy));
            let typed = format!("\n  {}\t", words.to_uppercase().replace(' ', "  "));
            assert_eq!(Phrase::parse(&typed).unwrap(), Phrase::new(entropy));
        }
    }

    #[test]
    fn what_is_no_phrase_is_told_apart() {
        let words = Phrase::new([7; 32]).words();
        let mut changed: Vec<&str> = words.split(' ').collect();
        assert_eq!(
            Phrase::parse(&changed[1..].join(" ")),
            Err(PhraseError::WordCount { found: 23 })
        );
        let third = changed[2];
        changed[2] = "kith";
        assert_eq!(
            Phrase::parse(&changed.join(" ")),
            Err(PhraseError::UnknownWord { place: 3 })
        );
        changed[2] = if third == "zoo" { "art" } else { "zoo" };
        assert_eq!(Phrase::parse(&changed.join(" ")), Err(PhraseError::Check));
    }

    #[test]
    fn debug_output_says_nothing_of_the_words() {
        assert_eq!(format!("{:?}", Phrase::new([7; 32])), "Phrase(redacted)");
    }
}
