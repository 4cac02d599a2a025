//! `kith contact list | verify | block | unblock`

use client::Session;
use client::client_core::ContactView;
use serde_json::{Value, json};

use super::alike::Alike;
use super::arguments::ProfileArguments;
use super::desk::Desk;
use super::error::CommandError;
use super::profile;
use super::resolve::{Candidate, resolve};
use crate::counted::counted;
use crate::output::Output;

/// Everybody known, with the number to compare.
pub(super) fn list(arguments: &ProfileArguments, output: Output<'_>) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let contacts = client.engine().contacts()?;
    let all = Alike::among(contacts.iter().map(|one| &*one.name));
    for contact in contacts {
        output.result(
            &line(&contact),
            format_args!(
                "{}  {}{}{}{}\n{}",
                contact.id,
                legible::name(&contact.name),
                all.hint(&contact.name),
                if contact.verified { "  (compared)" } else { "" },
                if contact.blocked { "  (blocked)" } else { "" },
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
    let mut contact = find(&client, typed)?;
    // Somebody may think about the question for as long as they like.
    arguments.desk.serve(&profile::folder(arguments)?);
    if output.is_terminal() && !is_the_same(&contact, &arguments.desk, output).await? {
        return Err(CommandError::Invalid(format!(
            "The number is not the same, or was not compared; {} stays as they were. If it differs, \
             somebody stands between you: tell them by another way.",
            legible::name(&contact.name)
        )));
    }
    client.act(|engine, now| engine.verify(now, contact.id))?;
    contact.verified = true;
    output.result(
        &line(&contact),
        format_args!(
            "{} is who you compared the number with.",
            legible::name(&contact.name)
        ),
    )?;
    Ok(())
}

/// Blocks somebody under all own names. No home is spoken to.
pub(super) fn block(
    typed: &str,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let mut contact = find(&client, typed)?;
    let kept_back = client.act(|engine, now| engine.block(now, contact.id))?;
    contact.blocked = true;
    let waited = match kept_back {
        0 => String::new(),
        count => format!(
            " {}.",
            counted(
                count,
                "thing that waited for them is kept back and does not go out",
                "things that waited for them are kept back and do not go out"
            )
        ),
    };
    output.result(
        &line_with(&contact, kept_back),
        format_args!(
            "{} is blocked, under all your names. They are not told.{waited}",
            legible::name(&contact.name)
        ),
    )?;
    Ok(())
}

/// Blocks somebody no longer. No home is spoken to.
pub(super) fn unblock(
    typed: &str,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let client = profile::look(arguments)?;
    let mut contact = find(&client, typed)?;
    let kept_back = client.act(|engine, now| engine.unblock(now, contact.id))?;
    let was_blocked = std::mem::replace(&mut contact.blocked, false);
    if !was_blocked {
        let name = legible::name(&contact.name);
        output.result(
            &line_with(&contact, kept_back),
            format_args!("{name} is not blocked; nothing was changed."),
        )?;
        return Ok(());
    }
    let stays = match kept_back {
        0 => String::new(),
        count => format!(
            " {}: kith show CONVERSATION, kith retract ITEM.",
            counted(
                count,
                "thing that you kept back stays here; say it anew or take it back",
                "things that you kept back stay here; say them anew or take them back"
            )
        ),
    };
    output.result(
        &line_with(&contact, kept_back),
        format_args!(
            "{} is blocked no longer. What they said meanwhile stays hidden; they are not told.{stays}",
            legible::name(&contact.name)
        ),
    )?;
    Ok(())
}

/// The keys of a contact, and how many own things do not go out because of a block.
fn line_with(contact: &ContactView, kept_back: u64) -> serde_json::Value {
    let mut line = line(contact);
    if let Some(line) = line.as_object_mut() {
        line.insert("kept_back".to_owned(), kept_back.into());
    }
    line
}

fn find(client: &Session, typed: &str) -> Result<ContactView, CommandError> {
    let candidates = client.engine().contacts()?.into_iter();
    let candidates = candidates.map(|contact| Candidate {
        id: contact.id.to_string(),
        name: contact.name.clone(),
        value: contact,
    });
    resolve(("contact", "contact"), typed, candidates.collect())
}

async fn is_the_same(
    contact: &ContactView,
    desk: &Desk,
    output: Output<'_>,
) -> Result<bool, CommandError> {
    let question = format!(
        "{}\nDoes {} read the same number to you, or see it in the same room? [y/N] ",
        contact.safety,
        legible::name(&contact.name)
    );
    // Nobody else waits until somebody has read a number aloud, and no profile stays open for it.
    let answer = desk.or_elsewhere(output.ask(&question));
    let answer = desk.idle().answered(answer).await??;
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
        "blocked": contact.blocked,
    })
}
