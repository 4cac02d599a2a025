//! How items reach their owner: pages, pushes and acknowledgements (docs/protocol.md, *Inbox*).

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{LogStore, PageLimit};
use crate::outcome::{DONE, Outcome, Stop};
use protocol::frame::Response;
use protocol::id::InboxId;
use protocol::refusal::Refusal;
use protocol::request;
use protocol::response::Items;

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// The connection hears new items from the moment in which its page was the end.
    pub(crate) fn listen(&mut self, from: ConnectionId, request: &request::Listen) -> Outcome {
        let inbox = self.owned(from, &request.inbox)?.row;
        self.may_listen(from, &request.inbox)?;
        let device = self
            .inboxes
            .device(inbox, &request.device)?
            .ok_or(Refusal::Unknown)?;
        let limit = PageLimit {
            rows: bounds::MAX_PAGE_ENTRIES,
            bytes: bounds::MAX_PAGE_BYTES,
        };
        let items = self.inboxes.items(inbox, device, request.after, limit)?;
        let key_packages = self.inboxes.key_packages_left(device)?;
        if items.end
            && let Some(connection) = self.connections.get_mut(&from)
        {
            connection.listening.insert(request.inbox, ());
            self.listeners
                .entry(request.inbox)
                .or_default()
                .insert(from);
        }
        Ok(Response::Items(Items {
            items: items.rows,
            end: items.end,
            key_packages,
        }))
    }

    fn may_listen(&self, from: ConnectionId, inbox: &InboxId) -> Result<(), Stop> {
        let connection = self.connections.get(&from).ok_or(Refusal::NotProven)?;
        let full = connection.listening.len() >= bounds::MAX_LISTENING;
        if full && !connection.listening.contains(inbox) {
            return Err(Refusal::Quota.into());
        }
        Ok(())
    }

    pub(crate) fn acknowledge(
        &mut self,
        from: ConnectionId,
        request: &request::Acknowledge,
    ) -> Outcome {
        let inbox = self.owned(from, &request.inbox)?.row;
        let device = self
            .inboxes
            .device(inbox, &request.device)?
            .ok_or(Refusal::Unknown)?;
        self.inboxes.acknowledge(inbox, device, &request.numbers)?;
        Ok(DONE)
    }
}
