//! What an owner gives and takes back: capabilities for others, tokens for themselves
//! (docs/protocol.md, *First contact*).

use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::{InboxStore, NewCapability};
use crate::log_store::{LogStore, TokenState};
use crate::outcome::{DONE, Outcome};
use protocol::refusal::Refusal;
use protocol::request;
use std::collections::BTreeSet;

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// A capability that exists stays as it is, used, revoked or not: the grant came again.
    pub(crate) fn grant_capability(
        &mut self,
        from: ConnectionId,
        request: &request::GrantCapability,
    ) -> Outcome {
        let inbox = self.owned(from, &request.inbox)?.row;
        if self
            .inboxes
            .capability(inbox, &request.capability)?
            .is_some()
        {
            return Ok(DONE);
        }
        if self.inboxes.capabilities(inbox)? >= bounds::MAX_CAPABILITIES {
            return Err(Refusal::Quota.into());
        }
        self.inboxes.grant(
            inbox,
            &NewCapability {
                hash: request.capability,
                uses: request.uses,
                expires: request.expires,
                pays: request.pays,
                label: request.label.as_deref(),
            },
        )?;
        Ok(DONE)
    }

    pub(crate) fn revoke_capability(
        &mut self,
        from: ConnectionId,
        request: &request::RevokeCapability,
    ) -> Outcome {
        let inbox = self.owned(from, &request.inbox)?.row;
        let today = self.today();
        if let Some(capability) = self.inboxes.capability(inbox, &request.capability)?
            && !capability.revoked
        {
            self.inboxes.revoke(capability.row, today)?;
        }
        Ok(DONE)
    }

    /// Only the store of logs knows which tokens it has seen, and only the store of inboxes counts
    /// whose they are; the hashes themselves never reach the latter.
    pub(crate) fn allow(&mut self, from: ConnectionId, request: &request::Allow) -> Outcome {
        let inbox = self.owned(from, &request.inbox)?;
        let mut new = BTreeSet::new();
        for token in &request.tokens {
            if self.logs.token(token)? == TokenState::Unknown {
                new.insert(token);
            }
        }
        let count = new.len() as u64;
        if inbox.allowed_logs + count > bounds::ALLOWANCE_LOGS {
            return Err(Refusal::Quota.into());
        }
        if count > 0 {
            self.inboxes.count_allowed_logs(inbox.row, count)?;
        }
        for token in new {
            self.logs.grant_token(token)?;
        }
        Ok(DONE)
    }
}
