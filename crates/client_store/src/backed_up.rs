//! Which rows of a profile go into a backup, and reading them.
//!
//! What is not named here is in no backup. Invariant: nothing of MLS, no device's key, nothing that was
//! encrypted for a home; so a restored profile has no old key to send under.

use backup::rows::Value;
use rusqlite::types::ValueRef;

use crate::error::StoreError;
use crate::store::Store;

/// Items whose numbers lie within one such range share their chunks: what is said later changes no other.
const ITEMS_IN_A_RANGE: i64 = 256;

/// A table of which rows are backed up.
#[derive(Debug)]
pub struct BackedUpTable {
    /// Its name.
    pub name: &'static str,
    /// The columns that are backed up.
    pub columns: &'static [&'static str],
    /// Columns that are not, and may not be empty: what stands in them until the new device is made.
    pub(crate) absent: &'static [(&'static str, &'static str)],
    /// Which rows.
    only: &'static str,
    /// By which they are in order.
    order: &'static str,
    /// Whether they are cut by ranges of this order, which is a number then.
    ranges: bool,
}

/// All of them, in the order in which they are restored.
pub const BACKED_UP: &[BackedUpTable] = &[
    BackedUpTable {
        name: "home",
        columns: &["url", "key"],
        absent: &[],
        only: "true",
        order: "url",
        ranges: false,
    },
    BackedUpTable {
        name: "persona",
        columns: &[
            "id",
            "name",
            "fingerprint",
            "persona_seed",
            "created_s",
            "number",
        ],
        absent: &[("device_seed", "x''"), ("credential", "x''")],
        only: "true",
        order: "id",
        ranges: false,
    },
    BackedUpTable {
        name: "inbox",
        columns: &[
            "inbox",
            "persona",
            "home_url",
            "owner_seed",
            "hpke_seed",
            "seal_key",
            "admission",
            "state",
            "list_version",
            "number",
        ],
        absent: &[("device_label", "x''")],
        only: "given_up_s IS NULL",
        order: "inbox",
        ranges: false,
    },
    BackedUpTable {
        name: "contact",
        columns: &[
            "id",
            "persona",
            "fingerprint",
            "name",
            "return_inbox",
            "verified",
            "met_blocked",
        ],
        absent: &[],
        only: "true",
        order: "id",
        ranges: false,
    },
    // Those for repairs end with the device that asked for them.
    BackedUpTable {
        name: "capability",
        columns: &[
            "id",
            "inbox",
            "secret",
            "contact",
            "label",
            "uses",
            "used",
            "expires_s",
            "state",
            "created_s",
            "number",
        ],
        absent: &[],
        only: "repairs IS NULL",
        order: "id",
        ranges: false,
    },
    BackedUpTable {
        name: "conversation",
        columns: &[
            "id",
            "persona",
            "contact",
            "title",
            "room",
            "created_s",
            "kind",
            "refused",
            "number",
        ],
        absent: &[],
        only: "true",
        order: "id",
        ranges: false,
    },
    // A first contact begins again at its first step: the group that it founded is of the old device.
    BackedUpTable {
        name: "acceptance",
        columns: &[
            "use_id",
            "conversation",
            "persona",
            "invitation",
            "log_token",
            "inbox_token",
        ],
        absent: &[("step", "'fetch'")],
        only: "true",
        order: "use_id",
        ranges: false,
    },
    BackedUpTable {
        name: "log",
        columns: &[
            "log",
            "conversation",
            "persona",
            "group_id",
            "home_url",
            "home_key",
            "state",
            "halted",
            "head",
            "base",
            "next_seq",
            "chain",
            "closing_seed",
            "leaf_update_s",
            "repairs_after",
        ],
        absent: &[],
        only: "state <> 'opening'",
        order: "log",
        ranges: false,
    },
    // Or a home could bring an old request of a contact once more.
    BackedUpTable {
        name: "rejoined",
        columns: &["log", "asked_ms", "seen_s"],
        absent: &[],
        only: "true",
        order: "log, asked_ms",
        ranges: false,
    },
    BackedUpTable {
        name: "item",
        columns: &[
            "number",
            "id",
            "conversation",
            "log",
            "seq",
            "message_id",
            "author",
            "mine",
            "at_ms",
            "kind",
            "act",
            "target",
            "reply_to",
            "text",
            "note",
            "content",
            "state",
            "held_until_s",
            "shown",
            "edited",
            "retracted_s",
            "hidden",
            "kept_back",
        ],
        absent: &[],
        only: "true",
        order: "number",
        ranges: true,
    },
    // Their sealed bytes are in no backup: what a home has is had from there.
    BackedUpTable {
        name: "file",
        columns: &[
            "item",
            "place",
            "name",
            "media_type",
            "content_bytes",
            "blob",
            "key",
            "root",
            "hash",
            "description",
        ],
        absent: &[("state", "'away'")],
        only: "true",
        order: "item, place",
        ranges: false,
    },
    BackedUpTable {
        name: "upload",
        columns: &[
            "blob",
            "item",
            "place",
            "delete_secret",
            "log",
            "state",
            "refused",
        ],
        absent: &[],
        only: "true",
        order: "blob",
        ranges: false,
    },
    BackedUpTable {
        name: "erasure",
        columns: &["blob", "home_url", "persona", "delete_secret"],
        absent: &[],
        only: "true",
        order: "blob",
        ranges: false,
    },
    BackedUpTable {
        name: "blocked",
        columns: &["fingerprint", "since_ms"],
        absent: &[],
        only: "true",
        order: "fingerprint",
        ranges: false,
    },
    BackedUpTable {
        name: "block_past",
        columns: &["fingerprint", "since_ms", "until_ms"],
        absent: &[],
        only: "true",
        order: "fingerprint, since_ms",
        ranges: false,
    },
    BackedUpTable {
        name: "mapped_person",
        columns: &["id", "name", "kind", "note", "ring", "place", "contact"],
        absent: &[],
        only: "true",
        order: "id",
        ranges: false,
    },
    // What was burned before is in no backup that is made after.
    BackedUpTable {
        name: "unsent_letter",
        columns: &[
            "number",
            "id",
            "receiver",
            "person",
            "contact",
            "text",
            "changed_s",
        ],
        absent: &[],
        only: "true",
        order: "number",
        ranges: false,
    },
    BackedUpTable {
        name: "own_limit",
        columns: &["dimension", "value"],
        absent: &[],
        only: "true",
        order: "dimension",
        ranges: false,
    },
    BackedUpTable {
        name: "way_back_card",
        columns: &["card", "name", "home", "ways"],
        absent: &[],
        only: "true",
        order: "card",
        ranges: false,
    },
];

