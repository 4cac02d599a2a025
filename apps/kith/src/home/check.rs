//! `kith home check`.

use super::blobs::{Looked, look_through};
use super::config::Config;
use super::error::HomeCommandError;
use super::output::Output;
use crate::counted::counted;
use clap::Arg;
use home_store::Report;
use serde_json::json;

/// What of a home's configuration says where its data is. The rest is taken as well, since whoever looks through a home may
/// give what it is started with, but has no effect.
const USED: [&str; 4] = ["config", "data", "blobs_folder", "blobs_bucket"];

/// Leaves in the help what has an effect.
pub(super) fn show_if_used(argument: Arg) -> Arg {
    let is_used = USED.contains(&argument.get_id().as_str());
    argument.hide(!is_used)
}

/// Says what is wrong, a line each, and what there is.
///
/// # Errors
/// [`HomeCommandError::Wrong`] if anything is.
pub(super) fn check(config: &Config, output: Output<'_>) -> Result<(), HomeCommandError> {
    let folder = &config.data;
    let report = home_store::check(folder)?;
    let blobs = look_through(folder, &config.blobs.settings(folder))?;
    say(&report, &blobs, output).map_err(|source| HomeCommandError::System {
        what: "standard output",
        source,
    })?;
    let wrong = wrong_in_all(&report, &blobs);
    if wrong > 0 {
        let folder = folder.clone();
        return Err(HomeCommandError::Wrong { folder, wrong });
    }
    Ok(())
}

fn wrong_in_all(report: &Report, blobs: &Looked) -> u64 {
    report.wrong + blobs.wrong
}

fn say(report: &Report, blobs: &Looked, output: Output<'_>) -> std::io::Result<()> {
    for wrong in report.found.iter().chain(&blobs.found) {
        output.result(&json!({ "wrong": wrong }), wrong)?;
    }
    let told = report.found.len() + blobs.found.len();
    let more = wrong_in_all(report, blobs) - told as u64;
    if more > 0 && !output.json {
        output.note(format_args!("and {more} more"));
    }
    if !blobs.at_bytes && !output.json {
        output.note(format_args!(
            "blobs lie in a bucket, and their bytes were not looked at"
        ));
    }
    let Report {
        logs,
        entries,
        bodies,
        inboxes,
        items,
        ..
    } = report;
    let (wrong, whole) = (wrong_in_all(report, blobs), blobs.blobs);
    output.result(
        &json!({
            "logs": logs,
            "entries": entries,
            "bodies": bodies,
            "inboxes": inboxes,
            "items": items,
            "blobs": whole,
            "blob_bytes_looked_at": blobs.at_bytes,
            "wrong_in_all": wrong,
        }),
        format_args!(
            "{} with {} ({bodies} with their bodies), {} with {}, {}; {} wrong",
            counted(*logs, "log", "logs"),
            counted(*entries, "entry", "entries"),
            counted(*inboxes, "inbox", "inboxes"),
            counted(*items, "item", "items"),
            counted(whole, "blob", "blobs"),
            counted(wrong, "thing", "things")
        ),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_help_lists_what_it_uses_and_nothing_else_of_a_home() {
        let mut command = crate::help::command();
        command.build();
        let home = command.find_subcommand_mut("home").unwrap();
        let check = home.find_subcommand_mut("check").unwrap();
        let help = check.render_long_help().to_string();
        for shown in [
            "--config",
            "--data",
            "--blobs-folder",
            "--blobs-bucket",
            "--json",
        ] {
            assert!(help.contains(shown), "{shown}: {help}");
        }
        for hidden in [
            "--listen",
            "--blobs-max",
            "--acme",
            "--tls",
            "--keep",
            "--limits",
            "--card",
        ] {
            assert!(!help.contains(hidden), "{hidden}: {help}");
        }
    }
}
