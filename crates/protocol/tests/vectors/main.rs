//! The bytes that this protocol must never change, pinned in `vectors/*.json`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p protocol --test vectors` writes the files anew; a change in them
//! is a change of the protocol. Everything in them has fixed inputs: no clock, no randomness.

#[cfg(test)]
mod golden;
#[cfg(test)]
mod hashes;
#[cfg(test)]
mod links;
#[cfg(test)]
mod links_read;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod specification;
