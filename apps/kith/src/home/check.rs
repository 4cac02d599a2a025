//! `kith home check`.

use super::error::HomeCommandError;
use super::output::Output;
use home_store::Report;
use serde_json::json;
use std::path::Path;

/// Says what is wrong, a line each, and what there is.
///
/// # Errors
/// [`HomeCommandError::Wrong`] if anything is.
pub(super) fn check(folder: &Path, output: Output) -> Result<(), HomeCommandError> {
    let report = home_store::check(folder)?;
    say(&report, output).map_err(|source| HomeCommandError::System {
        what: "standard output",
        source,
    })?;
    if report.wrong > 0 {
        return Err(HomeCommandError::Wrong {
            folder: folder.to_owned(),
            wrong: report.wrong,
        });
    }
    Ok(())
}

fn say(report: &Report, output: Output) -> std::io::Result<()> {
    for wrong in &report.found {
        output.result(&json!({ "wrong": wrong }), wrong)?;
    }
    let more = report.wrong - report.found.len() as u64;
    if more > 0 && !output.json {
        output.note(format_args!("and {more} more"));
    }
    let Report {
        logs,
        entries,
        bodies,
        inboxes,
        items,
        wrong,
        ..
    } = report;
    output.result(
        &json!({
            "logs": logs,
            "entries": entries,
            "bodies": bodies,
            "inboxes": inboxes,
            "items": items,
            "wrong_in_all": wrong,
        }),
        format_args!(
            "{logs} logs with {entries} entries ({bodies} with their bodies), {inboxes} inboxes with \
             {items} items; {wrong} things wrong"
        ),
    )
}
