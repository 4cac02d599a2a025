//! The folder of sealed files: each under the root over its segments in hexadecimal.
//!
//! Only sealed bytes are ever written here; what opens them is in the store. A file under a root is written from its
//! beginning to its end and made durable before its table of hashes is added; so one of the right length whose table leads
//! to the root is whole, and every other is a beginning of it. What is being sealed has a name that is no root.

use client_core::FileRoot;
use data_encoding::HEXLOWER;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use std::ops::Range;
use view::Refused;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle, StorageEstimate,
};

use super::browser::{name_of, property, refused, scope, sleep};
use super::storage::Folder;
use crate::file_sentences::no_room;
use crate::sentences;

/// The folder's name below that of the small files.
const NAME: &str = "files";
/// Bytes that are left for everything else.
const MARGIN_BYTES: u64 = 4 << 20;
/// How often something is removed that is still being let go of, and the milliseconds between.
const TRIES: (u32, i32) = (20, 100);

/// The folder. Copies are the same one.
#[derive(Clone)]
pub struct SealedFiles(FileSystemDirectoryHandle);

/// Why the storage does not do what it is asked for.
#[derive(Debug)]
pub enum Disk {
    /// There is no room. Why that is known, in half a sentence.
    Full(String),
    /// Something else is at it, for a moment.
    InUse,
    /// Another reason.
    Other(Refused),
}

impl From<JsValue> for Disk {
    fn from(error: JsValue) -> Self {
        match name_of(&error).as_str() {
            "QuotaExceededError" => Self::full(),
            "NoModificationAllowedError" | "InvalidStateError" => Self::InUse,
            _ => Self::Other(refused(&error)),
        }
    }
}

impl Disk {
    fn full() -> Self {
        Self::Full("the device is full, or the browser gives no more".to_owned())
    }
}

impl SealedFiles {
    /// Opens it, or makes it.
    ///
    /// # Errors
    /// [`Refused`] where the browser gives no storage.
    pub async fn open() -> Result<Self, Refused> {
        Folder::open().await?.below(NAME).await.map(Self)
    }

    /// Removes whatever nothing needs: what an end in the middle left of sealing or fetching.
    ///
    /// # Errors
    /// What the browser says; what it lets be removed is removed.
    pub async fn clean(&self, needs: impl Fn(&FileRoot) -> bool) -> Result<(), JsValue> {
        let names = self.0.keys();
        let mut unneeded = Vec::new();
        loop {
            let next = JsFuture::from(names.next()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                break;
            }
            let name = property(&next, "value").and_then(|name| name.as_string());
            let name = name.unwrap_or_default();
            let root = HEXLOWER.decode(name.as_bytes()).ok();
            let root = root.and_then(|root| FileRoot::try_from(root).ok());
            if !root.is_some_and(|root| needs(&root)) {
                unneeded.push(name);
            }
        }
        for name in unneeded {
            JsFuture::from(self.0.remove_entry(&name)).await?;
        }
        Ok(())
    }

    /// What there is under a root, as it is now.
    ///
    /// # Errors
    /// [`Disk`].
    pub async fn look(&self, root: &FileRoot) -> Result<Option<File>, Disk> {
        let handle = self.0.get_file_handle(&HEXLOWER.encode(root));
        let handle = match JsFuture::from(handle).await {
            Err(error) if name_of(&error) == "NotFoundError" => return Ok(None),
            handle => handle?.unchecked_into::<FileSystemFileHandle>(),
        };
        let file = JsFuture::from(handle.get_file()).await?;
        Ok(Some(file.unchecked_into()))
    }

    /// Opens what is under a root to be written, and makes it where it is not there.
    ///
    /// # Errors
    /// [`Disk`].
    pub async fn write(&self, root: &FileRoot) -> Result<Writer, Disk> {
        self.write_named(&HEXLOWER.encode(root)).await
    }

