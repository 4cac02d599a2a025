//! The worker's clocks, and its one alarm.

use client_core::Now;
use js_sys::Date;
use wasm_bindgen::prelude::{Closure, JsCast as _};

use super::browser::scope;

/// The longest wait that is asked of the browser, in milliseconds; also how often it is looked whether the machine slept.
const LONGEST_MS: u64 = 30_000;

/// What the browser believes the time to be.
pub fn now() -> Now {
    let monotonic = scope().and_then(|scope| scope.performance());
    Now {
        monotonic_ms: monotonic.map_or(0.0, |clock| clock.now()) as u64,
        unix_ms: Date::now() as u64,
    }
}

/// The day, as `2026-11-30`, in Greenwich.
pub fn today() -> String {
    let iso = String::from(Date::new_0().to_iso_string());
    iso.split('T').next().unwrap_or_default().to_owned()
}

/// Rings once, at the time that was set last.
pub struct Alarm {
    ring: Closure<dyn FnMut()>,
    set: Option<i32>,
}

impl Alarm {
    /// One that calls this.
    pub fn new(ring: impl FnMut() + 'static) -> Self {
        let ring = Closure::new(ring);
        Self { ring, set: None }
    }

    /// Sets it to a monotonic time, or to a while from now.
    pub fn set(&mut self, at_ms: Option<u64>) {
        let Some(scope) = scope() else {
            return;
        };
        if let Some(set) = self.set.take() {
            scope.clear_timeout_with_handle(set);
        }
        let wait_ms = at_ms.map_or(LONGEST_MS, |at_ms| {
            // A timer may ring up to a millisecond early.
            at_ms.saturating_sub(now().monotonic_ms).saturating_add(1)
        });
        let wait_ms = i32::try_from(wait_ms.min(LONGEST_MS)).unwrap_or(i32::MAX);
        let ring = self.ring.as_ref().unchecked_ref();
        self.set = scope
            .set_timeout_with_callback_and_timeout_and_arguments_0(ring, wait_ms)
            .ok();
    }
}
