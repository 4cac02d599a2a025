//! What comes to the worker, from all sides, in one row.

use view::Ask;

use super::lock::Held;
use crate::relay::Wire;

/// Something for the worker to do.
pub enum Happening {
    /// This tab's page asks.
    Asked(u32, Ask),
    /// What the page sent is no question.
    Unread,
    /// Another tab says something.
    Heard(Wire),
    /// It is this worker's turn to have the profile.
    Turn(Held),
    /// Nobody has said for a long time that they have it.
    Silence,
    /// Something came from homes.
    Came,
    /// Something may be due.
    Due,
    /// There is a network again.
    Online,
}