    /// The same under a name that is no root.
    ///
    /// # Errors
    /// [`Disk`].
    pub async fn write_named(&self, name: &str) -> Result<Writer, Disk> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = self.0.get_file_handle_with_options(name, &options);
        let handle = JsFuture::from(handle).await?;
        let handle = handle.unchecked_into::<FileSystemFileHandle>();
        let access = JsFuture::from(handle.create_sync_access_handle()).await?;
        Ok(Writer {
            handle,
            access: access.unchecked_into(),
            at: 0,
        })
    }

    /// Removes what has this name, once whoever was at it has let go.
    pub fn remove(&self, name: String) {
        let folder = self.0.clone();
        spawn_local(async move {
            let (often, ms) = TRIES;
            for _ in 0..often {
                match JsFuture::from(folder.remove_entry(&name)).await {
                    Err(error) if name_of(&error) == "NoModificationAllowedError" => {}
                    // What stays is removed at the next start.
                    _ => return,
                }
                sleep(ms).await;
            }
        });
    }

    /// Erases what is here under a root, whole or not.
    pub fn erase(&self, root: &FileRoot) {
        self.remove(HEXLOWER.encode(root));
    }
}

/// Whether the browser has room for so many bytes more, as far as it says.
///
/// # Errors
/// [`Disk::Full`].
pub async fn check_room(bytes: u64) -> Result<(), Disk> {
    let estimate = scope().and_then(|scope| scope.navigator().storage().estimate().ok());
    let Some(estimate) = estimate else {
        return Ok(());
    };
    let Ok(estimate) = JsFuture::from(estimate).await else {
        return Ok(());
    };
    let estimate: StorageEstimate = estimate.unchecked_into();
    let (Some(quota), Some(usage)) = (estimate.get_quota(), estimate.get_usage()) else {
        return Ok(());
    };
    let room = ((quota - usage).max(0.0) as u64).saturating_sub(MARGIN_BYTES);
    if bytes > room {
        return Err(Disk::Full(no_room(bytes, room)));
    }
    Ok(())
}

/// Bytes of a file, or of what somebody attaches.
///
/// # Errors
/// What the browser says, as of a file that changed since it was chosen.
pub async fn read(of: &Blob, bytes: Range<u64>) -> Result<Vec<u8>, JsValue> {
    let slice = of.slice_with_f64_and_f64(bytes.start as f64, bytes.end as f64)?;
    let read = JsFuture::from(slice.array_buffer()).await?;
    Ok(Uint8Array::new(&read).to_vec())
}

/// A file that is being written, and that nobody else can have meanwhile.
pub struct Writer {
    handle: FileSystemFileHandle,
    access: FileSystemSyncAccessHandle,
    at: u64,
}

impl Writer {
    /// Goes on there; whatever is behind is cut off.
    ///
    /// # Errors
    /// [`Disk`].
    pub fn cut(&mut self, at: u64) -> Result<(), Disk> {
        self.access.truncate_with_f64(at as f64)?;
        self.at = at;
        Ok(())
    }

    /// Writes what comes next.
    ///
    /// # Errors
    /// [`Disk`].
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Disk> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(self.at as f64);
        let written = self
            .access
            .write_with_u8_array_and_options(bytes, &options)?;
        if (written as usize) < bytes.len() {
            return Err(Disk::full());
        }
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// [`Disk`].
    pub fn flush(&self) -> Result<(), Disk> {
        Ok(self.access.flush()?)
    }

    /// All is written: it is made durable and gets its name.
    ///
    /// # Errors
    /// [`Disk`].
    pub async fn give_name(self, root: &FileRoot) -> Result<(), Disk> {
        self.flush()?;
        let handle = self.handle.clone();
        drop(self);
        let renamed = property(&handle, "move").and_then(|given| given.dyn_into::<Function>().ok());
        let renamed = renamed.ok_or_else(|| {
            Disk::Other(sentences::storage(
                "it is too old to keep files; update the browser",
            ))
        })?;
        let name = HEXLOWER.encode(root).into();
        let renamed: Promise = renamed.apply(&handle, &Array::of1(&name))?.unchecked_into();
        JsFuture::from(renamed).await?;
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.access.close();
    }
}
