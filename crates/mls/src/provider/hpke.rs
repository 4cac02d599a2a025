//! HPKE towards a recipient, with randomness that the caller names.
//!
//! hpke-rs draws the ephemeral key from a generator of its own, seeded by the operating system, and
//! offers no way to set it. So encapsulation (RFC 9180 §4.1) is done here, over the primitives of
//! hpke-rs-rust-crypto ([`OnlySuite`]), and everything after it (§5.1) by hpke-rs. Base mode of cipher suite 1 only:
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.

use hpke_rs::{Context, Hpke, Mode};
use hpke_rs_crypto::HpkeCrypto;
use openmls_traits::types::CryptoError;
use zeroize::Zeroizing;

use super::only_suite::{AEAD, KDF, KEM, OnlySuite};

/// "KEM" ‖ I2OSP(kem_id, 2): the suite that labels are bound to inside the KEM, RFC 9180 §4.1.
const KEM_SUITE: &[u8] = b"KEM\x00\x20";

/// Bytes of a shared secret of this KEM (Nsecret).
const SHARED_SECRET_BYTES: u16 = 32;

/// HPKE in its base mode, with the algorithms of cipher suite 1.
pub fn base() -> Hpke<OnlySuite> {
    Hpke::new(Mode::Base, KEM, KDF, AEAD)
}

/// Sets up the sending side: the KEM output for the recipient, and the context to seal or export.
///
/// `randomness` is the input keying material of the ephemeral key; it must be secret and uniform,
/// and must not be used for two different recipients, infos or messages.
///
/// # Errors
/// [`CryptoError::InvalidPublicKey`] where `recipient` is no public key to agree with,
/// [`CryptoError::SenderSetupError`] where a primitive fails.
pub fn setup_sender(
    recipient: &[u8],
    info: &[u8],
    randomness: &[u8; 32],
) -> Result<(Vec<u8>, Context<OnlySuite>), CryptoError> {
    let hpke = base();
    let (secret_key, public_key) = hpke
        .derive_key_pair(randomness)
        .map_err(|_| CryptoError::SenderSetupError)?
        .into_keys();
    let kem_output = public_key.as_slice().to_vec();
    let agreed = OnlySuite::dh(KEM, recipient, secret_key.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::InvalidPublicKey)?;
    let shared_secret = extract_and_expand(&agreed, &[kem_output.as_slice(), recipient].concat())?;
    let context = hpke
        .key_schedule(&shared_secret, info, &[], &[])
        .map_err(|_| CryptoError::SenderSetupError)?;
    Ok((kem_output, context))
}

/// ExtractAndExpand of RFC 9180 §4.1.
fn extract_and_expand(
    agreed: &[u8],
    kem_context: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let keying_material = Zeroizing::new([b"HPKE-v1", KEM_SUITE, b"eae_prk", agreed].concat());
    let key = OnlySuite::kdf_extract(KDF, &[], &keying_material)
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::SenderSetupError)?;
    let length = SHARED_SECRET_BYTES.to_be_bytes();
    let info = [
        &length,
        b"HPKE-v1".as_slice(),
        KEM_SUITE,
        b"shared_secret",
        kem_context,
    ]
    .concat();
    OnlySuite::kdf_expand(KDF, &key, &info, usize::from(SHARED_SECRET_BYTES))
        .map(Zeroizing::new)
        .map_err(|_| CryptoError::SenderSetupError)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use hpke_rs::HpkePrivateKey;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn it_gives_the_base_mode_vector_of_rfc_9180_appendix_a_1_1() {
        let randomness = hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234");
        let recipient = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let (kem_output, mut context) =
            setup_sender(&recipient, &info, &randomness.try_into().unwrap()).unwrap();
        assert_eq!(
            kem_output,
            hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
        );
        let plaintext = hex("4265617574792069732074727574682c20747275746820626561757479");
        assert_eq!(
            context.seal(&hex("436f756e742d30"), &plaintext).unwrap(),
            hex(concat!(
                "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9",
                "6d8770ac83d07bea87e13c512a"
            ))
        );
        assert_eq!(
            context.export(&[], 32).unwrap(),
            hex("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee")
        );
    }

    #[test]
    fn the_recipient_opens_what_was_sealed() {
        let hpke = base();
        let (private, public) = hpke.derive_key_pair(&[1; 32]).unwrap().into_keys();
        let (kem_output, mut context) = setup_sender(public.as_slice(), b"info", &[2; 32]).unwrap();
        let ciphertext = context.seal(b"aad", b"plaintext").unwrap();
        let private = HpkePrivateKey::new(private.as_slice().to_vec());
        let opened = hpke
            .open(
                &kem_output,
                &private,
                b"info",
                b"aad",
                &ciphertext,
                None,
                None,
                None,
            )
            .unwrap();
        assert_eq!(opened, b"plaintext");
    }

    #[test]
    fn keys_that_agree_on_nothing_are_refused() {
        for bad in [vec![0; 32], vec![9; 31], vec![]] {
            assert_eq!(
                setup_sender(&bad, b"", &[2; 32]).err(),
                Some(CryptoError::InvalidPublicKey)
            );
        }
    }
}
