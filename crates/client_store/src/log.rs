//! The logs of conversations: head, cursor, chain, and children found invalid.

use protocol::home_url::HomeUrl;
use protocol::id::{Chain, HeadId, HomeKey, LogId};
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::{ConversationId, PersonaId};
use crate::row::{fixed, fixed_at, home_url_at};
use crate::store::Store;
use zeroize::Zeroizing;

/// Chains remembered of one head, by which histories are compared. Who says that they had read less
/// than this is believed.
const CHAIN_WINDOW: u64 = 10_000;

/// Whether a log can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogState {
    /// The home does not have it yet, or the counterpart was not told yet.
    Opening,
    /// In use.
    Open,
    /// Something is wrong that goes on being wrong: nothing is sent any more.
    Halted(String),
    /// A commit removes this device. Only the others can tell whether it holds for them too, so the
    /// head before it is kept and its later children are looked at.
    Removed,
    /// A commit that the others entered cannot be entered here; this device asked to be added anew.
    Behind,
    /// The person left.
    Left,
    /// This device was restored and is no member yet: it asks the others to take it in.
    Rejoining,
}

impl LogState {
    fn name(&self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Halted(_) => "halted",
            Self::Removed => "removed",
            Self::Behind => "behind",
            Self::Left => "left",
            Self::Rejoining => "rejoining",
        }
    }

    /// Whether this device has the keys of the group.
    pub const fn has_group(&self) -> bool {
        !matches!(self, Self::Left | Self::Rejoining)
    }
}

/// A conversation's log at a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The log's id at its home.
    pub log: LogId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Which of the own names takes part.
    pub persona: PersonaId,
    /// The MLS group.
    pub group_id: Vec<u8>,
    /// The home.
    pub home: HomeUrl,
    /// The key by which the home is known in Place.
    pub home_key: HomeKey,
    /// Whether it can be used.
    pub state: LogState,
    /// The head that was reached.
    pub head: HeadId,
    /// The position before the head's first entry: an entry's position is `base + seq`.
    pub base: u64,
    /// The seq of the next entry to read at the head, from 1.
    pub next_seq: u64,
    /// The chain up to the entry before it.
    pub chain: Chain,
    /// Seed of the key that erases the log; its founder has it.
    pub closing_seed: Option<Zeroizing<[u8; 32]>>,
    /// When this device last renewed its leaf, Unix seconds.
    pub leaf_update_s: u64,
    /// The number of the last repair that was dealt with.
    pub repairs_after: u64,
}

/// The columns in the order in which [`read`] takes them. Logs are read with every input, and looking
/// up columns by their names would cost more than the rest.
const COLUMNS: &str = "log, conversation, persona, group_id, home_url, home_key, state, halted, \
                       head, base, next_seq, chain, closing_seed, leaf_update_s, repairs_after";

fn read(row: &Row<'_>) -> Result<LogRow, StoreError> {
    let state = match row.get_ref(6)?.as_str().map_err(rusqlite::Error::from)? {
        "opening" => LogState::Opening,
        "open" => LogState::Open,
        "halted" => LogState::Halted(row.get::<_, Option<String>>(7)?.unwrap_or_default()),
        "removed" => LogState::Removed,
        "behind" => LogState::Behind,
        "left" => LogState::Left,
        "rejoining" => LogState::Rejoining,
        _ => return Err(StoreError::Damaged { what: "log.state" }),
    };
    Ok(LogRow {
        log: fixed_at(row, 0, LogId::from_slice)?,
        conversation: row.get(1)?,
        persona: row.get(2)?,
        group_id: row.get(3)?,
        home: home_url_at(row, 4)?,
        home_key: fixed_at(row, 5, HomeKey::from_slice)?,
        state,
        head: fixed_at(row, 8, HeadId::from_slice)?,
        base: row.get(9)?,
        next_seq: row.get(10)?,
        chain: fixed_at(row, 11, Chain::from_slice)?,
        closing_seed: match row.get_ref(12)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(crate::row::seed(row, "closing_seed")?),
        },
        leaf_update_s: row.get(13)?,
        repairs_after: row.get(14)?,
    })
}

