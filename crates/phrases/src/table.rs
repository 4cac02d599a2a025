//! The phrases of one language as bytes (postcard): what is compiled in for English, and loaded for the others.
//!
//! Phrases are known by number. Numbers are given anew by each build, so a table names the build's list of phrases by a
//! fingerprint, and one that belongs to another build is refused rather than said wrongly.

use crate::pattern::Pattern;
use serde::{Deserialize, Serialize};

/// The phrases of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    fingerprint: u64,
    phrases: Vec<Option<Pattern>>,
}

/// Why bytes are no table for this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// They are none at all.
    #[error("these bytes are no table of phrases")]
    Malformed,
    /// They belong to another build.
    #[error("this table of phrases belongs to another build")]
    OtherBuild,
}

impl Table {
    /// A table of a build's phrases in their order, those missing that the language does not have.
    pub fn new(fingerprint: u64, phrases: Vec<Option<Pattern>>) -> Self {
        Self {
            fingerprint,
            phrases,
        }
    }

    /// Reads one that belongs to the build with this fingerprint.
    ///
    /// # Errors
    /// When it is none, or belongs to another.
    pub fn decode(bytes: &[u8], fingerprint: u64) -> Result<Self, TableError> {
        // First of all stands the fingerprint, so another build's table may have any shape after it.
        let (found, _) =
            postcard::take_from_bytes::<u64>(bytes).map_err(|_| TableError::Malformed)?;
        if found != fingerprint {
            return Err(TableError::OtherBuild);
        }
        postcard::from_bytes(bytes).map_err(|_| TableError::Malformed)
    }

    /// As bytes.
    ///
    /// # Errors
    /// It has none for what it holds; here for whoever changes that.
    pub fn encode(&self) -> Result<Vec<u8>, TableError> {
        postcard::to_stdvec(self).map_err(|_| TableError::Malformed)
    }

    /// A phrase, if the language has it.
    pub fn get(&self, number: u16) -> Option<&Pattern> {
        self.phrases.get(usize::from(number))?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, TableError};
    use crate::pattern::{Format, Part, Pattern, Variant};

    fn table() -> Table {
        let inner = Pattern(vec![Part::Text("ü".to_owned())]);
        let variant = Variant {
            key: "one".to_owned(),
            pattern: inner.clone(),
        };
        let pattern = Pattern(vec![
            Part::Argument(0, Format::Bytes),
            Part::Select(1, vec![variant], inner),
        ]);
        Table::new(7, vec![Some(pattern), None])
    }

    #[test]
    fn a_table_comes_back_from_its_bytes() {
        let bytes = table().encode().unwrap();
        assert_eq!(Table::decode(&bytes, 7), Ok(table()));
        assert!(table().get(0).is_some());
        assert!(table().get(1).is_none() && table().get(2).is_none());
    }

    #[test]
    fn what_is_no_table_or_belongs_to_another_build_is_refused() {
        let bytes = table().encode().unwrap();
        assert_eq!(Table::decode(&bytes, 8), Err(TableError::OtherBuild));
        assert_eq!(Table::decode(&[], 7), Err(TableError::Malformed));
        let cut = bytes.get(..bytes.len() - 1).unwrap();
        assert_eq!(Table::decode(cut, 7), Err(TableError::Malformed));
    }
}
