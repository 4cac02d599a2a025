//! The bytes between members that this project must never change, pinned in `vectors/*.json`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p mls --test vectors` writes the files anew; a change in them is a
//! change of the protocol. All keys and all randomness in them come from fixed seeds.

#[cfg(test)]
#[path = "../../../protocol/tests/vectors/golden.rs"]
mod golden;
#[cfg(test)]
mod inboxes;
#[cfg(test)]
mod personas;
#[cfg(test)]
mod places;
#[cfg(test)]
mod signed_bodies;
#[cfg(test)]
mod wraps;
