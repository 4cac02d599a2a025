//! READ and SUBSCRIBE: pages of a head's entries and then its children, and with the last of them the
//! repairs left above it (docs/protocol.md, *read, subscribe*).
//!
//! A page that is the end of what there is now is the moment from which pushes are complete: the
//! one writer makes both, so nothing falls between them.

use crate::admit::Wanted;
use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{HeadRow, LogStore, PageLimit, Rows};
use crate::outcome::{Outcome, Stop};
use protocol::frame::Response;
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::Refusal;
use protocol::response::{Child, Entry, Page};

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn read(
        &mut self,
        from: ConnectionId,
        head: (LogId, HeadId),
        wanted: Wanted,
        subscribe: bool,
    ) -> Outcome {
        let row = self.proven(from, head, Right::Read)?;
        if subscribe {
            self.may_subscribe(from, &head)?;
        }
        let today = self.today();
        self.logs.note_read(&head.0, today)?;
        let limit = PageLimit {
            rows: bounds::MAX_PAGE_ENTRIES,
            bytes: bounds::MAX_PAGE_BYTES,
        };
        let entries = self.logs.entries(row, wanted.from, limit)?;
        let children = self.children_after(row, wanted.children_from, &entries)?;
        let end = entries.end && children.end;
        let mut repairs = Vec::new();
        if end {
            repairs =
                self.logs
                    .repairs_above(row, wanted.repairs_after, bounds::MAX_REPAIR_HEADS)?;
            if subscribe {
                self.subscribe(from, head);
            }
        }
        Ok(Response::Page(Page {
            entries: entries.rows,
            children: children.rows,
            end,
            repairs,
        }))
    }

    /// The children that still go in a page behind these entries.
    fn children_after(
        &mut self,
        row: HeadRow,
        known: u64,
        entries: &Rows<Entry>,
    ) -> Result<Rows<Child>, Stop> {
        let bytes: usize = entries
            .rows
            .iter()
            .map(|entry| entry.body.as_ref().map_or(0, Vec::len))
            .sum();
        let room = bounds::MAX_PAGE_BYTES.saturating_sub(bytes);
        if !entries.end || (room == 0 && bytes > 0) {
            return Ok(Rows {
                rows: Vec::new(),
                end: false,
            });
        }
        let limit = PageLimit {
            rows: bounds::MAX_CHILDREN,
            bytes: room,
        };
        let mut children = self.logs.children(row, known, limit)?;
        // The first row of a page comes whatever its size, which must not happen twice.
        let first = children.rows.first().map_or(0, |child| child.body.len());
        if bytes > 0 && first > room {
            children.rows.clear();
            children.end = false;
        }
        Ok(children)
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
            connection.subscribed.insert(head, ());
            self.subscribers.entry(head).or_default().insert(from);
        }
    }
}
