//! What holds of logs: their heads, their chain, their bodies.

use super::entries::Walk;
use super::{Report, each};
use crate::row::{fixed, number};
use protocol::hash::{body_hash, chain_below, chain_start, first_head, head_of_commit};
use protocol::id::{BodyHash, Chain, HeadId, LogId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

pub(super) fn look(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    logs(database, report)?;
    heads(database, report)?;
    children(database, report)?;
    repairs(database, report)?;
    totals(database, report)
}

fn logs(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut find = database.prepare("SELECT 1 FROM heads WHERE log = ?1 AND head = ?2")?;
    each(
        database,
        "SELECT number, log FROM logs WHERE lapsed = 0",
        |row| {
            report.logs += 1;
            let (log, id) = (number(row, 0)?, fixed(row, 1, LogId::new)?);
            let first = first_head(&id);
            let there = find.exists(params![row.get::<_, i64>(0)?, first.as_bytes()])?;
            report.holds(there, || format!("log {log} has no first head"));
            Ok(())
        },
    )?;
    each(
        database,
        "SELECT heads.number FROM heads JOIN logs ON logs.number = heads.log WHERE lapsed = 2",
        |row| {
            let head = number(row, 0)?;
            report.wrong(format!("head {head} is left of a log that was erased"));
            Ok(())
        },
    )
}

/// A head as its row says.
struct Head {
    number: i64,
    id: HeadId,
    start: Option<Chain>,
    log: LogId,
    parent: Option<i64>,
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        number: row.get(0)?,
        id: fixed(row, 1, HeadId::new)?,
        start: chain_or_none(row, 2)?,
        log: fixed(row, 3, LogId::new)?,
        parent: row.get(4)?,
    })
}

fn chain_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Chain>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => fixed(row, column, Chain::new).map(Some),
    }
}

impl Head {
    /// The chain before its first entry.
    fn start(&self) -> Chain {
        self.start
            .unwrap_or_else(|| chain_start(&self.log, &self.id))
    }
}

const HEADS: &str =
    "SELECT heads.number, heads.head, heads.start, logs.log, children.parent FROM heads
     JOIN logs ON logs.number = heads.log LEFT JOIN children ON children.head = heads.number";

fn heads(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut one = database.prepare(&format!("{HEADS} WHERE heads.number = ?1"))?;
    let mut walk = Walk::begin(database, report)?;
    let all = format!("{HEADS} WHERE logs.lapsed = 0 ORDER BY heads.number");
    each(database, &all, |row| {
        let this = head(row)?;
        let of = this.number;
        match (this.parent, this.start) {
            (None, start) => {
                let is_first = this.id == first_head(&this.log) && start.is_none();
                report.holds(is_first, || format!("head {of} was opened by no commit"));
            }
            (Some(parent), Some(start)) => {
                let parent = one.query_row(params![parent], head)?;
                let end = walk.end(parent.number)?.unwrap_or_else(|| parent.start());
                let goes_on = start == chain_below(&end, &this.id);
                report.holds(goes_on, || {
                    format!("the chain of head {of} does not go on from the head above it")
                });
            }
            // Written by a version that began the chain anew at each head.
            (Some(_), None) => {}
        }
        walk.entries(of, this.start(), report)
    })
}

fn children(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut before = (0_i64, 0_u64);
    each(
        database,
        "SELECT parent, place, children.head, body, below.head, above.log = below.log FROM children
         JOIN heads AS above ON above.number = children.parent
         JOIN heads AS below ON below.number = children.head
         JOIN logs ON logs.number = above.log WHERE logs.lapsed = 0 ORDER BY parent, place",
        |row| {
            let (parent, place, head): (i64, u64, i64) =
                (row.get(0)?, number(row, 1)?, row.get(2)?);
            let expected = if before.0 == parent { before.1 + 1 } else { 1 };
            before = (parent, place);
            report.holds(place == expected, || {
                format!("child {place} of head {parent} comes where {expected} belongs")
            });
            let id = head_of_commit(row.get_ref(3)?.as_blob()?);
            report.holds(id == fixed(row, 4, HeadId::new)?, || {
                format!("the commit that opened head {head} is not what came")
            });
            report.holds(row.get(5)?, || {
                format!("head {head} stands in another log than the head above it")
            });
            Ok(())
        },
    )
}

fn repairs(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT repairs.log, repairs.number, repairs.hash, repairs.body,
         repairs.number <= logs.last_repair, heads.log = repairs.log FROM repairs
         JOIN logs ON logs.number = repairs.log JOIN heads ON heads.number = repairs.head
         WHERE logs.lapsed = 0",
        |row| {
            let (log, repair) = (number(row, 0)?, number(row, 1)?);
            let as_it_came = body_hash(row.get_ref(3)?.as_blob()?) == fixed(row, 2, BodyHash::new)?;
            report.holds(as_it_came, || {
                format!("repair {repair} of log {log} is not what came")
            });
            let in_place = row.get(4)? && row.get(5)?;
            report.holds(in_place, || {
                format!("repair {repair} of log {log} has a number or a head that it cannot have")
            });
            Ok(())
        },
    )
}

fn totals(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT blobs, bytes, (SELECT count(*) FROM blobs WHERE state < 3),
         (SELECT coalesce(sum(size), 0) FROM blobs WHERE state < 3) FROM blob_totals",
        |row| {
            let counted: (i64, i64) = (row.get(0)?, row.get(1)?);
            let there: (i64, i64) = (row.get(2)?, row.get(3)?);
            report.holds(counted == there, || {
                format!(
                    "{} blobs of {} bytes are counted, and {} of {} are there",
                    counted.0, counted.1, there.0, there.1
                )
            });
            Ok(())
        },
    )
}
