//! Who the own names know.

use mls::welcome_item::ReturnInbox;
use protocol::id::PersonaFingerprint;
use protocol::name::Name;
use rusqlite::Row;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::id::{ContactId, PersonaId};
use crate::row::{cbor, fixed};
use crate::store::Store;

/// Somebody that one of the own names knows.
pub struct ContactRow {
    /// The id.
    pub id: ContactId,
    /// Which of the own names.
    pub persona: PersonaId,
    /// SHA-256 of their persona's key.
    pub fingerprint: PersonaFingerprint,
    /// The name that they chose.
    pub name: Name,
    /// Where they can be reached.
    pub return_inbox: Option<ReturnInbox>,
    /// Whether the safety number was compared.
    pub verified: bool,
    /// Whether they came about while they were blocked, and still are: nothing of them is shown.
    pub met_blocked: bool,
}

pub(crate) fn read(row: &Row<'_>) -> Result<ContactRow, StoreError> {
    let name: String = row.get("name")?;
    let return_inbox: Option<Vec<u8>> = row.get("return_inbox")?;
    let return_inbox = return_inbox.map(Zeroizing::new);
    Ok(ContactRow {
        id: row.get("id")?,
        persona: row.get("persona")?,
        fingerprint: fixed(row, "fingerprint", PersonaFingerprint::from_slice)?,
        name: Name::parse(&name).map_err(|_| StoreError::Damaged {
            what: "contact.name",
        })?,
        return_inbox: return_inbox
            .map(|bytes| cbor(&bytes, "contact.return_inbox"))
            .transpose()?,
        verified: row.get("verified")?,
        met_blocked: row.get("met_blocked")?,
    })
}

impl Store {
    /// Keeps a new contact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_contact(&self, contact: &ContactRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO contact (id, persona, fingerprint, name, return_inbox, verified,
                 met_blocked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                contact.id,
                contact.persona,
                contact.fingerprint.as_bytes(),
                contact.name.as_str(),
                contact
                    .return_inbox
                    .as_ref()
                    .map(protocol::encoding::encoded),
                contact.verified,
                contact.met_blocked,
            ),
        )?;
        Ok(())
    }

    /// All contacts by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contacts(&self) -> Result<Vec<ContactRow>, StoreError> {
        self.rows("SELECT * FROM contact ORDER BY name, id", [], read)
    }

    /// One contact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contact(&self, id: ContactId) -> Result<Option<ContactRow>, StoreError> {
        self.row("SELECT * FROM contact WHERE id = ?1", [id], read)
    }

    /// The contact of a persona pair.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contact_of_pair(
        &self,
        persona: PersonaId,
        fingerprint: &PersonaFingerprint,
    ) -> Result<Option<ContactRow>, StoreError> {
        self.row(
            "SELECT * FROM contact WHERE persona = ?1 AND fingerprint = ?2",
            (persona, fingerprint.as_bytes()),
            read,
        )
    }

    /// Where a contact can be reached from now on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_return_inbox(
        &self,
        contact: ContactId,
        inbox: &ReturnInbox,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE contact SET return_inbox = ?2 WHERE id = ?1",
            (contact, protocol::encoding::encoded(inbox)),
        )?;
        Ok(())
    }

    /// The safety number was compared; whether there is such a contact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_verified(&self, contact: ContactId) -> Result<bool, StoreError> {
        let changed = self.execute("UPDATE contact SET verified = 1 WHERE id = ?1", [contact])?;
        Ok(changed > 0)
    }

    /// Forgets a contact that never came about.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_contact(&self, contact: ContactId) -> Result<(), StoreError> {
        self.execute("DELETE FROM contact_item WHERE contact = ?1", [contact])?;
        self.execute("DELETE FROM contact WHERE id = ?1", [contact])?;
        Ok(())
    }
}
