//! A backup of the profile, for the page to save.

use view::{Backup, Kind, Refused};

use super::running::Running;

/// Makes it.
///
/// # Errors
/// [`Refused`].
pub fn back_up(_: &mut Running) -> Result<Backup, Refused> {
    Err(Refused::new(
        Kind::Refused,
        "Backups cannot be made in the browser yet; nothing was changed.",
    ))
}
