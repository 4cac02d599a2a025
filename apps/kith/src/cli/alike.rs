//! Names that nobody can tell apart, so that a word can be said beside them.

use client::Session;
use client::client_core::CoreError;
use legible::likeness;
use std::collections::BTreeSet;

/// What some names look like.
pub(super) struct Alike(BTreeSet<String>);

impl Alike {
    /// What two or more of these names look like.
    pub(super) fn among<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut once = BTreeSet::new();
        let twice = names
            .map(likeness)
            .filter(|like| !once.insert(like.clone()));
        Self(twice.collect())
    }

    /// What the own names look like.
    pub(super) fn own(client: &Session) -> Result<Self, CoreError> {
        let personas = client.engine().personas()?;
        Ok(Self(
            personas.iter().map(|own| likeness(&own.name)).collect(),
        ))
    }

    /// Whether a name looks like one of these.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&likeness(name))
    }

    /// What is said of a name that looks like another.
    pub(super) fn hint(&self, name: &str) -> &'static str {
        if self.has(name) {
            "  (another looks the same: go by the id)"
        } else {
            ""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_another_is_said_of_both_and_of_no_third() {
        let all = Alike::among(["Ada", "ada\u{fe0f}", "Ben"].into_iter());
        assert!(all.has("Ada") && all.has("ada\u{fe0f}") && !all.has("Ben"));
        assert!(all.hint("Ben").is_empty() && !all.hint("Ada").is_empty());
        let all = Alike::among(["René", "Rene\u{301}", "Rene"].into_iter());
        assert!(all.has("René") && all.has("Rene\u{301}") && !all.has("Rene"));
    }
}
