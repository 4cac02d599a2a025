//! When something was, in the reader's calendar and the language of the page.

use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::JsValue;

/// The last moment that a date can say (ECMA-262 §21.4.1.1), in milliseconds.
const LAST_MS: u64 = 8_640_000_000_000_000;

/// Says days and times.
pub struct Calendar {
    day: DateTimeFormat,
    time: DateTimeFormat,
}

impl Calendar {
    /// As the browser is set, so far as it fits the page's language.
    pub fn new() -> Self {
        let locales = Array::of1(&language());
        let format = |parts: &[(&str, &str)]| {
            let options = Object::new();
            for (name, value) in parts {
                // A fresh object takes any value.
                let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
            }
            DateTimeFormat::new(&locales, &options)
        };
        Self {
            day: format(&[
                ("weekday", "long"),
                ("day", "numeric"),
                ("month", "long"),
                ("year", "numeric"),
            ]),
            time: format(&[("hour", "2-digit"), ("minute", "2-digit")]),
        }
    }

    /// The day.
    pub fn day(&self, at_ms: u64) -> String {
        said(&self.day, at_ms)
    }

    /// The time of the day.
    pub fn time(&self, at_ms: u64) -> String {
        said(&self.time, at_ms)
    }
}

/// Nothing for what is no date: an author's clock may say anything.
fn said(format: &DateTimeFormat, at_ms: u64) -> String {
    if at_ms > LAST_MS {
        return String::new();
    }
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    let said = format.format().call1(&JsValue::UNDEFINED, &date);
    said.ok()
        .and_then(|said| said.as_string())
        .unwrap_or_default()
}

/// For machines (RFC 3339); nothing for what is no date.
pub fn machine_readable(at_ms: u64) -> Option<String> {
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    (at_ms <= LAST_MS).then(|| date.to_iso_string().into())
}

/// The first of the reader's languages that is the page's own.
fn language() -> JsValue {
    let languages = window().navigator().languages();
    let english = |language: &JsValue| {
        let language = language.as_string();
        language.is_some_and(|language| language == "en" || language.starts_with("en-"))
    };
    let found = languages.iter().find(english);
    found.unwrap_or_else(|| JsValue::from_str("en-GB"))
}
