//! Reading files that are here: opened segment by segment, checked before any of it is given out.

use blob::{Opener, Reference};
use client_core::FileRoot;
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};
use std::cell::RefCell;
use std::rc::Rc;
use view::question::PIECE_BYTES;
use view::{Picture, Refused};

use super::carrying::opener;
use super::sealed_files::{Disk, SealedFiles, read};
use crate::file_sentences;
use crate::pictures::{self, BEGINNING_BYTES};
use crate::sentences;

/// Why nothing was read.
pub enum Unread {
    /// The sealed bytes are missing or damaged.
    Lost,
    /// For another reason.
    Refused(Refused),
}

impl Unread {
    /// For people.
    pub fn refused(self) -> Refused {
        match self {
            Self::Lost => file_sentences::lost(),
            Self::Refused(refused) => refused,
        }
    }
}

impl From<Disk> for Unread {
    fn from(error: Disk) -> Self {
        Self::Refused(match error {
            Disk::Full(_) => sentences::full(),
            Disk::InUse => sentences::elsewhere(),
            Disk::Other(refused) => refused,
        })
    }
}

type Last = Rc<RefCell<Option<(FileRoot, Rc<Opener>)>>>;

/// Reads files of the folder. Copies are the same one.
#[derive(Clone)]
pub struct Reader {
    files: SealedFiles,
    /// What opened the last one: a file is mostly read from its beginning to its end.
    last: Last,
}

impl Reader {
    /// Of this folder.
    pub fn new(files: SealedFiles) -> Self {
        let last = Last::default();
        Self { files, last }
    }

    /// The next bytes from there on; none at the end.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn piece(
        &self,
        reference: &Reference,
        from: u64,
        most: u64,
    ) -> Result<Vec<u8>, Unread> {
        let to = from.saturating_add(most).min(reference.content_bytes);
        let root = reference.root.as_bytes();
        let file = self.files.look(root).await?.ok_or(Unread::Lost)?;
        let known = self.last.borrow().clone().filter(|(of, _)| of == root);
        let opener = match known {
            Some((_, opener)) => opener,
            None => Rc::new(opener(&file, reference).await.ok_or(Unread::Lost)?),
        };
        *self.last.borrow_mut() = Some((*root, Rc::clone(&opener)));
        if from >= to {
            return Ok(Vec::new());
        }
        let wanted = reference.wanted(&(from..to)).map_err(|_| Unread::Lost)?;
        let sealed = read(&file, wanted.blob_range).await;
        let sealed = sealed.map_err(|_| Unread::Lost)?;
        let mut opened = Vec::new();
        let segments = sealed.chunks((SEGMENT_BYTES + TAG_BYTES) as usize);
        for (index, segment) in wanted.segments.zip(segments) {
            let content = opener.segment(index, segment).map_err(|_| {
                self.last.borrow_mut().take();
                Unread::Lost
            })?;
            opened.extend_from_slice(&content);
        }
        opened.drain(..(wanted.skip as usize).min(opened.len()));
        opened.truncate((to - from) as usize);
        Ok(opened)
    }

    /// As the page reads it.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn read(&self, reference: &Reference, from: u64) -> Result<Vec<u8>, Unread> {
        self.piece(reference, from, PIECE_BYTES).await
    }

    /// What it is, if it is a picture that can be shown.
    ///
    /// # Errors
    /// [`Unread`].
    pub async fn look_at(&self, reference: &Reference) -> Result<Option<Picture>, Unread> {
        if reference.content_bytes > pictures::MOST_BYTES {
            return Ok(None);
        }
        let beginning = self.piece(reference, 0, BEGINNING_BYTES).await?;
        Ok(pictures::picture(&beginning))
    }
}
