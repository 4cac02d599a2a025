//! The browser's own storage (OPFS): small files, and a pool of files for SQLite, which one worker holds at a time.

use js_sys::Uint8Array;
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_rs::vfs::VfsFilesManager as _;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use std::path::Path;
use view::Refused;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemSyncAccessHandle,
};

use super::browser::{name_of, property, refused, scope, sleep};
use crate::sentences;

/// The folder of the small files.
const FOLDER: &str = "kith";
/// The profile's name among SQLite's files, and that of what is undone if a transaction is cut off.
const DATABASE: &str = "kith.sqlite";
const JOURNAL: &str = "kith.sqlite-journal";
/// How often a pool is tried that another worker has not let go of yet, and the milliseconds between.
const TRIES: (u32, i32) = (40, 50);

/// The folder of the small files.
#[derive(Clone)]
pub struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// Opens it, or makes it.
    ///
    /// # Errors
    /// [`Refused`] where the browser gives no storage.
    pub async fn open() -> Result<Self, Refused> {
        let none = || sentences::storage("it gives none to this page, as in a private window");
        let navigator = scope().ok_or_else(none)?.navigator();
        let storage = property(&navigator, "storage").ok_or_else(none)?;
        property(&storage, "getDirectory").ok_or_else(none)?;
        let root = JsFuture::from(navigator.storage().get_directory()).await;
        let root: FileSystemDirectoryHandle = cast(root)?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = root.get_directory_handle_with_options(FOLDER, &options);
        cast(JsFuture::from(folder).await).map(Self)
    }

    /// A folder below it, which is made if it is not there.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn below(&self, name: &str) -> Result<FileSystemDirectoryHandle, Refused> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = self.0.get_directory_handle_with_options(name, &options);
        cast(JsFuture::from(folder).await)
    }

    /// A file's bytes, if it is there.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Refused> {
        let handle = match JsFuture::from(self.0.get_file_handle(name)).await {
            Err(error) if name_of(&error) == "NotFoundError" => return Ok(None),
            handle => cast::<FileSystemFileHandle>(handle)?,
        };
        let file: File = cast(JsFuture::from(handle.get_file()).await)?;
        let bytes = JsFuture::from(file.array_buffer()).await;
        Ok(Some(
            Uint8Array::new(&bytes.map_err(|e| refused(&e))?).to_vec(),
        ))
    }

    /// Writes a file, all of it and durable when this returns. One that is cut off is not whole.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = self.0.get_file_handle_with_options(name, &options);
        let handle: FileSystemFileHandle = cast(JsFuture::from(handle).await)?;
        let access = JsFuture::from(handle.create_sync_access_handle()).await;
        let access: FileSystemSyncAccessHandle = cast(access)?;
        let write = || -> Result<bool, JsValue> {
            access.truncate_with_u32(0)?;
            let written = access.write_with_u8_array(bytes)?;
            access.flush()?;
            Ok(written as usize == bytes.len())
        };
        let written = write();
        access.close();
        match written {
            Ok(true) => Ok(()),
            Ok(false) => Err(sentences::full()),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn remove(&self, name: &str) -> Result<(), Refused> {
        match JsFuture::from(self.0.remove_entry(name)).await {
            Err(error) if name_of(&error) != "NotFoundError" => Err(refused(&error)),
            _ => Ok(()),
        }
    }
}

fn cast<T: wasm_bindgen::JsCast>(value: Result<JsValue, JsValue>) -> Result<T, Refused> {
    let value = value.map_err(|error| refused(&error))?;
    value
        .dyn_into()
        .map_err(|_| sentences::storage("it is not as it should be"))
}

/// Hold of SQLite's files. [`Pool::release`] lets others have them.
pub struct Pool(OpfsSAHPoolUtil);

impl Pool {
    /// Takes hold of them, waiting a little for a worker that is ending.
    ///
    /// # Errors
    /// [`Refused`] when the browser gives none.
    pub async fn take() -> Result<Self, Refused> {
        let (often, ms) = TRIES;
        let mut last = None;
        for _ in 0..often {
            match Self::try_take().await {
                Ok(pool) => return Ok(pool),
                Err(error) if is_in_use(&error) => last = Some(error),
                Err(error) => return Err(of_pool(&error)),
            }
            sleep(ms).await;
        }
        Err(last.map_or_else(sentences::elsewhere, |error| of_pool(&error)))
    }

    async fn try_take() -> Result<Self, OpfsSAHError> {
        let options = OpfsSAHPoolCfgBuilder::new().build();
        let pool = install::<WasmOsCallback>(&options, true).await?;
        pool.resume().await?;
        Ok(Self(pool))
    }

    /// The database's file, as SQLite finds it.
    pub fn database(&self) -> &'static Path {
        Path::new(DATABASE)
    }

    /// Whether it is there.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn has_database(&self) -> Result<bool, Refused> {
        self.0.contains(DATABASE).map_err(|error| of_pool(&error))
    }

    /// Removes it, with what could be put into another one.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn remove_database(&self) -> Result<(), Refused> {
        for name in [JOURNAL, DATABASE] {
            self.0.remove(name).map_err(|error| of_pool(&error))?;
        }
        Ok(())
    }

    /// Lets go; the database must be closed.
    pub fn release(self) {
        // Where that fails, this worker's end lets go.
        let _ = self.0.pause();
    }
}

fn is_in_use(error: &OpfsSAHError) -> bool {
    match error {
        OpfsSAHError::Opfs { value, .. } => name_of(value) == "NoModificationAllowedError",
        OpfsSAHError::Cleanup { error, .. } => is_in_use(error),
        OpfsSAHError::Busy => true,
        _ => false,
    }
}

fn of_pool(error: &OpfsSAHError) -> Refused {
    match error {
        OpfsSAHError::Opfs { value, .. } => refused(value),
        OpfsSAHError::Cleanup { error, .. } => of_pool(error),
        error => sentences::storage(&error.to_string()),
    }
}
