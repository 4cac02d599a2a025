//! A conversation's order, read from any place in it.
//!
//! The order is that of its logs, the highest id first; then what is at no home; then what has no place yet, in the order
//! in which it was said. Each of these parts has an index in which its items stand in order, and nothing is sorted.

use protocol::id::LogId;

use crate::error::StoreError;
use crate::id::ConversationId;
use crate::item::{ItemRow, read};
use crate::store::Store;

/// A part of a conversation's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is stored, in a log or at no home.
    Placed(Option<LogId>),
    /// What has no place yet.
    Waiting,
}

/// How many items of one moment are asked for it: a clock that is wrong is outvoted.
const WITNESSES: i64 = 5;

impl Part {
    /// The items of this part, and by what they are in order. The log is the second parameter.
    const fn items(self) -> &'static str {
        match self {
            Self::Placed(_) => {
                "conversation = ?1 AND act IS NULL AND seq IS NOT NULL AND hidden = 0 AND log IS ?2"
            }
            // The second parameter is none here.
            Self::Waiting => "conversation = ?1 AND act IS NULL AND seq IS NULL AND ?2 IS NULL",
        }
    }

    const fn order(self) -> &'static str {
        match self {
            Self::Placed(_) => "seq",
            Self::Waiting => "number",
        }
    }

    const fn log(&self) -> Option<&[u8]> {
        match self {
            Self::Placed(Some(log)) => Some(log.as_bytes()),
            Self::Placed(None) | Self::Waiting => None,
        }
    }
}

impl Store {
    /// The parts of a conversation, in their order.
    fn parts(&self, conversation: ConversationId) -> Result<Vec<Part>, StoreError> {
        let logs = self.log_ids_of(conversation)?.into_iter().rev();
        let mut parts: Vec<_> = logs.map(|log| Part::Placed(Some(log))).collect();
        parts.extend([Part::Placed(None), Part::Waiting]);
        Ok(parts)
    }

    /// In which part an item stands, and where in it.
    fn stands(&self, item: &ItemRow) -> Result<(Part, i64), StoreError> {
        let damaged = StoreError::Damaged { what: "item.seq" };
        match item.seq {
            Some(seq) => {
                let seq = i64::try_from(seq).map_err(|_| damaged)?;
                Ok((Part::Placed(item.log), seq))
            }
            None => {
                let sql = "SELECT number FROM item WHERE id = ?1";
                let number = self.row(sql, [item.id], |row| Ok(row.get(0)?))?;
                Ok((Part::Waiting, number.ok_or(damaged)?))
            }
        }
    }

