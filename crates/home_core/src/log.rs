//! OPEN and PROVE: how a log begins, and how a connection comes to a right at a head
//! (docs/protocol.md, *Log*).

use crate::admit::LogRequest;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::InboxStore;
use crate::log_store::{HeadKeys, HeadRow, LogStore, TokenState};
use crate::outcome::{DONE, Outcome, Stop};
use protocol::hash::first_head;
use protocol::id::{HeadId, LogId, TokenHash};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn about_log(&mut self, from: ConnectionId, request: LogRequest) -> Outcome {
        match request {
            LogRequest::Prove {
                log,
                head,
                right,
                key,
            } => self.prove(from, (log, head), right, &key),
            LogRequest::Open { token, log, keys } => self.open(&token, &log, &keys),
            LogRequest::Read {
                log,
                head,
                wanted,
                subscribe,
            } => self.read(from, (log, head), wanted, subscribe),
            LogRequest::Append {
                log,
                head,
                hash,
                body,
            } => self.append(from, (log, head), hash, body),
            LogRequest::Commit {
                log,
                parent,
                child,
                keys,
                rejected,
                body,
            } => self.commit(from, (log, parent), (child, keys, body), &rejected),
            LogRequest::Repair {
                log,
                head,
                hash,
                body,
            } => self.repair(from, (log, head), &hash, body),
            LogRequest::Signal { log, head, body } => self.signal(from, (log, head), body),
        }
    }

    /// The same OPEN again is done whatever became of its token, so that a lost answer is no loss.
    fn open(&mut self, token: &TokenHash, log: &LogId, keys: &HeadKeys) -> Outcome {
        let head = first_head(log);
        if let Some(existing) = self.logs.head(log, &head)? {
            return if existing.keys == *keys {
                Ok(DONE)
            } else {
                Err(Refusal::LogTaken.into())
            };
        }
        if self.logs.is_lapsed(log)? {
            return Err(HomeError::Gone.into());
        }
        match self.logs.token(token)? {
            TokenState::Unknown => return Err(Refusal::TokenUnknown.into()),
            TokenState::Spent => return Err(Refusal::TokenSpent.into()),
            TokenState::Granted => {}
        }
        self.logs.spend_token(token)?;
        let today = self.today();
        self.logs.open_log(log, &head, keys, today)?;
        Ok(DONE)
    }

    /// One answer for an unknown log, an unknown head and another key: nothing is learnt.
    fn prove(
        &mut self,
        from: ConnectionId,
        (log, head): (LogId, HeadId),
        right: Right,
        key: &[u8; 32],
    ) -> Outcome {
        let Some(stored) = self.logs.head(&log, &head)? else {
            return Err(self.unproven(&log, Refusal::Unknown)?);
        };
        let expected = match right {
            Right::Read => stored.keys.read.as_bytes(),
            Right::Write => stored.keys.write.as_bytes(),
        };
        if key != expected {
            return Err(Refusal::Unknown.into());
        }
        let connection = self.connections.get_mut(&from).ok_or(Refusal::NotProven)?;
        connection.proven.insert((log, head, right), stored.row);
        Ok(DONE)
    }

    /// The head, if the connection has proven this right at it.
    pub(crate) fn proven(
        &mut self,
        from: ConnectionId,
        (log, head): (LogId, HeadId),
        right: Right,
    ) -> Result<HeadRow, Stop> {
        let proven = self
            .connections
            .get(&from)
            .and_then(|connection| connection.proven.get(&(log, head, right)))
            .copied();
        match proven {
            Some(row) => Ok(row),
            None => Err(self.unproven(&log, Refusal::NotProven)?),
        }
    }
}
