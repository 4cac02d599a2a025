//! Files that are to go along with what is said next: sealed and kept as a whole, before anything is said.
//!
//! The file is read in pieces and never held. What is sealed and not said stays until the page lets go of it or this worker
//! ends; the next start removes what is left.

use client_core::{Attachment, FileRoot, Secrets};
use content::AttachedFile;
use data_encoding::HEXLOWER;
use futures_channel::mpsc::UnboundedSender;
use futures_util::future::{AbortHandle, abortable};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use view::question::{Attach, Detach, PIECE_BYTES};
use view::{AttachmentId, News, Refused};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::clock::now;
use super::happening::Happening;
use super::sealed_files::{Disk, SealedFiles, check_room, read};
use crate::answers::said;
use crate::file_sentences as sentences;
use crate::relay::Asker;
use crate::sealing::Sealing;

/// The media type of what has none that is known.
const ANY_TYPE: &str = "application/octet-stream";
/// How often progress is told at most, in milliseconds.
const TOLD_EVERY_MS: u64 = 200;

/// How far a file is.
enum Stage {
    Sealing(AbortHandle, Vec<Asker>),
    Sealed(Box<Attachment>),
}

type Stages = Rc<RefCell<BTreeMap<AttachmentId, Stage>>>;

/// All that were attached and are not an item's yet.
pub struct Staged {
    stages: Stages,
    files: SealedFiles,
    to: UnboundedSender<Happening>,
}

impl Drop for Staged {
    fn drop(&mut self) {
        for stage in std::mem::take(&mut *self.stages.borrow_mut()).into_values() {
            if let Stage::Sealing(abort, _) = stage {
                abort.abort();
            }
        }
    }
}

fn answer(
    to: &UnboundedSender<Happening>,
    askers: Vec<Asker>,
    q: &Attach,
    sealed: &Result<(), Refused>,
) {
    for asker in askers {
        // Whoever asked may be gone.
        let _ = to.unbounded_send(Happening::Answered(asker, said(q, sealed.clone())));
    }
}

impl Staged {
    /// None yet.
    pub fn new(files: SealedFiles, to: UnboundedSender<Happening>) -> Self {
        Self {
            stages: Stages::default(),
            files,
            to,
        }
    }

    /// What was sealed, by its number.
    pub fn get(&self, id: AttachmentId) -> Option<Attachment> {
        match self.stages.borrow().get(&id) {
            Some(Stage::Sealed(attachment)) => Some((**attachment).clone()),
            _ => None,
        }
    }

    /// An item has it from now on.
    pub fn keep(&self, id: AttachmentId) {
        self.stages.borrow_mut().remove(&id);
    }

    /// Seals a file; who asks is answered when it is done.
    pub fn attach(
        &self,
        asker: Asker,
        q: &Attach,
        file: Option<File>,
        secrets: impl FnOnce() -> Secrets,
    ) {
        let mut stages = self.stages.borrow_mut();
        match (stages.get_mut(&q.attachment), file) {
            (Some(Stage::Sealed(_)), _) => answer(&self.to, vec![asker], q, &Ok(())),
            (Some(Stage::Sealing(_, askers)), _) => askers.push(asker),
            (None, None) => answer(&self.to, vec![asker], q, &Err(sentences::not_attached())),
            (None, Some(file)) => {
                let abort = self.begin(q.clone(), file, secrets());
                let stage = Stage::Sealing(abort, vec![asker]);
                stages.insert(q.attachment, stage);
            }
        }
    }

