//! Files that go with items: what opens them, and whether their sealed bytes are here.

use content::{AttachedFile, ContentKey, SealedFile};
use rusqlite::Row;

use crate::error::StoreError;
use crate::id::ItemId;
use crate::store::Store;

/// The root over a sealed file's segments, under which its bytes lie beside the database.
pub type FileRoot = [u8; 32];

/// Where the sealed bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// At its home alone.
    Away,
    /// Whole beside the database.
    Here,
    /// Erased at its home before they were here.
    Gone,
}

impl FileState {
    const fn name(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Here => "here",
            Self::Gone => "gone",
        }
    }
}

/// A file of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// With which item it goes.
    pub item: ItemId,
    /// Its place among the item's files, from 0.
    pub place: u64,
    /// What it is.
    pub file: AttachedFile,
    /// Where its sealed bytes are.
    pub state: FileState,
}

fn bytes<const N: usize>(row: &Row<'_>, column: &'static str) -> Result<[u8; N], StoreError> {
    let bytes: Vec<u8> = row.get(column)?;
    bytes
        .try_into()
        .map_err(|_| StoreError::Damaged { what: column })
}

fn read(row: &Row<'_>) -> Result<FileRow, StoreError> {
    let sealed = SealedFile {
        blob: bytes(row, "blob")?,
        key: ContentKey::new(row.get("key")?),
        root: bytes(row, "root")?,
        hash: bytes(row, "hash")?,
        content_bytes: row.get("content_bytes")?,
    };
    let (name, media_type): (String, String) = (row.get("name")?, row.get("media_type")?);
    let description: String = row.get("description")?;
    let file = AttachedFile::new(name, media_type, sealed)
        .and_then(|file| file.described(description))
        .map_err(|_| StoreError::Damaged { what: "file" })?;
    Ok(FileRow {
        item: row.get("item")?,
        place: row.get("place")?,
        file,
        state: match row.get::<_, String>("state")?.as_str() {
            "away" => FileState::Away,
            "here" => FileState::Here,
            "gone" => FileState::Gone,
            _ => return Err(StoreError::Damaged { what: "file.state" }),
        },
    })
}

impl Store {
    /// Keeps a file of an item that is kept.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_file(&self, row: &FileRow) -> Result<(), StoreError> {
        let sealed = &row.file.sealed;
        self.execute(
            "INSERT INTO file (item, place, name, media_type, content_bytes, blob, key, root, hash,
                 state, description)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                row.item,
                row.place,
                row.file.name(),
                row.file.media_type(),
                sealed.content_bytes,
                sealed.blob,
                sealed.key.expose(),
                sealed.root,
                sealed.hash,
                row.state.name(),
                row.file.description(),
            ),
        )?;
        Ok(())
    }

    /// The files of an item in their order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn files_of(&self, item: ItemId) -> Result<Vec<FileRow>, StoreError> {
        self.rows(
            "SELECT * FROM file WHERE item = ?1 ORDER BY place",
            [item],
            read,
        )
    }

    /// One file.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn file(&self, item: ItemId, place: u64) -> Result<Option<FileRow>, StoreError> {
        self.row(
            "SELECT * FROM file WHERE item = ?1 AND place = ?2",
            (item, place),
            read,
        )
    }

    /// Sealed bytes are whole beside the database, for all files that are made of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_files_here(&self, root: &FileRoot) -> Result<(), StoreError> {
        self.execute("UPDATE file SET state = 'here' WHERE root = ?1", [root])?;
        Ok(())
    }

    /// Sealed bytes are not beside the database, against what was noted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_files_away(&self, root: &FileRoot) -> Result<(), StoreError> {
        self.execute(
            "UPDATE file SET state = 'away' WHERE root = ?1 AND state = 'here'",
            [root],
        )?;
        Ok(())
    }

    /// A file was erased at its home, and is not here.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_file_gone(&self, item: ItemId, place: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE file SET state = 'gone' WHERE item = ?1 AND place = ?2 AND state = 'away'",
            (item, place),
        )?;
        Ok(())
    }

    /// Whether a file is made of these sealed bytes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_root_kept(&self, root: &FileRoot) -> Result<bool, StoreError> {
        let found = self.row("SELECT 1 FROM file WHERE root = ?1 LIMIT 1", [root], |_| {
            Ok(())
        })?;
        Ok(found.is_some())
    }

    /// The items that were taken back until this moment and have files still.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn retracted_with_files(&self, until_s: u64) -> Result<Vec<ItemId>, StoreError> {
        self.rows(
            "SELECT id FROM item
             WHERE retracted_s <= ?1 AND state = 'stored' AND content <> x''
                 AND id IN (SELECT item FROM file)",
            [until_s],
            |row| Ok(row.get(0)?),
        )
    }

    /// An item has no files any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_files(&self, item: ItemId) -> Result<(), StoreError> {
        self.execute("DELETE FROM file WHERE item = ?1", [item])?;
        Ok(())
    }
}
