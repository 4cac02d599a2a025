//! Why a command ended, with the exit code of the contract.

use client::client_core::{Advice, CoreError, Kind, StoreError};
use client::{AttachError, BackupFailure, ClientError, ProfileError, SaveError};

use super::advice::advised;
use super::damage;

/// One sentence that says what happened, what is safe, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A mistake of ours.
    #[error("{0}")]
    Bug(String),
    /// The command was not used as it can be.
    #[error("{0}")]
    Usage(String),
    /// A home, or what was agreed, says no.
    #[error("{0}")]
    Refused(String),
    /// A home does not answer; what was asked is kept.
    #[error("{0}")]
    Unreachable(String),
    /// What was given is not valid.
    #[error("{0}")]
    Invalid(String),
    /// The profile does not open.
    #[error("{0}")]
    Locked(String),
    /// The disk or the store refuses.
    #[error("{0}")]
    Storage(String),
    /// The profile is not what was written: for the same exit code, but there is something else to do about it.
    #[error("{0}")]
    Damaged(String),
    /// Not an end: the process that asked for the command goes on with it.
    #[error("it goes on elsewhere")]
    GoesOn,
    /// A signal asked for the end; the process ends by it, and nothing is said.
    #[error("it was asked to end")]
    Stopped,
}

impl CommandError {
    /// The exit code and the kind with `--json`.
    const fn code_and_kind(&self) -> (u8, &'static str) {
        match self {
            Self::Bug(_) | Self::GoesOn | Self::Stopped => (1, "bug"),
            Self::Usage(_) => (2, "usage"),
            Self::Refused(_) => (3, "refused"),
            Self::Unreachable(_) => (4, "unreachable"),
            Self::Invalid(_) => (5, "invalid"),
            Self::Locked(_) => (6, "locked"),
            Self::Storage(_) | Self::Damaged(_) => (7, "storage"),
        }
    }

    /// An error as another process said it.
    pub(super) fn of_kind(kind: &str, message: String) -> Self {
        let all = [
            Self::Usage,
            Self::Refused,
            Self::Unreachable,
            Self::Invalid,
            Self::Locked,
            Self::Storage,
        ];
        let mut all = all.into_iter().map(|made| made(message.clone()));
        all.find(|error| error.kind() == kind)
            .unwrap_or(Self::Bug(message))
    }

    /// What an invitation did not hold for: a home refuses, or what it gave out is not valid.
    pub(super) fn no(sentence: &str, is_refusal: bool, advice: Option<Advice>) -> Self {
        let sentence = advised(sentence, advice);
        if is_refusal {
            Self::Refused(sentence)
        } else {
            Self::Invalid(sentence)
        }
    }

    /// The exit code.
    pub const fn exit_code(&self) -> u8 {
        self.code_and_kind().0
    }

    /// The kind with `--json`.
    pub const fn kind(&self) -> &'static str {
        self.code_and_kind().1
    }
}

/// The first letter large, a full stop at the end, and no numbers of the operating system.
pub fn sentence(text: &str) -> String {
    let text = without_os_error(text);
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let rest = characters.as_str().trim_end_matches('.');
    format!("{first}{rest}.")
}

/// What the operating system says, without the number that stands behind it.
pub(super) fn without_os_error(text: &str) -> String {
    match text.split_once(" (os error ") {
        Some((before, after)) => {
            let after = after.split_once(')').map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => text.to_owned(),
    }
}

impl From<ProfileError> for CommandError {
    fn from(error: ProfileError) -> Self {
        Self::of_profile(&error)
    }
}

impl From<CoreError> for CommandError {
    fn from(error: CoreError) -> Self {
        Self::of_core(&error)
    }
}

impl CommandError {
    fn of_profile(error: &ProfileError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            ProfileError::Missing(_)
            | ProfileError::Exists(_)
            | ProfileError::InTheWay(_)
            | ProfileError::NotSealed
            | ProfileError::InUse
            | ProfileError::AlwaysSealed
            | ProfileError::NothingToHideBehind => Self::Invalid(text),
            ProfileError::PassphraseNeeded
            | ProfileError::WrongPassphrase
            | ProfileError::ByPasskey => Self::Locked(text),
            ProfileError::Busy
            | ProfileError::Folder { .. }
            | ProfileError::NotEvenRead { .. }
            | ProfileError::Resealed(_) => Self::Storage(text),
            ProfileError::SealDamaged(_) | ProfileError::Unreadable(_) => Self::Damaged(text),
            ProfileError::Store(StoreError::Damaged { .. }) => Self::damaged(&text),
            ProfileError::Store(_) => Self::unkept(&text),
            ProfileError::Entropy(_) => Self::Bug(text),
        }
    }

    /// The store is not what was written.
    fn damaged(text: &str) -> Self {
        let what = text.trim_end_matches('.');
        Self::Damaged(format!(
            "{what}; nothing was changed. Keep its folder as it is, and make the profile anew from your last backup, in \
             another folder: {}.",
            damage::RESTORE
        ))
    }

    /// The store refuses.
    fn unkept(text: &str) -> Self {
        Self::Storage(format!(
            "{text} Nothing of this command was kept; what was there before is safe. See that the disk has room and can be \
             written, and try again."
        ))
    }

    fn of_core(error: &CoreError) -> Self {
        let text = sentence(&advised(&error.to_string(), error.advice()));
        match (error, error.kind()) {
            (CoreError::Store(StoreError::Damaged { .. }), _) => Self::damaged(&text),
            (CoreError::Store(_), _) | (_, Kind::Retry) => Self::unkept(&text),
            (_, Kind::Refused) => Self::Refused(text),
            (_, Kind::Invalid) => Self::Invalid(text),
            (_, Kind::Bug) => Self::Bug(format!(
                "{text} This is a mistake in Kith; nothing was kept."
            )),
        }
    }
}

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Profile(error) => Self::of_profile(&error),
            ClientError::Core(error) => Self::of_core(&error),
            ClientError::Entropy(error) => Self::Bug(sentence(&error.to_string())),
        }
    }
}

