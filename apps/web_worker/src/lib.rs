//! The client in a dedicated worker of the browser.
//!
//! In: questions of the page that made the worker ([`view::ToWorker`]), as bytes. Out: one answer for each, with its id, in
//! the order in which they were asked, and news ([`view::FromWorker`]); before everything, once, that the worker is ready.
//!
//! What decides is built for every machine and tested there: what is answered ([`answers`], [`alone`]), told ([`telling`], [`reach`])
//! and said ([`sentences`]), how tabs share one profile ([`relay`]). The rest is the browser's.

pub mod alone;
pub mod answers;
pub mod backups;
pub mod confirming;
mod conversing;
mod found;
pub mod links;
pub mod notes;
pub mod once;
pub mod pace;
pub mod reach;
pub mod relay;
mod safety;
pub mod sentences;
pub mod shown;
pub mod telling;

/// What only a browser has.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
mod in_browser {
    mod browser;
    mod channel;
    mod clock;
    mod happening;
    mod holding;
    mod lock;
    mod page;
    mod profile;
    mod running;
    mod sockets;
    mod start;
    mod storage;
    mod worker;
}
