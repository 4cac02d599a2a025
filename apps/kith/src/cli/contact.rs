//! `kith contact list`

use serde_json::json;

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::profile;
use crate::output::Output;

/// Everybody known, with the number to compare.
pub(super) fn list(arguments: &ProfileArguments, output: Output) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    for contact in client.engine().contacts()? {
        output.result(
            &json!({
                "contact": contact.id.to_string(),
                "name": contact.name,
                "persona": contact.persona.to_string(),
                "safety": contact.safety,
                "verified": contact.verified,
            }),
            format_args!("{}  {}\n{}", contact.id, contact.name, contact.safety),
        )?;
    }
    Ok(())
}
