//! When something was, in the reader's calendar and the language of the page.

use js_sys::Intl::DateTimeFormat;

use super::locale::moment;
use super::spoken;

/// Says days and times.
pub struct Calendar {
    day: DateTimeFormat,
    time: DateTimeFormat,
}

impl Calendar {
    /// In the language of the moment. Whoever makes it within an effect makes it anew when the language changes.
    pub fn new() -> Self {
        spoken::with_locale(|locale| Self {
            day: locale.moments(&[
                ("weekday", "long"),
                ("day", "numeric"),
                ("month", "long"),
                ("year", "numeric"),
            ]),
            time: locale.moments(&[("hour", "2-digit"), ("minute", "2-digit")]),
        })
    }

    /// The day.
    pub fn day(&self, at_ms: u64) -> String {
        moment(&self.day, at_ms)
    }

    /// The time of the day.
    pub fn time(&self, at_ms: u64) -> String {
        moment(&self.time, at_ms)
    }
}
