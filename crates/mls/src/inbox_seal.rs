//! What an inbox publishes and receives, sealed so that its home sees no persona.
//!
//! Device list and KeyPackages are encrypted under the [`SealKey`] that travels in invitations and
//! standing capabilities; items are HPKE-sealed (RFC 9180, the suite of MLS cipher suite 1) to the
//! inbox's X25519 key. Both are padded to size buckets and bound to the inbox.

use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::HpkeCiphertext;
use protocol::id::{InboxId, InboxPublicKey};
use protocol::proof::signed_array;
use protocol::secret::SealKey;
use zeroize::Zeroizing;

use crate::error::MlsError;
use crate::padding::{pad, unpad};
use crate::provider::{CIPHERSUITE, Crypto, Entropy};
use crate::wrap::{open_padded, seal_padded};

/// Bytes of an X25519 encapsulated key and of an AES-GCM tag.
const KEM_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
/// The HPKE info of items.
const ITEM_INFO: &[u8] = b"kith/item";

/// What a published blob is; bound in its encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// The signed device list.
    DeviceList,
    /// One KeyPackage.
    KeyPackage,
}

fn published_aad(inbox: &InboxId, what: Published) -> Vec<u8> {
    let purpose = match what {
        Published::DeviceList => "kith/device-list",
        Published::KeyPackage => "kith/key-package",
    };
    signed_array(purpose, &[inbox.as_bytes()])
}

/// Seals what an inbox publishes.
///
/// # Errors
/// [`MlsError::Invalid`] if it is larger than the largest size bucket.
pub fn seal_published(
    key: &SealKey,
    entropy: &Entropy,
    inbox: &InboxId,
    what: Published,
    bytes: &[u8],
) -> Result<Vec<u8>, MlsError> {
    seal_padded(key.expose(), entropy, &published_aad(inbox, what), bytes)
}

/// Opens what an inbox publishes.
///
/// # Errors
/// [`MlsError::Invalid`] if it was sealed under another key or for another inbox or purpose.
pub fn open_published(
    key: &SealKey,
    inbox: &InboxId,
    what: Published,
    sealed: &[u8],
) -> Result<Vec<u8>, MlsError> {
    open_padded(key.expose(), &published_aad(inbox, what), sealed)
}

/// The key pair to which an inbox's items are sealed, from a seed.
///
/// # Errors
/// [`MlsError::Bug`] if the cryptography library fails.
pub fn inbox_key_pair(
    entropy: &Entropy,
    seed: &[u8; 32],
) -> Result<(Zeroizing<Vec<u8>>, InboxPublicKey), MlsError> {
    let pair = Crypto::new(entropy)
        .derive_hpke_keypair(CIPHERSUITE.hpke_config(), seed)
        .map_err(|error| MlsError::bug("deriving the inbox key", &error))?;
    let public = InboxPublicKey::from_slice(&pair.public)
        .map_err(|error| MlsError::bug("deriving the inbox key", &error))?;
    Ok((Zeroizing::new(pair.private.to_vec()), public))
}

/// Seals an item to an inbox: `encapsulated key (32 bytes) ‖ ciphertext`.
///
/// # Errors
/// [`MlsError::Invalid`] if it is larger than the largest size bucket or the key is no key.
pub fn seal_item(
    entropy: &Entropy,
    key: &InboxPublicKey,
    inbox: &InboxId,
    payload: &[u8],
) -> Result<Vec<u8>, MlsError> {
    let padded = pad(payload, KEM_BYTES + TAG_BYTES)?;
    let sealed = Crypto::new(entropy)
        .hpke_seal(
            CIPHERSUITE.hpke_config(),
            key.as_bytes(),
            ITEM_INFO,
            inbox.as_bytes(),
            &padded,
        )
        .map_err(|error| MlsError::invalid_because("the inbox key cannot be used")(&error))?;
    let mut item = sealed.kem_output.as_slice().to_vec();
    item.extend(sealed.ciphertext.as_slice());
    Ok(item)
}

/// Opens an item with the inbox's private key.
///
/// # Errors
/// [`MlsError::Invalid`] if it was sealed to another inbox or changed.
pub fn open_item(
    entropy: &Entropy,
    private: &[u8],
    inbox: &InboxId,
    item: &[u8],
) -> Result<Vec<u8>, MlsError> {
    let bad = || MlsError::invalid("the item does not open");
    let (kem_output, ciphertext) = item.split_at_checked(KEM_BYTES).ok_or_else(bad)?;
    let sealed = HpkeCiphertext {
        kem_output: kem_output.to_vec().into(),
        ciphertext: ciphertext.to_vec().into(),
    };
    let padded = Crypto::new(entropy)
        .hpke_open(
            CIPHERSUITE.hpke_config(),
            &sealed,
            private,
            ITEM_INFO,
            inbox.as_bytes(),
        )
        .map_err(|_| bad())?;
    unpad(&padded).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_opens_at_its_own_inbox_alone() {
        let entropy = Entropy::from_seed([1; 32]);
        let (private, public) = inbox_key_pair(&entropy, &[2; 32]).unwrap();
        let inbox = InboxId::new([3; 16]);
        let item = seal_item(&entropy, &public, &inbox, b"hello").unwrap();
        assert_eq!(item.len(), 512);
        assert_eq!(
            open_item(&entropy, &private, &inbox, &item).unwrap(),
            b"hello"
        );
        assert!(open_item(&entropy, &private, &InboxId::new([4; 16]), &item).is_err());
        let (other, _) = inbox_key_pair(&entropy, &[9; 32]).unwrap();
        assert!(open_item(&entropy, &other, &inbox, &item).is_err());
        assert!(open_item(&entropy, &private, &inbox, &item[..20]).is_err());
    }

    #[test]
    fn a_published_blob_opens_for_its_purpose_alone() {
        let entropy = Entropy::from_seed([1; 32]);
        let key = SealKey::new([5; 32]);
        let inbox = InboxId::new([3; 16]);
        let sealed = seal_published(&key, &entropy, &inbox, Published::KeyPackage, b"kp").unwrap();
        let open = |what| open_published(&key, &inbox, what, &sealed);
        assert_eq!(open(Published::KeyPackage).unwrap(), b"kp");
        assert!(open(Published::DeviceList).is_err());
    }
}
