//! Erasing an inbox for good, by its owner (docs/protocol.md, *erase-inbox*).
//!
//! It is marked at once: from then on it is not found, and who proves to own it is told that it is gone.
//! What it held is erased a few rows between two flushes, so that nobody waits. Only its id stays, so that
//! nobody takes it. Logs have nothing that would tell which of them its owner wrote to.

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::LogStore;
use crate::outcome::{DONE, Outcome, Stop};
use crate::store_error::StoreError;
use protocol::id::InboxId;
use protocol::refusal::{HomeError, Refusal};

/// What is being erased of inboxes.
#[derive(Debug)]
pub(crate) struct Erasing {
    /// Whether rows of erased inboxes may be left.
    left: bool,
    /// Whether some were erased since the last flush.
    stepped: bool,
}

impl Erasing {
    pub(crate) const fn new() -> Self {
        Self {
            // An earlier run may have left some.
            left: true,
            stepped: false,
        }
    }

    /// Everything so far is durable.
    pub(crate) const fn flushed(&mut self) {
        self.stepped = false;
    }
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// The same again is done, on the connection that did it.
    pub(crate) fn erase_inbox(&mut self, from: ConnectionId, inbox: &InboxId) -> Outcome {
        let owned = match self.owned(from, inbox) {
            Ok(owned) => owned,
            Err(Stop::Answer(HomeError::Gone)) => return Ok(DONE),
            Err(stop) => return Err(stop),
        };
        self.inboxes.erase_inbox(owned.row)?;
        self.erasing.left = true;
        for connection in self.listeners.remove(inbox).unwrap_or_default() {
            if let Some(connection) = self.connections.get_mut(&connection) {
                connection.listening.remove(inbox);
            }
        }
        Ok(DONE)
    }

    /// Why an inbox is not found.
    pub(crate) fn no_inbox(&mut self, inbox: &InboxId, why: Refusal) -> Result<Stop, StoreError> {
        Ok(if self.inboxes.is_erased(inbox)? {
            HomeError::Gone.into()
        } else {
            why.into()
        })
    }

    /// Erases some of what is left, once between two flushes.
    pub(crate) fn go_on_erasing(&mut self) -> Result<(), StoreError> {
        if self.erasing.left && !self.erasing.stepped {
            self.erasing.stepped = true;
            self.erasing.left = self.inboxes.erase_some(bounds::MAX_ERASED_INBOX_ROWS)?;
        }
        Ok(())
    }
}
