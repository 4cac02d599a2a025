//! Files that go with items: what is attached, what is shown of them, and when nothing of them is kept any more.
//!
//! A file's sealed bytes lie in the profile's folder under their root, kept by the driver; what opens them is in the store.
//! Invariant: sealed bytes are there whole before the row that says so, and go only after no row is left that needs them.

use blob::{BlobKey, BlobRoot, Reference};
use client_store::file::{FileRow, FileState};
use client_store::id::{ConversationId, ItemId};
use client_store::item::ItemRow;
use client_store::upload::ErasureRow;
use content::{AttachedFile, SealedFile};
use protocol::blob_size::padded_bytes;
use protocol::id::BlobId;
use protocol::secret::DeleteSecret;

use crate::effect::Effect;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::ConnectionKey;
use crate::view::FileView;

/// What a file is to be sealed with: fresh for each, and never for another content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The blob's id.
    pub blob: BlobId,
    /// Its key.
    pub key: BlobKey,
    /// Erases it at its home.
    pub delete_secret: DeleteSecret,
}

/// A file whose sealed bytes lie in the profile's folder, durably, under their root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What is told of it.
    pub file: AttachedFile,
    /// Erases it at its home.
    pub delete_secret: DeleteSecret,
}

impl Engine {
    /// Fresh secrets for one file.
    pub fn new_secrets(&mut self) -> Secrets {
        Secrets {
            blob: BlobId::new(self.entropy.bytes()),
            key: BlobKey::new(self.entropy.bytes()),
            delete_secret: DeleteSecret::new(self.entropy.bytes()),
        }
    }

    /// Whether something in this profile needs the sealed bytes under this root; a driver removes all others when it
    /// starts, which are what a crash left behind.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn needs_sealed(&self, root: &[u8; 32]) -> Result<bool, CoreError> {
        Ok(self.store.is_root_kept(root)?)
    }

    /// A file of an item, and what opens it.
    ///
    /// # Errors
    /// [`CoreError::Unknown`]; [`CoreError::Invalid`] if the item was taken back.
    pub fn file(&self, item: ItemId, place: u64) -> Result<(FileView, Reference), CoreError> {
        let row = self.store.item(item)?.ok_or(CoreError::Unknown("item"))?;
        if row.retracted_s.is_some() {
            return Err(CoreError::Invalid(
                "This was taken back, with its files; nothing was saved.".into(),
            ));
        }
        let file = self
            .store
            .file(item, place)?
            .ok_or(CoreError::Unknown("file"))?;
        let reference = reference(&file.file)?;
        Ok((view(file), reference))
    }

    /// Whether bytes of a blob are on their way, either way.
    pub fn is_transferring(&self) -> bool {
        !self.transfers.is_empty()
    }

    /// Whether a home that is spoken to is still to be told to erase a blob.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn is_erasing(&self) -> Result<bool, CoreError> {
        Ok(self.store.erasures_waiting()? > 0)
    }

    /// Keeps what goes with an own item, to be put at its home unless it stays here.
    pub(crate) fn keep_attachments(
        &mut self,
        item: ItemId,
        attachments: &[Attachment],
        stays_here: bool,
    ) -> Result<(), CoreError> {
        for (place, attachment) in (0..).zip(attachments) {
            self.store.insert_file(&FileRow {
                item,
                place,
                file: attachment.file.clone(),
                state: FileState::Here,
            })?;
            if !stays_here {
                let blob = BlobId::new(attachment.file.sealed.blob);
                self.store
                    .insert_upload(&blob, (item, place), &attachment.delete_secret)?;
            }
        }
        Ok(())
    }

    /// Keeps what came with an item of somebody else.
    pub(crate) fn keep_files(
        &mut self,
        item: ItemId,
        files: Vec<AttachedFile>,
    ) -> Result<(), CoreError> {
        for (place, file) in (0..).zip(files) {
            self.store.insert_file(&FileRow {
                item,
                place,
                file,
                state: FileState::Away,
            })?;
        }
        Ok(())
    }

    /// What is shown of an item's files: nothing once it was taken back.
    pub(crate) fn file_views(&self, item: &ItemRow) -> Result<Vec<FileView>, CoreError> {
        if item.retracted_s.is_some() {
            return Ok(Vec::new());
        }
        let files = self.store.files_of(item.id)?;
        Ok(files.into_iter().map(view).collect())
    }

    /// Nothing of an item's files is kept any more: not here, and at no home as far as it is in our hands.
    pub(crate) fn drop_files(&mut self, item: ItemId) -> Result<(), CoreError> {
        self.erase_blobs(item)?;
        let files = self.store.files_of(item)?;
        self.store.delete_files(item)?;
        for file in files {
            let root = file.file.sealed.root;
            if !self.store.is_root_kept(&root)? {
                self.effect(Effect::EraseSealed(root));
            }
        }
        Ok(())
    }

    /// Own blobs of an item are not put any more, and are to be erased where they were.
    pub(crate) fn erase_blobs(&mut self, item: ItemId) -> Result<(), CoreError> {
        for upload in self.store.uploads_of(item)? {
            self.abandon_put(&upload.blob);
            let log = match &upload.log {
                Some(log) => self.store.log(log)?,
                None => None,
            };
            if let Some(log) = log {
                let key = ConnectionKey::of_log(&log);
                self.store.insert_erasure(&ErasureRow {
                    blob: upload.blob,
                    home: log.home,
                    persona: log.persona,
                    delete_secret: upload.delete_secret,
                })?;
                self.work.insert(Work::Connection(key));
            }
        }
        Ok(self.store.delete_uploads(item)?)
    }

    /// Takes an own item back of which nothing has left; whether nothing has. It is gone then, with its files.
    pub(crate) fn withdraw(&mut self, row: &ItemRow) -> Result<bool, CoreError> {
        // Where there is no log nobody was met, and nobody can be told.
        let is_unmet = self.store.logs_of(row.conversation)?.is_empty();
        if row.held_until_s.is_some() {
            if self.store.may_have_left(row.id)? && !is_unmet {
                return Ok(false);
            }
            self.drop_files(row.id)?;
            self.store.delete_held(row.id)?;
            return Ok(true);
        }
        if self.is_kept_here(row)? {
            self.drop_files(row.id)?;
            self.store.delete_unsent(row.id)?;
            return Ok(true);
        }
        let never_left = match self.store.outbox_of_item(row.id)? {
            None => false,
            Some(waits) => waits.sealed.is_none() && (!waits.may_have_left || is_unmet),
        };
        if !never_left {
            return Ok(false);
        }
        self.drop_files(row.id)?;
        self.store.delete_unsealed(row)?;
        self.work_on_logs_of(row.conversation)?;
        Ok(true)
    }

    /// What was taken back long ago has no files any more.
    pub(crate) fn forget_files(&mut self, until_s: u64) -> Result<(), CoreError> {
        for item in self.store.retracted_with_files(until_s)? {
            self.drop_files(item)?;
        }
        Ok(())
    }

    /// Why an item does not go out, if its home will not take a file of it.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn why_not_sent(&self, item: ItemId) -> Result<Option<String>, CoreError> {
        let uploads = self.store.uploads_of(item)?.into_iter();
        let mut refused = uploads.filter_map(|upload| match upload.state {
            client_store::upload::UploadState::Refused(why) => Some(why),
            _ => None,
        });
        Ok(refused.next())
    }

    /// The conversation of an item, for those who hold only its id.
    pub(crate) fn conversation_of(
        &self,
        item: ItemId,
    ) -> Result<Option<ConversationId>, CoreError> {
        Ok(self.store.item(item)?.map(|row| row.conversation))
    }
}

