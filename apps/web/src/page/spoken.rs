//! The language that the page speaks at the moment: which it is, its phrases, and English for what it lacks.
//!
//! English is compiled in. Another language's table is a file of the bundle, loaded when it is chosen; until then, and
//! where it cannot be loaded, English goes on. The choice is kept in the browser's own storage for this origin, which
//! says no more than that Kith was used here; the storage of the profile says that already.

use js_sys::Uint8Array;
use leptos::prelude::{ArcTrigger, Notify as _, Track as _, document, window};
use leptos::task::spawn_local;
use phrases::{Argument, Piece, Table, say as say_pattern};
use std::cell::RefCell;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlMetaElement, Response, Storage};

use super::locale::Browser;
use super::words;
use crate::language::{ENGLISH, Language};

/// Where the choice is kept.
const CHOICE: &str = "kith-language";

/// What is said, piece by piece.
pub struct Said {
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// Whether they are English because the page's language lacks them.
    pub falls_back: bool,
}

/// A language with what it needs to be spoken.
struct Voice {
    language: Language,
    table: Option<Table>,
    locale: Browser,
}

struct Spoken {
    english: Voice,
    other: Option<Voice>,
    changed: ArcTrigger,
    /// How often a language was asked for: what comes for an earlier time comes too late.
    asked: u32,
}

thread_local! {
    static SPOKEN: RefCell<Spoken> = RefCell::new(Spoken {
        english: Voice {
            language: ENGLISH,
            table: Table::decode(words::ENGLISH, words::FINGERPRINT).ok(),
            locale: Browser::new(&locale(ENGLISH)),
        },
        other: None,
        changed: ArcTrigger::new(),
        asked: 0,
    });
}

/// Says a phrase.
pub fn say(number: u16, arguments: &[Argument]) -> Said {
    SPOKEN.with_borrow(|spoken| {
        spoken.changed.track();
        let voices = spoken.other.iter().chain([&spoken.english]);
        for (voice, falls_back) in voices.zip([false, spoken.other.is_some()]) {
            let table = voice.table.as_ref();
            if let Some(pattern) = table.and_then(|table| table.get(number)) {
                let pieces = say_pattern(pattern, arguments, &voice.locale);
                return Said { pieces, falls_back };
            }
        }
        Said {
            pieces: Vec::new(),
            falls_back: false,
        }
    })
}

/// Does something with what the browser knows of the language of the moment.
pub fn with_locale<T>(what: impl FnOnce(&Browser) -> T) -> T {
    SPOKEN.with_borrow(|spoken| {
        spoken.changed.track();
        what(&spoken.other.as_ref().unwrap_or(&spoken.english).locale)
    })
}

/// The language of the moment.
pub fn language() -> Language {
    SPOKEN.with_borrow(|spoken| {
        spoken.changed.track();
        spoken.other.as_ref().unwrap_or(&spoken.english).language
    })
}

/// Begins with the language that was chosen, or that the browser asks for.
pub fn begin() {
    let kept = storage().and_then(|storage| storage.get_item(CHOICE).ok().flatten());
    let asked = asked();
    speak(Language::choose(
        kept.as_deref(),
        asked.iter().map(String::as_str),
    ));
}

/// Speaks a language from now on, and on later visits.
pub fn choose(language: Language) {
    if let Some(storage) = storage() {
        // Where it cannot be kept, it holds until the page is closed.
        let _ = storage.set_item(CHOICE, language.tag);
    }
    speak(language);
}

fn speak(language: Language) {
    let asked = SPOKEN.with_borrow_mut(|spoken| {
        spoken.asked = spoken.asked.wrapping_add(1);
        spoken.asked
    });
    if language == ENGLISH {
        become_(None);
        return;
    }
    spawn_local(async move {
        let table = load(language).await.ok().flatten();
        let is_newest = SPOKEN.with_borrow(|spoken| spoken.asked == asked);
        if let Some(table) = table.filter(|_| is_newest) {
            become_(Some(Voice {
                language,
                table: Some(table),
                locale: Browser::new(&locale(language)),
            }));
        }
    });
}

fn become_(other: Option<Voice>) {
    let language = other.as_ref().map_or(ENGLISH, |voice| voice.language);
    let changed = SPOKEN.with_borrow_mut(|spoken| {
        spoken.other = other;
        spoken.changed.clone()
    });
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.tag);
        let _ = root.set_attribute("dir", language.direction());
    }
    changed.notify();
}

/// The table of a language, if the document names one and it belongs to this page.
async fn load(language: Language) -> Result<Option<Table>, JsValue> {
    let selector = format!("meta[name=kith-words][lang={}]", language.tag);
    let Some(named) = document().query_selector(&selector)? else {
        return Ok(None);
    };
    let url = named.dyn_into::<HtmlMetaElement>()?.content();
    let response = JsFuture::from(window().fetch_with_str(&url)).await?;
    let response: Response = response.dyn_into()?;
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    let bytes = Uint8Array::new(&bytes).to_vec();
    Ok(Table::decode(&bytes, words::FINGERPRINT).ok())
}

/// What `Intl` is asked for.
fn locale(language: Language) -> String {
    let asked = asked();
    language.locale(asked.iter().map(String::as_str)).to_owned()
}

/// The languages that the browser asks for, the dearest first.
fn asked() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
