//! Who may fetch and knock at our inboxes: invitations that were given, and contacts.

use protocol::id::{InboxId, LogId};
use protocol::secret::CapabilitySecret;
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{CapabilityId, ContactId};
use crate::row::{fixed, fixed_or_none, seed};
use crate::store::Store;

/// How far a capability is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapabilityState {
    /// The home does not know it yet.
    New,
    /// The home knows it.
    Granted,
    /// It is taken back here, the home does not know that yet.
    Revoking,
    /// It is taken back.
    Revoked,
}

impl CapabilityState {
    const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Granted => "granted",
            Self::Revoking => "revoking",
            Self::Revoked => "revoked",
        }
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        match name {
            "new" => Ok(Self::New),
            "granted" => Ok(Self::Granted),
            "revoking" => Ok(Self::Revoking),
            "revoked" => Ok(Self::Revoked),
            _ => Err(StoreError::Damaged {
                what: "capability.state",
            }),
        }
    }
}

/// A capability that we gave.
pub struct CapabilityRow {
    /// The id.
    pub id: CapabilityId,
    /// At which inbox.
    pub inbox: InboxId,
    /// What its holder shows.
    pub secret: CapabilitySecret,
    /// The contact who holds it, or none for an invitation.
    pub contact: Option<ContactId>,
    /// A note to oneself.
    pub label: Option<String>,
    /// How many uses; none for any number.
    pub uses: Option<u32>,
    /// How many answers to it came in.
    pub used: u32,
    /// Unix seconds after which no new use begins.
    pub expires_s: Option<u64>,
    /// How far it is.
    pub state: CapabilityState,
    /// When it was made, Unix seconds.
    pub created_s: u64,
    /// The log for whose repair it was given, and for nothing else.
    pub repairs: Option<LogId>,
}

impl CapabilityRow {
    /// Whether it belongs to a link that was given away.
    pub const fn is_invitation(&self) -> bool {
        self.contact.is_none() && self.repairs.is_none()
    }
}

fn read(row: &Row<'_>) -> Result<CapabilityRow, StoreError> {
    let secret = seed(row, "secret")?;
    Ok(CapabilityRow {
        id: row.get("id")?,
        inbox: fixed(row, "inbox", InboxId::from_slice)?,
        secret: CapabilitySecret::new(*secret),
        contact: row.get("contact")?,
        label: row.get("label")?,
        uses: row.get("uses")?,
        used: row.get("used")?,
        expires_s: row.get("expires_s")?,
        state: CapabilityState::parse(&row.get::<_, String>("state")?)?,
        created_s: row.get("created_s")?,
        repairs: fixed_or_none(row, "repairs", LogId::from_slice)?,
    })
}

impl Store {
    /// Keeps a new capability.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_capability(&self, capability: &CapabilityRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO capability
                 (id, inbox, secret, contact, label, uses, expires_s, state, created_s, repairs,
                  number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                 (SELECT coalesce(max(number), 0) + 1 FROM capability))",
            (
                capability.id,
                capability.inbox.as_bytes(),
                capability.secret.expose(),
                capability.contact,
                &capability.label,
                capability.uses,
                capability.expires_s,
                capability.state.name(),
                capability.created_s,
                capability.repairs.as_ref().map(LogId::as_bytes),
            ),
        )?;
        Ok(())
    }

    /// The invitations that were given, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn invitations(&self) -> Result<Vec<CapabilityRow>, StoreError> {
        self.rows(
            "SELECT * FROM capability WHERE contact IS NULL AND repairs IS NULL
             ORDER BY number, id",
            [],
            read,
        )
    }

    /// The capabilities of an inbox that the home must still be told of.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn capabilities_to_tell(&self, inbox: &InboxId) -> Result<Vec<CapabilityRow>, StoreError> {
        self.rows(
            "SELECT * FROM capability WHERE inbox = ?1 AND state IN ('new', 'revoking')
             ORDER BY created_s, id",
            [inbox.as_bytes()],
            read,
        )
    }

    /// Whether somebody was given a way to this inbox other than by an invitation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_way_of_somebody(&self, inbox: &InboxId) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM capability
             WHERE inbox = ?1 AND (contact IS NOT NULL OR repairs IS NOT NULL) LIMIT 1",
            [inbox.as_bytes()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// What was given at one inbox is good at another from now on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn move_capabilities(&self, from: &InboxId, to: &InboxId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE capability SET inbox = ?2 WHERE inbox = ?1",
            (from.as_bytes(), to.as_bytes()),
        )?;
        Ok(())
    }

    /// One capability.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn capability(&self, id: CapabilityId) -> Result<Option<CapabilityRow>, StoreError> {
        self.row("SELECT * FROM capability WHERE id = ?1", [id], read)
    }

    /// The capability that a secret belongs to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn capability_of_secret(
        &self,
        secret: &CapabilitySecret,
    ) -> Result<Option<CapabilityRow>, StoreError> {
        self.row(
            "SELECT * FROM capability WHERE secret = ?1",
            [secret.expose()],
            read,
        )
    }

    /// The standing capability that a contact holds at an inbox.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn standing_capability(
        &self,
        inbox: &InboxId,
        contact: ContactId,
    ) -> Result<Option<CapabilityRow>, StoreError> {
        self.row(
            "SELECT * FROM capability WHERE inbox = ?1 AND contact = ?2",
            (inbox.as_bytes(), contact),
            read,
        )
    }

    /// The standing capability that a contact holds, at whichever inbox of ours.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn standing_capability_of(
        &self,
        contact: ContactId,
    ) -> Result<Option<CapabilityRow>, StoreError> {
        self.row(
            "SELECT * FROM capability WHERE contact = ?1 ORDER BY created_s DESC, id LIMIT 1",
            [contact],
            read,
        )
    }

    /// The newest capability that was given for the repair of a log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn capability_repairing(&self, log: &LogId) -> Result<Option<CapabilityRow>, StoreError> {
        self.row(
            "SELECT * FROM capability WHERE repairs = ?1 AND state IN ('new', 'granted')
             ORDER BY created_s DESC, id LIMIT 1",
            [log.as_bytes()],
            read,
        )
    }

    /// A repair of a log is done: the capabilities for it are taken back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn retire_repair_capabilities(&self, log: &LogId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE capability SET state = 'revoking' WHERE repairs = ?1 AND state <> 'revoked'",
            [log.as_bytes()],
        )?;
        Ok(())
    }

    /// Forgets a capability that was taken back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_capability(&self, id: CapabilityId) -> Result<(), StoreError> {
        self.execute("DELETE FROM capability WHERE id = ?1", [id])?;
        Ok(())
    }

    /// One more answer to an invitation came in.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_use(&self, id: CapabilityId) -> Result<(), StoreError> {
        self.execute("UPDATE capability SET used = used + 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Moves a capability on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_capability_state(
        &self,
        id: CapabilityId,
        state: CapabilityState,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE capability SET state = ?2 WHERE id = ?1",
            (id, state.name()),
        )?;
        Ok(())
    }

    /// Reads all of them, as what they should be.
    pub(crate) fn each_capability(&self) -> Result<(), StoreError> {
        self.rows("SELECT * FROM capability", [], |row| read(row).map(drop))?;
        Ok(())
    }

    /// Forgets the capabilities that a contact holds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_capabilities_of(&self, contact: ContactId) -> Result<(), StoreError> {
        self.execute("DELETE FROM capability WHERE contact = ?1", [contact])?;
        Ok(())
    }
}
