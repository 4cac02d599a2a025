//! Where `kith show --follow` is in a conversation, told to the process that asked for it, so that it can go on there.

use client::Session;
use client::client_core::{ConversationId, ItemId, ItemState, ItemView};
use std::collections::BTreeSet;

use super::alike::Alike;
use super::error::CommandError;
use super::show;
use crate::followed::Followed;
use crate::output::{Output, Reached};

/// The place of somebody who follows a conversation.
pub(super) struct Place<'a> {
    client: &'a Session,
    conversation: ConversationId,
    output: Output<'a>,
    own: Alike,
    followed: Followed,
}

impl<'a> Place<'a> {
    /// What there is now is behind it.
    ///
    /// # Errors
    /// [`CommandError::Storage`].
    pub fn new(
        client: &'a Session,
        conversation: ConversationId,
        output: Output<'a>,
    ) -> Result<Self, CommandError> {
        let mut place = Self {
            client,
            conversation,
            output,
            own: Alike::own(client)?,
            followed: Followed::default(),
        };
        if output.listener.is_some() {
            place.followed.number = client.engine().last_item_number()?;
            // After the last position there is only what has none.
            let waiting = client.engine().items(conversation, u64::MAX, u64::MAX)?;
            place.see(&waiting);
        }
        Ok(place)
    }

    /// What has come meanwhile is behind it. To be called when it is known what of that is to be shown, and before that is
    /// said: showing is an act, after which there may be more.
    ///
    /// # Errors
    /// [`CommandError::Storage`].
    pub fn look(&mut self) -> Result<(), CommandError> {
        if self.output.listener.is_some() {
            let engine = self.client.engine();
            let came = engine.items_since(self.conversation, self.followed.number)?;
            self.followed.number = engine.last_item_number()?;
            drop(engine);
            self.see(&came);
        }
        Ok(())
    }

    /// Tells that these are to be shown first.
    pub fn tell(&self, items: &[ItemView]) {
        if self.output.listener.is_some() {
            let mut followed = self.followed.clone();
            for item in items {
                followed.owe(item.id.to_string());
            }
            self.output.reached(Reached::Shown(followed));
        }
    }

    /// Tells that these were shown.
    pub fn reach(&mut self, items: &[ItemView]) {
        if self.output.listener.is_some() {
            self.see(items);
            self.output.reached(Reached::Shown(self.followed.clone()));
        }
    }

    fn see(&mut self, items: &[ItemView]) {
        for item in items {
            let id = item.id.to_string();
            if item.state == ItemState::Stored {
                self.followed.settle(&id);
            } else {
                let line = printed(item, &self.own, self.output);
                self.followed.wait_for(id, &line);
            }
        }
    }
}

/// What was not shown as it is now when somebody had got so far.
///
/// # Errors
/// [`CommandError::Storage`].
pub(super) fn lacking(
    client: &Session,
    conversation: ConversationId,
    before: &Followed,
    output: Output<'_>,
) -> Result<Vec<ItemView>, CommandError> {
    let own = Alike::own(client)?;
    let engine = client.engine();
    let mut items = engine.items_since(conversation, before.number)?;
    let came: BTreeSet<_> = items.iter().map(|item| item.id).collect();
    let open = before.open().filter_map(ItemId::range_of);
    let open = open
        .map(|(item, _)| item)
        .filter(|item| !came.contains(item));
    items.extend(engine.items_of(conversation, &open.collect())?);
    items.retain(|item| before.lacks(&item.id.to_string(), &printed(item, &own, output)));
    Ok(show::in_order(items))
}

fn printed(item: &ItemView, own: &Alike, output: Output<'_>) -> String {
    output.line(&show::line(item), show::text(item, own))
}