    /// So many items right before one, or the last ones of all; oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_before(
        &self,
        conversation: ConversationId,
        item: Option<&ItemRow>,
        limit: u64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut from = item.map(|item| self.stands(item)).transpose()?;
        let mut found = Vec::new();
        for part in self.parts(conversation)?.into_iter().rev() {
            let below = match from {
                Some((of, place)) if of == part => place,
                Some(_) => continue,
                None => i64::MAX,
            };
            from = None;
            let sql = format!(
                "SELECT * FROM item WHERE {} AND {order} < ?3 ORDER BY {order} DESC LIMIT ?4",
                part.items(),
                order = part.order()
            );
            let left = i64::try_from(limit - found.len()).unwrap_or(i64::MAX);
            found.extend(self.rows(&sql, (conversation, part.log(), below, left), read)?);
            if found.len() >= limit {
                break;
            }
        }
        found.reverse();
        Ok(found)
    }

    /// So many items right after one, or the first ones of all; oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn items_after(
        &self,
        conversation: ConversationId,
        item: Option<&ItemRow>,
        limit: u64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut from = item.map(|item| self.stands(item)).transpose()?;
        let mut found = Vec::new();
        for part in self.parts(conversation)? {
            let above = match from {
                Some((of, place)) if of == part => place,
                Some(_) => continue,
                None => i64::MIN,
            };
            from = None;
            let sql = format!(
                "SELECT * FROM item WHERE {} AND {order} > ?3 ORDER BY {order} LIMIT ?4",
                part.items(),
                order = part.order()
            );
            let left = i64::try_from(limit - found.len()).unwrap_or(i64::MAX);
            found.extend(self.rows(&sql, (conversation, part.log(), above, left), read)?);
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    fn count(&self, conversation: ConversationId, part: Part) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM item WHERE {}", part.items());
        let count = self.row(&sql, (conversation, part.log()), |row| Ok(row.get(0)?))?;
        Ok(count.unwrap_or(0))
    }

    /// How many items there are that are shown.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_shown(&self, conversation: ConversationId) -> Result<u64, StoreError> {
        let mut count = 0;
        for part in self.parts(conversation)? {
            count += self.count(conversation, part)?;
        }
        Ok(count)
    }

    /// How many items come before one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_before(&self, item: &ItemRow) -> Result<u64, StoreError> {
        let (stands, place) = self.stands(item)?;
        let mut count = 0;
        for part in self.parts(item.conversation)? {
            if part == stands {
                let sql = format!(
                    "SELECT count(*) FROM item WHERE {} AND {} < ?3",
                    part.items(),
                    part.order()
                );
                let params = (item.conversation, part.log(), place);
                let before: Option<u64> = self.row(&sql, params, |row| Ok(row.get(0)?))?;
                return Ok(count + before.unwrap_or(0));
            }
            count += self.count(item.conversation, part)?;
        }
        Ok(count)
    }

    /// The item that comes after so many others.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn item_at(
        &self,
        conversation: ConversationId,
        place: u64,
    ) -> Result<Option<ItemRow>, StoreError> {
        let mut place = place;
        for part in self.parts(conversation)? {
            let count = self.count(conversation, part)?;
            if place < count {
                // The place is found in the index alone, and then the row is read.
                let sql = format!(
                    "SELECT * FROM item WHERE number = (
                         SELECT number FROM item WHERE {} ORDER BY {} LIMIT 1 OFFSET ?3)",
                    part.items(),
                    part.order()
                );
                return self.row(&sql, (conversation, part.log(), place), read);
            }
            place -= count;
        }
        Ok(None)
    }

    /// The first item of others that was not shown yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_unread(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<ItemRow>, StoreError> {
        const UNREAD: &str = "SELECT * FROM item
             WHERE conversation = ?1 AND act IS NULL AND mine = 0 AND shown = 0 AND hidden = 0";
        let first = format!("{UNREAD} ORDER BY seq LIMIT 1");
        // As a rule there is none, or one log.
        let Some(lowest) = self.row(&first, [conversation], read)? else {
            return Ok(None);
        };
        for part in self.parts(conversation)? {
            if lowest.log.as_ref().map(|log| log.as_bytes().as_slice()) == part.log() {
                return Ok(Some(lowest));
            }
            let of_log = format!("{UNREAD} AND log IS ?2 ORDER BY seq LIMIT 1");
            if let Some(found) = self.row(&of_log, (conversation, part.log()), read)? {
                return Ok(Some(found));
            }
        }
        Ok(Some(lowest))
    }

    /// The first item from a moment on, Unix milliseconds, by the clocks of their authors. They are believed to rise,
    /// but for single ones; what waits for its time is not looked at.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_since(
        &self,
        conversation: ConversationId,
        at_ms: u64,
    ) -> Result<Option<ItemRow>, StoreError> {
        for part in self.parts(conversation)? {
            if part == Part::Waiting {
                continue;
            }
            let params = (conversation, part.log());
            let ends = format!("SELECT min(seq), max(seq) FROM item WHERE {}", part.items());
            let ends: Option<(Option<i64>, Option<i64>)> =
                self.row(&ends, params, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let Some((Some(mut low), Some(last))) = ends else {
                continue;
            };
            // The lowest place from which on it is late enough; after the last one where it never is.
            let mut high = last + 1;
            while low < high {
                let middle = low + (high - low) / 2;
                if self.is_since(conversation, part, middle, at_ms)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            let sql = format!(
                "SELECT * FROM item WHERE {} AND seq >= ?3 ORDER BY seq LIMIT 1",
                part.items()
            );
            if let Some(found) = self.row(&sql, (conversation, part.log(), low), read)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether most of a few items from a place on are from this moment or later.
    fn is_since(
        &self,
        conversation: ConversationId,
        part: Part,
        from: i64,
        at_ms: u64,
    ) -> Result<bool, StoreError> {
        let sql = format!(
            "SELECT at_ms FROM item WHERE {} AND seq >= ?3 ORDER BY seq LIMIT ?4",
            part.items()
        );
        let params = (conversation, part.log(), from, WITNESSES);
        let times = self.rows(&sql, params, |row| Ok(row.get::<_, u64>(0)?))?;
        let later = times.iter().filter(|time| **time >= at_ms).count();
        Ok(later * 2 > times.len() || times.is_empty())
    }

    /// What was said last, but for what is held for its time.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_said(&self, conversation: ConversationId) -> Result<Option<ItemRow>, StoreError> {
        let waiting = self.row(
            "SELECT * FROM item
             WHERE conversation = ?1 AND act IS NULL AND seq IS NULL AND held_until_s IS NULL
             ORDER BY number DESC LIMIT 1",
            [conversation],
            read,
        )?;
        if waiting.is_some() {
            return Ok(waiting);
        }
        for part in self.parts(conversation)?.into_iter().rev() {
            if part == Part::Waiting {
                continue;
            }
            let sql = format!(
                "SELECT * FROM item WHERE {} ORDER BY seq DESC LIMIT 1",
                part.items()
            );
            let last = self.row(&sql, (conversation, part.log()), read)?;
            if last.is_some() {
                return Ok(last);
            }
        }
        Ok(None)
    }
}
