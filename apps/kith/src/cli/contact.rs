//! `kith contact list` and `kith contact verify`

use client::client_core::ContactView;
use serde_json::{Value, json};
use std::io::{self, IsTerminal as _, Write as _};

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::profile;
use super::resolve::{Candidate, resolve};
use crate::output::Output;
use crate::printable::printable_line;

/// Everybody known, with the number to compare.
pub(super) fn list(arguments: &ProfileArguments, output: Output) -> Result<(), CommandError> {
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
pub(super) fn verify(
    typed: &str,
    arguments: &ProfileArguments,
    output: Output,
) -> Result<(), CommandError> {
    let mut client = profile::look(arguments)?;
    let candidates = client.engine().contacts()?.into_iter();
    let candidates = candidates.map(|contact| Candidate {
        id: contact.id.to_string(),
        name: contact.name.clone(),
        value: contact,
    });
    let mut contact = resolve("contact", typed, candidates.collect())?;
    if io::stdin().is_terminal() && !is_the_same(&contact)? {
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

fn is_the_same(contact: &ContactView) -> Result<bool, CommandError> {
    let mut err = io::stderr().lock();
    let asked = write!(
        err,
        "{}\nDoes {} read the same number to you, or see it in the same room? [y/N] ",
        contact.safety, contact.name
    );
    let mut answer = String::new();
    asked
        .and_then(|()| err.flush())
        .and_then(|()| io::stdin().read_line(&mut answer))
        .map_err(|error| CommandError::unread(&error))?;
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
