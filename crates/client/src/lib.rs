//! Kith's client for native programs: a profile folder, real connections, real clocks, around the
//! sans-IO engine of `client_core`.
//!
//! ```no_run
//! # async fn example() -> Result<(), client::ClientError> {
//! use client::{Client, Profile};
//! use std::time::Duration;
//!
//! let profile = Profile::open("/home/ada/.local/share/kith".as_ref(), None, Duration::from_secs(10))?;
//! let mut client = Client::start(profile)?;
//! let conversation = client.engine().conversations()?[0].id;
//! client.act(|engine, now| engine.send(now, conversation, "hello"))?;
//! client.step(Duration::from_secs(1)).await?;
//! # Ok(())
//! # }
//! ```

mod attaching;
mod backup;
mod carrying;
mod clock;
mod error;
mod hide;
mod lock;
mod new_profile;
mod passphrase;
mod profile;
mod reading;
mod reseal;
mod running;
mod safe_name;
mod saving;
mod sealed_files;
mod shared;
mod slot;
mod transport;

pub use self::backup::{BackedUp, BackupFailure, Restored};
pub use ::backup::{Phrase, PhraseError};
pub use attaching::AttachError;
pub use client_core;
pub use error::ClientError;
pub use profile::{Profile, ProfileError, ProfileLock};
pub use protocol;
pub use running::Client;
pub use safe_name::safe_name;
pub use saving::SaveError;
pub use shared::{Driver, Session, SharedClient};
pub use slot::Slot;
