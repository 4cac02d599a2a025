//! `kith search …`

use super::alike::Alike;
use super::arguments::{ProfileArguments, Search};
use super::error::CommandError;
use super::{conversation, profile, show};
use crate::output::Output;

/// Prints what was found, best first. Nothing is marked as read.
pub(super) fn run(
    search: &Search,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let conversation = match &search.conversation {
        Some(typed) => Some(conversation::find(&client, typed)?.id),
        None => None,
    };
    let own = Alike::own(&client)?;
    let engine = client.engine();
    for (of, item) in engine.search(&search.query, conversation, search.limit)? {
        let mut line = show::line(&item);
        if let Some(line) = line.as_object_mut() {
            line.insert("conversation".to_owned(), of.to_string().into());
        }
        output.result(&line, show::text(&item, &own))?;
    }
    Ok(())
}