impl Store {
    /// The version of the schema.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn schema_version(&self) -> Result<u32, StoreError> {
        let version = self
            .connection
            .pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(version)
    }

    /// Gives each row of a table that is backed up to `take`, with the number of the range that it lies
    /// in; ranges rise. One row is held at a time.
    ///
    /// # Errors
    /// What SQLite and `take` say; [`StoreError::Damaged`] if a value is none that a profile has.
    pub fn each_backed_up<E: From<StoreError>>(
        &self,
        table: &BackedUpTable,
        mut take: impl FnMut(i64, &[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let range = if table.ranges {
            format!("{} / {ITEMS_IN_A_RANGE}", table.order)
        } else {
            "0".to_owned()
        };
        let sql = format!(
            "SELECT {range}, {} FROM {} WHERE {} ORDER BY {}",
            table.columns.join(", "),
            table.name,
            table.only,
            table.order
        );
        let mut statement = self.connection.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let mut values = Vec::with_capacity(table.columns.len());
            for column in 1..=table.columns.len() {
                values.push(value(row.get_ref(column).map_err(StoreError::from)?)?);
            }
            take(row.get(0).map_err(StoreError::from)?, &values)?;
        }
        Ok(())
    }
}

fn value(value: ValueRef<'_>) -> Result<Value<'_>, StoreError> {
    let damaged = StoreError::Damaged {
        what: "a value of another kind",
    };
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(Value::Text)
            .map_err(|_| damaged),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes)),
        ValueRef::Real(_) => Err(damaged),
    }
}
