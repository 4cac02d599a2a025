//! `kith bench`: measures, and prints one JSON line.

mod append;
mod blob;
mod client;
mod client_part;
mod cold_start;
mod filling;
mod home;
mod home_client;
mod latency;
mod quiet;
mod requests;
mod store;

use crate::output::Output;
use ::client::ClientError;
use clap::{Args, Subcommand};
use client_store::StoreError;
use load::{LoadError, Suite};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tokio::runtime::{Builder, Runtime};

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
    /// Measure what an append costs as the store grows, in one log and over ten thousand.
    Append(Grown),
    /// Measure how soon a home that holds entries greets.
    ColdStart(Started),
    /// Measure a quiet log, alone and while another is flooded.
    Quiet(Timed),
    /// Measure the latency at 200 messages a second beside that of one commit of SQLite.
    Latency(Timed),
    /// Measure two clients at a home on loopback: sending what is queued, catching up on what was missed.
    Client(BenchClient),
    /// Measure a profile with many items: showing the last, finding a rare word.
    Store(BenchStore),
    /// One part of a client's measurement, in a process of its own.
    #[command(hide = true)]
    ClientPart {
        /// Which.
        part: client_part::Part,
        /// The profile.
        folder: PathBuf,
        /// How many.
        count: u64,
    },
    /// Measure a large blob, put and had, beside cp and a sync of the same file.
    Blob(Large),
}

#[derive(Debug, Args)]
struct Large {
    /// Bytes of content.
    #[arg(long, value_name = "N", default_value_t = 1 << 30)]
    bytes: u64,
    /// How often; the figures are medians.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Grown {
    /// Entries in the store at the end of each series.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    entries: u32,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Started {
    /// Entries that the home holds.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    entries: u32,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct BenchClient {
    /// Texts in the queue.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    queued: u64,
    /// Texts to catch up on, in whole queues.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    missed: u64,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct BenchStore {
    /// Items in the profile.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    items: u64,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Timed {
    /// Seconds of each load.
    #[arg(long, value_name = "S", default_value_t = 6.0)]
    secs: f64,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Place {
    /// Below which folder the home's data lie meanwhile; one in memory leaves the disk out [default: the system's
    /// for what is temporary].
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
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
    #[command(flatten)]
    place: Place,
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
    /// A client failed.
    #[error("{0}; nothing was measured")]
    Client(#[from] ClientError),
    /// A profile cannot be filled.
    #[error("{0}; nothing was measured")]
    Profile(#[from] StoreError),
    /// The system refuses something.
    #[error("the system refuses {what}: {source}; nothing was measured")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What it said.
        source: std::io::Error,
    },
}

impl BenchError {
    /// The exit code and the kind with `--json`: what the system refuses is no mistake of ours.
    pub const fn code_and_kind(&self) -> (u8, &'static str) {
        match self {
            Self::System { .. } | Self::Profile(_) | Self::Load(LoadError::System { .. }) => {
                (7, "storage")
            }
            Self::Load(LoadError::Start { .. }) => (5, "invalid"),
            Self::Load(_) | Self::Client(_) => (1, "bug"),
        }
    }
}

/// Runs one measurement.
///
/// # Errors
/// [`BenchError`] with its exit code.
pub fn run(arguments: BenchArguments, output: Output<'_>) -> Result<(), BenchError> {
    let place = match &arguments.command {
        BenchCommand::Home(home) => &home.place,
        BenchCommand::Append(grown) => &grown.place,
        BenchCommand::ColdStart(started) => &started.place,
        BenchCommand::Quiet(timed) | BenchCommand::Latency(timed) => &timed.place,
        BenchCommand::Blob(large) => &large.place,
        BenchCommand::Client(client) => &client.place,
        BenchCommand::Store(store) => &store.place,
        BenchCommand::ClientPart { .. } => &Place { folder: None },
    };
    let below = place.folder.clone().unwrap_or_else(std::env::temp_dir);
    let folder = below.join(format!("kith-bench-{}", std::process::id()));
    let system = |what| move |source| BenchError::System { what, source };
    // What an earlier run left is not measured again.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(system("the folder of the data"))?;
    let figures = figures(arguments.command, &folder);
    // A temporary folder that stays behind is no loss.
    let _ = std::fs::remove_dir_all(&folder);
    print(&figures?, output)
}

fn print(figures: &Value, output: Output<'_>) -> Result<(), BenchError> {
    let printed = output.result(figures, figures);
    printed.map_err(|source| BenchError::System {
        what: "standard output",
        source,
    })
}

fn figures(command: BenchCommand, folder: &Path) -> Result<Value, BenchError> {
    let runtime = runtime()?;
    match command {
        BenchCommand::Home(home) => {
            let suite = Suite {
                folder: folder.to_owned(),
                seconds: home.secs,
                idle: home.idle,
                pairs: usize::from(home.pairs),
                open_loads: !home.saturated_only,
                syncs: !home.no_syncs,
            };
            let mut peer = home::KithHome::new();
            Ok(runtime.block_on(load::measure(&mut peer, &suite))?)
        }
        BenchCommand::Append(grown) => append::measure(folder, grown.entries as usize),
        BenchCommand::ColdStart(started) => {
            let entries = started.entries as usize;
            runtime.block_on(cold_start::measure(folder, entries))
        }
        BenchCommand::Quiet(timed) => runtime.block_on(quiet::measure(folder, timed.secs)),
        BenchCommand::Latency(timed) => runtime.block_on(latency::measure(folder, timed.secs)),
        BenchCommand::Client(client) => {
            runtime.block_on(client::measure(folder, client.queued, client.missed))
        }
        BenchCommand::Store(store) => store::measure(folder, store.items),
        BenchCommand::ClientPart {
            part,
            folder,
            count,
        } => {
            let figures = runtime.block_on(client_part::run(part, &folder, count))?;
            serde_json::to_value(figures).map_err(|error| LoadError::answer("a part", error).into())
        }
        BenchCommand::Blob(large) => {
            let load = blob::BlobLoad {
                folder: folder.to_owned(),
                bytes: large.bytes,
                runs: large.runs,
            };
            Ok(runtime.block_on(blob::measure(&load))?)
        }
    }
}

/// One thread, so that a load takes the home at most one core.
fn runtime() -> Result<Runtime, BenchError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|source| BenchError::System {
        what: "threads",
        source,
    })
}
