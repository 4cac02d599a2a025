//! What comes to the worker, from all sides, in one row.

use view::{Ask, ItemId, News};
use web_sys::File;

use super::lock::Held;
use crate::answers::Answered;
use crate::relay::{Asker, Wire};

/// Something for the worker to do.
pub enum Happening {
    /// This tab's page asks, with a file beside it where one belongs to the question.
    Asked(u32, Ask, Option<File>),
    /// What the page sent is no question.
    Unread,
    /// Another tab says something.
    Heard(Wire, Option<File>),
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
    /// What was asked earlier and took its time is answered.
    Answered(Asker, Answered),
    /// There is something to tell.
    Told(News),
    /// The sealed bytes of this item's file are not what they were.
    Lost(ItemId, u64),
}
