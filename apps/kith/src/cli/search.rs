//! `kith search …`

use super::alike::Alike;
use super::arguments::{ProfileArguments, Search};
use super::error::CommandError;
use super::{conversation, profile, show};
use crate::output::Output;

/// Prints what was found, best first. Nothing is marked as read.
pub(super) async fn run(
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
    let folder = profile::folder(arguments)?;
    let found = client
        .engine()
        .search(&search.query, conversation, search.limit)?;
    for (of, item) in found {
        let mut line = show::line(&item);
        if let Some(line) = line.as_object_mut() {
            line.insert("conversation".to_owned(), of.to_string().into());
        }
        let printing = output.heard(&line, show::text(&item, &own));
        if !arguments.desk.print(&folder, printing).await? {
            break;
        }
    }
    Ok(())
}
