//! Whoever floods a home is refused by name, and whoever is quiet does not notice: each test asserts that
//! every append of a quiet log is answered while the flood lasts, and that the home stays small.

#[cfg(test)]
#[path = "../home_support/mod.rs"]
mod home_support;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod raw;

#[cfg(test)]
mod deaf;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod halves;
#[cfg(test)]
mod requests;