impl Store {
    /// Keeps a new log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_log(&self, log: &LogRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO log (log, conversation, persona, group_id, home_url, home_key, state,
                 head, base, next_seq, chain, closing_seed, leaf_update_s)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            (
                log.log.as_bytes(),
                log.conversation,
                log.persona,
                &log.group_id,
                log.home.as_str(),
                log.home_key.as_bytes(),
                log.state.name(),
                log.head.as_bytes(),
                log.base,
                log.next_seq,
                log.chain.as_bytes(),
                log.closing_seed.as_ref().map(|seed| seed.as_slice()),
                log.leaf_update_s,
            ),
        )?;
        self.keep_chain(&log.log, &log.head, 0, &log.chain)
    }

    /// All logs.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn logs(&self) -> Result<Vec<LogRow>, StoreError> {
        self.rows(&format!("SELECT {COLUMNS} FROM log ORDER BY log"), [], read)
    }

    /// One log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log(&self, log: &LogId) -> Result<Option<LogRow>, StoreError> {
        self.row(
            &format!("SELECT {COLUMNS} FROM log WHERE log = ?1"),
            [log.as_bytes()],
            read,
        )
    }

    /// Whether a group is or was that of a log.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_group_known(&self, group_id: &[u8]) -> Result<bool, StoreError> {
        let found = self.row("SELECT 1 FROM log WHERE group_id = ?1", [group_id], |_| {
            Ok(())
        })?;
        Ok(found.is_some())
    }

    /// The logs of a conversation, lowest id first: the first open one is written to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn logs_of(&self, conversation: ConversationId) -> Result<Vec<LogRow>, StoreError> {
        self.rows(
            &format!("SELECT {COLUMNS} FROM log WHERE conversation = ?1 ORDER BY log"),
            [conversation],
            read,
        )
    }

    /// The ids of all logs of a conversation, lowest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn log_ids_of(&self, conversation: ConversationId) -> Result<Vec<LogId>, StoreError> {
        self.rows(
            "SELECT log FROM log WHERE conversation = ?1 ORDER BY log",
            [conversation],
            |row| fixed(row, "log", LogId::from_slice),
        )
    }

    /// The log is at its home and the counterpart was told.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_log_open(&self, log: &LogId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET state = 'open' WHERE log = ?1 AND state = 'opening'",
            [log.as_bytes()],
        )?;
        Ok(())
    }

    /// The log is removed from, left behind in, or left. One that is halted stays so.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_log_state(&self, log: &LogId, state: &LogState) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET state = ?2 WHERE log = ?1 AND state <> 'halted'",
            (log.as_bytes(), state.name()),
        )?;
        Ok(())
    }

    /// This device was added anew: it begins at another head, and everything that was under way at
    /// the old one is forgotten.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rejoin_log(&self, log: &LogRow) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET state = 'open', head = ?2, base = ?3, next_seq = ?4, chain = ?5,
                 leaf_update_s = ?6 WHERE log = ?1",
            (
                log.log.as_bytes(),
                log.head.as_bytes(),
                log.base,
                log.next_seq,
                log.chain.as_bytes(),
                log.leaf_update_s,
            ),
        )?;
        for table in [
            "pending_commit",
            "repair",
            "rejected_child",
            "chain",
            "contact_item",
        ] {
            let sql = format!("DELETE FROM {table} WHERE log = ?1");
            self.execute(&sql, [log.log.as_bytes()])?;
        }
        // What was answered and never read back goes out again.
        self.execute(
            "UPDATE outbox SET answered = 0 WHERE log = ?1",
            [log.log.as_bytes()],
        )?;
        self.keep_chain(&log.log, &log.head, 0, &log.chain)
    }

    /// All repairs of a log up to this one were dealt with.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_repairs_after(&self, log: &LogId, number: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET repairs_after = max(repairs_after, ?2) WHERE log = ?1",
            (log.as_bytes(), number),
        )?;
        Ok(())
    }

    /// Nothing is sent to this log any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn halt_log(&self, log: &LogId, why: &str) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET state = 'halted', halted = ?2 WHERE log = ?1",
            (log.as_bytes(), why),
        )?;
        Ok(())
    }

    /// The entry `seq` at the head was read: the cursor moves behind it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn advance_log(
        &self,
        log: &LogId,
        head: &HeadId,
        seq: u64,
        chain: &Chain,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET next_seq = ?2 + 1, chain = ?3 WHERE log = ?1",
            (log.as_bytes(), seq, chain.as_bytes()),
        )?;
        self.keep_chain(log, head, seq, chain)?;
        if let Some(old) = seq.checked_sub(CHAIN_WINDOW) {
            self.execute(
                "DELETE FROM chain WHERE log = ?1 AND head = ?2 AND seq = ?3",
                (log.as_bytes(), head.as_bytes(), old),
            )?;
        }
        Ok(())
    }

    /// Remembers the chain up to an entry; `seq` 0: before the first one.
    fn keep_chain(
        &self,
        log: &LogId,
        head: &HeadId,
        seq: u64,
        chain: &Chain,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO chain (log, head, seq, chain) VALUES (?1, ?2, ?3, ?4)",
            (log.as_bytes(), head.as_bytes(), seq, chain.as_bytes()),
        )?;
        Ok(())
    }

    /// Enters a child head; chains of heads before the parent, and verdicts on its siblings' children,
    /// are forgotten.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn enter_head(
        &self,
        log: &LogRow,
        child: &HeadId,
        start: &Chain,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET head = ?2, base = base + next_seq, next_seq = 1, chain = ?3,
                 state = CASE state WHEN 'removed' THEN 'open' ELSE state END
             WHERE log = ?1",
            (log.log.as_bytes(), child.as_bytes(), start.as_bytes()),
        )?;
        self.execute(
            "DELETE FROM chain WHERE log = ?1 AND head <> ?2",
            (log.log.as_bytes(), log.head.as_bytes()),
        )?;
        self.execute(
            "DELETE FROM rejected_child WHERE log = ?1",
            [log.log.as_bytes()],
        )?;
        self.keep_chain(&log.log, child, 0, start)
    }

    /// Forgets a log that its home never had.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_opening_log(&self, log: &LogId) -> Result<(), StoreError> {
        let sql = "DELETE FROM log WHERE log = ?1 AND state = 'opening'";
        if self.execute(sql, [log.as_bytes()])? > 0 {
            self.execute("DELETE FROM chain WHERE log = ?1", [log.as_bytes()])?;
        }
        Ok(())
    }

    /// This device renewed its leaf.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_leaf_update(&self, log: &LogId, now_s: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log SET leaf_update_s = ?2 WHERE log = ?1",
            (log.as_bytes(), now_s),
        )?;
        Ok(())
    }

    /// The chain after an entry that was read, if it is still remembered.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn chain_at(
        &self,
        log: &LogId,
        head: &HeadId,
        seq: u64,
    ) -> Result<Option<Chain>, StoreError> {
        self.row(
            "SELECT chain FROM chain WHERE log = ?1 AND head = ?2 AND seq = ?3",
            (log.as_bytes(), head.as_bytes(), seq),
            |row| fixed(row, "chain", Chain::from_slice),
        )
    }

    /// A child was found invalid for all.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn reject_child(
        &self,
        log: &LogId,
        parent: &HeadId,
        child: &HeadId,
        why: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO rejected_child (log, parent, child, why) VALUES (?1, ?2, ?3, ?4)",
            (log.as_bytes(), parent.as_bytes(), child.as_bytes(), why),
        )?;
        Ok(())
    }

    /// The children of a head that were found invalid for all.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rejected_children(
        &self,
        log: &LogId,
        parent: &HeadId,
    ) -> Result<Vec<HeadId>, StoreError> {
        self.rows(
            "SELECT child FROM rejected_child WHERE log = ?1 AND parent = ?2 ORDER BY child",
            (log.as_bytes(), parent.as_bytes()),
            |row| fixed(row, "child", HeadId::from_slice),
        )
    }
}
