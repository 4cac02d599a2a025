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
//!
//! # What a client is
//!
//! A [`Profile`] is a folder that one process holds at a time. A [`Client`] is a profile at work: it keeps connections to
//! the homes of the profile's names. There are three things to do with it:
//!
//! - **Look**, with [`Client::engine`]: conversations, items, contacts, invitations, as plain values. Looking needs no
//!   home and waits for nothing.
//! - **Act**, with [`Client::act`]: the closure gets the engine and the time. One act is one transaction; when `act`
//!   returns, what was done is durable *here*. An act never waits for a home. Nothing that failed is half done.
//! - **Step**, with [`Client::step`]: waits for something to happen and takes it in. What homes say is heard by nobody
//!   else, so a program steps for as long as it lives, with whatever longest wait suits it.
//!
//! [`Client::step`] may be given up before its end (in `tokio::select!`, say): nothing is lost.
//!
//! # Events
//!
//! A step returns [`Event`](client_core::Event)s: what there is to know of it. They are hints for whoever shows or does
//! something, and not the truth: the truth is in the profile and is there after a crash, events are not. So act upon what
//! the engine shows, and let events say when to look. `Received` and `Changed` name what is new in a conversation, `Stored`
//! says that a home has an item for good, `Unreachable` and `Distrusted` say why something waits, `Halted` that it waits
//! in vain. Match with a last arm for all others: new ones come.
//!
//! # Errors
//!
//! | error | what it means | what to do |
//! |---|---|---|
//! | [`ClientError::Core`] of kind [`Retry`](client_core::Kind::Retry) | the store could not keep it (a full disk); nothing of the act is kept | say so, wait, do it again |
//! | of kind [`Refused`](client_core::Kind::Refused) | a home or a rule says no | say so; asking again gives the same answer |
//! | of kind [`Invalid`](client_core::Kind::Invalid) | what was given does not hold or does not exist | say so to whoever gave it |
//! | of kind [`Bug`](client_core::Kind::Bug) | a mistake of ours, or a damaged profile | end; do not write over anything |
//! | [`ClientError::Profile`] | the profile does not open; [`ProfileError`] says of each case whether it is locked, busy, missing or damaged | ask for the passphrase, wait for the other process, or end |
//! | [`ClientError::Entropy`] | the system gives no randomness | end |
//!
//! A home that does not answer is no error: what was asked is kept and goes out by itself, and an event says so. After an
//! error of a step the connections are made anew with the next ones. Each error says itself in a sentence for people; never
//! tell errors apart by their text. What there is to do next, for which each program has words of its own, is
//! [`CoreError::advice`](client_core::CoreError::advice).
//!
//! # Files and backups
//!
//! [`Client::attach`] seals a file into the profile before anything is said of it; its attachment goes into a `Draft`, or back by
//! [`Client::discard`]. [`Client::save`] writes what came, once a home has brought it, under a name that does no harm and
//! over nothing. [`Client::back_up`] writes the profile into a folder, and [`Profile::restore`] makes a new device out
//! of it: never go on with the old one. These read and write files while they are called, and the engine waits for them.
//!
//! # Several at once
//!
//! [`Client::share`] makes one client several that use it in one thread: a [`Driver`] that has to run for as long as
//! anybody uses the client, and a [`SharedClient`] that gives out [`Session`]s. Each session looks, acts and steps on its
//! own and hears of everything. None of them is `Send`: run them in a `LocalSet`. Let go of what [`Session::engine`] lends
//! before you act or wait, or the act finds it lent and panics.
//!
//! Other *processes* are kept out of a profile while a client lives ([`ProfileError::Busy`]); the program `kith` does their
//! commands for them, which is no part of this crate.
//!
//! # Examples
//!
//! `examples/echo_bot.rs` answers, `examples/from_standard_input.rs` is a bridge, `examples/archiver.rs` goes on where it
//! stopped. What of all this is promised, and how versions go, stands in the crate's `README.md`.

mod aside;
mod attached;
mod attaching;
mod backup;
mod carrying;
mod clock;
mod error;
mod hide;
mod lock;
mod new_profile;
mod opening;
mod passphrase;
mod profile;
mod read_only;
mod reading;
mod reseal;
mod running;
mod saving;
mod seal_file;
mod sealed_files;
mod shared;
mod slot;
mod transport;
mod unnamed;

pub use self::backup::{BackedUp, BackupFailure, Restored};
pub use ::backup::zip::FOLDER as ZIPPED_BACKUP_FOLDER;
pub use ::backup::{DESCRIPTION_FILE as BACKUP_DESCRIPTION_FILE, Phrase, PhraseError};
pub use attached::Attached;
pub use attaching::AttachError;
pub use client_core;
pub use error::ClientError;
pub use legible::safe_name;
pub use opening::ProfileLock;
pub use profile::{Profile, ProfileError};
pub use protocol;
pub use read_only::ReadOnly;
pub use running::Client;
pub use saving::SaveError;
pub use shared::{Driver, Session, SharedClient};
pub use slot::Slot;
