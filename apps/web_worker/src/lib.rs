//! The client in a dedicated worker of the browser.
//!
//! In: messages of the page that made the worker, each with an id and an act ([`asked`]). Out: one
//! answer for each, with its id; before them, once, that the worker is ready. Everything is done in
//! the order in which it was asked.
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

mod asked;
mod clock;
mod profile;
mod storage;

use asked::{answered, asked, failed, ready};
use profile::Worker;
use storage::Storage;
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue, wasm_bindgen};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Takes hold of the storage, then says that it is ready and answers.
///
/// # Errors
/// When this is no dedicated worker; what goes wrong otherwise is said to the page.
#[wasm_bindgen(start)]
pub async fn start() -> Result<(), JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
    let storage = match Storage::take().await {
        Ok(storage) => storage,
        Err(refused) => return scope.post_message(&failed(&JsValue::NULL, &refused)),
    };
    let mut worker = Worker::new(storage);
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let (id, act) = asked(&message.data());
        let answer = match act.and_then(|act| worker.handle(act)) {
            Ok(value) => answered(&id, &value),
            Err(refused) => failed(&id, &refused),
        };
        // A page that is gone hears nothing.
        let _ = answering.post_message(&answer);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It lives as long as the worker.
    on_message.forget();
    scope.post_message(&ready())
}
