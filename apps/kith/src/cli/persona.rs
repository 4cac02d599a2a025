//! `kith persona …`

use client::Session;
use client::client_core::{Event, GivenUp, PersonaId, PersonaView};
use client::protocol::home_invitation;
use client::protocol::home_url::HomeUrl;
use client::protocol::request::Admission;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::arguments::{PersonaCommand, ProfileArguments};
use super::desk::Desk;
use super::error::CommandError;
use super::profile;
use super::resolve::{Candidate, resolve};
use super::unanswered;
use super::waiting::{Waited, Waiting};
use crate::counted::counted;
use crate::output::Output;

/// `kith persona new | join | leave | list`
pub(super) async fn run(
    command: PersonaCommand,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    match command {
        PersonaCommand::New { name, join } => {
            let home = match &join.home {
                Some(home) => Some(parse_home(home, join.invitation.as_deref())?),
                None => None,
            };
            let client = profile::start(arguments)?;
            let persona = client.act(|engine, now| engine.new_persona(now, &name))?;
            let Some((home, admission)) = home else {
                return print(&client, persona, output);
            };
            join_home(
                (&client, &arguments.desk),
                persona,
                home,
                admission,
                true,
                output,
            )
            .await
        }
        PersonaCommand::Join {
            persona,
            home,
            invitation,
        } => {
            let (home, admission) = parse_home(&home, invitation.as_deref())?;
            let client = profile::start(arguments)?;
            let persona = find(&client, Some(&persona))?;
            check_is_at_none(&client, persona, &home)?;
            join_home(
                (&client, &arguments.desk),
                persona,
                home,
                admission,
                false,
                output,
            )
            .await
        }
        PersonaCommand::Leave { persona, home } => {
            let (home, _) = parse_home(&home, None)?;
            let client = profile::start(arguments)?;
            let persona = find(&client, Some(&persona))?;
            let given_up = client.act(|engine, now| engine.leave_home(now, persona, &home))?;
            print(&client, persona, output)?;
            note_given_up(&given_up, output);
            Ok(())
        }
        PersonaCommand::List => {
            let client = profile::look(arguments)?;
            for persona in client.engine().personas()? {
                output.result(&line(&persona), text(&client, &persona)?)?;
            }
            Ok(())
        }
    }
}

fn parse_home(home: &str, invitation: Option<&str>) -> Result<(HomeUrl, Admission), CommandError> {
    let home = HomeUrl::parse(home).map_err(|error| {
        CommandError::Invalid(format!(
            "`{home}` names no home: {error}; nothing was made. Write it as https://example.org."
        ))
    })?;
    let admission = match invitation {
        None => Admission::Open,
        Some(text) => Admission::Invitation(home_invitation::from_text(text).map_err(|error| {
            CommandError::Invalid(format!("This home invitation does not hold: {error}; nothing was made. Ask for it once more."))
        })?),
    };
    Ok((home, admission))
}

/// Refuses a second home: nothing shows it, and nobody could be told of it.
fn check_is_at_none(
    client: &Session,
    persona: PersonaId,
    home: &HomeUrl,
) -> Result<(), CommandError> {
    let views = client.engine().personas()?.into_iter();
    let kept_at = views
        .filter(|view| view.id == persona)
        .find_map(|view| view.home);
    match kept_at {
        Some((there, true)) if there != *home => Err(CommandError::Invalid(format!(
            "This name is kept at {there}, and each name has one home; nothing was changed. To be at another one too, make \
             another name there: kith persona new NAME --home {home}."
        ))),
        _ => Ok(()),
    }
}

