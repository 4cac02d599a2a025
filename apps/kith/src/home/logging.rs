//! Logs for the operator, on standard error: events and counters, and never a person, key, id or
//! address.
//!
//! What libraries would say about frames and peers is dropped whatever `RUST_LOG` asks for.

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT: &str = "warn,kith=info";
/// The crates whose events are written with that rule in mind.
const OURS: [&str; 3] = ["kith", "home_core", "home_store"];

/// Starts logging, once for the process.
pub(super) fn start() {
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let ours = filter_fn(|event| {
        let crate_name = event.target().split("::").next();
        crate_name.is_some_and(|name| OURS.contains(&name))
    });
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(ours);
    // Whoever embeds this may have a subscriber already; theirs stays then.
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(wanted)
        .try_init();
}
