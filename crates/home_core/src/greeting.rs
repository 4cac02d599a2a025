//! Who the home is, and how it shows that.

use ed25519_dalek::SigningKey;
use protocol::id::{HomeKey, Nonce};
use protocol::proof;
use protocol::response::Greeting;

/// The home's key pair and whether anybody may make an inbox.
pub struct Identity {
    signing: SigningKey,
    key: HomeKey,
    open: bool,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// The identity of an Ed25519 seed; `open`: whoever reaches the home may make an inbox.
    pub fn new(seed: &[u8; 32], open: bool) -> Self {
        Self {
            signing: SigningKey::from_bytes(seed),
            key: proof::home_key(seed),
            open,
        }
    }

    /// The public key.
    pub fn key(&self) -> &HomeKey {
        &self.key
    }

    /// Whether anybody may make an inbox.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows a connection that the home holds its key.
    pub(crate) fn greet(&self, client_nonce: &Nonce, home_nonce: &Nonce) -> Greeting {
        Greeting {
            home: self.key,
            nonce: *home_nonce,
            signature: proof::sign(
                &self.signing,
                &proof::greeting_message(client_nonce, home_nonce),
            ),
            open: self.open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_verifies_and_debug_output_holds_no_key() {
        let identity = Identity::new(&[7; 32], true);
        let (client, home) = (Nonce::new([1; 32]), Nonce::new([2; 32]));
        let greeting = identity.greet(&client, &home);
        let message = proof::greeting_message(&client, &home);
        assert_eq!(
            proof::verify(greeting.home.as_bytes(), &message, &greeting.signature),
            Ok(())
        );
        assert_eq!(format!("{identity:?}"), "Identity { open: true, .. }");
    }
}
