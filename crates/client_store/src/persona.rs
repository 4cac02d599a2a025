//! The profile's own names.

use protocol::id::PersonaFingerprint;
use protocol::name::Name;
use rusqlite::Row;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::id::PersonaId;
use crate::row::{fixed, seed};
use crate::store::Store;

/// A persona with its device on this machine.
pub struct PersonaRow {
    /// The id.
    pub id: PersonaId,
    /// The chosen name.
    pub name: Name,
    /// SHA-256 of the persona's key.
    pub fingerprint: PersonaFingerprint,
    /// The persona's Ed25519 seed.
    pub persona_seed: Zeroizing<[u8; 32]>,
    /// The device's Ed25519 seed.
    pub device_seed: Zeroizing<[u8; 32]>,
    /// The device's credential.
    pub credential: Vec<u8>,
    /// When it was made, Unix seconds.
    pub created_s: u64,
}

/// A persona out of a backup.
pub struct DevicelessPersona {
    /// The id.
    pub id: PersonaId,
    /// SHA-256 of the persona's key.
    pub fingerprint: PersonaFingerprint,
    /// The persona's Ed25519 seed.
    pub persona_seed: Zeroizing<[u8; 32]>,
}

fn read(row: &Row<'_>) -> Result<PersonaRow, StoreError> {
    let name: String = row.get("name")?;
    Ok(PersonaRow {
        id: row.get("id")?,
        name: Name::parse(&name).map_err(|_| StoreError::Damaged {
            what: "persona.name",
        })?,
        fingerprint: fixed(row, "fingerprint", PersonaFingerprint::from_slice)?,
        persona_seed: seed(row, "persona_seed")?,
        device_seed: seed(row, "device_seed")?,
        credential: row.get("credential")?,
        created_s: row.get("created_s")?,
    })
}

impl Store {
    /// Keeps a new persona.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_persona(&self, persona: &PersonaRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO persona
                 (id, name, fingerprint, persona_seed, device_seed, credential, created_s, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                 (SELECT coalesce(max(number), 0) + 1 FROM persona))",
            (
                persona.id,
                persona.name.as_str(),
                persona.fingerprint.as_bytes(),
                persona.persona_seed.as_slice(),
                persona.device_seed.as_slice(),
                &persona.credential,
                persona.created_s,
            ),
        )?;
        Ok(())
    }

    /// All personas, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn personas(&self) -> Result<Vec<PersonaRow>, StoreError> {
        self.rows("SELECT * FROM persona ORDER BY number, id", [], read)
    }

    /// One persona.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn persona(&self, id: PersonaId) -> Result<Option<PersonaRow>, StoreError> {
        self.row("SELECT * FROM persona WHERE id = ?1", [id], read)
    }

    /// A persona has another device from now on.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_device(
        &self,
        id: PersonaId,
        device_seed: &[u8; 32],
        credential: &[u8],
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE persona SET device_seed = ?2, credential = ?3 WHERE id = ?1",
            (id, device_seed.as_slice(), credential),
        )?;
        Ok(())
    }

    /// All personas whose device is not made yet: each with its seed and fingerprint.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn personas_without_device(&self) -> Result<Vec<DevicelessPersona>, StoreError> {
        self.rows(
            "SELECT * FROM persona WHERE device_seed = x'' ORDER BY id",
            [],
            |row| {
                Ok(DevicelessPersona {
                    id: row.get("id")?,
                    fingerprint: fixed(row, "fingerprint", PersonaFingerprint::from_slice)?,
                    persona_seed: seed(row, "persona_seed")?,
                })
            },
        )
    }

    /// Forgets a persona that nothing hangs on.
    ///
    /// # Errors
    /// What SQLite says; a constraint if something does.
    pub fn delete_persona(&self, id: PersonaId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM inbox WHERE persona = ?1 AND given_up_s IS NOT NULL",
            [id],
        )?;
        self.execute("DELETE FROM persona WHERE id = ?1", [id])?;
        Ok(())
    }
}