/// Whether a blob can have this content at all.
pub(crate) fn can_be(file: &AttachedFile) -> bool {
    padded_bytes(file.sealed.content_bytes).is_some()
}

/// What opens a file.
pub(crate) fn reference(file: &AttachedFile) -> Result<Reference, CoreError> {
    let SealedFile {
        blob,
        key,
        root,
        content_bytes,
        ..
    } = &file.sealed;
    let key = key
        .expose()
        .try_into()
        .map_err(|_| CoreError::Unknown("file"))?;
    Ok(Reference {
        blob: BlobId::new(*blob),
        key: BlobKey::new(key),
        root: BlobRoot::new(*root),
        content_bytes: *content_bytes,
    })
}

fn view(row: FileRow) -> FileView {
    FileView {
        place: row.place,
        name: row.file.name().to_owned(),
        media_type: row.file.media_type().to_owned(),
        description: row.file.description().to_owned(),
        bytes: row.file.sealed.content_bytes,
        state: row.state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::ContentKey;

    #[test]
    fn debug_output_says_nothing_of_keys_and_secrets() {
        let secrets = Secrets {
            blob: BlobId::new([1; 16]),
            key: BlobKey::new([170; 32]),
            delete_secret: DeleteSecret::new([171; 32]),
        };
        let sealed = SealedFile {
            blob: [1; 16],
            key: ContentKey::new(vec![170; 32]),
            root: [2; 32],
            hash: [3; 32],
            content_bytes: 4,
        };
        let attachment = Attachment {
            file: AttachedFile::new("a", "a/b", sealed).unwrap(),
            delete_secret: DeleteSecret::new([171; 32]),
        };
        let reference = reference(&attachment.file).unwrap();
        for said in [
            format!("{secrets:?}"),
            format!("{attachment:?}"),
            format!("{reference:?}"),
        ] {
            for secret in ["170", "171", "aaaa", "abab"] {
                assert!(!said.contains(secret), "{said}");
            }
        }
    }
}
