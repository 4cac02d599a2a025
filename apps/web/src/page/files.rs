//! Files as the page knows them: what is to go along, and how far each is on its way.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use view::question::{Attach, Detach, ReadFile};
use view::{AttachmentId, ConversationId, ItemId, News, Outgoing};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File};

use super::app::App;
use super::browser::property;
use super::words::files as words;

/// Files that go with one message at most.
const MOST_FILES: usize = 16;
/// A file above this, in bytes, is written where the person says while it is opened, where the browser can do that.
const LARGE_BYTES: u64 = 64 << 20;

/// A file of an item: whose, and which of its files.
pub type Place = (ItemId, u64);

/// So many bytes of so many.
pub type Far = (u64, u64);

/// How far a file is that is to go along.
#[derive(Clone, PartialEq, Eq)]
pub enum Stage {
    /// It is being sealed.
    Sealing(Far),
    /// All of it is sealed and kept.
    Sealed,
    /// It cannot go along; a sentence.
    Refused(String),
}

/// A file that is to go along. Copies are the same one.
#[derive(Clone)]
pub struct Entry {
    /// By which the worker knows it.
    pub id: AttachmentId,
    /// What it is called.
    pub name: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Whether the browser takes it for a picture.
    pub is_picture: bool,
    /// What it shows, in words.
    pub description: ArcRwSignal<String>,
    /// How far it is.
    pub stage: ArcRwSignal<Stage>,
    conversation: ConversationId,
    file: File,
}

/// What the page knows of a file of an item.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    at: Place,
    /// How far it is on its way, either way.
    pub far: Option<Far>,
    /// Why it did not come.
    pub failed: Option<String>,
    /// Whether the person wanted it since the page was loaded.
    pub wanted: bool,
}

/// All that is known of files. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Files {
    entries: RwSignal<Vec<Entry>, LocalStorage>,
    known: RwSignal<Vec<Known>>,
}

impl Files {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            entries: RwSignal::new_local(Vec::new()),
            known: RwSignal::new(Vec::new()),
        }
    }

    /// Takes in news, if they are about files.
    pub fn hear(self, news: News) {
        match news {
            News::Carried(item, place, done, of) => self.note((item, place), &|known| {
                known.far = Some((done, of));
            }),
            News::FileFailed(item, place, why) => self.unwant((item, place), Some(why)),
            News::Sealing(id, done, of) => self.entries.with_untracked(|all| {
                let entry = all.iter().find(|entry| entry.id == id);
                if let Some(entry) = entry
                    && matches!(entry.stage.get_untracked(), Stage::Sealing(_))
                {
                    entry.stage.set(Stage::Sealing((done, of)));
                }
            }),
            _ => {}
        }
    }

    /// What is known of an open profile is not kept by a page that shows a closed one.
    pub fn forget(self) {
        self.entries.set(Vec::new());
        self.known.set(Vec::new());
    }

    fn note(self, at: Place, change: &dyn Fn(&mut Known)) {
        self.known.update(|all| {
            if let Some(known) = all.iter_mut().find(|known| known.at == at) {
                return change(known);
            }
            let mut known = Known {
                at,
                far: None,
                failed: None,
                wanted: false,
            };
            change(&mut known);
            all.push(known);
        });
    }

    /// What is known of a file.
    pub fn known(self, at: Place) -> Option<Known> {
        self.known
            .with(|all| all.iter().find(|known| known.at == at).cloned())
    }

    /// The person wants it.
    pub fn want(self, at: Place) {
        self.note(at, &|known| {
            known.failed = None;
            known.wanted = true;
        });
    }

    /// The person does not want it any more, or it cannot be had.
    pub fn unwant(self, at: Place, why: Option<String>) {
        self.note(at, &|known| {
            known.far = None;
            known.wanted = false;
            known.failed.clone_from(&why);
        });
    }

    /// What is to go along with what is written in a conversation.
    pub fn entries(self, conversation: ConversationId) -> Vec<Entry> {
        let is_here = |entry: &&Entry| entry.conversation == conversation;
        self.entries
            .with(|all| all.iter().filter(is_here).cloned().collect())
    }

    fn entries_now(self, conversation: ConversationId) -> Vec<Entry> {
        untrack(|| self.entries(conversation))
    }

    /// Attaches files.
    ///
    /// # Errors
    /// A sentence, where not all of them fit.
    pub fn attach(
        self,
        app: App,
        conversation: ConversationId,
        files: Vec<File>,
    ) -> Result<(), String> {
        let room = MOST_FILES.saturating_sub(self.entries_now(conversation).len());
        let fits = files.len() <= room;
        for file in files.into_iter().take(room) {
            let Some(id) = random() else {
                continue;
            };
            let entry = Entry {
                id: AttachmentId::new(id),
                name: file.name(),
                bytes: file.size() as u64,
                is_picture: file.type_().starts_with("image/"),
                description: ArcRwSignal::new(String::new()),
                stage: ArcRwSignal::new(Stage::Sealing((0, 1))),
                conversation,
                file,
            };
            self.entries.update(|all| all.push(entry.clone()));
            spawn_local(async move {
                // It says itself what came of it.
                let _ = entry.seal(app).await;
            });
        }
        if fits {
            Ok(())
        } else {
            Err(words::too_many().to_string())
        }
    }

    /// Lets go of one.
    pub fn detach(self, app: App, attachment: AttachmentId) {
        self.remove(&[attachment]);
        spawn_local(async move {
            // What stays of it goes at the next start.
            let _ = app.ask(Detach { attachment }).await;
        });
    }

    /// Whether nothing goes along.
    pub fn is_empty(self, conversation: ConversationId) -> bool {
        self.entries_now(conversation).is_empty()
    }

    /// All that goes along, sealed as a whole.
    ///
    /// # Errors
    /// A sentence.
    pub async fn outgoing(
        self,
        app: App,
        conversation: ConversationId,
    ) -> Result<Vec<Outgoing>, String> {
        let mut all = Vec::new();
        for entry in self.entries_now(conversation) {
            // Asked once more: a worker that was started again knows nothing of it, and one that knows answers at once.
            entry.seal(app).await?;
            all.push(Outgoing {
                attachment: entry.id,
                description: entry.description.get_untracked(),
            });
        }
        Ok(all)
    }

    /// These have gone along.
    pub fn sent(self, sent: &[Outgoing]) {
        let ids: Vec<_> = sent.iter().map(|one| one.attachment).collect();
        self.remove(&ids);
    }

    fn remove(self, ids: &[AttachmentId]) {
        self.entries
            .update(|all| all.retain(|entry| !ids.contains(&entry.id)));
    }
}

