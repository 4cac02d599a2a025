//! What can go wrong with an act or an input, by what the caller must do.

use backup::BackupError;
use client_store::StoreError;
use mls::error::MlsError;
use protocol::refusal::Refusal;

use crate::advice::{Advice, Step};

/// The four kinds that callers branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is wrong with what was asked; try again.
    Retry,
    /// It will not be done.
    Refused,
    /// What was given is not valid.
    Invalid,
    /// A mistake of ours.
    Bug,
}

/// An act or input failed; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// What was given does not hold. One sentence. (Invalid)
    #[error("{0}")]
    Invalid(String),
    /// No such thing in this profile. (Invalid)
    #[error("there is no such {0} in this profile")]
    Unknown(&'static str),
    /// What the person decided before does not allow it. One sentence. (Refused)
    #[error("{0}")]
    Refused(String),
    /// The home refuses. (Refused)
    #[error("the home refuses: {0}")]
    Home(Refusal),
    /// The profile's store failed. (Retry, or as the store says)
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys and groups. (Invalid, or Bug)
    #[error(transparent)]
    Mls(#[from] MlsError),
    /// A backup does not take what is in the profile. (Bug)
    #[error("the profile cannot be backed up: {0}")]
    Backup(#[from] BackupError),
    /// The same as its error, and there is something to do about it. (As the error)
    #[error("{error}")]
    Advised {
        /// What went wrong. One sentence or more, which say nothing of the advice.
        error: Box<CoreError>,
        /// What to do.
        advice: Advice,
    },
}

impl CoreError {
    /// The same, with something to do about it.
    pub(crate) fn advising(self, leading: &'static str, step: Step) -> Self {
        Self::Advised {
            error: Box::new(self),
            advice: Advice { leading, step },
        }
    }

    /// What there is to do next, which its sentence does not say: each program has words of its own for it.
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::Advised { advice, .. } => Some(*advice),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Advised { error, .. } => error.kind(),
            Self::Invalid(_) | Self::Unknown(_) => Kind::Invalid,
            Self::Home(_) | Self::Refused(_) => Kind::Refused,
            Self::Store(error) if error.is_about_values() => Kind::Bug,
            Self::Store(StoreError::Full | StoreError::Database(_)) => Kind::Retry,
            Self::Store(StoreError::Damaged { .. }) => Kind::Bug,
            Self::Store(_) => Kind::Refused,
            Self::Mls(MlsError::Store(_)) => Kind::Retry,
            Self::Backup(_) => Kind::Bug,
            Self::Mls(MlsError::Bug { .. } | MlsError::Undecidable) => Kind::Bug,
            Self::Mls(MlsError::Invalid { .. } | MlsError::NotValidNow | MlsError::Evicted) => {
                Kind::Invalid
            }
        }
    }

    /// Whether it says something about what was given rather than about store or code.
    pub(crate) fn is_about_input(&self) -> bool {
        matches!(self.kind(), Kind::Invalid | Kind::Refused) && !matches!(self, Self::Store(_))
    }
}
