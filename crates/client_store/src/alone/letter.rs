//! Letters that are not sent.

use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ContactId, LetterId, MappedPersonId};
use crate::store::Store;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// The id.
    pub id: LetterId,
    /// To whom, in the writer's own words.
    pub receiver: String,
    /// Who that is on the map.
    pub person: Option<MappedPersonId>,
    /// Who that is among the contacts.
    pub contact: Option<ContactId>,
    /// The text.
    pub text: String,
    /// When it was last written at, Unix seconds.
    pub changed_s: u64,
}

fn read(row: &Row<'_>) -> Result<LetterRow, StoreError> {
    Ok(LetterRow {
        id: row.get("id")?,
        receiver: row.get("receiver")?,
        person: row.get("person")?,
        contact: row.get("contact")?,
        text: row.get("text")?,
        changed_s: row.get("changed_s")?,
    })
}

impl Store {
    /// Keeps a letter, in the place of what it was before.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_letter(&self, letter: &LetterRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO unsent_letter (id, receiver, person, contact, text, changed_s)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET receiver = ?2, person = ?3, contact = ?4, text = ?5, changed_s = ?6",
            (
                letter.id,
                &letter.receiver,
                letter.person,
                letter.contact,
                &letter.text,
                letter.changed_s,
            ),
        )?;
        Ok(())
    }

    /// All letters, the one that was written at last first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn letters(&self) -> Result<Vec<LetterRow>, StoreError> {
        self.rows(
            "SELECT * FROM unsent_letter ORDER BY changed_s DESC, number DESC",
            [],
            read,
        )
    }

    /// One letter.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn letter(&self, id: LetterId) -> Result<Option<LetterRow>, StoreError> {
        self.row("SELECT * FROM unsent_letter WHERE id = ?1", [id], read)
    }

    /// How many letters there are.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn letters_count(&self) -> Result<u64, StoreError> {
        let count = self.row("SELECT count(*) FROM unsent_letter", [], |row| {
            Ok(row.get(0)?)
        })?;
        Ok(count.unwrap_or(0))
    }

    /// A letter is not there any more; its place in the file is overwritten. Whether it was there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_letter(&self, id: LetterId) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM unsent_letter WHERE id = ?1", [id])? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::LetterRow;
    use crate::id::LetterId;
    use crate::store::Store;
    use std::path::Path;

    /// How often these bytes are in a profile's file and in what lies beside it.
    fn found(folder: &Path, text: &str) -> usize {
        let files = std::fs::read_dir(folder).unwrap();
        let bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        bytes
            .map(|bytes| {
                let windows = bytes.windows(text.len());
                windows.filter(|part| *part == text.as_bytes()).count()
            })
            .sum()
    }

    /// Writes a letter key by key.
    fn write(store: &Store, id: u8, text: &str) {
        for end in (1..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let letter = LetterRow {
                id: LetterId::new([id; 16]),
                receiver: "Ben".into(),
                person: None,
                contact: None,
                text: text[..end].into(),
                changed_s: 1,
            };
            store.begin().unwrap();
            store.put_letter(&letter).unwrap();
            store.commit().unwrap();
        }
    }

    #[test]
    fn nothing_of_a_burned_letter_is_left_in_a_profile_that_is_not_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("profile.db"), None).unwrap();
        let secret = "the heron stands in the reeds";
        for length in [1, 40, 160, 400] {
            let others = "Other words, that stay. ".repeat(length);
            write(&store, 1, &others);
            write(
                &store,
                2,
                &format!("{secret}, {}", "and more. ".repeat(length)),
            );
            write(&store, 3, &others);
            assert!(found(folder.path(), secret) > 0);
            store.begin().unwrap();
            assert!(store.delete_letter(LetterId::new([2; 16])).unwrap());
            store.commit().unwrap();
            store.leave_nothing_beside().unwrap();
            assert_eq!(found(folder.path(), secret), 0, "{length}");
            assert!(found(folder.path(), "Other words, that stay.") > 0);
        }
        assert_eq!(store.letters().unwrap().len(), 2);
    }
}
