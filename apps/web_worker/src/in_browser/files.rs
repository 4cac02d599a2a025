//! What is asked about files and takes its time: it is begun, and answered when it is done.

use blob::Reference;
use client_core::{Effect, Engine};
use futures_channel::mpsc::UnboundedSender;
use view::{Ask, Question, Refused};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::attaching::Staged;
use super::carrying::Carriers;
use super::happening::Happening;
use super::reading::{Reader, Unread};
use super::sealed_files::SealedFiles;
use super::sockets::Inlet;
use crate::answers::said;
use crate::relay::Asker;
use crate::sentences::refused;
use crate::shown;

/// All that is done with files.
pub struct Files {
    /// What was attached.
    pub staged: Staged,
    sealed: SealedFiles,
    carriers: Carriers,
    reader: Reader,
    to: UnboundedSender<Happening>,
}

impl Files {
    /// Nothing is done yet.
    pub fn new(sealed: SealedFiles, inlet: Inlet, to: UnboundedSender<Happening>) -> Self {
        Self {
            staged: Staged::new(sealed.clone(), to.clone()),
            carriers: Carriers::new(sealed.clone(), inlet),
            reader: Reader::new(sealed.clone()),
            sealed,
            to,
        }
    }

    /// Does what the engine decided, if it is about files.
    pub fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Transfer(id, transfer) => self.carriers.begin(id, *transfer),
            Effect::Abandon(id) => self.carriers.abandon(id),
            Effect::EraseSealed(root) => self.sealed.erase(&root),
            Effect::Connect(..) | Effect::Send(..) | Effect::Close(_) => {}
        }
    }

    /// Begins what takes its time; whoever asks is answered later. False where the question is another one.
    pub fn begin(&self, engine: &mut Engine, asker: Asker, ask: &Ask, file: Option<File>) -> bool {
        match ask {
            Ask::Attach(q) => self.staged.attach(asker, q, file, || engine.new_secrets()),
            Ask::Detach(q) => self.staged.detach(asker, q),
            Ask::ReadFile(q) => {
                let from = q.from;
                self.aside(
                    engine,
                    asker,
                    q,
                    (q.item, q.place),
                    async move |reader, reference| reader.read(&reference, from).await,
                );
            }
            Ask::LookAt(q) => {
                self.aside(
                    engine,
                    asker,
                    q,
                    (q.item, q.place),
                    async |reader, reference| reader.look_at(&reference).await,
                );
            }
            _ => return false,
        }
        true
    }

    /// Reads something of a file.
    fn aside<Q, F>(
        &self,
        engine: &Engine,
        asker: Asker,
        q: &Q,
        (item, place): (view::ItemId, u64),
        work: impl FnOnce(Reader, Reference) -> F + 'static,
    ) where
        Q: Question + Clone + 'static,
        F: Future<Output = Result<Q::Answer, Unread>>,
    {
        let (q, to, reader) = (q.clone(), self.to.clone(), self.reader.clone());
        let found = engine.file(shown::of_item_id(item), place);
        spawn_local(async move {
            let answer: Result<Q::Answer, Refused> = match found {
                Err(error) => Err(refused(&error)),
                Ok((_, reference)) => work(reader, reference).await.map_err(|unread| {
                    if matches!(unread, Unread::Lost) {
                        let _ = to.unbounded_send(Happening::Lost(item, place));
                    }
                    unread.refused()
                }),
            };
            let _ = to.unbounded_send(Happening::Answered(asker, said(&q, answer)));
        });
    }

    /// Erases what is here of a file.
    pub fn erase(&self, reference: &Reference) {
        self.sealed.erase(reference.root.as_bytes());
    }
}
