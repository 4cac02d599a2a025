//! REPAIR: word for those who have gone on (docs/protocol.md, *repair*).
//!
//! | the home finds, in this order | answer |
//! |---|---|
//! | no proven write right | `not-proven` |
//! | the same body kept at this head | `done` again |
//! | 8 left at this head today, or 64 kept in the log | `quota` |
//! | otherwise | `done`; kept for the readers of the heads below, pushed to their subscribers |

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::LogStore;
use crate::outcome::{DONE, Outcome};
use protocol::frame::Response;
use protocol::id::{BodyHash, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::Refusal;
use protocol::response::{PushRepair, StoredRepair};

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn repair(
        &mut self,
        from: ConnectionId,
        (log, head): (LogId, HeadId),
        hash: &BodyHash,
        body: Vec<u8>,
    ) -> Outcome {
        let row = self.proven(from, (log, head), Right::Write)?;
        let today = self.today();
        let kept = self.logs.repairs_kept(row, hash, today)?;
        if kept.this {
            return Ok(DONE);
        }
        if kept.at_head_today >= bounds::MAX_REPAIRS_A_DAY || kept.in_log >= bounds::MAX_REPAIRS {
            return Err(Refusal::Quota.into());
        }
        let number = self.logs.add_repair(row, hash, &body, today)?;
        // A walk through the heads is spared where nobody could hear of it.
        if self.is_subscribed(&log) {
            for below in self.logs.heads_below(row, bounds::MAX_REPAIR_HEADS)? {
                let (number, body) = (number, body.clone());
                let pushed = PushRepair {
                    log,
                    head: below,
                    repair: StoredRepair { number, head, body },
                };
                self.push_to_subscribers(&(log, below), Response::Repair(pushed));
            }
        }
        Ok(DONE)
    }
}
