//! The client in a dedicated worker of the browser.
//!
//! In: questions of the page that made the worker ([`view::ToWorker`]), as bytes, or bytes and a file. Out: one answer for
//! each, with its id, in the order in which they were asked but for those that read a file, and news ([`view::FromWorker`]);
//! before everything, once, that the worker is ready.
//!
//! What decides is built for every machine and tested there: what is answered ([`answers`], [`alone`]), told ([`telling`], [`reach`])
//! and said ([`sentences`]), how tabs share one profile ([`relay`]). The rest is the browser's.

pub mod alone;
pub mod answers;
pub mod backups;
pub mod confirming;
mod conversing;
pub mod fetching;
pub mod file_sentences;
mod found;
pub mod links;
pub mod notes;
pub mod once;
pub mod pace;
pub mod pictures;
pub mod reach;
pub mod relay;
mod safety;
pub mod sealing;
pub mod sending;
pub mod sentences;
pub mod shown;
pub mod stretch;
pub mod telling;

/// What only a browser has.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod in_browser {
    mod attaching;
    mod browser;
    mod carrying;
    mod channel;
    mod clock;
    mod files;
    mod happening;
    mod holding;
    mod http;
    mod lock;
    mod page;
    mod profile;
    mod reading;
    mod running;
    mod sealed_files;
    mod sockets;
    mod start;
    mod storage;
    mod worker;
}
