//! When to stop: SIGINT, SIGTERM, or the store.

use super::error::HomeCommandError;
use std::io;

/// Ends at the first signal that asks the process to stop. From the call on signals are heard, SIGHUP too, which
/// would end the process if nobody heard it.
///
/// # Errors
/// [`HomeCommandError::System`] if signals cannot be heard.
#[cfg(unix)]
pub(super) fn asked() -> Result<impl Future<Output = ()>, HomeCommandError> {
    use tokio::signal::unix::{SignalKind, signal};
    let refused = |source: io::Error| HomeCommandError::System {
        what: "to tell of signals",
        source,
    };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
    let hung_up = hung_up();
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = stay_when(hung_up) => {}
        }
    })
}

/// SIGHUP, by which a process is asked to read its files again.
#[derive(Debug)]
pub(super) struct HungUp {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl HungUp {
    /// Ends at the next signal.
    pub(super) async fn asked(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Goes on, however often the process is hung up.
#[cfg(unix)]
async fn stay_when(mut hung_up: HungUp) {
    loop {
        hung_up.asked().await;
    }
}

/// Hears SIGHUP from now on, where there is one and the system tells of it.
pub(super) fn hung_up() -> HungUp {
    HungUp {
        #[cfg(unix)]
        signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
    }
}

/// Ends at the first signal that asks the process to stop.
///
/// # Errors
/// Never on this platform.
#[cfg(not(unix))]
pub(super) fn asked() -> Result<impl Future<Output = ()>, HomeCommandError> {
    Ok(async {
        let _: io::Result<()> = tokio::signal::ctrl_c().await;
    })
}
