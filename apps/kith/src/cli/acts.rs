//! `kith edit`, `kith retract` and `kith react`.

use client::Session;
use client::client_core::{CoreError, Engine, ItemId, Now};

use super::arguments::{Edit, ProfileArguments, React, Retract};
use super::error::CommandError;
use super::kept::Kept;
use super::send::typed_or_piped;
use super::waiting::Waited;
use super::{item, profile};
use crate::output::Output;

/// Puts another text in the place of an own one.
pub(super) async fn edit(
    edit: &Edit,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let text = typed_or_piped(&edit.text, arguments)?;
    act_on(&edit.item, arguments, output, |engine, now, item| {
        engine.edit(now, item, &text).map(Some)
    })
    .await
}

/// Takes an own item back.
pub(super) async fn retract(
    retract: &Retract,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    act_on(&retract.item, arguments, output, Engine::retract).await
}

/// Gives a sign or takes it back.
pub(super) async fn react(
    react: &React,
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    act_on(&react.item, arguments, output, |engine, now, item| {
        if react.remove {
            engine.unreact(now, item, &react.sign).map(Some)
        } else {
            engine.react(now, item, &react.sign).map(Some)
        }
    })
    .await
}

async fn act_on(
    typed: &str,
    arguments: &ProfileArguments,
    output: Output<'_>,
    act: impl FnOnce(&mut Engine, Now, ItemId) -> Result<Option<ItemId>, CoreError>,
) -> Result<(), CommandError> {
    let (client, kept) = if let Some(both) = Kept::elsewhere(arguments)? {
        both
    } else {
        let client: Session = profile::start(arguments)?;
        let (found, conversation) = item::find(&client, typed)?;
        let Some(sent) = client.act(|engine, now| act(engine, now, found))? else {
            return item::print_gone(found, output);
        };
        let kept = Kept::now(conversation, vec![(found, sent)], output);
        (client, kept)
    };
    let waited = kept.until_stored(&client, &arguments.desk, output).await?;
    item::let_erase(&client).await?;
    kept.print(&client, output)?;
    match waited {
        Waited::Done(()) => Ok(()),
        Waited::Kept(error) => Err(error),
    }
}