/// Joins a home and waits until the name can be reached there. A name that was made for this is
/// forgotten if the home refuses it.
async fn join_home(
    (client, desk): (&Session, &Desk),
    persona: PersonaId,
    home: HomeUrl,
    admission: Admission,
    is_new: bool,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let url = home.clone();
    let given_up = client.act(|engine, now| engine.join_home(now, persona, home, admission))?;
    let waited = Waiting::new(client, desk, std::slice::from_ref(&url))
        .until(|_, events| {
            for event in events {
                match event {
                    Event::InboxOpened(id) if *id == persona => return Ok(Some(None)),
                    Event::InboxRefused(id, why) if *id == persona => {
                        return Ok(Some(Some(why.clone())));
                    }
                    _ => {}
                }
            }
            Ok(None)
        })
        .await?;
    for mut home in given_up {
        if matches!(waited, Waited::Done(Some(_))) {
            // What had moved is gone with the home that says no.
            home.lost += std::mem::take(&mut home.moved);
        }
        note_given_up(&home, output);
    }
    match waited {
        Waited::Done(None) => print(client, persona, output),
        Waited::Done(Some(why)) => {
            if is_new {
                client.act(|engine, now| engine.forget_unused_persona(now, persona))?;
            }
            Err(CommandError::Refused(why))
        }
        Waited::Kept(error) => {
            print(client, persona, output)?;
            match (&error, unanswered::waits_for(client, &url)) {
                (CommandError::Unreachable(_), Some(waits)) => {
                    let looked_up = unanswered::looked_up(&waits).await;
                    Err(CommandError::Unreachable(looked_up))
                }
                _ => Err(error),
            }
        }
    }
}

/// What became of a home that was given up, and of the invitations that waited for it.
fn note_given_up(given_up: &GivenUp, output: Output<'_>) {
    let GivenUp {
        home,
        moved,
        lost,
        shown,
    } = given_up;
    let mut note = format!("The home at {home} is not waited for any more.");
    if *moved > 0 {
        let invitations = counted(*moved, "invitation goes", "invitations go");
        note.push_str(&format!(
            " {invitations} out from the new home instead: kith invite list."
        ));
    }
    if *lost > 0 {
        let led = counted(*lost, "invitation led", "invitations led");
        note.push_str(&match (shown, lost) {
            (false, _) => format!(" {led} there, and nobody was given it yet. Make a new one: kith invite new."),
            (true, 1) => format!(" {led} there. If you gave its link away, it will never work; make a new one: kith invite new."),
            (true, _) => format!(" {led} there. If you gave their links away, they will never work; make new ones: kith invite new."),
        });
    }
    output.note(note);
}

fn print(client: &Session, persona: PersonaId, output: Output<'_>) -> Result<(), CommandError> {
    for view in client.engine().personas()? {
        if view.id == persona {
            output.result(&line(&view), text(client, &view)?)?;
        }
    }
    Ok(())
}

fn line(persona: &PersonaView) -> Value {
    json!({
        "persona": persona.id.to_string(),
        "name": persona.name,
        "fingerprint": HEXLOWER.encode(persona.fingerprint.as_bytes()),
        "home": persona.home.as_ref().map(|(home, _)| home.as_str()),
    })
}

fn text(client: &Session, persona: &PersonaView) -> Result<String, CommandError> {
    let mut at = Vec::new();
    if let Some((home, true)) = &persona.home {
        at.push(format!("kept at {}", home.host()));
    }
    for home in client.engine().unconfirmed_homes()? {
        if home.persona == persona.id {
            at.push(format!("on its way to {}", home.home));
        }
    }
    if at.is_empty() {
        at.push("on this device alone".to_owned());
    }
    let (name, at) = (legible::name(&persona.name), at.join(", "));
    Ok(format!("{}  {name}  ({at})", persona.id))
}

/// The persona that was named, else the only one.
pub(super) fn find(client: &Session, typed: Option<&str>) -> Result<PersonaId, CommandError> {
    let personas = client.engine().personas()?;
    let candidate = |persona: PersonaView| Candidate {
        id: persona.id.to_string(),
        name: persona.name,
        value: persona.id,
    };
    match (typed, personas.as_slice()) {
        (Some(typed), _) => resolve(
            ("name", "persona"),
            typed,
            personas.into_iter().map(candidate).collect(),
        ),
        (None, [only]) => Ok(only.id),
        (None, []) => Err(CommandError::Usage(
            "This profile has no name yet; nothing was done. Make one: kith persona new NAME \
             --home URL."
                .into(),
        )),
        (None, _) => Err(CommandError::Usage(
            "This profile has several names; nothing was done. Say which with --persona.".into(),
        )),
    }
}
