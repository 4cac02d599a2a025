//! What a page asks and is answered, as messages between it and the worker.

use client_store::StoreKey;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::{JsCast as _, JsValue};

use crate::profile::Refused;

/// What a page wants done.
pub enum Act {
    /// Opens the profile, or makes it.
    Open(Option<StoreKey>),
    /// Makes a name.
    NewPersona(String),
    /// Lists the names.
    Personas,
    /// Closes the profile.
    Close,
    /// Puts a closed profile's file in place; there is none before.
    Import(Vec<u8>),
    /// Gives the closed profile's file.
    Export,
}

fn value(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Reads a message; the id comes back with the answer, whatever it is.
pub fn asked(message: &JsValue) -> (JsValue, Result<Act, Refused>) {
    let act = value(message, "act").as_string();
    let bytes = |name: &str| value(message, name).dyn_into::<Uint8Array>().ok();
    let act = match act.as_deref() {
        Some("open") => key(bytes("key").as_ref()).map(Act::Open),
        Some("newPersona") => value(message, "name").as_string().map(Act::NewPersona),
        Some("personas") => Some(Act::Personas),
        Some("close") => Some(Act::Close),
        Some("import") => bytes("file").map(|file| Act::Import(file.to_vec())),
        Some("export") => Some(Act::Export),
        _ => None,
    };
    (value(message, "id"), act.ok_or(Refused::NotUnderstood))
}

/// The key, if there is one and it is one; where it was passed in is wiped.
fn key(given: Option<&Uint8Array>) -> Option<Option<StoreKey>> {
    let Some(given) = given else {
        return Some(None);
    };
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    let fits = given.length() == 32;
    if fits {
        given.copy_to(bytes.as_mut_slice());
    }
    given.fill(0, 0, given.length());
    fits.then(|| Some(StoreKey::new(*bytes)))
}

fn message(id: &JsValue, name: &str, said: &JsValue) -> JsValue {
    let message = Object::new();
    for (name, value) in [("id", id), (name, said)] {
        // A fresh object takes any value.
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    }
    message.into()
}

/// Once, before all answers.
pub fn ready() -> JsValue {
    message(&JsValue::NULL, "ready", &JsValue::TRUE)
}

/// Done.
pub fn answered(id: &JsValue, value: &JsValue) -> JsValue {
    message(id, "done", value)
}

/// Not done, with a sentence for people.
pub fn failed(id: &JsValue, refused: &Refused) -> JsValue {
    message(id, "refused", &JsValue::from_str(&refused.to_string()))
}
