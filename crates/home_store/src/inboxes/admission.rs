//! Tokens, home invitations, and inboxes themselves.

use super::SqliteInboxes;
use crate::row::{column, fixed, maybe_number, number, token_state};
use home_core::StoreError;
use home_core::inbox_store::{AdmissionStore, InboxRow, StoredInbox, StoredInvitation};
use home_core::log_store::TokenState;
use protocol::id::{HomeInvitationHash, InboxId, OwnerKey, TokenHash};
use rusqlite::params;

impl AdmissionStore for SqliteInboxes {
    fn inbox_token(&mut self, token: &TokenHash) -> Result<TokenState, StoreError> {
        let spent = self.database.one(
            "SELECT spent FROM tokens WHERE hash = ?1",
            params![token.as_bytes()],
            |row| row.get::<_, bool>(0),
        )?;
        Ok(token_state(spent))
    }

    fn grant_inbox_token(&mut self, token: &TokenHash) -> Result<(), StoreError> {
        self.database.change(
            "INSERT INTO tokens (hash) VALUES (?1) ON CONFLICT DO NOTHING",
            params![token.as_bytes()],
        )?;
        Ok(())
    }

    fn spend_inbox_token(&mut self, token: &TokenHash) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE tokens SET spent = 1 WHERE hash = ?1",
            params![token.as_bytes()],
        )?;
        Ok(())
    }

    fn invitation(
        &mut self,
        invitation: &HomeInvitationHash,
    ) -> Result<Option<StoredInvitation>, StoreError> {
        self.database.one(
            "SELECT uses_left, expires FROM invitations WHERE hash = ?1",
            params![invitation.as_bytes()],
            |row| {
                Ok(StoredInvitation {
                    uses_left: number(row, 0)?,
                    expires: maybe_number(row, 1)?,
                })
            },
        )
    }

    fn use_invitation(&mut self, invitation: &HomeInvitationHash) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE invitations SET uses_left = uses_left - 1 WHERE hash = ?1",
            params![invitation.as_bytes()],
        )?;
        Ok(())
    }

    fn inbox(&mut self, inbox: &InboxId) -> Result<Option<StoredInbox>, StoreError> {
        self.database.one(
            "SELECT number, owner, allowed_logs, items, item_bytes FROM inboxes
             WHERE inbox = ?1 AND erased = 0",
            params![inbox.as_bytes()],
            |row| {
                Ok(StoredInbox {
                    row: InboxRow(number(row, 0)?),
                    owner: fixed(row, 1, OwnerKey::new)?,
                    allowed_logs: number(row, 2)?,
                    items: number(row, 3)?,
                    item_bytes: number(row, 4)?,
                })
            },
        )
    }

    fn create_inbox(&mut self, inbox: &InboxId, owner: &OwnerKey) -> Result<(), StoreError> {
        self.database.insert(
            "INSERT INTO inboxes (inbox, owner) VALUES (?1, ?2)",
            params![inbox.as_bytes(), owner.as_bytes()],
        )?;
        Ok(())
    }

    fn erase_inbox(&mut self, inbox: InboxRow) -> Result<(), StoreError> {
        self.mark_erased(inbox)
    }

    fn is_erased(&mut self, inbox: &InboxId) -> Result<bool, StoreError> {
        self.was_erased(inbox)
    }

    fn erase_some(&mut self, rows: usize) -> Result<bool, StoreError> {
        self.erase(rows)
    }

    fn count_allowed_logs(&mut self, inbox: InboxRow, logs: u64) -> Result<(), StoreError> {
        self.database.change(
            "UPDATE inboxes SET allowed_logs = allowed_logs + ?2 WHERE number = ?1",
            params![column(inbox.0), column(logs)],
        )?;
        Ok(())
    }
}
