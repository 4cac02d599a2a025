//! `kith versions …`

use client::client_core::VersionView;
use serde_json::json;

use super::arguments::{ProfileArguments, Versions};
use super::error::CommandError;
use super::show::{indented, moment, timestamp};
use super::{item, profile};
use crate::output::Output;

/// Prints all versions of a text, the first one first. Nothing is marked as read.
pub(super) fn run(
    versions: &Versions,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let (item, _) = item::find(&client, &versions.item)?;
    for version in client.engine().versions(item)? {
        let line = json!({
            "item": item.to_string(),
            "version": version.number,
            "author": version.author,
            "mine": version.mine,
            "at": timestamp(version.at_ms).to_string(),
            "text": version.text,
            "note": version.note,
        });
        output.result(&line, text(&version))?;
    }
    Ok(())
}

/// One version for people.
fn text(version: &VersionView) -> String {
    let mut lines = vec![format!(
        "{}  {}  version {}",
        moment(version.at_ms),
        legible::name(&version.author),
        version.number
    )];
    if let Some(note) = &version.note {
        lines.push(format!("  note: {}", legible::line(note)));
    }
    lines.push(indented(&legible::text(&version.text)));
    lines.push(String::new());
    lines.join("\n")
}