/// Nothing was said yet when a file was refused.
impl From<AttachError> for CommandError {
    fn from(error: AttachError) -> Self {
        let text = sentence(&format!("{error}; nothing was sent"));
        match error {
            AttachError::Folder { .. } => Self::Storage(text),
            AttachError::Unreadable { .. }
            | AttachError::NoFile(_)
            | AttachError::Changed(_)
            | AttachError::TooLarge { .. }
            | AttachError::GivenUp(_)
            | AttachError::Name { .. } => Self::Invalid(text),
        }
    }
}

impl From<SaveError> for CommandError {
    fn from(error: SaveError) -> Self {
        let text = sentence(&format!("{error}; nothing was saved"));
        match error {
            SaveError::NoFolder(_) | SaveError::GivenUp => Self::Invalid(text),
            SaveError::Missing
            | SaveError::Damaged
            | SaveError::Sealed(_)
            | SaveError::Folder { .. } => Self::Storage(text),
        }
    }
}

impl From<BackupFailure> for CommandError {
    fn from(error: BackupFailure) -> Self {
        let text = sentence(&error.to_string());
        match error {
            BackupFailure::Occupied(_)
            | BackupFailure::NoBackup(_)
            | BackupFailure::Unfinished(_)
            | BackupFailure::OtherProfile(_)
            | BackupFailure::LastNumber(_)
            | BackupFailure::Newer { .. }
            | BackupFailure::GivenUp
            | BackupFailure::Damaged { .. } => Self::Invalid(text),
            BackupFailure::WrongPhrase(_) => Self::Locked(text),
            BackupFailure::Unverified(_) | BackupFailure::Folder { .. } => Self::Storage(text),
            BackupFailure::Profile(error) => error.into(),
            BackupFailure::Core(error) => error.into(),
            BackupFailure::Client(error) => error.into(),
            BackupFailure::Entropy(_) => Self::Bug(text),
        }
    }
}

/// Only printing results fails without a word of its own, and then what was asked is done.
impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        Self::Storage(format!(
            "The result could not be printed ({}), but what was asked is done; look before you ask \
             again.",
            without_os_error(&error.to_string())
        ))
    }
}

impl CommandError {
    /// The store failed while homes were spoken to, after the command had kept what it was asked.
    pub(super) fn after_keeping(error: ClientError) -> Self {
        match error {
            ClientError::Core(error)
                if matches!(*error, CoreError::Store(_)) || error.kind() == Kind::Retry =>
            {
                Self::Storage(format!(
                    "{} What was done before that is kept, and what waits goes out with the next \
                     command that can: kith sync.",
                    sentence(&error.to_string())
                ))
            }
            ClientError::Core(error) if error.kind() == Kind::Bug => Self::Bug(format!(
                "{} This is a mistake in Kith. What was done before that is kept: look before you do it again.",
                sentence(&error.to_string())
            )),
            error => error.into(),
        }
    }

    /// Standard input or the terminal could not be read, before anything was done.
    pub(super) fn unread(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::Interrupted {
            return Self::Stopped;
        }
        Self::Invalid(format!(
            "What was to be typed or piped in cannot be read ({}); nothing was done.",
            without_os_error(&error.to_string())
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_the_exit_code_of_the_contract_also_where_another_process_says_it() {
        for (code, kind) in [
            (1, "bug"),
            (2, "usage"),
            (3, "refused"),
            (4, "unreachable"),
            (5, "invalid"),
            (6, "locked"),
            (7, "storage"),
        ] {
            let error = CommandError::of_kind(kind, "Something is the matter.".into());
            assert_eq!((error.exit_code(), error.kind()), (code, kind));
        }
        assert_eq!(CommandError::of_kind("else", String::new()).exit_code(), 1);
    }
}
