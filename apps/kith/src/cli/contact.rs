//! `kith contact list` and `kith contact verify`

use client::client_core::ContactView;
use serde_json::{Value, json};

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::profile;
use super::resolve::{Candidate, resolve};
use crate::output::Output;
use crate::printable::printable_line;

/// Everybody known, with the number to compare.
pub(super) fn list(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    for contact in client.engine().contacts()? {
        output.result(
            &line(&contact),
            format_args!(
                "{}  {}\n{}",
                contact.id,
                printable_line(&contact.name),
                contact.safety
            ),
        )?;
    }
    Ok(())
}

/// Notes that a safety number was compared. At a terminal it is shown and asked for; without one it is taken as
/// compared, because whoever writes the script says so.
pub(super) async fn verify(
    typed: &str,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let candidates = client.engine().contacts()?.into_iter();
    let candidates = candidates.map(|contact| Candidate {
        id: contact.id.to_string(),
        name: contact.name.clone(),
        value: contact,
    });
    let mut contact = resolve("contact", typed, candidates.collect())?;
    if output.is_terminal() && !is_the_same(&contact, output).await? {
        return Err(CommandError::Invalid(format!(
            "The number is not the same, or was not compared; {} stays as they were. If it differs, \
             somebody stands between you: tell them by another way.",
            contact.name
        )));
    }
    client.act(|engine, now| engine.verify(now, contact.id))?;
    contact.verified = true;
    output.result(
        &line(&contact),
        format_args!("{} is who you compared the number with.", contact.name),
    )?;
    Ok(())
}

async fn is_the_same(contact: &ContactView, output: Output<'_>) -> Result<bool, CommandError> {
    let question = format!(
        "{}\nDoes {} read the same number to you, or see it in the same room? [y/N] ",
        contact.safety,
        printable_line(&contact.name)
    );
    let answer = output.ask(&question).await;
    let answer = answer.map_err(|error| CommandError::unread(&error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn line(contact: &ContactView) -> Value {
    json!({
        "contact": contact.id.to_string(),
        "name": contact.name,
        "persona": contact.persona.to_string(),
        "safety": contact.safety,
        "verified": contact.verified,
    })
}
