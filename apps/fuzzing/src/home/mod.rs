//! A whole home over real stores, driven by a story of acts: what clients ask in whatever order, clocks,
//! connections, restarts. A model of what was answered says what may be answered next.
//!
//! The bytes are acts of [`ACT_BYTES`] each: a verb, a connection, and four numbers whose meaning is the
//! verb's. The numbers are few, so that stories come across the same logs, heads, tokens and uses
//! again and again; all keys and proofs hold unless an act breaks one.
//!
//! | must hold | where |
//! |---|---|
//! | each request gets exactly one answer, in order, and none before the flush | [`world`] |
//! | rights are proven; numbers have no gaps; chains are right; the same again gives the same | [`logs`] |
//! | pages keep their bounds and are what was appended; who subscribes hears all of it once | [`logs`], [`pushed`] |
//! | blobs are taken while there is room for them, and no longer | [`blobs`] |
//! | a token pays once; a KeyPackage is handed out once; a capability has no more uses than it has | [`inboxes`] |
//! | what was not flushed when the process ends is not there, everything else is | [`world`] |
//! | the files are sound at the end | [`world`] |

mod act;
mod blobs;
mod inboxes;
mod logs;
mod pushed;
pub(crate) mod requests;
mod story;
mod world;

use crate::Verdict;
pub(crate) use story::seeds;

/// The bytes of an act.
pub(crate) const ACT_BYTES: usize = 6;
/// Acts of a story at most; what follows is passed over.
const MAX_ACTS: usize = 100;
/// Noon of some day, Unix time in seconds.
const NOON_S: u64 = 20_000 * DAY_S + DAY_S / 2;
const DAY_S: u64 = 86_400;

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let (acts, _) = bytes.as_chunks::<ACT_BYTES>();
    if acts.is_empty() {
        return Verdict::Refused;
    }
    let mut world = world::World::new();
    for act in acts.iter().take(MAX_ACTS) {
        act::happens(&mut world, *act);
    }
    world.ends()
}
