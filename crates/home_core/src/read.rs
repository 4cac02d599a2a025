//! READ and SUBSCRIBE: pages of a head's entries and then its children (docs/protocol.md, *Log*).
//!
//! A page that is the end of what there is now is the moment from which pushes are complete: the
//! one writer makes both, so nothing falls between them.

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{LogStore, PageLimit, Rows};
use crate::outcome::{Outcome, Stop};
use protocol::frame::Response;
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::Refusal;
use protocol::response::Page;

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// `position`: the first wanted entry, and how many children are known already.
    pub(crate) fn read(
        &mut self,
        from: ConnectionId,
        head: (LogId, HeadId),
        position: (u64, u64),
        subscribe: bool,
    ) -> Outcome {
        let row = self.proven(from, head, Right::Read)?;
        if subscribe {
            self.may_subscribe(from, &head)?;
        }
        let (first, children_from) = position;
        let limit = PageLimit {
            rows: bounds::MAX_PAGE_ENTRIES,
            bytes: bounds::MAX_PAGE_BYTES,
        };
        let entries = self.logs.entries(row, first, limit)?;
        let bytes: usize = entries
            .rows
            .iter()
            .map(|entry| entry.body.as_ref().map_or(0, Vec::len))
            .sum();
        let room = limit.bytes.saturating_sub(bytes);
        let children = if !entries.end || (room == 0 && bytes > 0) {
            Rows {
                rows: Vec::new(),
                end: false,
            }
        } else {
            // The first row of a page comes whatever its size, which must not happen twice.
            let room = PageLimit {
                rows: bounds::MAX_CHILDREN,
                bytes: room,
            };
            let mut children = self.logs.children(row, children_from, room)?;
            if bytes > 0
                && children
                    .rows
                    .first()
                    .is_some_and(|child| child.body.len() > room.bytes)
            {
                children.rows.clear();
                children.end = false;
            }
            children
        };
        let end = entries.end && children.end;
        if subscribe && end {
            self.subscribe(from, head);
        }
        Ok(Response::Page(Page {
            entries: entries.rows,
            children: children.rows,
            end,
            repairs: Vec::new(),
        }))
    }

    fn may_subscribe(&self, from: ConnectionId, head: &(LogId, HeadId)) -> Result<(), Stop> {
        let connection = self.connections.get(&from).ok_or(Refusal::NotProven)?;
        let full = connection.subscribed.len() >= bounds::MAX_SUBSCRIBED;
        if full && !connection.subscribed.contains(head) {
            return Err(Refusal::Quota.into());
        }
        Ok(())
    }

    fn subscribe(&mut self, from: ConnectionId, head: (LogId, HeadId)) {
        if let Some(connection) = self.connections.get_mut(&from) {
            connection.subscribed.insert(head);
            self.subscribers.entry(head).or_default().insert(from);
        }
    }
}
