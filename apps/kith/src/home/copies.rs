//! `kith home backup` and `kith home restore`.

use super::arguments::{Backup, Restore};
use super::error::HomeCommandError;
use super::output::Output;
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;

/// Copies the home. Until this process has ended the home cannot write, so that nothing is answered
/// between the backup's end and that of the command.
///
/// # Errors
/// [`HomeCommandError::Backup`].
pub(super) fn backup(
    home: &Path,
    arguments: &Backup,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    let out = &arguments.out;
    let finished = home_store::backup(home, out).map_err(HomeCommandError::Backup)?;
    let until = moment(finished.until_ms);
    let result = json!({
        "backup": out.display().to_string(),
        "until": until,
        "bytes": finished.bytes,
        "waited_ms": finished.held_ms,
    });
    let text = format!(
        "Backup in {}, {} bytes, with everything that the home answered until {until}.\n\
         It holds the home's key: whoever has it can pass for this home. Keep it as safe as the home.",
        out.display(),
        finished.bytes
    );
    // The system lets go for us once the process is gone; and if nobody takes what is printed, so do we.
    let held = finished.held;
    std::thread::spawn(move || {
        std::thread::sleep(home_store::HOLD);
        drop(held);
    });
    printed(output.result(&result, text))
}

/// Makes the home anew.
///
/// # Errors
/// [`HomeCommandError::Restore`].
pub(super) fn restore(
    home: &Path,
    arguments: &Restore,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    let from = &arguments.from;
    let restored = home_store::restore(from, home).map_err(HomeCommandError::Restore)?;
    let until = moment(restored.until_ms);
    let result = json!({
        "restored": home.display().to_string(),
        "until": until,
        "bytes": restored.bytes,
    });
    let text = format!(
        "Home in {}, verified, as it was at {until}.\n\
         What it answered later is lost; people's devices stop where they notice.\n\
         Attachments are not in a backup: put their folder back, then run `kith home check`.",
        home.display()
    );
    printed(output.result(&result, text))
}

/// A moment as people and programs read it (RFC 3339).
fn moment(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

fn printed(printed: std::io::Result<()>) -> Result<(), HomeCommandError> {
    printed.map_err(|source| HomeCommandError::System {
        what: "standard output",
        source,
    })
}
