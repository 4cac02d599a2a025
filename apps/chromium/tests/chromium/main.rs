//! People in browsers and at terminals meet and write, and what may go wrong meanwhile.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod files;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod homes;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod keyboard;
#[cfg(test)]
mod links;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod meeting;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod served;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod tabs;
#[cfg(test)]
mod traps;
