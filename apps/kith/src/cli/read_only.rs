//! What only reads is done also where nothing can be kept, and says so.

use client::{ClientError, ReadOnly};

use super::desk::Desk;
use super::error::CommandError;

/// What is said of a profile in which nothing can be kept.
pub(super) const fn sentence(why: ReadOnly) -> &'static str {
    match why {
        ReadOnly::Full => {
            "The disk of this profile is full, so nothing can be kept in it now, not even what was read; what is in it is \
             safe, and what you saw is all of it. Make room before you go on."
        }
        ReadOnly::Unwritable => {
            "The folder of this profile is read-only for you, so nothing can be kept in it now, not even what was read; \
             what is in it is safe, and what you saw is all of it. To go on, make the folder and its disk writable."
        }
    }
}

/// What is said of a file that would have to come into such a profile first.
pub(super) fn not_fetched(why: ReadOnly) -> CommandError {
    let why = match why {
        ReadOnly::Full => "the disk of this profile is full. Make room",
        ReadOnly::Unwritable => "the folder of this profile is read-only. Make it writable",
    };
    CommandError::Storage(format!(
        "This file is at its home still, and nothing was saved: it comes by way of the profile, where nothing can be kept \
         now, since {why} and try again."
    ))
}

/// Notes on the side what was read, if that can be kept; where it cannot, what was read is there all the same.
///
/// # Errors
/// What is wrong besides.
pub(super) fn note(
    desk: &Desk,
    act: impl FnOnce() -> Result<(), ClientError>,
) -> Result<(), CommandError> {
    if desk.read_only().is_some() {
        return Ok(());
    }
    let Err(error) = act() else {
        return Ok(());
    };
    match ReadOnly::of_failure(&error) {
        Some(why) => desk.set_read_only(why),
        None => return Err(error.into()),
    }
    Ok(())
}
