//! A circle that was founded here and waits for its home to have its log.

use protocol::id::{LogId, UseId};
use protocol::secret::Token;
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::ConversationId;
use crate::row::{fixed, seed};
use crate::store::Store;

/// A log on its way to its home.
pub struct FoundingRow {
    /// By what its requests are told apart.
    pub use_id: UseId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The log.
    pub log: LogId,
    /// Pays for it.
    pub token: Token,
    /// Whether the home knows the token.
    pub allowed: bool,
}

fn read(row: &Row<'_>) -> Result<FoundingRow, StoreError> {
    Ok(FoundingRow {
        use_id: fixed(row, "use_id", UseId::from_slice)?,
        conversation: row.get("conversation")?,
        log: fixed(row, "log", LogId::from_slice)?,
        token: Token::new(*seed(row, "token")?),
        allowed: row.get("allowed")?,
    })
}

impl Store {
    /// Keeps a log on its way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_founding(&self, founding: &FoundingRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO founding (use_id, conversation, log, token) VALUES (?1, ?2, ?3, ?4)",
            (
                founding.use_id.as_bytes(),
                founding.conversation,
                founding.log.as_bytes(),
                founding.token.expose(),
            ),
        )?;
        Ok(())
    }

    /// All logs on their way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn foundings(&self) -> Result<Vec<FoundingRow>, StoreError> {
        self.rows("SELECT * FROM founding ORDER BY use_id", [], read)
    }

    /// One of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn founding(&self, use_id: &UseId) -> Result<Option<FoundingRow>, StoreError> {
        self.row(
            "SELECT * FROM founding WHERE use_id = ?1",
            [use_id.as_bytes()],
            read,
        )
    }

    /// The home knows the token.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_founding_allowed(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE founding SET allowed = 1 WHERE use_id = ?1",
            [use_id.as_bytes()],
        )?;
        Ok(())
    }

    /// The home has the log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_founding(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM founding WHERE use_id = ?1",
            [use_id.as_bytes()],
        )?;
        Ok(())
    }
}
