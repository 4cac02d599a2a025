//! `kith home`: the driver of a home. Sockets, files, the clock and the operating system's
//! randomness are here; every decision is in `home_core`, every table in `home_store`.
//!
//! | thread or task | does | talks to the next through |
//! |---|---|---|
//! | one task for each connection | frames, first stage (`home_core::admit`), pings | a bounded channel |
//! | one writer thread | second stage (`home_core::Home`), group commit | a bounded queue for each connection |
//!
//! [`run`] is the whole command; `main` prints its error and exits with its code.

mod accept;
mod arguments;
mod descriptors;
mod error;
mod identity;
mod invite;
mod logging;
mod outgoing;
mod page;
mod server;
mod shutdown;
mod socket;
mod visit;
mod writer;

pub use arguments::HomeArguments;
pub use error::HomeCommandError;

use crate::output::{self, Output};
use arguments::HomeCommand;
use std::path::PathBuf;

/// Runs `kith home` until it is asked to stop, or `kith home invite`.
///
/// # Errors
/// [`HomeCommandError`] with its exit code.
pub fn run(arguments: HomeArguments, output: Output) -> Result<(), HomeCommandError> {
    let HomeArguments { serve, command } = arguments;
    match command {
        Some(HomeCommand::Invite(invite)) => {
            let data = invite.data.clone().or_else(|| serve.data.clone());
            invite::invite(&data_folder(data)?, &invite, output)
        }
        None => server::serve(&data_folder(serve.data.clone())?, &serve, output),
    }
}

/// The folder that was named, else the platform's.
fn data_folder(named: Option<PathBuf>) -> Result<PathBuf, HomeCommandError> {
    named
        .or_else(|| {
            directories::ProjectDirs::from("", "", "kith")
                .map(|directories| directories.data_dir().join("home"))
        })
        .ok_or(HomeCommandError::NoDataFolder)
}
