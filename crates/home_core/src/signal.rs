//! SIGNAL: said to whoever listens at a head now, and never stored (docs/protocol.md, *signal*).
//!
//! | the home finds, in this order | answer |
//! |---|---|
//! | no proven write right | `not-proven` |
//! | the head has children | `Superseded` with all of them: whoever listens does so there |
//! | 30 signals of this connection in the last 10 seconds | `Retry` |
//! | otherwise | `done`, and a push to the other subscribers of this head |

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::LogStore;
use crate::outcome::{DONE, Outcome};
use protocol::frame::Response;
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::PushSignal;
use std::collections::VecDeque;

/// The seconds in which a connection sent its last signals.
#[derive(Debug, Default)]
pub(crate) struct Signals(VecDeque<u64>);

impl Signals {
    /// Counts one more, or says in how many milliseconds there is room for it.
    fn count(&mut self, now_s: u64) -> Result<(), u64> {
        // Seconds are cut off, so a whole window lies between two of them only one second later.
        let over = |sent_s: u64| sent_s + bounds::SIGNALS_WINDOW_S < now_s;
        // A clock that was set back must not make anybody wait for the time it showed before.
        while self.0.front().is_some_and(|s| over(*s) || *s > now_s) {
            self.0.pop_front();
        }
        match self.0.front() {
            Some(first_s) if self.0.len() >= bounds::MAX_SIGNALS => {
                Err((first_s + bounds::SIGNALS_WINDOW_S + 1 - now_s) * 1_000)
            }
            _ => {
                self.0.push_back(now_s);
                Ok(())
            }
        }
    }
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn signal(
        &mut self,
        from: ConnectionId,
        (log, head): (LogId, HeadId),
        body: Vec<u8>,
    ) -> Outcome {
        let row = self.proven(from, (log, head), Right::Write)?;
        let children = self.logs.child_heads(row)?;
        if !children.is_empty() {
            return Err(HomeError::Superseded { children }.into());
        }
        let now_s = self.now_s;
        let connection = self.connections.get_mut(&from).ok_or(Refusal::NotProven)?;
        connection
            .signals
            .count(now_s)
            .map_err(|after_ms| HomeError::Retry { after_ms })?;
        let pushed = PushSignal { log, head, body };
        self.push_to_others(from, &(log, head), Response::Signal(pushed));
        Ok(DONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_fit_into_any_ten_seconds_and_a_clock_set_back_blocks_nobody() {
        let mut signals = Signals::default();
        for _ in 0..15 {
            assert_eq!(signals.count(100), Ok(()));
        }
        for _ in 0..15 {
            assert_eq!(signals.count(105), Ok(()));
        }
        assert_eq!(signals.count(105), Err(6_000));
        assert_eq!(signals.count(110), Err(1_000));
        for _ in 0..15 {
            assert_eq!(signals.count(111), Ok(()));
        }
        assert_eq!(signals.count(111), Err(5_000));
        assert_eq!(signals.count(50), Ok(()));
    }
}
