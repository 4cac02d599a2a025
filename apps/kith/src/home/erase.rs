//! `kith home erase`: for whoever runs the home, at a home that does not run, so that nothing in a running
//! home's memory is about rows that are gone.

use super::arguments::What;
use super::error::HomeCommandError;
use super::output::Output;
use home_core::LogStore;
use home_core::inbox_store::{AdmissionStore, InboxStore};
use home_store::{HomeFolder, OpenError, Standing};
use protocol::id::{InboxId, LogId};
use serde_json::json;
use std::path::Path;

/// Rows that are erased in one transaction.
const ROWS: usize = 256;

/// Not an id.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("an id of 32 hexadecimal digits is needed")]
pub(super) struct IdError;

fn id(text: &str) -> Result<[u8; 16], IdError> {
    data_encoding::HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(IdError)
}

/// Reads an inbox's id.
pub(super) fn inbox(text: &str) -> Result<InboxId, IdError> {
    id(text).map(InboxId::new)
}

/// Reads a log's id.
pub(super) fn log(text: &str) -> Result<LogId, IdError> {
    id(text).map(LogId::new)
}

/// Erases everything of it but its id.
///
/// # Errors
/// [`HomeCommandError`]; what a failure left is erased by the home when it runs.
pub(super) fn erase(
    folder: &Path,
    what: &What,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    if Standing::of(folder)? == Standing::Nothing {
        return Err(OpenError::Missing {
            folder: folder.to_owned(),
        }
        .into());
    }
    let held = HomeFolder::lock(folder)?;
    let name = if let Some(inbox) = &what.inbox {
        erase_inbox(&held, inbox)?;
        "inbox"
    } else if let Some(log) = &what.log {
        erase_log(&held, log)?;
        "log"
    } else {
        return Ok(());
    };
    output
        .result(
            &json!({ "erased": name }),
            format_args!("The {name} is erased; backups from before still hold it."),
        )
        .map_err(|source| HomeCommandError::System {
            what: "standard output",
            source,
        })
}

fn erase_inbox(home: &HomeFolder, inbox: &InboxId) -> Result<(), HomeCommandError> {
    let mut inboxes = home.inboxes()?;
    let found = inboxes.inbox(inbox)?;
    let found = found.ok_or(HomeCommandError::NotHere { what: "inbox" })?;
    inboxes.erase_inbox(found.row)?;
    inboxes.commit()?;
    while inboxes.erase_some(ROWS)? {
        inboxes.commit()?;
    }
    Ok(inboxes.commit()?)
}

fn erase_log(home: &HomeFolder, log: &LogId) -> Result<(), HomeCommandError> {
    let mut logs = home.logs()?;
    if !logs.exists(log)? {
        return Err(HomeCommandError::NotHere { what: "log" });
    }
    logs.lapse(log)?;
    logs.commit()?;
    while logs.erase_lapsed(ROWS)? {
        logs.commit()?;
    }
    Ok(logs.commit()?)
}
