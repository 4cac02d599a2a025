//! The group layer between two people, and against those who do not keep to the rules.

#[cfg(test)]
mod canonical;
#[cfg(test)]
mod circle;
#[cfg(test)]
mod commits;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod key_packages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod repair;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod signal;
#[cfg(test)]
mod state;
#[cfg(test)]
#[path = "../stranger/mod.rs"]
mod stranger;
#[cfg(test)]
mod stranger_forges;
#[cfg(test)]
mod stranger_group;
#[cfg(test)]
mod stranger_inbox;
#[cfg(test)]
mod talk;
#[cfg(test)]
mod welcome;
