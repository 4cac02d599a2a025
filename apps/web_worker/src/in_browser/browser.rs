//! The few things of the worker's own scope that several parts ask.

use js_sys::{Function, Promise, Reflect};
use view::Refused;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

use crate::sentences;

/// The worker's scope; none where this is no dedicated worker.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// A property, if it is there.
pub fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(of, &JsValue::from_str(name)).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

/// Waits so long, in milliseconds; the browser may take a little longer, and does everything that has come meanwhile.
pub async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        let set = scope()
            .map(|scope| scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms));
        if !matches!(set, Some(Ok(_))) {
            // Without timers there is no waiting.
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// The name of an exception, such as `QuotaExceededError`.
pub fn name_of(error: &JsValue) -> String {
    let name = property(error, "name").and_then(|name| name.as_string());
    name.unwrap_or_default()
}

/// The browser's storage threw.
pub fn refused(error: &JsValue) -> Refused {
    let name = name_of(error);
    if name == "QuotaExceededError" {
        return sentences::full();
    }
    let message = property(error, "message").and_then(|message| message.as_string());
    match message {
        Some(message) => sentences::storage(&format!("{name}: {message}")),
        None => sentences::storage(&name),
    }
}
