//! What is pushed: everything after the page that was the end, once, in order, and to nobody else.

use super::logs::Logs;
use super::world::World;
use home_core::ConnectionId;
use protocol::frame::Response;
use protocol::hash::{body_hash, head_of_commit};
use protocol::id::{HeadId, LogId};
use protocol::response::{PushChild, PushEntry};

impl World {
    pub(super) fn pushed(&mut self, to: ConnectionId, response: &Response) {
        match response {
            Response::Entry(entry) => self.logs.entry_pushed(to, entry),
            Response::Child(child) => self.logs.child_pushed(to, child),
            Response::Repair(repair) => {
                assert!(self.logs.listens(to, repair.log, repair.head));
                assert!(repair.repair.head != repair.head);
            }
            Response::Signal(signal) => assert!(self.logs.listens(to, signal.log, signal.head)),
            Response::Item(item) => self.inboxes.item_pushed(to, &item.inbox, &item.item),
            other => unreachable!("{other:?} is pushed"),
        }
    }
}

impl Logs {
    fn listens(&self, to: ConnectionId, log: LogId, head: HeadId) -> bool {
        self.heard.contains_key(&(to, log, head))
    }

    fn entry_pushed(&mut self, to: ConnectionId, pushed: &PushEntry) {
        let Some(heard) = self.heard.get_mut(&(to, pushed.log, pushed.head)) else {
            unreachable!("an entry is pushed to who does not subscribe");
        };
        let head = self.all.get(&pushed.log);
        let head = head.and_then(|log| log.head(&pushed.head));
        let known = head.and_then(|head| head.entries.get(heard.entries));
        heard.entries += 1;
        let entry = &pushed.entry;
        assert_eq!(entry.seq, heard.entries as u64);
        assert_eq!(known, Some(&(entry.hash, entry.chain)));
        assert_eq!(entry.body.as_deref().map(body_hash), Some(entry.hash));
    }

    fn child_pushed(&mut self, to: ConnectionId, pushed: &PushChild) {
        let Some(heard) = self.heard.get_mut(&(to, pushed.log, pushed.head)) else {
            unreachable!("a child is pushed to who does not subscribe");
        };
        let head = self.all.get(&pushed.log);
        let head = head.and_then(|log| log.head(&pushed.head));
        let known = head.and_then(|head| head.children.get(heard.children));
        heard.children += 1;
        assert_eq!(pushed.child.order, heard.children as u64);
        assert_eq!(known, Some(&head_of_commit(&pushed.child.body)));
    }

    /// Whoever subscribes has heard everything by now.
    pub(super) fn all_have_heard(&self) {
        for ((_, log, head), heard) in &self.heard {
            let head = self.all.get(log).and_then(|log| log.head(head));
            let all = head.map(|head| (head.entries.len(), head.children.len()));
            assert_eq!(Some((heard.entries, heard.children)), all);
        }
    }
}
