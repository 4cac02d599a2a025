//! Who matters to somebody, on a map of their own.

use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ContactId, MappedPersonId};
use crate::store::Store;

/// Somebody on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedPersonRow {
    /// The id.
    pub id: MappedPersonId,
    /// What they are called there.
    pub name: String,
    /// What they are, in the person's own words.
    pub kind: String,
    /// A note to oneself.
    pub note: String,
    /// How near: 1 is the closest of three.
    pub ring: u8,
    /// The order around the ring.
    pub place: i64,
    /// Who they are among the contacts.
    pub contact: Option<ContactId>,
}

fn read(row: &Row<'_>) -> Result<MappedPersonRow, StoreError> {
    Ok(MappedPersonRow {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        note: row.get("note")?,
        ring: row.get("ring")?,
        place: row.get("place")?,
        contact: row.get("contact")?,
    })
}

impl Store {
    /// Keeps somebody on the map, in the place of what was kept of them before.
    ///
    /// # Errors
    /// What SQLite says; a constraint if there is no such contact.
    pub fn put_mapped(&self, person: &MappedPersonRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO mapped_person (id, name, kind, note, ring, place, contact)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET
                 name = ?2, kind = ?3, note = ?4, ring = ?5, place = ?6, contact = ?7",
            (
                person.id,
                &person.name,
                &person.kind,
                &person.note,
                person.ring,
                person.place,
                person.contact,
            ),
        )?;
        Ok(())
    }

    /// Everybody on the map, ring by ring in their order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn mapped(&self) -> Result<Vec<MappedPersonRow>, StoreError> {
        self.rows(
            "SELECT * FROM mapped_person ORDER BY ring, place, id",
            [],
            read,
        )
    }

    /// Takes somebody from the map; their place in the file is overwritten. Whether they were there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_mapped(&self, id: MappedPersonId) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM mapped_person WHERE id = ?1", [id])? > 0)
    }
}
