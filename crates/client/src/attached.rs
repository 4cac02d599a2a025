//! Files that were sealed to go with what is said next.

use client_core::Attachment;
use content::FileError;

use crate::sealed_files::SealedFiles;

/// Sealed files. Unless an item has them, their sealed bytes go with this.
#[derive(Debug)]
pub struct Attached {
    folder: SealedFiles,
    attachments: Vec<Attachment>,
}

impl Attached {
    pub(crate) const fn new(folder: SealedFiles) -> Self {
        Self {
            folder,
            attachments: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, attachment: Attachment) {
        self.attachments.push(attachment);
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.attachments.append(&mut others.attachments);
    }

    /// Says what files show, in words, for whoever does not see them: of the first, the second, and so on.
    ///
    /// # Errors
    /// [`FileError`] of the first that is too long; nothing is said of that one and what follows.
    pub fn describe(&mut self, descriptions: &[String]) -> Result<(), FileError> {
        for (attachment, description) in self.attachments.iter_mut().zip(descriptions) {
            attachment.file = attachment.file.clone().described(description)?;
        }
        Ok(())
    }

    /// What is to go with an item.
    pub fn files(&self) -> &[Attachment] {
        &self.attachments
    }

    /// An item has them from now on, and the profile keeps them.
    pub fn keep(mut self) {
        self.attachments.clear();
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        for attachment in &self.attachments {
            // What stays is removed at the next start.
            let _ = self.folder.erase(&attachment.file.sealed.root);
        }
    }
}
