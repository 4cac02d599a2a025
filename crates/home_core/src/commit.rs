//! COMMIT: a child head (docs/protocol.md, *Log*).
//!
//! | the home finds, in this order | answer |
//! |---|---|
//! | no proven write right at the parent | `not-proven` |
//! | the same body at this parent, same keys | the first answer again |
//! | the same body elsewhere or with other keys | `Invalid` |
//! | children of the parent that are not listed as rejected | `Superseded` with all children |
//! | 64 children | `too-many-children` |
//! | another child of this connection within the same second | `Retry` |
//! | otherwise | the next place among the siblings |

use crate::admit::invalid;
use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{HeadKeys, LogStore, NewChild};
use crate::outcome::{Outcome, Stop};
use protocol::frame::Response;
use protocol::hash::chain_below;
use protocol::id::{HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{Child, Committed, PushChild};

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn commit(
        &mut self,
        from: ConnectionId,
        (log, parent): (LogId, HeadId),
        (child, keys, body): (HeadId, HeadKeys, Vec<u8>),
        rejected: &[HeadId],
    ) -> Outcome {
        let row = self.proven(from, (log, parent), Right::Write)?;
        let children = self.logs.child_heads(row)?;
        if let Some(first) = self.committed_before(&log, (&child, &keys), &children)? {
            return Ok(first);
        }
        if children.iter().any(|child| !rejected.contains(child)) {
            return Err(HomeError::Superseded { children }.into());
        }
        if children.len() >= bounds::MAX_CHILDREN {
            return Err(Refusal::TooManyChildren.into());
        }
        self.count_child(from)?;
        let order = children.len() as u64 + 1;
        // No entry comes under a head that has a child, so this is how it ends.
        let end = self.end_of(row, &log, &parent)?;
        let stored = NewChild {
            order,
            head: child,
            keys,
            start: chain_below(&end.chain, &child),
            body: &body,
        };
        self.logs.add_child(row, &stored)?;
        let pushed = PushChild {
            log,
            head: parent,
            child: Child {
                order,
                body,
                write_key: keys.write,
                read_key: keys.read,
            },
        };
        self.push_to_subscribers(&(log, parent), Response::Child(pushed));
        Ok(Response::Committed(Committed { order }))
    }

    fn committed_before(
        &mut self,
        log: &LogId,
        (child, keys): (&HeadId, &HeadKeys),
        siblings: &[HeadId],
    ) -> Result<Option<Response>, Stop> {
        let Some(existing) = self.logs.head(log, child)? else {
            return Ok(None);
        };
        let place = siblings.iter().position(|sibling| sibling == child);
        match place {
            Some(index) if existing.keys == *keys => Ok(Some(Response::Committed(Committed {
                order: index as u64 + 1,
            }))),
            Some(_) => Err(invalid("this commit was stored with other keys").into()),
            None => Err(invalid("this commit stands below another head").into()),
        }
    }

    /// One new child a second: a burst of commits is an attack or an accident, never a need.
    fn count_child(&mut self, from: ConnectionId) -> Result<(), Stop> {
        let now_s = self.now_s;
        let connection = self.connections.get_mut(&from).ok_or(Refusal::NotProven)?;
        if connection.last_child_s == Some(now_s) {
            return Err(HomeError::Retry {
                after_ms: bounds::RETRY_AFTER_MS,
            }
            .into());
        }
        connection.last_child_s = Some(now_s);
        Ok(())
    }
}
