//! Personas, devices and groups: everything cryptographic between members, on top of OpenMLS.
//!
//! This crate alone names openmls. It has no clock, no network and no randomness of its own: time
//! is an argument, entropy is seeded by the caller, and all state lies in the caller's
//! [`key_value::KeyValue`], inside the caller's transaction.

pub mod contact_item;
pub mod credential;
pub mod device;
pub mod device_list;
pub mod epoch_keys;
pub mod error;
pub mod group;
pub mod inbox_seal;
pub mod key_package;
pub mod key_value;
mod padding;
pub mod persona;
pub mod place;
pub mod provider;
pub mod repair;
pub mod signal;
mod signed;
pub mod storage;
pub mod welcome_item;
pub mod wrap;
