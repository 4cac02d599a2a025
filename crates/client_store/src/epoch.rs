//! What is kept of past epochs, to read the repairs of members who stayed behind in them.

use minicbor::{Decode, Encode};
use mls::epoch_keys::WrapKey;
use protocol::id::{HeadId, LogId};

use crate::error::StoreError;
use crate::row::{cbor, seed};
use crate::store::Store;

/// Seconds for which a past epoch is kept: 90 days.
const KEPT_S: u64 = 90 * 86_400;
/// Past epochs of a log that are kept whatever the clock says.
const KEPT: u64 = 8;

/// A leaf as it was in an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EpochLeaf {
    /// Its index.
    #[n(0)]
    pub leaf: u32,
    /// Its signature key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub device: [u8; 32],
    /// Its HPKE key, another one after each renewal.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub encryption_key: Vec<u8>,
}

/// A past epoch.
pub struct EpochRow {
    /// The key of its wrap.
    pub wrap: WrapKey,
    /// Who was a member.
    pub leaves: Vec<EpochLeaf>,
}

impl Store {
    /// Keeps an epoch that ends, and forgets those that ended too long ago.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_epoch(
        &self,
        log: &LogId,
        head: &HeadId,
        epoch: &EpochRow,
        now_s: u64,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO epoch (log, head, wrap_key, members, ended_s)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                log.as_bytes(),
                head.as_bytes(),
                epoch.wrap.expose(),
                protocol::encoding::encoded(&epoch.leaves),
                now_s,
            ),
        )?;
        self.execute(
            "DELETE FROM epoch WHERE log = ?1 AND ended_s < ?2 AND head NOT IN
                 (SELECT head FROM epoch WHERE log = ?1 ORDER BY ended_s DESC, head LIMIT ?3)",
            (log.as_bytes(), now_s.saturating_sub(KEPT_S), KEPT),
        )?;
        Ok(())
    }

    /// A past epoch, if it is still kept.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn epoch(&self, log: &LogId, head: &HeadId) -> Result<Option<EpochRow>, StoreError> {
        self.row(
            "SELECT * FROM epoch WHERE log = ?1 AND head = ?2",
            (log.as_bytes(), head.as_bytes()),
            |row| {
                let members: Vec<u8> = row.get("members")?;
                Ok(EpochRow {
                    wrap: WrapKey::new(*seed(row, "wrap_key")?),
                    leaves: cbor(&members, "epoch.members")?,
                })
            },
        )
    }
}
