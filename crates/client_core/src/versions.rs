//! The versions of a text: what it said first, and what its author put in its place.

use client_store::id::ItemId;
use client_store::item::Act;
use content::{Item, MimiContent};
use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::VersionView;

impl Engine {
    /// All versions of a text, the first one first, in the order that all hold who are in the conversation; one where
    /// it was never changed. Nothing of what was taken back.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it was taken back or is no text; [`CoreError::Unknown`].
    pub fn versions(&self, item: ItemId) -> Result<Vec<VersionView>, CoreError> {
        let row = self.item_said(item)?;
        if row.retracted_s.is_some() {
            return Err(CoreError::Invalid(
                "This was taken back, with all its versions; none of them is shown.".into(),
            ));
        }
        let content = MimiContent::decode(&row.content).ok();
        let Some(Item::Text(first)) = content.as_ref().map(Item::from_content) else {
            return Err(CoreError::Invalid(
                "This is not a text, and has no versions; nothing was changed.".into(),
            ));
        };
        let shown = self.items_of(row.conversation, &BTreeSet::from([item]))?;
        let author = shown.into_iter().next().map(|shown| shown.author);
        let author = author.ok_or(CoreError::Unknown("item"))?;
        let version = |number, at_ms, text: &str, note: Option<&str>| VersionView {
            number,
            author: author.clone(),
            mine: row.mine,
            at_ms,
            text: text.to_owned(),
            note: note.map(ToOwned::to_owned),
        };
        let mut versions = vec![version(1, row.at_ms, first.text(), first.note())];
        for act in self.store.acts_on(row.conversation, &row.message_id)? {
            if matches!(act.act, Some((Act::Edit, _))) && act.author == row.author {
                let number = versions.len() as u64 + 1;
                versions.push(version(number, act.at_ms, &act.text, act.note.as_deref()));
            }
        }
        Ok(versions)
    }
}
