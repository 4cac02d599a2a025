//! `kith invite …`

use client::Session;
use client::client_core::{
    CapabilityId, ContactId, ConversationId, Event, InvitationView, PersonaId,
};
use client::protocol::invitation::Invitation;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::alike::Alike;
use super::arguments::{InviteCommand, ProfileArguments};
use super::desk::Desk;
use super::error::CommandError;
use super::resolve::{Candidate, resolve};
use super::waiting::{Waited, Waiting};
use super::{persona, profile};
use crate::output::Output;

/// `kith invite new | list | revoke | accept`
pub(super) async fn run(
    command: InviteCommand,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    match command {
        InviteCommand::New {
            persona,
            uses,
            expires,
            label,
        } => {
            let client = profile::start(arguments)?;
            let persona = persona::find(&client, persona.as_deref())?;
            new(
                (&client, &arguments.desk),
                persona,
                uses,
                expires,
                label,
                output,
            )
            .await
        }
        InviteCommand::List => {
            let client = profile::look(arguments)?;
            for invitation in client.engine().invitations()? {
                output.result(&listed(&invitation), text(&invitation))?;
            }
            Ok(())
        }
        InviteCommand::Revoke { invite } => {
            let client = profile::start(arguments)?;
            let invite = find(&client, &invite)?;
            revoke(&client, &arguments.desk, invite, output).await
        }
        InviteCommand::Accept { link, persona } => {
            let client = profile::start(arguments)?;
            let persona = persona::find(&client, persona.as_deref())?;
            accept(&client, &arguments.desk, persona, &link, output).await
        }
    }
}

async fn new(
    (client, desk): (&Session, &Desk),
    persona: PersonaId,
    uses: u32,
    expires: u64,
    label: Option<String>,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let id = client.act(|engine, now| {
        let expires_s = Some(now.unix_s().saturating_add(expires));
        engine.new_invitation(now, persona, uses, expires_s, label)
    })?;
    let home = client.engine().invitation(id)?.home;
    let waited = Waiting::new(client, desk, &[home])
        .until(|client, _| Ok(client.engine().invitation(id)?.ready.then_some(())))
        .await?;
    let invitation = client.engine().invitation(id)?;
    let link = invitation.link.clone();
    let line = json!({ "invite": id.to_string(), "link": link });
    output.result(&line, link.as_deref().unwrap_or_default())?;
    if link.is_none() {
        output.note("The link is there once the home was reached: kith invite list");
    }
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}

async fn revoke(
    client: &Session,
    desk: &Desk,
    id: CapabilityId,
    output: Output<'_>,
) -> Result<(), CommandError> {
    client.act(|engine, now| engine.revoke_invitation(now, id))?;
    output.result(
        &json!({ "invite": id.to_string(), "state": "revoked" }),
        "The invitation is taken back.",
    )?;
    let home = client.engine().invitation(id)?.home;
    let waited = Waiting::new(client, desk, &[home])
        .until(|client, _| {
            let told = client.engine().invitation(id)?.revoked_at_home;
            Ok(told.then_some(()))
        })
        .await?;
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}

async fn accept(
    client: &Session,
    desk: &Desk,
    persona: PersonaId,
    link: &str,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let conversation = client.act(|engine, now| engine.accept(now, persona, link))?;
    // Looked up now: if a home refuses, nothing of it is there any more.
    let mut homes = Vec::from_iter(Invitation::from_text(link).ok().map(|one| one.home));
    let own = client.engine().personas()?.into_iter();
    let own = own.filter(|one| one.id == persona);
    homes.extend(own.filter_map(|one| Some(one.home?.0)));
    homes.dedup();
    let waited = Waiting::new(client, desk, &homes)
        .until(|client, events| {
            for event in events {
                if let Event::AcceptanceFailed(failed, sentence, refused, advice) = event
                    && *failed == conversation
                {
                    return Err(CommandError::no(sentence, *refused, *advice));
                }
            }
            Ok((!client.engine().is_accepting(conversation)?).then_some(()))
        })
        .await?;
    print_accepted(client, conversation, output)?;
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}

fn print_accepted(
    client: &Session,
    conversation: ConversationId,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let engine = client.engine();
    let contact: Option<ContactId> = engine
        .conversations()?
        .into_iter()
        .find(|one| one.id == conversation)
        .and_then(|one| one.contact);
    let contacts = engine.contacts()?;
    let all = Alike::among(contacts.iter().map(|one| &*one.name));
    let contact = contacts.into_iter().find(|one| Some(one.id) == contact);
    let Some(contact) = contact else {
        return Err(CommandError::Bug(
            "The new conversation has nobody in it.".into(),
        ));
    };
    let name = legible::name(&contact.name);
    let how = if contact
        .name
        .chars()
        .all(|c| c == ' ' || c.is_alphanumeric())
        && !all.has(&contact.name)
    {
        contact.name.clone()
    } else {
        conversation.to_string()
    };
    output.result(
        &json!({
            "conversation": conversation.to_string(),
            "contact": contact.id.to_string(),
            "name": contact.name,
            "safety": contact.safety,
        }),
        format_args!(
            "You and {name}{} can write to each other: kith send \"{how}\" TEXT\nCompare this safety number with them by another way:\n{}",
            all.hint(&contact.name),
            contact.safety
        ),
    )?;
    Ok(())
}

fn state(invitation: &InvitationView) -> &'static str {
    let now_s = u64::try_from(Timestamp::now().as_second()).unwrap_or(0);
    match invitation {
        one if one.revoked => "revoked",
        one if one.expires_s.is_some_and(|expires_s| expires_s < now_s) => "expired",
        one if one.uses.is_some_and(|uses| one.used >= uses) => "used",
        one if one.ready => "ready",
        _ => "queued",
    }
}

fn expires(invitation: &InvitationView) -> Option<String> {
    let expires_s = i64::try_from(invitation.expires_s?).ok()?;
    Timestamp::from_second(expires_s)
        .ok()
        .map(|at| at.to_string())
}

fn listed(invitation: &InvitationView) -> Value {
    json!({
        "invite": invitation.id.to_string(),
        "link": invitation.link,
        "label": invitation.label,
        "uses": invitation.uses,
        "used": invitation.used,
        "expires": expires(invitation),
        "state": state(invitation),
    })
}

fn text(invitation: &InvitationView) -> String {
    format!(
        "{}  {}  until {}  {}\n{}",
        invitation.id,
        state(invitation),
        expires(invitation).unwrap_or_else(|| "taken back".into()),
        invitation
            .label
            .as_deref()
            .map(legible::name)
            .unwrap_or_default(),
        invitation.link.as_deref().unwrap_or("")
    )
}

fn find(client: &Session, typed: &str) -> Result<CapabilityId, CommandError> {
    let candidates = client
        .engine()
        .invitations()?
        .into_iter()
        .map(|invitation| Candidate {
            id: invitation.id.to_string(),
            name: invitation.label.unwrap_or_default(),
            value: invitation.id,
        });
    resolve(("invitation", "invite"), typed, candidates.collect())
}