    fn begin(&self, q: Attach, file: File, secrets: Secrets) -> AbortHandle {
        let (files, to) = (self.files.clone(), self.to.clone());
        let stages = Rc::clone(&self.stages);
        let name = HEXLOWER.encode(q.attachment.as_bytes());
        let work = Work {
            q: q.clone(),
            file,
            unfinished: name.clone(),
            files: self.files.clone(),
            to: self.to.clone(),
        };
        let (sealing, abort) = abortable(async move { work.seal(secrets).await });
        spawn_local(async move {
            let sealed = sealing.await;
            if !matches!(sealed, Ok(Ok(_))) {
                files.remove(name);
            }
            let Ok(sealed) = sealed else {
                return;
            };
            let mut stages = stages.borrow_mut();
            match (sealed, stages.remove(&q.attachment)) {
                (Ok(attachment), Some(Stage::Sealing(_, askers))) => {
                    stages.insert(q.attachment, Stage::Sealed(Box::new(attachment)));
                    answer(&to, askers, &q, &Ok(()));
                }
                (Err(refused), Some(Stage::Sealing(_, askers))) => {
                    answer(&to, askers, &q, &Err(refused));
                }
                // Nobody wants it any more.
                (Ok(attachment), _) => files.erase(&attachment.file.sealed.root),
                (Err(_), _) => {}
            }
        });
        abort
    }

    /// Lets go of one.
    pub fn detach(&self, asker: Asker, q: &Detach) {
        match self.stages.borrow_mut().remove(&q.attachment) {
            Some(Stage::Sealing(abort, askers)) => {
                abort.abort();
                let attach = Attach {
                    attachment: q.attachment,
                    name: String::new(),
                    media_type: String::new(),
                };
                answer(&self.to, askers, &attach, &Err(sentences::given_up()));
            }
            Some(Stage::Sealed(attachment)) => self.files.erase(&attachment.file.sealed.root),
            None => {}
        }
        let _ = self
            .to
            .unbounded_send(Happening::Answered(asker, said(q, Ok(()))));
    }
}

/// Sealing one file.
struct Work {
    q: Attach,
    file: File,
    /// What it is called until it is whole.
    unfinished: String,
    files: SealedFiles,
    to: UnboundedSender<Happening>,
}

impl Work {
    async fn seal(&self, secrets: Secrets) -> Result<Attachment, Refused> {
        let shown = legible::name(&self.q.name);
        let bytes = self.file.size() as u64;
        let delete_secret = secrets.delete_secret.clone();
        let mut sealing = Sealing::new(secrets, bytes)
            .map_err(|why| sentences::too_large(&shown, &why.to_string()))?;
        let disk = |error: Disk| self.refused(&shown, error);
        check_room(sealing.blob_bytes()).await.map_err(disk)?;
        let mut writer = self
            .files
            .write_named(&self.unfinished)
            .await
            .map_err(disk)?;
        writer.cut(0).map_err(disk)?;
        let (mut sealed, mut told_ms) = (Vec::new(), 0);
        while sealing.wants().is_some() {
            let from = sealing.done_bytes();
            let to = from.saturating_add(PIECE_BYTES).min(bytes);
            let content = read(&self.file, from..to).await;
            let content = content.map_err(|_| sentences::unreadable(&shown))?;
            sealed.clear();
            let taken = sealing.seal(&content, &mut sealed);
            taken.map_err(|_| sentences::unreadable(&shown))?;
            writer.append(&sealed).map_err(disk)?;
            let now_ms = now().monotonic_ms;
            if now_ms.saturating_sub(told_ms) >= TOLD_EVERY_MS {
                told_ms = now_ms;
                let news = News::Sealing(self.q.attachment, sealing.done_bytes(), bytes);
                let _ = self.to.unbounded_send(Happening::Told(news));
            }
        }
        let finished = sealing.finish();
        let (table, content) = finished.map_err(|_| sentences::unreadable(&shown))?;
        writer.append(&table).map_err(disk)?;
        let root: FileRoot = content.root;
        writer.give_name(&root).await.map_err(disk)?;
        let media_type = match self.q.media_type.as_str() {
            "" => ANY_TYPE,
            named => named,
        };
        let file = AttachedFile::new(&self.q.name, media_type, content);
        match file {
            Ok(file) => Ok(Attachment {
                file,
                delete_secret,
            }),
            Err(why) => {
                self.files.erase(&root);
                Err(sentences::unnameable(&why.to_string()))
            }
        }
    }

    fn refused(&self, shown: &str, error: Disk) -> Refused {
        match error {
            Disk::Full(why) => sentences::not_kept(shown, &why),
            Disk::InUse => crate::sentences::elsewhere(),
            Disk::Other(refused) => refused,
        }
    }
}
