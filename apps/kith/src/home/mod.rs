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
mod app;
mod arguments;
mod blobs;
mod card;
mod check;
mod config;
mod copies;
mod descriptors;
mod erase;
mod error;
mod health;
mod identity;
mod invite;
mod limits;
mod logging;
mod metrics;
mod outgoing;
mod page;
mod private_file;
mod routes;
mod sending;
mod server;
mod shutdown;
mod socket;
mod tls;
mod visit;
mod waiting;
mod wire;
mod writer;

pub use arguments::HomeArguments;
pub use error::HomeCommandError;

use crate::output::{self, Output};
use arguments::HomeCommand;
use clap::ArgMatches;

/// Runs `kith home` until it is asked to stop, or one of its commands. `matches` are those of
/// `kith home`, from which it is seen what was said by a flag and what by the environment.
///
/// # Errors
/// [`HomeCommandError`] with its exit code.
pub fn run(
    arguments: HomeArguments,
    matches: &ArgMatches,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    let matches = matches.subcommand().map_or(matches, |(_, inner)| inner);
    match arguments.command {
        Some(HomeCommand::Invite(invite)) => {
            invite::invite(&config::data_folder(&invite.place)?, &invite, output)
        }
        Some(HomeCommand::Erase(erase)) => {
            erase::erase(&config::data_folder(&erase.place)?, &erase.what, output)
        }
        Some(HomeCommand::Check(given)) => check::check(&config::config(&given, matches)?, output),
        Some(HomeCommand::Config(given)) => config::show(&given, matches, output),
        None => {
            logging::start();
            server::serve(&config::config(&arguments.given, matches)?, output)
        }
        Some(HomeCommand::Backup(backup)) => {
            copies::backup(&config::data_folder(&backup.place)?, &backup, output)
        }
        Some(HomeCommand::Restore(restore)) => {
            copies::restore(&config::data_folder(&restore.place)?, &restore, output)
        }
    }
}
