//! `kith home invite`: an invitation, made beside a running home or without one.

use super::arguments::Invite;
use super::error::HomeCommandError;
use super::identity::random;
use super::output::Output;
use super::writer::now_s;
use home_core::InboxStore;
use home_store::HomeFolder;
use protocol::home_invitation::to_text;
use protocol::secret::HomeInvitationSecret;
use serde_json::json;
use std::path::Path;
use zeroize::Zeroizing;

/// Makes an invitation, stores its hash, and prints it once that is durable.
///
/// # Errors
/// [`HomeCommandError`].
pub(super) fn invite(
    folder: &Path,
    arguments: &Invite,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    let mut bytes = Zeroizing::new([0; 20]);
    random(bytes.as_mut())?;
    let secret = HomeInvitationSecret::new(*bytes);
    let mut inboxes = HomeFolder::inboxes_beside_a_home(folder)?;
    let expires = now_s().saturating_add(arguments.expires);
    inboxes.add_invitation(&secret.hash(), arguments.uses, Some(expires))?;
    inboxes.commit()?;
    let text = to_text(&secret);
    output
        .result(&json!({ "invitation": text }), &text)
        .map_err(|source| HomeCommandError::System {
            what: "standard output",
            source,
        })
}
