//! What somebody calls something of their own: a name, a conversation, an invitation.

use protocol::name::{MAX_NAME_BYTES, Name, NameError};

use crate::error::CoreError;

/// A text as what somebody chooses for something, without white space at its ends.
///
/// # Errors
/// [`CoreError::Invalid`] says what is wrong with it.
pub(crate) fn chosen(what: &str, text: &str) -> Result<Name, CoreError> {
    Name::choose(text).map_err(|error| {
        CoreError::Invalid(match error {
            NameError::Blank => {
                format!("A {what} needs at least one visible character; nothing was kept.")
            }
            NameError::TooLong { found } => format!(
                "A {what} has at most {MAX_NAME_BYTES} bytes, and this one {found}; nothing was kept. \
                 Choose a shorter one."
            ),
            NameError::Flaw(flaw) => {
                format!("A {what} cannot hold {flaw}; nothing was kept. Write it without.")
            }
            NameError::Control => format!(
                "A {what} cannot hold control or text-direction characters; nothing was kept."
            ),
        })
    })
}
