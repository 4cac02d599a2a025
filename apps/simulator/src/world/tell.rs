//! What people were told, in words: names and texts instead of ids.

use super::World;
use client_core::{Event, ItemId};
use protocol::id::PersonaFingerprint;

impl World {
    /// One line about an event, if there is somebody to read it.
    pub(super) fn tell_event(&mut self, name: &'static str, event: &Event) {
        if self.story.is_silent() {
            return;
        }
        let line = match event {
            Event::Stored(item) => format!("knows that {} is stored", self.text(name, *item)),
            Event::Received(_, item) => format!("reads {}", self.text(name, *item)),
            Event::Came(_, who) => format!("sees {} come", self.who(who)),
            Event::Went(_, who) => format!("sees {} go", self.who(who)),
            Event::Added(_) => "was added".to_owned(),
            Event::Removed(_) => "was removed".to_owned(),
            Event::Left(_) => "has left".to_owned(),
            Event::Behind(_) => "fell behind and asks to be added anew".to_owned(),
            Event::AskedForRepair(_, who) => format!("reads that {} fell behind", self.who(who)),
            Event::NotAdded(_, who, why) => format!("cannot add {}: {why}", self.who(who)),
            Event::Signalled(_, who, _) => format!("hears a signal of {}", self.who(who)),
            Event::Unreachable(home) => format!("does not reach {}", home.host()),
            Event::Distrusted(home, why) => format!("distrusts {}: {why}", home.host()),
            Event::PassedOver(what) => format!("passes over: {what}"),
            Event::Halted(_, why) => format!("stops: {why}"),
            other => format!("is told {other:?}"),
        };
        self.note(|| format!("{name} {line}"));
    }

    fn text(&self, name: &str, item: ItemId) -> String {
        let row = self.engine(name).store().item(item);
        row.ok()
            .flatten()
            .map_or_else(|| format!("{item:?}"), |row| row.text)
    }

    fn who(&self, fingerprint: &PersonaFingerprint) -> String {
        let known = self.clients.values().find(|client| {
            let personas = client.engine().personas().unwrap_or_default();
            personas.iter().any(|one| one.fingerprint == *fingerprint)
        });
        known.map_or_else(|| format!("{fingerprint:?}"), |client| client.name.into())
    }
}
