//! APPEND: one more entry at a head (docs/protocol.md, *Log*).
//!
//! | the home finds, in this order | answer |
//! |---|---|
//! | no proven write right | `not-proven` |
//! | H(body) remembered at this head | the first answer again |
//! | the head has children | `Superseded` with all of them |
//! | otherwise | the next seq |

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{HeadRow, LogStore, NewEntry, Position};
use crate::outcome::{Outcome, Stop};
use protocol::frame::Response;
use protocol::hash::{chain_next, chain_start};
use protocol::id::{BodyHash, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::HomeError;
use protocol::response::{Appended, ENTRY_MESSAGE, Entry, PushEntry};

fn appended(position: Position) -> Response {
    Response::Appended(Appended {
        seq: position.seq,
        chain: position.chain,
    })
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn append(
        &mut self,
        from: ConnectionId,
        (log, head): (LogId, HeadId),
        hash: BodyHash,
        body: Vec<u8>,
    ) -> Outcome {
        let row = self.proven(from, (log, head), Right::Write)?;
        let today = self.today();
        let since = today.minus(bounds::SEEN_DAYS);
        if let Some(first) = self.logs.seen(row, &hash, since)? {
            return Ok(appended(first));
        }
        let children = self.logs.child_heads(row)?;
        if !children.is_empty() {
            return Err(HomeError::Superseded { children }.into());
        }
        let last = self.end_of(row, &log, &head)?;
        let seq = last.seq + 1;
        let position = Position {
            seq,
            chain: chain_next(&last.chain, seq, ENTRY_MESSAGE, &hash),
        };
        let entry = NewEntry {
            position,
            kind: ENTRY_MESSAGE,
            hash,
            body: &body,
        };
        self.logs.append(row, &entry, today)?;
        let pushed = PushEntry {
            log,
            head,
            entry: Entry {
                seq,
                kind: ENTRY_MESSAGE,
                hash,
                chain: position.chain,
                body: Some(body),
            },
        };
        self.push_to_subscribers(&(log, head), Response::Entry(pushed));
        Ok(appended(position))
    }

    /// Where a head ends so far; seq 0: it has no entry.
    pub(crate) fn end_of(
        &mut self,
        row: HeadRow,
        log: &LogId,
        head: &HeadId,
    ) -> Result<Position, Stop> {
        if let Some(last) = self.logs.last(row)? {
            return Ok(last);
        }
        let start = self.logs.start(row)?;
        Ok(Position {
            seq: 0,
            chain: start.unwrap_or_else(|| chain_start(log, head)),
        })
    }
}
