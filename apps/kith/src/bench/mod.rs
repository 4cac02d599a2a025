//! `kith bench`: measures, and prints one JSON line.

mod home;
mod home_client;

use crate::output::Output;
use clap::{Args, Subcommand};
use load::{LoadError, Suite, measure};
use std::path::PathBuf;

/// `kith bench …`
#[derive(Debug, Args)]
pub struct BenchArguments {
    #[command(subcommand)]
    command: BenchCommand,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Measure a home of its own on loopback: pairs of clients, one of which writes to the other.
    Home(BenchHome),
}

#[derive(Debug, Args)]
struct BenchHome {
    /// Seconds of each load.
    #[arg(long, value_name = "S", default_value_t = 6.0)]
    secs: f64,
    /// Connections that are online and idle.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    idle: usize,
    /// Pairs in the load of many.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    pairs: u16,
    /// Below which folder the home's data lie meanwhile; one in memory leaves the disk out [default: the system's
    /// for what is temporary].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Only the loads that are as fast as the home is.
    #[arg(long)]
    saturated_only: bool,
    /// Do not count syncs (needs strace).
    #[arg(long)]
    no_syncs: bool,
}

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The load failed.
    #[error("{0}; nothing was measured")]
    Load(#[from] LoadError),
    /// The system refuses something.
    #[error("the system refuses {what}: {source}; nothing was measured")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What it said.
        source: std::io::Error,
    },
}

/// Runs one measurement.
///
/// # Errors
/// [`BenchError`], exit code 1.
pub fn run(arguments: BenchArguments, output: Output) -> Result<(), BenchError> {
    let BenchCommand::Home(arguments) = arguments.command;
    let below = arguments.folder.unwrap_or_else(std::env::temp_dir);
    let folder = below.join(format!("kith-bench-{}", std::process::id()));
    let suite = Suite {
        folder: folder.clone(),
        seconds: arguments.secs,
        idle: arguments.idle,
        pairs: usize::from(arguments.pairs),
        open_loads: !arguments.saturated_only,
        syncs: !arguments.no_syncs,
    };
    let system = |what| move |source| BenchError::System { what, source };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("threads"))?;
    let mut peer = home::KithHome::new();
    let figures = runtime.block_on(measure(&mut peer, &suite));
    // A temporary folder that stays behind is no loss.
    let _ = std::fs::remove_dir_all(&folder);
    let figures = figures?;
    output
        .result(&figures, &figures)
        .map_err(system("standard output"))
}
