//! Who is to be added to a conversation's group: which step comes next, and what it needs.

use mls::welcome_item::ReturnInbox;
use protocol::id::{LogId, PersonaFingerprint, UseId};
use rusqlite::Row;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::id::ConversationId;
use crate::row::{cbor, fixed, fixed_or_none};
use crate::store::Store;

/// The step that comes next. Each can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteeStep {
    /// FETCH their KeyPackages.
    Fetch,
    /// Add them by a commit, or found the group with them.
    Add,
    /// KNOCK with the Welcome item.
    Knock,
}

impl InviteeStep {
    const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Add => "add",
            Self::Knock => "knock",
        }
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        match name {
            "fetch" => Ok(Self::Fetch),
            "add" => Ok(Self::Add),
            "knock" => Ok(Self::Knock),
            _ => Err(StoreError::Damaged {
                what: "invitee.step",
            }),
        }
    }
}

/// A leaf as it was when its device fell behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafBehind {
    /// Its index.
    pub leaf: u32,
    /// Its HPKE key: another one means that somebody has renewed it since.
    pub encryption_key: Vec<u8>,
}

/// Somebody on their way into a group.
pub struct InviteeRow {
    /// The use *r* of the capability at their inbox.
    pub use_id: UseId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Their persona.
    pub fingerprint: PersonaFingerprint,
    /// Where they can be reached.
    pub way: ReturnInbox,
    /// What comes next.
    pub step: InviteeStep,
    /// Their KeyPackages, one a device, once they were fetched.
    pub key_packages: Vec<Vec<u8>>,
    /// The leaf that is removed in the same commit, of a member who was left behind.
    pub behind: Option<LeafBehind>,
    /// The log in which all their devices are removed in the same commit: they were restored.
    pub rejoins: Option<LogId>,
    /// The log whose pending commit adds them, if one does.
    pub committing: Option<LogId>,
    /// The sealed Welcome item, once they are in the group.
    pub item: Option<Vec<u8>>,
}

fn read(row: &Row<'_>) -> Result<InviteeRow, StoreError> {
    let way: Zeroizing<Vec<u8>> = Zeroizing::new(row.get("way")?);
    let key_packages: Option<Vec<u8>> = row.get("key_packages")?;
    let key_packages: Vec<minicbor::bytes::ByteVec> = match key_packages {
        Some(bytes) => cbor(&bytes, "invitee.key_packages")?,
        None => Vec::new(),
    };
    Ok(InviteeRow {
        use_id: fixed(row, "use_id", UseId::from_slice)?,
        conversation: row.get("conversation")?,
        fingerprint: fixed(row, "fingerprint", PersonaFingerprint::from_slice)?,
        way: cbor(&way, "invitee.way")?,
        step: InviteeStep::parse(&row.get::<_, String>("step")?)?,
        key_packages: key_packages.into_iter().map(Vec::from).collect(),
        behind: match row.get("leaf")? {
            Some(leaf) => Some(LeafBehind {
                leaf,
                encryption_key: row.get("leaf_key")?,
            }),
            None => None,
        },
        rejoins: fixed_or_none(row, "rejoins", LogId::from_slice)?,
        committing: fixed_or_none(row, "committing_in", LogId::from_slice)?,
        item: row.get("item")?,
    })
}

fn encode(key_packages: &[Vec<u8>]) -> Vec<u8> {
    let all: Vec<_> = key_packages
        .iter()
        .map(|one| minicbor::bytes::ByteVec::from(one.clone()))
        .collect();
    protocol::encoding::encoded(&all)
}

impl Store {
    /// Keeps somebody before the first step.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_invitee(&self, invitee: &InviteeRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO invitee (use_id, conversation, fingerprint, way, step, key_packages, leaf,
                 leaf_key, rejoins)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                invitee.use_id.as_bytes(),
                invitee.conversation,
                invitee.fingerprint.as_bytes(),
                protocol::encoding::encoded(&invitee.way),
                invitee.step.name(),
                encode(&invitee.key_packages),
                invitee.behind.as_ref().map(|behind| behind.leaf),
                invitee.behind.as_ref().map(|behind| &behind.encryption_key),
                invitee.rejoins.as_ref().map(LogId::as_bytes),
            ),
        )?;
        Ok(())
    }

    /// Everybody on their way into any group.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn invitees(&self) -> Result<Vec<InviteeRow>, StoreError> {
        self.rows("SELECT * FROM invitee ORDER BY use_id", [], read)
    }

    /// How many are still on their way into a group that this device takes part in, or wait to be told.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn invitees_waiting(&self) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM invitee WHERE step = 'knock'
                 OR conversation NOT IN (SELECT conversation FROM log WHERE state = 'removed')",
            [],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or(0))
    }

    /// Everybody on their way into one group.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn invitees_of(&self, id: ConversationId) -> Result<Vec<InviteeRow>, StoreError> {
        self.rows(
            "SELECT * FROM invitee WHERE conversation = ?1 ORDER BY use_id",
            [id],
            read,
        )
    }

    /// One of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn invitee(&self, use_id: &UseId) -> Result<Option<InviteeRow>, StoreError> {
        self.row(
            "SELECT * FROM invitee WHERE use_id = ?1",
            [use_id.as_bytes()],
            read,
        )
    }

    /// Their KeyPackages came.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_invitee_fetched(
        &self,
        use_id: &UseId,
        key_packages: &[Vec<u8>],
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE invitee SET step = 'add', key_packages = ?2 WHERE use_id = ?1",
            (use_id.as_bytes(), encode(key_packages)),
        )?;
        Ok(())
    }

    /// Their inbox is asked under another use.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_invitee_use(&self, use_id: &UseId, anew: &UseId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE invitee SET use_id = ?2 WHERE use_id = ?1",
            (use_id.as_bytes(), anew.as_bytes()),
        )?;
        Ok(())
    }

    /// The pending commit of this log adds them, or none does any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_invitee_committing(
        &self,
        use_id: &UseId,
        committing: Option<&LogId>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE invitee SET committing_in = ?2 WHERE use_id = ?1",
            (use_id.as_bytes(), committing.map(LogId::as_bytes)),
        )?;
        Ok(())
    }

    /// They are in the group: the Welcome item can be left.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_invitee_added(&self, use_id: &UseId, item: &[u8]) -> Result<(), StoreError> {
        self.execute(
            "UPDATE invitee SET step = 'knock', committing_in = NULL, item = ?2 WHERE use_id = ?1",
            (use_id.as_bytes(), item),
        )?;
        Ok(())
    }

    /// Nothing is left to do for them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_invitee(&self, use_id: &UseId) -> Result<(), StoreError> {
        self.execute("DELETE FROM invitee WHERE use_id = ?1", [use_id.as_bytes()])?;
        Ok(())
    }
}
