//! Repairs, and the walks through the heads that find whom they concern.

use super::SqliteLogs;
use crate::row::{column, fixed, number};
use home_core::log_store::{HeadRow, RepairsKept};
use home_core::{Day, StoreError};
use protocol::id::{BodyHash, HeadId};
use protocol::response::StoredRepair;
use rusqlite::params;

impl SqliteLogs {
    pub(super) fn kept_repairs(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        today: Day,
    ) -> Result<RepairsKept, StoreError> {
        let kept = self.database.one(
            "SELECT coalesce(max(head = ?2 AND hash = ?3), 0),
             coalesce(sum(head = ?2 AND came_on = ?4), 0), count(*) FROM repairs WHERE log = ?1",
            params![
                column(head.log),
                column(head.head),
                hash.as_bytes(),
                column(today.number())
            ],
            |row| {
                Ok(RepairsKept {
                    this: row.get(0)?,
                    at_head_today: number(row, 1)?,
                    in_log: number(row, 2)?,
                })
            },
        )?;
        kept.ok_or_else(|| self.database.damaged("missing count"))
    }

    pub(super) fn insert_repair(
        &mut self,
        head: HeadRow,
        hash: &BodyHash,
        body: &[u8],
        today: Day,
    ) -> Result<u64, StoreError> {
        let number = self.database.one(
            "UPDATE logs SET last_repair = last_repair + 1 WHERE number = ?1
             RETURNING last_repair",
            params![column(head.log)],
            |row| number(row, 0),
        )?;
        let number = number.ok_or_else(|| self.database.damaged("missing log"))?;
        self.database.insert(
            "INSERT INTO repairs (log, number, head, came_on, hash, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                column(head.log),
                column(number),
                column(head.head),
                column(today.number()),
                hash.as_bytes(),
                body
            ],
        )?;
        Ok(number)
    }

    /// Most logs never have a repair: one look into an index spares them the walk.
    pub(super) fn repairs_from_above(
        &mut self,
        head: HeadRow,
        after: u64,
        heads: u64,
    ) -> Result<Vec<StoredRepair>, StoreError> {
        let any = self.database.one(
            "SELECT 1 FROM repairs WHERE log = ?1 AND number > ?2 LIMIT 1",
            params![column(head.log), column(after)],
            |_| Ok(()),
        )?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        self.database.all(
            "WITH RECURSIVE above (head, steps) AS (
                 SELECT parent, 1 FROM children WHERE head = ?2 AND ?4 > 0
                 UNION ALL
                 SELECT children.parent, steps + 1 FROM above
                 JOIN children ON children.head = above.head WHERE steps < ?4)
             SELECT repairs.number, heads.head, repairs.body FROM repairs
             JOIN heads ON heads.number = repairs.head
             WHERE repairs.log = ?1 AND repairs.number > ?3
             AND repairs.head IN (SELECT head FROM above) ORDER BY repairs.number",
            params![
                column(head.log),
                column(head.head),
                column(after),
                column(heads)
            ],
            |row| {
                Ok(StoredRepair {
                    number: number(row, 0)?,
                    head: fixed(row, 1, HeadId::new)?,
                    body: row.get(2)?,
                })
            },
        )
    }

    pub(super) fn nearest_below(
        &mut self,
        head: HeadRow,
        at_most: u64,
    ) -> Result<Vec<HeadId>, StoreError> {
        // The order within the walk takes heads with fewer steps first, the limit ends the walk.
        self.database.all(
            "WITH RECURSIVE below (head, steps) AS (
                 SELECT head, 1 FROM children WHERE parent = ?1
                 UNION ALL
                 SELECT children.head, steps + 1 FROM below
                 JOIN children ON children.parent = below.head
                 ORDER BY 2 LIMIT ?2)
             SELECT heads.head FROM below JOIN heads ON heads.number = below.head",
            params![column(head.head), column(at_most)],
            |row| fixed(row, 0, HeadId::new),
        )
    }

    pub(super) fn drop_repairs_before(&mut self, before: Day) -> Result<(), StoreError> {
        self.database.change(
            "DELETE FROM repairs WHERE came_on < ?1",
            params![column(before.number())],
        )?;
        Ok(())
    }
}
