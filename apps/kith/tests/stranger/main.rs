//! Somebody with a client of their own, written from docs/protocol.md alone, meets people through a
//! real home: other strangers, and people who use our command line.

#[cfg(test)]
mod among_strangers;
#[cfg(test)]
mod content;
#[cfg(test)]
mod friend;
#[cfg(test)]
mod link;
#[cfg(test)]
mod processes;
#[cfg(test)]
#[path = "../../../../crates/mls/tests/stranger/mod.rs"]
mod stranger;
#[cfg(test)]
mod thread;
#[cfg(test)]
mod wire;
#[cfg(test)]
mod with_a_forger;
#[cfg(test)]
mod with_ours;
