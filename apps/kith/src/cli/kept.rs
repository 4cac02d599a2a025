//! What a command has kept and then waits for: here, or in whichever process goes on with it.
//!
//! It is told to the process that asked before anything is waited for. So whatever becomes of the one that did it, the
//! other waits for the same items and asks for nothing twice.

use client::Session;
use client::client_core::{ConversationView, ItemId};

use super::arguments::ProfileArguments;
use super::desk::Desk;
use super::error::CommandError;
use super::waiting::Waited;
use super::{item, profile};
use crate::output::{Output, Reached};

/// Items that were kept here, to go to their home.
pub(super) struct Kept {
    conversation: ConversationView,
    /// Those that are spoken of, each with the one that goes out for it.
    items: Vec<(ItemId, ItemId)>,
}

impl Kept {
    /// They were kept just now.
    pub fn now(
        conversation: ConversationView,
        items: Vec<(ItemId, ItemId)>,
        output: Output<'_>,
    ) -> Self {
        let texts = items
            .iter()
            .map(|(spoken, sent)| (spoken.to_string(), sent.to_string()));
        if !items.is_empty() {
            output.reached(Reached::Kept(texts.collect()));
        }
        Self {
            conversation,
            items,
        }
    }

    /// What this command has kept elsewhere, where it goes on with it.
    pub fn elsewhere(
        arguments: &ProfileArguments,
    ) -> Result<Option<(Session, Self)>, CommandError> {
        let Some(Reached::Kept(texts)) = &arguments.desk.reached else {
            return Ok(None);
        };
        let client = profile::start(arguments)?;
        let mut of = None;
        let mut items = Vec::with_capacity(texts.len());
        for (spoken, sent) in texts {
            let (spoken, conversation) = item::find(&client, spoken)?;
            let (sent, _) = ItemId::range_of(sent)
                .ok_or_else(|| CommandError::Bug("What was kept has no id.".into()))?;
            of = Some(conversation);
            items.push((spoken, sent));
        }
        let conversation = of.ok_or_else(|| CommandError::Bug("Nothing was kept.".into()))?;
        let kept = Self {
            conversation,
            items,
        };
        Ok(Some((client, kept)))
    }

    /// The items that go out.
    pub fn sent(&self) -> Vec<ItemId> {
        self.items.iter().map(|(_, sent)| *sent).collect()
    }

    /// Waits until all of them that are not held are kept at the home.
    pub async fn until_stored(
        &self,
        client: &Session,
        desk: &Desk,
        output: Output<'_>,
    ) -> Result<Waited<()>, CommandError> {
        let sent = self.sent();
        if desk.reached.is_some() {
            // What was told of them in between, nobody here has heard.
            for item in &sent {
                if let Some(why) = client.engine().why_not_sent(*item)? {
                    return Err(item::not_sent(&why));
                }
            }
        }
        item::until_stored(client, desk, &self.conversation, &sent, output).await
    }

    /// Says how far they are.
    pub fn print(&self, client: &Session, output: Output<'_>) -> Result<(), CommandError> {
        for (spoken, sent) in &self.items {
            item::print(client, &self.conversation, *spoken, *sent, output)?;
        }
        Ok(())
    }
}

/// Says what was kept elsewhere of a command that cannot go on, because the profile cannot be had.
pub(super) fn left(
    items: &[(String, String)],
    output: Output<'_>,
) -> Result<CommandError, CommandError> {
    for (spoken, _) in items {
        item::say(spoken, "queued", "on its way", output)?;
    }
    Ok(CommandError::Unreachable(
        "Another program uses the profile, so it is not known here whether the home has this. What you asked is kept and \
         goes out with the next command that reaches it: kith sync."
            .into(),
    ))
}
