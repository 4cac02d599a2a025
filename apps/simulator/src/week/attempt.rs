//! An act, and what is left of it where its machine's disk failed in the middle.

use super::Week;
use super::said::{Place, Who};
use client_core::{CoreError, Engine, ItemId, Kind, Now};
use client_store::item::ItemRow;

/// How an act ended.
pub enum Done<T> {
    /// It is done, durably.
    Kept(T),
    /// It may not be done: nothing of it was kept.
    Refused,
    /// The machine crashed: all of it was kept, or nothing. These items are new.
    Crashed(Vec<ItemRow>),
}

impl Done<ItemId> {
    /// The one item that was kept, if it was.
    pub fn item(self) -> Option<ItemId> {
        match self {
            Self::Kept(id) => Some(id),
            Self::Refused => None,
            Self::Crashed(rows) => rows.first().map(|row| row.id),
        }
    }
}

impl Week {
    /// Somebody does something in a conversation.
    ///
    /// # Errors
    /// If it fails in a way in which nothing may, or is refused and leaves something.
    pub fn attempt<T>(
        &mut self,
        who: Who,
        place: Place,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<Done<T>, String> {
        let machine = self.people[who].machine;
        let conversation = self.people[who].places[&place];
        let Ok(before) = self.world.engine(machine).last_item_number() else {
            // The disk failed while it was read, before anything was done.
            self.world.crash_client(machine);
            return Ok(Done::Crashed(Vec::new()));
        };
        let done = self.world.act(machine, act);
        let error = match done {
            Ok(done) => return Ok(Done::Kept(done)),
            Err(error) => error,
        };
        let kind = error.kind();
        if kind == Kind::Bug {
            return Err(format!("{machine} failed for a reason of its own: {error}"));
        }
        if kind == Kind::Retry {
            // A program whose store failed ends; what is left is on the disk.
            self.world.crash_client(machine);
        }
        let store = self.world.engine(machine).store();
        let mut new = store.items_since(conversation, before).unwrap();
        new.retain(|row| row.mine);
        if kind == Kind::Retry {
            self.world.count("week: act met a crash");
            return Ok(Done::Crashed(new));
        }
        self.world.count("week: act refused");
        if let Some(row) = new.first() {
            let text = &row.text;
            return Err(format!("{machine} was refused {text:?}, and it was kept"));
        }
        Ok(Done::Refused)
    }
}
