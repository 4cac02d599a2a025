//! What holds of inboxes: their counters, their KeyPackages, and who holds what.

use super::{Report, each};
use crate::row::{fixed, number};
use protocol::hash::body_hash;
use protocol::id::BodyHash;
use rusqlite::Connection;

pub(super) fn look(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    counters(database, report)?;
    erased(database, report)?;
    key_packages(database, report)?;
    acknowledgements(database, report)
}

fn counters(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT inboxes.number, items, item_bytes, last_item, there, bytes, last FROM inboxes
         LEFT JOIN (SELECT inbox, count(*) AS there, sum(length(body)) AS bytes, max(number) AS last
                    FROM items GROUP BY inbox) AS kept ON kept.inbox = inboxes.number
         WHERE erased = 0 ORDER BY inboxes.number",
        |row| {
            let inbox = number(row, 0)?;
            let counted: [i64; 2] = [row.get(1)?, row.get(2)?];
            let there = [row.get::<_, Option<i64>>(4)?, row.get(5)?].map(Option::unwrap_or_default);
            report.inboxes += 1;
            report.items += u64::try_from(there[0]).unwrap_or_default();
            report.holds(counted == there, || {
                format!(
                    "inbox {inbox} counts {} items of {} bytes and has {} of {}",
                    counted[0], counted[1], there[0], there[1]
                )
            });
            let last: Option<i64> = row.get(6)?;
            report.holds(last.unwrap_or_default() <= row.get(3)?, || {
                format!("inbox {inbox} has an item of a number that it has not given yet")
            });
            Ok(())
        },
    )
}

fn erased(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT number FROM inboxes WHERE erased = 2 AND (EXISTS (SELECT 1 FROM items WHERE inbox = inboxes.number)
         OR EXISTS (SELECT 1 FROM capabilities WHERE inbox = inboxes.number)
         OR EXISTS (SELECT 1 FROM devices WHERE inbox = inboxes.number)
         OR EXISTS (SELECT 1 FROM device_lists WHERE inbox = inboxes.number))",
        |row| {
            let inbox = number(row, 0)?;
            report.wrong(format!("something is left of inbox {inbox}, which was erased"));
            Ok(())
        },
    )
}

fn key_packages(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT number, hash, body FROM key_packages WHERE body IS NOT NULL",
        |row| {
            let of = number(row, 0)?;
            let as_it_came = body_hash(row.get_ref(2)?.as_blob()?) == fixed(row, 1, BodyHash::new)?;
            report.holds(as_it_came, || format!("KeyPackage {of} is not what came"));
            Ok(())
        },
    )
}

fn acknowledgements(database: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    each(
        database,
        "SELECT items.inbox, items.number FROM acknowledged JOIN items ON items.row = item
         JOIN devices ON devices.number = device WHERE devices.inbox <> items.inbox",
        |row| {
            let (inbox, item) = (number(row, 0)?, number(row, 1)?);
            report.wrong(format!(
                "item {item} of inbox {inbox} is acknowledged by a device of another inbox"
            ));
            Ok(())
        },
    )
}
