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
/// Past epochs of a log that are kept at most: commits are cheap to whoever floods a log with them.
const MOST_KEPT: u64 = 1_000;

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
            "DELETE FROM epoch WHERE log = ?1
                 AND number <= (SELECT number FROM epoch WHERE log = ?1
                                ORDER BY number DESC LIMIT 1 OFFSET ?3)
                 AND (ended_s < ?2
                      OR number <= (SELECT number FROM epoch WHERE log = ?1
                                    ORDER BY number DESC LIMIT 1 OFFSET ?4))",
            (
                log.as_bytes(),
                now_s.saturating_sub(KEPT_S),
                KEPT,
                MOST_KEPT,
            ),
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

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_S: u64 = 86_400;

    /// Which epochs of a log are left after these ended, one after the other, at these times.
    fn kept(ended_s: &[u64]) -> Vec<usize> {
        let store = Store::in_memory().unwrap();
        let log = LogId::new([1; 16]);
        let head = |number: usize| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            HeadId::new(id)
        };
        for (number, at_s) in ended_s.iter().enumerate() {
            let epoch = EpochRow {
                wrap: WrapKey::new([7; 32]),
                leaves: Vec::new(),
            };
            store
                .keep_epoch(&log, &head(number), &epoch, *at_s)
                .unwrap();
        }
        (0..ended_s.len())
            .filter(|number| store.epoch(&log, &head(*number)).unwrap().is_some())
            .collect()
    }

    #[test]
    fn the_last_eight_are_kept_whatever_the_clock_says() {
        let mut ended_s: Vec<u64> = (0..20).map(|day| day * DAY_S).collect();
        assert_eq!(kept(&ended_s).len(), 20);
        ended_s.push(10_000 * DAY_S);
        assert_eq!(kept(&ended_s), (13..21).collect::<Vec<_>>());
        // Set back again, the clock takes nothing more.
        ended_s.push(20 * DAY_S);
        assert_eq!(kept(&ended_s), (13..22).collect::<Vec<_>>());
    }

    #[test]
    fn a_flood_of_commits_fills_no_disk() {
        let ended_s = vec![DAY_S; 1_500];
        assert_eq!(kept(&ended_s), (500..1_500).collect::<Vec<_>>());
    }
}
