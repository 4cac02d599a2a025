//! The relay's file. WAL with `synchronous=FULL`, rows in the order in which they came, as a home has them.

use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS message_place ON message (channel, seq);
";
/// What stays in memory of the file, as much as a home keeps of each of its own; negative: in KiB.
const CACHE_KIB: i64 = -32 * 1024;

/// An open file of messages.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    last_seqs: HashMap<i64, i64>,
}

impl Store {
    /// Opens or makes the file.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", CACHE_KIB)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection,
            last_seqs: HashMap::new(),
        })
    }

    /// Keeps messages (channel, body) in one synced transaction; their numbers in their channels.
    pub(super) fn keep<'a>(
        &mut self,
        messages: impl Iterator<Item = (i64, &'a [u8])>,
    ) -> rusqlite::Result<Vec<i64>> {
        let transaction = self.connection.transaction()?;
        let mut seqs = Vec::new();
        {
            let sql = "INSERT INTO message (channel, seq, body) VALUES (?1, ?2, ?3)";
            let mut insert = transaction.prepare_cached(sql)?;
            for (channel, body) in messages {
                let last_seq = match self.last_seqs.get_mut(&channel) {
                    Some(last_seq) => last_seq,
                    None => {
                        let sql =
                            "SELECT seq FROM message WHERE channel = ?1 ORDER BY seq DESC LIMIT 1";
                        let last_seq = transaction
                            .prepare_cached(sql)?
                            .query_row([channel], |row| row.get(0))
                            .optional()?;
                        self.last_seqs
                            .entry(channel)
                            .or_insert(last_seq.unwrap_or(0))
                    }
                };
                *last_seq += 1;
                insert.execute(params![channel, *last_seq, body])?;
                seqs.push(*last_seq);
            }
        }
        transaction.commit()?;
        Ok(seqs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_count_on_their_own_and_on_after_the_file_was_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("messages.sqlite");
        let mut store = Store::open(&path).unwrap();
        let messages: [(i64, &[u8]); 3] = [(7, b"a"), (8, b"b"), (7, b"c")];
        assert_eq!(store.keep(messages.into_iter()).unwrap(), [1, 1, 2]);
        drop(store);
        let mut store = Store::open(&path).unwrap();
        let messages: [(i64, &[u8]); 2] = [(8, b"d"), (7, b"e")];
        assert_eq!(store.keep(messages.into_iter()).unwrap(), [2, 3]);
    }
}
