//! How this browser's profile stands, and how it is opened.

use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// What there is before anything can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The profile.
    pub profile: Profile,
    /// Which tab has it.
    pub tab: Tab,
    /// Whether the browser promised not to throw the profile away by itself; none where it was not asked yet.
    pub persisted: Option<bool>,
    /// Whether something that matters is here and no backup was made since it came (`Backup`).
    pub needs_backup: bool,
}

/// The profile in this browser's storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// There is none.
    Missing,
    /// It is there and closed.
    Closed(Keeping),
    /// It is open.
    Open(Keeping),
    /// The browser gives no storage, or took it back. One sentence for people.
    NoStorage(String),
}

/// How a profile is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keeping {
    /// As it is: whoever reads the disk reads it.
    Plain,
    /// Sealed under a passphrase.
    Passphrase,
    /// Sealed under a passkey.
    Passkey(Passkey),
}

/// What is needed to ask the browser for the output of a passkey's pseudo-random function (WebAuthn Level 3, §10.1.4).
/// Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// What the function is asked about.
    pub salt: [u8; 32],
}

/// What opens a profile, or is to open it from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Opening {
    /// Nothing.
    Plain,
    /// A passphrase.
    Passphrase(Secret),
    /// A passkey, and the 32 bytes that its function gave.
    Passkey(Passkey, Secret),
}

/// Which tab has the profile. One has it, and works for the others until it closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    /// Nobody has, or will have, before it is opened.
    None,
    /// This one.
    This,
    /// Another.
    Other,
}
