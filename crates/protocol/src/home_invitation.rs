//! A home invitation as text: `kith-home-` and base32 of the secret with a check.

use crate::hash::sha256;
use crate::secret::HomeInvitationSecret;
use data_encoding::BASE32_NOPAD;

/// What every home invitation begins with.
const PREFIX: &str = "kith-home-";
/// Bytes of the check that finds typing errors.
const CHECK_BYTES: usize = 5;

/// The text is no home invitation, or was damaged on its way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HomeInvitationError {
    /// It does not begin with `kith-home-`.
    #[error("a home invitation begins with `{PREFIX}`")]
    Prefix,
    /// Its check does not fit: a character is missing, added or wrong.
    #[error("the home invitation is incomplete or mistyped")]
    Damaged,
}

fn check(secret: &[u8]) -> Vec<u8> {
    sha256(&[b"kith/home-invitation", secret])
        .into_iter()
        .take(CHECK_BYTES)
        .collect()
}

/// Writes the text for a secret.
pub fn to_text(secret: &HomeInvitationSecret) -> String {
    let mut bytes = secret.expose().to_vec();
    bytes.extend(check(secret.expose()));
    PREFIX.to_owned() + &BASE32_NOPAD.encode(&bytes).to_lowercase()
}

/// Reads the text; capitals and white space around it do not matter.
///
/// # Errors
/// [`HomeInvitationError`].
pub fn from_text(text: &str) -> Result<HomeInvitationSecret, HomeInvitationError> {
    let lower = text.trim().to_lowercase();
    let rest = lower
        .strip_prefix(PREFIX)
        .ok_or(HomeInvitationError::Prefix)?;
    let bytes = BASE32_NOPAD
        .decode(rest.to_uppercase().as_bytes())
        .map_err(|_| HomeInvitationError::Damaged)?;
    let split = bytes
        .len()
        .checked_sub(CHECK_BYTES)
        .ok_or(HomeInvitationError::Damaged)?;
    let (secret, found) = bytes.split_at(split);
    if found != check(secret) {
        return Err(HomeInvitationError::Damaged);
    }
    HomeInvitationSecret::from_slice(secret).map_err(|_| HomeInvitationError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_invitation_survives_copying_and_notices_damage() {
        let secret = HomeInvitationSecret::new([7; 20]);
        let text = to_text(&secret);
        assert_eq!(text.len(), 50);
        assert_eq!(from_text(&format!(" {} ", text.to_uppercase())), Ok(secret));
        assert_eq!(from_text(&text[..49]), Err(HomeInvitationError::Damaged));
        assert_eq!(from_text("hello"), Err(HomeInvitationError::Prefix));
        let swapped = text.replacen("a4", "4a", 1);
        assert_ne!(swapped, text);
        assert_eq!(from_text(&swapped), Err(HomeInvitationError::Damaged));
    }
}
