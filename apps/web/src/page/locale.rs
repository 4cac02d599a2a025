//! What the browser knows of a language: plurals, numbers, dates and lists (ECMA-402, `Intl`).

use js_sys::Intl::{DateTimeFormat, NumberFormat, PluralRules};
use js_sys::{Array, Date, Function, Object, Reflect};
use phrases::{Locale, Options, Piece};
use wasm_bindgen::prelude::{JsCast as _, JsValue};

use super::browser::property;

/// The last moment that a date can say (ECMA-262 §21.4.1.1), in milliseconds.
const LAST_MS: u64 = 8_640_000_000_000_000;

/// Units of size, each a thousand of the one before.
const UNITS: [&str; 4] = ["kilobyte", "megabyte", "gigabyte", "terabyte"];

/// A language in this browser.
pub struct Browser {
    locales: Array,
}

impl Browser {
    /// By its tag.
    pub fn new(tag: &str) -> Self {
        Self {
            locales: Array::of1(&tag.into()),
        }
    }

    /// What says moments in this way.
    pub fn moments(&self, options: &[(&str, &str)]) -> DateTimeFormat {
        DateTimeFormat::new(&self.locales, &object(options.iter().copied()))
    }
}

impl Locale for Browser {
    fn plural(&self, number: u64) -> String {
        PluralRules::new(&self.locales, &Object::new())
            .select(number as f64)
            .into()
    }

    fn number(&self, number: u64, options: &Options) -> String {
        number_as(&self.locales, number as f64, &object(pairs(options)))
    }

    fn moment(&self, at_ms: u64, options: &Options) -> String {
        moment(
            &DateTimeFormat::new(&self.locales, &object(pairs(options))),
            at_ms,
        )
    }

    fn list(&self, texts: &[String]) -> Vec<Piece> {
        self.parts(texts).unwrap_or_else(|| {
            let mut pieces = Vec::new();
            for text in texts {
                if !pieces.is_empty() {
                    pieces.push(Piece::Text(", ".to_owned()));
                }
                pieces.push(Piece::Argument(text.clone()));
            }
            pieces
        })
    }

    fn bytes(&self, bytes: u64) -> String {
        if bytes < 1_000 {
            let options = [("style", "unit"), ("unit", "byte"), ("unitDisplay", "long")];
            return number_as(&self.locales, bytes as f64, &object(options));
        }
        let mut size = bytes as f64 / 1_000.0;
        let mut units = UNITS.into_iter();
        let mut unit = units.next().unwrap_or_default();
        for larger in units {
            if size < 1_000.0 {
                break;
            }
            size /= 1_000.0;
            unit = larger;
        }
        let options = [
            ("style", "unit"),
            ("unit", unit),
            ("minimumFractionDigits", "1"),
            ("maximumFractionDigits", "1"),
        ];
        number_as(&self.locales, size, &object(options))
    }
}

impl Browser {
    /// A list by `Intl.ListFormat`, which js-sys does not know yet; none in browsers without it.
    fn parts(&self, texts: &[String]) -> Option<Vec<Piece>> {
        let intl = property(&js_sys::global(), "Intl")?;
        let format: Function = property(&intl, "ListFormat")?.dyn_into().ok()?;
        let format = Reflect::construct(&format, &Array::of1(&self.locales)).ok()?;
        let say: Function = property(&format, "formatToParts")?.dyn_into().ok()?;
        let texts: Array = texts.iter().map(JsValue::from).collect();
        let parts: Array = say.call1(&format, &texts).ok()?.dyn_into().ok()?;
        let piece = |part: JsValue| {
            let value = property(&part, "value")?.as_string()?;
            let is_text = property(&part, "type")?.as_string()? == "element";
            Some(if is_text {
                Piece::Argument(value)
            } else {
                Piece::Text(value)
            })
        };
        parts.iter().map(piece).collect()
    }
}

fn number_as(locales: &Array, number: f64, options: &Object) -> String {
    let format = NumberFormat::new(locales, options).format();
    text(format.call1(&JsValue::UNDEFINED, &number.into()))
}

/// A moment, Unix milliseconds. Nothing for what is no date: an author's clock may say anything.
pub fn moment(format: &DateTimeFormat, at_ms: u64) -> String {
    if at_ms > LAST_MS {
        return String::new();
    }
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    text(format.format().call1(&JsValue::UNDEFINED, &date))
}

/// For machines (RFC 3339); nothing for what is no date.
pub fn machine_readable(at_ms: u64) -> Option<String> {
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    (at_ms <= LAST_MS).then(|| date.to_iso_string().into())
}

fn text(said: Result<JsValue, JsValue>) -> String {
    said.ok()
        .and_then(|said| said.as_string())
        .unwrap_or_default()
}

fn pairs(options: &Options) -> impl Iterator<Item = (&str, &str)> {
    options
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

fn object<'o>(options: impl IntoIterator<Item = (&'o str, &'o str)>) -> Object {
    let object = Object::new();
    for (name, value) in options {
        // A fresh object takes any value.
        let _ = Reflect::set(&object, &name.into(), &value.into());
    }
    object
}
