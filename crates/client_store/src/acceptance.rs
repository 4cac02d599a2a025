//! First contact as the accepter: which step comes next, and what it needs.

use protocol::id::{LogId, UseId};
use protocol::invitation::Invitation;
use protocol::secret::Token;
use rusqlite::Row;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::id::{ConversationId, PersonaId};
use crate::row::{cbor, fixed, fixed_or_none, seed};
use crate::store::Store;

/// The step of a first contact that comes next. Each can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcceptanceStep {
    /// FETCH the inviter's KeyPackages, then found the group.
    Fetch,
    /// Make the return inbox reachable and the token that pays for the log known.
    Allow,
    /// OPEN the log.
    Open,
    /// KNOCK with the Welcome item.
    Knock,
}

impl AcceptanceStep {
    const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Allow => "allow",
            Self::Open => "open",
            Self::Knock => "knock",
        }
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        match name {
            "fetch" => Ok(Self::Fetch),
            "allow" => Ok(Self::Allow),
            "open" => Ok(Self::Open),
            "knock" => Ok(Self::Knock),
            _ => Err(StoreError::Damaged {
                what: "acceptance.step",
            }),
        }
    }
}

/// A first contact under way.
pub struct AcceptanceRow {
    /// The use *r* of the invitation's capability, saved before anything is asked.
    pub use_id: UseId,
    /// The conversation that comes about.
    pub conversation: ConversationId,
    /// Which of the own names accepts.
    pub persona: PersonaId,
    /// The invitation.
    pub invitation: Invitation,
    /// What comes next.
    pub step: AcceptanceStep,
    /// Pays for the log.
    pub log_token: Token,
    /// Pays for an inbox at the inviter's home.
    pub inbox_token: Token,
    /// The log, once the group is founded.
    pub log: Option<LogId>,
    /// The sealed Welcome item, once the group is founded.
    pub item: Option<Vec<u8>>,
}

fn read(row: &Row<'_>) -> Result<AcceptanceRow, StoreError> {
    let invitation: Zeroizing<Vec<u8>> = Zeroizing::new(row.get("invitation")?);
    Ok(AcceptanceRow {
        use_id: fixed(row, "use_id", UseId::from_slice)?,
        conversation: row.get("conversation")?,
        persona: row.get("persona")?,
        invitation: cbor(&invitation, "acceptance.invitation")?,
        step: AcceptanceStep::parse(&row.get::<_, String>("step")?)?,
        log_token: Token::new(*seed(row, "log_token")?),
        inbox_token: Token::new(*seed(row, "inbox_token")?),
        log: fixed_or_none(row, "log", LogId::from_slice)?,
        item: row.get("item")?,
    })
}

impl Store {
    /// Keeps a first contact before its first step.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_acceptance(&self, acceptance: &AcceptanceRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO acceptance
                 (use_id, conversation, persona, invitation, step, log_token, inbox_token)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                acceptance.use_id.as_bytes(),
                acceptance.conversation,
                acceptance.persona,
                protocol::encoding::encoded(&acceptance.invitation),
                acceptance.step.name(),
                acceptance.log_token.expose(),
                acceptance.inbox_token.expose(),
            ),
        )?;
        Ok(())
    }

    /// All first contacts under way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn acceptances(&self) -> Result<Vec<AcceptanceRow>, StoreError> {
        self.rows("SELECT * FROM acceptance ORDER BY use_id", [], read)
    }

    /// One first contact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn acceptance(&self, use_id: &UseId) -> Result<Option<AcceptanceRow>, StoreError> {
        self.row(
            "SELECT * FROM acceptance WHERE use_id = ?1",
            [use_id.as_bytes()],
            read,
        )
    }

    /// The first contact out of which a conversation comes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn acceptance_of(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<AcceptanceRow>, StoreError> {
        self.row(
            "SELECT * FROM acceptance WHERE conversation = ?1",
            [conversation],
            read,
        )
    }

    /// Goes on to the next step.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_acceptance_step(
        &self,
        use_id: &UseId,
        step: AcceptanceStep,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE acceptance SET step = ?2 WHERE use_id = ?1",
            (use_id.as_bytes(), step.name()),
        )?;
        Ok(())
    }

    /// The group is founded: its log and the item that invites into it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_acceptance_founded(
        &self,
        use_id: &UseId,
        log: &LogId,
        item: &[u8],
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE acceptance SET log = ?2, item = ?3, step = 'allow' WHERE use_id = ?1",
            (use_id.as_bytes(), log.as_bytes(), item),
        )?;
        Ok(())
    }

    /// The first contact is done.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_acceptance(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM acceptance WHERE use_id = ?1",
            [use_id.as_bytes()],
        )?;
        Ok(())
    }
}
