//! `bench-peers`: other servers of messages under the loads of the crate `load`, so that a home's figures have
//! something to stand beside. Started by `cargo xtask bench`; prints JSON, one object a line. Nothing here is
//! shipped.

mod description;
mod ejabberd;
mod matrix;
mod nats;
mod peers;
mod prosody;
mod relay;
mod synapse;
mod text_connection;
mod xmpp;

use clap::{Args, Parser, Subcommand, ValueEnum};
use load::{LoadError, Suite};
use peers::PeerName;
use relay::RelayError;
use serde_json::Value;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::runtime::Builder;

/// Measures servers of messages other than a home.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve as the bare relay.
    Relay {
        /// The folder of its messages.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where it listens.
        #[arg(long, value_name = "ADDR")]
        listen: SocketAddr,
    },
    /// Say which peers there are, and which of them are installed.
    Peers,
    /// Measure one peer.
    Measure(Measure),
}

#[derive(Debug, Args)]
struct Measure {
    #[arg(value_name = "PEER")]
    peer: PeerName,
    /// Below which folder the peer's data lie meanwhile.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Seconds of each load.
    #[arg(long, value_name = "S", default_value_t = 6.0)]
    secs: f64,
    /// Connections that are online and idle.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    idle: usize,
    /// Pairs in the load of many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pairs: usize,
    /// Do not count syncs (needs strace).
    #[arg(long)]
    no_syncs: bool,
}

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
enum BenchError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Relay(#[from] RelayError),
    #[error("the system refuses {what}: {source}")]
    System {
        what: &'static str,
        source: std::io::Error,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody to tell it to if standard error is gone too.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), BenchError> {
    match command {
        Command::Relay { data, listen } => {
            let runtime = threads(Builder::new_multi_thread().enable_all().build())?;
            Ok(runtime.block_on(relay::serve(&data, listen))?)
        }
        Command::Peers => PeerName::value_variants().iter().try_for_each(|peer| {
            let name = peer.to_possible_value();
            let name = name.as_ref().map_or("", |value| value.get_name());
            print(&peer.describe().to_json(name))
        }),
        Command::Measure(asked) => {
            let folder = asked.folder.join(format!("peer-{}", std::process::id()));
            let suite = Suite {
                folder: folder.clone(),
                seconds: asked.secs,
                idle: asked.idle,
                pairs: asked.pairs,
                open_loads: true,
                syncs: !asked.no_syncs,
            };
            // One thread, so that a load takes the server at most one core.
            let runtime = threads(Builder::new_current_thread().enable_all().build())?;
            let figures = runtime.block_on(asked.peer.measure(suite));
            // A temporary folder that stays behind is no loss.
            let _ = std::fs::remove_dir_all(&folder);
            print(&figures?)
        }
    }
}

fn threads(
    built: std::io::Result<tokio::runtime::Runtime>,
) -> Result<tokio::runtime::Runtime, BenchError> {
    let what = "threads";
    built.map_err(|source| BenchError::System { what, source })
}

fn print(figures: &Value) -> Result<(), BenchError> {
    let what = "standard output";
    writeln!(std::io::stdout(), "{figures}").map_err(|source| BenchError::System { what, source })
}