impl Entry {
    async fn seal(&self, app: App) -> Result<(), String> {
        let question = Attach {
            attachment: self.id,
            name: self.name.clone(),
            media_type: self.file.type_(),
        };
        let sealed = app.ask_with(question, &self.file).await;
        let sealed = sealed.map_err(|refused| refused.sentence);
        self.stage.set(match &sealed {
            Ok(()) => Stage::Sealed,
            Err(sentence) => Stage::Refused(sentence.clone()),
        });
        sealed
    }
}

fn random() -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let crypto = window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// Where an opened file goes.
enum Sink {
    /// Into what the browser keeps where it has room.
    Parts(Array),
    /// Where the person said.
    Writable(JsValue),
}

impl Sink {
    async fn take(&self, piece: &Uint8Array) -> Result<(), JsValue> {
        match self {
            Self::Parts(parts) => {
                let part = Blob::new_with_u8_array_sequence(&Array::of1(piece))?;
                parts.push(&part);
            }
            Self::Writable(to) => {
                JsFuture::from(call(to, "write", Some(piece))?).await?;
            }
        }
        Ok(())
    }

    /// Opens a file piece by piece into it; `far` hears how far that is, and may stop it by saying false.
    async fn fill(
        &self,
        app: App,
        (item, place): Place,
        bytes: u64,
        far: &dyn Fn(Far) -> bool,
    ) -> Result<bool, String> {
        let mut from = 0;
        while from < bytes {
            if !far((from, bytes)) {
                return Ok(false);
            }
            let piece = app.ask(ReadFile { item, place, from }).await;
            let piece = piece.map_err(|refused| refused.sentence)?;
            if piece.is_empty() {
                return Err(words::not_saved().to_string());
            }
            from += piece.len() as u64;
            let taken = self.take(&Uint8Array::from(piece.as_slice())).await;
            taken.map_err(|_| words::not_saved().to_string())?;
        }
        Ok(true)
    }
}

/// All of a file, under a media type of ours; none where it was stopped.
///
/// # Errors
/// A sentence.
pub async fn blob(
    app: App,
    at: Place,
    bytes: u64,
    media_type: &str,
    far: &dyn Fn(Far) -> bool,
) -> Result<Option<Blob>, String> {
    let parts = Array::new();
    let sink = Sink::Parts(parts.clone());
    if !sink.fill(app, at, bytes, far).await? {
        return Ok(None);
    }
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_blob_sequence_and_options(&parts, &options);
    blob.map(Some).map_err(|_| words::not_saved().to_string())
}

/// Where a large file can be written while it is opened: asked for at once, because it needs the person's press.
pub fn picker(name: &str, bytes: u64) -> Option<Promise> {
    if bytes < LARGE_BYTES {
        return None;
    }
    let window: JsValue = window().into();
    let options = Object::new();
    Reflect::set(&options, &"suggestedName".into(), &name.into()).ok()?;
    call(&window, "showSaveFilePicker", Some(&options)).ok()
}

fn call(of: &JsValue, name: &str, with: Option<&JsValue>) -> Result<Promise, JsValue> {
    let method: Function = property(of, name).ok_or(JsValue::NULL)?.dyn_into()?;
    match with {
        None => method.call0(of)?.dyn_into(),
        Some(value) => method.call1(of, value)?.dyn_into(),
    }
}

/// Writes a file where the person says; whether all of it was, which it is not where they changed their mind.
///
/// # Errors
/// A sentence.
pub async fn write(
    app: App,
    at: Place,
    bytes: u64,
    picked: Promise,
    far: &dyn Fn(Far) -> bool,
) -> Result<bool, String> {
    let Ok(handle) = JsFuture::from(picked).await else {
        return Ok(false);
    };
    let not_saved = |_| words::not_saved().to_string();
    let writable = call(&handle, "createWritable", None).map_err(not_saved)?;
    let writable = JsFuture::from(writable).await.map_err(not_saved)?;
    let sink = Sink::Writable(writable.clone());
    let filled = sink.fill(app, at, bytes, far).await;
    let is_whole = matches!(filled, Ok(true));
    // What was stopped or broke off leaves nothing under its name.
    let end = if is_whole { "close" } else { "abort" };
    let ended = JsFuture::from(call(&writable, end, None).map_err(not_saved)?).await;
    if is_whole {
        ended.map_err(not_saved)?;
    }
    filled
}
