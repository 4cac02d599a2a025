//! Blobs at a real home in a process of its own: put, had in ranges, erased; and everything that a
//! client, a disk or a crash can do to them.

#[cfg(test)]
#[path = "../home_support/mod.rs"]
mod home_support;
#[cfg(test)]
mod http;
#[cfg(test)]
mod world;

#[cfg(test)]
mod bucket;
#[cfg(test)]
mod checked;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod disks;
#[cfg(test)]
mod erasing;
#[cfg(test)]
mod getting;
#[cfg(test)]
mod putting;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod stalled;
