//! The worker's clocks.

use client_core::Now;
use js_sys::Date;
use wasm_bindgen::prelude::JsCast as _;
use web_sys::DedicatedWorkerGlobalScope;

/// What the browser believes the time to be.
pub fn now() -> Now {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>();
    let monotonic = scope.ok().and_then(|scope| scope.performance());
    Now {
        monotonic_ms: monotonic.map_or(0.0, |clock| clock.now()) as u64,
        unix_ms: Date::now() as u64,
    }
}
