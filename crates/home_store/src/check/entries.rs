//! Entries in the order of their heads.
//!
//! They stand in the order in which they came; the table `places` says where those of a head are, all but
//! the newest, which are few and held in memory here as they are in a running home.

use super::{Report, each};
use crate::row::{fixed, number};
use protocol::hash::{body_hash, chain_next};
use protocol::id::{BodyHash, Chain};
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};
use std::collections::BTreeMap;

/// Entries without a place at most; a home leaves a third of it.
const MAX_TAIL: usize = 100_000;

/// What walks through the entries of one head after the other.
pub(super) struct Walk<'a> {
    placed: Statement<'a>,
    one: Statement<'a>,
    last_place: Statement<'a>,
    /// Rows of the newest entries by their head, as they came.
    tail: BTreeMap<i64, Vec<i64>>,
}

/// How far the walk through a head is.
struct At {
    head: i64,
    seq: u64,
    chain: Chain,
}

impl<'a> Walk<'a> {
    /// Also looks for entries that no walk comes by.
    pub(super) fn begin(database: &'a Connection, report: &mut Report) -> rusqlite::Result<Self> {
        let mut tail: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let mut count = 0;
        each(
            database,
            "SELECT entries.head, entries.number FROM entries LEFT JOIN places
             ON places.head = entries.head AND places.seq = entries.seq
             WHERE entries.number > (SELECT entry FROM placed) AND places.entry IS NULL
             ORDER BY entries.number LIMIT 100001",
            |row| {
                count += 1;
                tail.entry(row.get(0)?).or_default().push(row.get(1)?);
                Ok(())
            },
        )?;
        report.holds(count <= MAX_TAIL, || {
            format!("more than {MAX_TAIL} entries have no place")
        });
        strays(database, report)?;
        Ok(Self {
            placed: database.prepare(
                "SELECT entries.seq, kind, hash, chain, body, entries.head, mark, places.seq
                 FROM places LEFT JOIN entries ON entries.number = places.entry
                 WHERE places.head = ?1 ORDER BY places.seq",
            )?,
            one: database
                .prepare("SELECT seq, kind, hash, chain, body FROM entries WHERE number = ?1")?,
            last_place: database
                .prepare("SELECT entry FROM places WHERE head = ?1 ORDER BY seq DESC LIMIT 1")?,
            tail,
        })
    }

    /// The chain after the last entry of a head; none: it has no entry.
    pub(super) fn end(&mut self, head: i64) -> rusqlite::Result<Option<Chain>> {
        let last = match self.tail.get(&head).and_then(|rows| rows.last()) {
            Some(row) => Some(*row),
            None => self
                .last_place
                .query_row(params![head], |row| row.get(0))
                .optional()?,
        };
        match last {
            Some(row) => self
                .one
                .query_row(params![row], |row| fixed(row, 3, Chain::new))
                .optional(),
            None => Ok(None),
        }
    }

    /// Looks at all entries of a head, whose chain begins with `start`.
    pub(super) fn entries(
        &mut self,
        head: i64,
        start: Chain,
        report: &mut Report,
    ) -> rusqlite::Result<()> {
        let mut at = At {
            head,
            seq: 0,
            chain: start,
        };
        let mut rows = self.placed.query(params![head])?;
        while let Some(row) = rows.next()? {
            let place: i64 = row.get(7)?;
            if row.get::<_, Option<i64>>(0)? != Some(place) || row.get::<_, i64>(5)? != head {
                report.wrong(format!(
                    "place {place} of head {head} leads to no entry of it"
                ));
                continue;
            }
            let (hash, mark) = (row.get_ref(2)?.as_blob()?, row.get_ref(6)?.as_blob()?);
            report.holds(hash.starts_with(mark), || {
                format!("the mark of entry {place} at head {head} is not of its hash")
            });
            at.look(row, report)?;
        }
        for number in self.tail.get(&head).into_iter().flatten() {
            let mut rows = self.one.query(params![number])?;
            if let Some(row) = rows.next()? {
                at.look(row, report)?;
            }
        }
        Ok(())
    }
}

impl At {
    /// Looks at one entry, and goes on from what its row says, so that one damage is found once.
    fn look(&mut self, row: &Row<'_>, report: &mut Report) -> rusqlite::Result<()> {
        let (head, last) = (self.head, self.seq);
        let seq = number(row, 0)?;
        let hash = fixed(row, 2, BodyHash::new)?;
        let found = fixed(row, 3, Chain::new)?;
        report.entries += 1;
        report.holds(seq == last + 1, || {
            format!("head {head} has entry {seq} right after entry {last}")
        });
        let expected = chain_next(&self.chain, seq, row.get(1)?, &hash);
        report.holds(found == expected, || {
            format!("the chain of head {head} breaks at entry {seq}")
        });
        if let Some(body) = row.get_ref(4)?.as_blob_or_null()? {
            report.bodies += 1;
            report.holds(body_hash(body) == hash, || {
                format!("the body of entry {seq} at head {head} is not what came")
            });
        }
        self.seq = seq;
        self.chain = found;
        Ok(())
    }
}

/// Entries of no head, and entries that should have a place and have none or another's.
fn strays(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT entries.number FROM entries LEFT JOIN heads ON heads.number = entries.head
         WHERE heads.number IS NULL",
        |row| {
            let row = number(row, 0)?;
            report.wrong(format!("row {row} of entries belongs to no head"));
            Ok(())
        },
    )?;
    each(
        database,
        "SELECT entries.number FROM entries LEFT JOIN places
         ON places.head = entries.head AND places.seq = entries.seq
         WHERE (entries.number <= (SELECT entry FROM placed) AND places.entry IS NULL)
         OR places.entry <> entries.number",
        |row| {
            let row = number(row, 0)?;
            report.wrong(format!("row {row} of entries has no place"));
            Ok(())
        },
    )
}
