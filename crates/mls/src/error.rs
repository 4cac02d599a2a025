//! What can go wrong with a group, sorted by what the caller must do.

use crate::key_value::KeyValueError;

/// An operation on a persona, device or group failed.
#[derive(Debug, thiserror::Error)]
pub enum MlsError {
    /// Invalid for every member alike: skip it, go on with the next sibling. (Invalid)
    #[error("{what}{}", if detail.is_empty() { String::new() } else { format!(": {detail}") })]
    Invalid {
        /// What was looked at and which rule it broke.
        what: &'static str,
        /// The library's own words, without any content.
        detail: String,
    },
    /// A credential whose time has not come or is over, by the clock of whoever would add it.
    /// (Invalid, until a clock is set right)
    #[error("the credential is not valid at this time")]
    NotValidNow,
    /// This member cannot tell (its path secret does not decrypt): stop and repair, never skip.
    #[error("this device cannot decide whether the commit is valid")]
    Undecidable,
    /// This device is no longer a member.
    #[error("this device is not a member of the group any more")]
    Evicted,
    /// The store below failed: roll back and forget what is in memory. (Retry)
    #[error(transparent)]
    Store(#[from] KeyValueError),
    /// A state that our own code must never reach. (Bug)
    #[error("internal: {what}: {detail}")]
    Bug {
        /// Where.
        what: &'static str,
        /// The library's own words.
        detail: String,
    },
}

impl MlsError {
    /// Invalid for all, without more detail.
    pub(crate) fn invalid(what: &'static str) -> Self {
        Self::Invalid {
            what,
            detail: String::new(),
        }
    }

    /// Invalid for all, with the library's words.
    pub(crate) fn invalid_because(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |error| Self::Invalid {
            what,
            detail: error.to_string(),
        }
    }

    /// A failure of an operation that cannot fail on sound state.
    pub(crate) fn bug(what: &'static str, error: &dyn std::fmt::Display) -> Self {
        Self::Bug {
            what,
            detail: error.to_string(),
        }
    }
}
