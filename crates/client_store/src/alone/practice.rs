//! What was written for practice. It goes nowhere, into no backup neither.

use crate::error::StoreError;
use crate::store::Store;

/// A line that was written for practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeRow {
    /// In which order it was written.
    pub number: u32,
    /// The text.
    pub text: String,
    /// How far it is on the way that a message goes.
    pub step: u8,
    /// Whether it was taken back.
    pub taken_back: bool,
}

impl Store {
    /// Everything that was written, in its order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn practice(&self) -> Result<Vec<PracticeRow>, StoreError> {
        self.rows("SELECT * FROM practice_line ORDER BY number", [], |row| {
            Ok(PracticeRow {
                number: row.get("number")?,
                text: row.get("text")?,
                step: row.get("step")?,
                taken_back: row.get("taken_back")?,
            })
        })
    }

    /// Keeps a line, in the place of what it was before.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_practice(&self, line: &PracticeRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO practice_line (number, text, step, taken_back) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (number) DO UPDATE SET text = ?2, step = ?3, taken_back = ?4",
            (line.number, &line.text, line.step, line.taken_back),
        )?;
        Ok(())
    }

    /// Throws everything away that was written for practice.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_practice(&self) -> Result<(), StoreError> {
        self.execute("DELETE FROM practice_line", [])?;
        Ok(())
    }
}
