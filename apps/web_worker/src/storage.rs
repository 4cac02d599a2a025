//! The browser's own storage (OPFS) as files for SQLite, held by one worker at a time.

use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_rs::vfs::transfer::DbTransfer as _;
use sqlite_wasm_vfs::sahpool::{OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use std::path::Path;

use crate::profile::Refused;

/// The profile's name among the files.
const FILE: &str = "kith.sqlite";

/// Hold of the storage; a second worker is refused for as long as this one lives.
pub struct Storage(OpfsSAHPoolUtil);

impl Storage {
    /// Takes hold of it.
    ///
    /// # Errors
    /// [`Refused::Storage`] when the browser gives none, or another worker has it.
    pub async fn take() -> Result<Self, Refused> {
        let pool = install::<WasmOsCallback>(&OpfsSAHPoolCfgBuilder::new().build(), true).await;
        pool.map(Self).map_err(Refused::storage)
    }

    /// The profile's file, as SQLite finds it.
    pub fn file(&self) -> &'static Path {
        Path::new(FILE)
    }

    /// Puts a file in place.
    ///
    /// # Errors
    /// [`Refused::Storage`], also when there is one already.
    pub fn import(&self, bytes: &[u8]) -> Result<(), Refused> {
        self.0
            .import_db_unchecked(FILE, bytes)
            .map_err(Refused::storage)
    }

    /// The file's bytes; it is closed.
    ///
    /// # Errors
    /// [`Refused::Storage`].
    pub fn export(&self) -> Result<Vec<u8>, Refused> {
        self.0.export_db(FILE).map_err(Refused::storage)
    }
}
