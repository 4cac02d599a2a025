//! Bugs that tests plant to see that somebody catches them. None of this is in a program: only the
//! simulator asks for the feature `planted-bugs`.

use protocol::frame::Response;
use protocol::hash;
use std::cell::Cell;

use crate::effect::Input;
use crate::engine::Engine;
use crate::error::CoreError;

/// A bug, of those that careful people make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// The cursor of a log moves in a transaction of its own, before what was read is kept.
    CursorOutside,
    /// That a child is invalid for all is not remembered.
    VerdictsForgotten,
    /// A commit of ours counts as done once the home has it.
    PendingClearedEarly,
    /// A child's keys are not compared with those of its epoch.
    NextKeyNotCompared,
    /// Those who left or are to be removed stay.
    RemovalNotHonoured,
    /// What a home shows is not compared with what it showed before, nor with what others read.
    HistoriesNotCompared,
    /// Items are shown in the order of their authors' clocks.
    ClockOrders,
    /// Whoever is blocked is left something because of it.
    BlockTold,
    /// What somebody says who is blocked is shown.
    BlockedShown,
    /// What somebody says who is blocked is not even read.
    BlockedNotRead,
    /// Their first contact is not taken up.
    BlockedNotJoined,
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Plants a bug in all engines of this thread, or takes it out.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether a bug is planted.
pub(crate) fn is_planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

impl Engine {
    /// [`Bug::CursorOutside`]: the cursors of entries that come are moved before anything else, in a
    /// transaction of their own.
    pub(crate) fn plant_cursor(&mut self, inputs: &[Input]) -> Result<(), CoreError> {
        self.cursors.clear();
        if !is_planted(Bug::CursorOutside) {
            return Ok(());
        }
        for input in inputs {
            let Input::Received(_, bytes) = input else {
                continue;
            };
            let Ok((0, Response::Entry(push))) = Response::from_frame(bytes) else {
                continue;
            };
            let Some(row) = self.store.log(&push.log)? else {
                continue;
            };
            let entry = push.entry;
            if row.head == push.head
                && row.next_seq == entry.seq
                && !self.cursors.contains_key(&push.log)
            {
                let chain = hash::chain_next(&row.chain, entry.seq, entry.kind, &entry.hash);
                self.store.begin()?;
                self.store
                    .advance_log(&row.log, &row.head, entry.seq, &chain)?;
                self.store.commit()?;
                self.cursors.insert(push.log, row);
            }
        }
        Ok(())
    }
}
