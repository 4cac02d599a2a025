//! Links and homes that are not what they should be: one clear sentence each, the right exit code,
//! and a profile that holds what it held before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

#[path = "../support/mod.rs"]
mod support;

mod links;
mod meddled;
mod meddler;
mod no_homes;
mod other_keys;

use serde_json::Value;
use support::person::Person;

/// What a profile holds, as far as its lists say.
#[derive(Debug, PartialEq)]
struct Holdings {
    info: Value,
    contacts: Vec<Value>,
    conversations: Vec<Value>,
    personas: Vec<Value>,
}

fn holdings(person: &Person) -> Holdings {
    Holdings {
        info: person.run(&["profile", "info"]).ok().line(),
        contacts: person.list("contact"),
        conversations: person.list("conversation"),
        personas: person.list("persona"),
    }
}
