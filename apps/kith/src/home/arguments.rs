//! The arguments of `kith home` and `kith home invite`.

use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// `kith home …`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HomeArguments {
    #[command(flatten)]
    pub(super) serve: Serve,
    #[command(subcommand)]
    pub(super) command: Option<HomeCommand>,
}

/// How to run a home.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8440")]
    pub(super) listen: SocketAddr,
    /// The home's folder [default: in the platform's data folder].
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The address by which others reach the home, https://example.org.
    #[arg(long, value_name = "PUBLIC_URL")]
    pub(super) url: Option<String>,
    /// Let whoever reaches the home open an inbox; else a home invitation is needed.
    #[arg(long)]
    pub(super) open: bool,
    /// Connections at once; fewer where the system gives fewer open files.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(super) max_connections: usize,
}

#[derive(Debug, Subcommand)]
pub(super) enum HomeCommand {
    /// Make an invitation that lets somebody open an inbox at this home.
    Invite(Invite),
}

/// What an invitation allows.
#[derive(Debug, Args)]
pub(super) struct Invite {
    /// How many inboxes it admits.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) uses: u32,
    /// How long it is good for.
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = crate::duration::seconds)]
    pub(super) expires: u64,
    /// The home's folder [default: in the platform's data folder].
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}
