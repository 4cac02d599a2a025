//! The arguments of `kith home` and its commands.

use super::config::{Given, Place};
use clap::{Args, Subcommand};
use protocol::id::{InboxId, LogId};
use std::path::PathBuf;

/// `kith home …`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HomeArguments {
    #[command(flatten)]
    pub(super) given: Given,
    #[command(subcommand)]
    pub(super) command: Option<HomeCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum HomeCommand {
    /// Make an invitation that lets somebody open an inbox at this home.
    Invite(Invite),
    /// Print what is in force, and where each value comes from; starts nothing.
    Config(Given),
    /// Copy the home, while it runs or not, into a new folder.
    Backup(Backup),
    /// Make a home anew from a backup, verified, into an empty folder.
    Restore(Restore),
    /// Erase an inbox or a log for good, at a home that does not run.
    Erase(Erase),
    /// Look through all that the home holds, while it runs or not; changes nothing.
    #[command(mut_args(super::check::show_if_used))]
    Check(Given),
}

/// What an invitation allows.
#[derive(Debug, Args)]
pub(super) struct Invite {
    /// How many inboxes it admits.
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) uses: u32,
    /// How long it is good for.
    #[arg(long, value_name = "TIME", default_value = "7d", allow_hyphen_values = true, value_parser = crate::duration::seconds)]
    pub(super) expires: u64,
    #[command(flatten)]
    pub(super) place: Place,
}

/// Where a backup goes.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The backup's folder, which must not exist. It will hold the home's key.
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) place: Place,
}

/// Which backup goes where.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup's folder.
    #[arg(long, value_name = "FOLDER")]
    pub(super) from: PathBuf,
    /// The home's folder must be empty or not there yet.
    #[command(flatten)]
    pub(super) place: Place,
}

/// What is erased.
#[derive(Debug, Args)]
pub(super) struct Erase {
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) place: Place,
}

/// One of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct What {
    /// The inbox's id, 32 hexadecimal digits.
    #[arg(long, value_name = "ID", value_parser = super::erase::inbox)]
    pub(super) inbox: Option<InboxId>,
    /// The log's id, 32 hexadecimal digits.
    #[arg(long, value_name = "ID", value_parser = super::erase::log)]
    pub(super) log: Option<LogId>,
}
