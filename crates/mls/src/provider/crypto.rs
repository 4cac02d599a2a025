//! openmls's cryptography for cipher suite 1, with all randomness from [`Entropy`].
//!
//! What is a function of its inputs goes to `openmls_rust_crypto`, and where HPKE is meant to hpke-rs,
//! with the suite's algorithms named each time, so that the others are not part of the program. What draws randomness there
//! (signature keys, the sending side of HPKE) is done here instead. `RustCrypto` and hpke-rs seed
//! generators of their own from the operating system whenever they are constructed, and offer no
//! constructor without; nothing in this module ever draws from those.
//!
//! # The ephemeral keys of HPKE
//! openmls seals the path of a commit on several threads, so drawing from [`Entropy`] at each
//! `hpke_seal` would hand out draws in the order of the threads, and one seed would not give one
//! commit. Instead [`Crypto::new`] draws a secret *seal key*, and each seal takes as its ephemeral
//! input HMAC-SHA-256(seal key, recipient ‖ info ‖ aad ‖ plaintext), each part with its length.
//! HMAC is a pseudorandom function, so distinct seals have ephemeral keys as if drawn
//! independently, on whatever thread; and what is sealed twice, all four parts equal, gives the same
//! ciphertext again, which tells an observer only that. (openmls seals path secrets and group
//! secrets, which are fresh.) Two different plaintexts never share an AES-GCM key and nonce, even
//! were a seed used twice. `hpke_setup_sender_and_export` makes a secret that must be new each time
//! and has no plaintext to tell calls apart; openmls calls it on one thread, so it draws.

use std::fmt;

use ed25519_dalek::SigningKey;
use hpke_rs::HpkeError;
use openmls::prelude::tls_codec::SecretVLBytes;
use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeAeadType, HpkeCiphertext,
    HpkeConfig, HpkeKdfType, HpkeKemType, HpkeKeyPair, KemOutput, SignatureScheme,
};
use zeroize::Zeroizing;

use super::CIPHERSUITE;
use super::entropy::Entropy;
use super::hpke::{base, setup_sender};

/// Bytes of an AES-GCM nonce.
const NONCE_BYTES: usize = 12;

/// The cryptography of one [`Provider`](super::Provider).
pub struct Crypto<'a> {
    deterministic: RustCrypto,
    entropy: &'a Entropy,
    seal_key: Zeroizing<[u8; 32]>,
    /// What is sealed to this key does not open: how tests play a member who lies to one other.
    spoiled: Option<&'a [u8]>,
    /// What is sealed to this key opens and is something else.
    misled: Option<&'a [u8]>,
}

impl<'a> Crypto<'a> {
    /// Draws the seal key from `entropy` and borrows it for later draws.
    pub fn new(entropy: &'a Entropy) -> Self {
        Self {
            deterministic: RustCrypto::default(),
            entropy,
            seal_key: Zeroizing::new(entropy.bytes()),
            spoiled: None,
            misled: None,
        }
    }

    /// From now on what is sealed to this public key does not open.
    pub(super) fn spoil(&mut self, recipient: &'a [u8]) {
        self.spoiled = Some(recipient);
    }

    /// From now on what is sealed to this public key is something else.
    pub(super) fn mislead(&mut self, recipient: &'a [u8]) {
        self.misled = Some(recipient);
    }

    /// The ephemeral input of one seal; the module's introduction says why it is safe.
    fn seal_randomness(&self, parts: [&[u8]; 4]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        let length: usize = parts.iter().map(|part| part.len() + size_of::<u64>()).sum();
        let mut message = Zeroizing::new(Vec::with_capacity(length));
        for part in parts {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        let tag =
            self.deterministic
                .hmac(HashType::Sha2_256, self.seal_key.as_slice(), &message)?;
        let tag = tag
            .as_slice()
            .try_into()
            .map_err(|_| CryptoError::InvalidLength)?;
        Ok(Zeroizing::new(tag))
    }
}

impl fmt::Debug for Crypto<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Crypto").finish_non_exhaustive()
    }
}

/// Refuses any signature scheme but that of the cipher suite.
fn require_ed25519(scheme: SignatureScheme) -> Result<(), CryptoError> {
    match scheme {
        SignatureScheme::ED25519 => Ok(()),
        _ => Err(CryptoError::UnsupportedSignatureScheme),
    }
}

/// Refuses any hash but that of the cipher suite.
fn require_sha256(hash: HashType) -> Result<(), CryptoError> {
    match hash {
        HashType::Sha2_256 => Ok(()),
        _ => Err(CryptoError::UnsupportedHashAlgorithm),
    }
}

/// Refuses any HPKE configuration but that of the cipher suite.
fn require_suite(config: &HpkeConfig) -> Result<(), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128) => {
            Ok(())
        }
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}

/// Refuses any AEAD but that of the cipher suite, and a nonce on which RustCrypto would panic.
fn require_aes_128_gcm(aead: AeadType, nonce: &[u8]) -> Result<(), CryptoError> {
    match (aead, nonce.len()) {
        (AeadType::Aes128Gcm, NONCE_BYTES) => Ok(()),
        (AeadType::Aes128Gcm, _) => Err(CryptoError::InvalidLength),
        _ => Err(CryptoError::UnsupportedAeadAlgorithm),
    }
}

impl OpenMlsCrypto for Crypto<'_> {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        if ciphersuite == CIPHERSUITE {
            Ok(())
        } else {
            Err(CryptoError::UnsupportedCiphersuite)
        }
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![CIPHERSUITE]
    }

    fn hkdf_extract(
        &self,
        hash_type: HashType,
        salt: &[u8],
        ikm: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        require_sha256(hash_type)?;
        self.deterministic
            .hkdf_extract(HashType::Sha2_256, salt, ikm)
    }

    fn hmac(
        &self,
        hash_type: HashType,
        key: &[u8],
        message: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        require_sha256(hash_type)?;
        self.deterministic.hmac(HashType::Sha2_256, key, message)
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        require_sha256(hash_type)?;
        self.deterministic
            .hkdf_expand(HashType::Sha2_256, prk, info, okm_len)
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_sha256(hash_type)?;
        self.deterministic.hash(HashType::Sha2_256, data)
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_aes_128_gcm(alg, nonce)?;
        self.deterministic
            .aead_encrypt(AeadType::Aes128Gcm, key, data, nonce, aad)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_aes_128_gcm(alg, nonce)?;
        self.deterministic
            .aead_decrypt(AeadType::Aes128Gcm, key, ct_tag, nonce, aad)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        require_ed25519(alg)?;
        let secret = Zeroizing::new(self.entropy.bytes::<32>());
        let public = SigningKey::from_bytes(&secret).verifying_key();
        Ok((secret.to_vec(), public.to_bytes().to_vec()))
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        require_ed25519(alg)?;
        self.deterministic
            .verify_signature(SignatureScheme::ED25519, data, pk, signature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_ed25519(alg)?;
        self.deterministic.sign(SignatureScheme::ED25519, data, key)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        require_suite(&config)?;
        let mut other = Zeroizing::new(ptxt.to_vec());
        if self.misled == Some(pk_r) {
            other.iter_mut().for_each(|byte| *byte ^= 1);
        }
        let ptxt = other.as_slice();
        let randomness = self.seal_randomness([pk_r, info, aad, ptxt])?;
        let (kem_output, mut context) = setup_sender(pk_r, info, &randomness)?;
        let mut ciphertext = context
            .seal(aad, ptxt)
            .map_err(|_| CryptoError::HpkeEncryptionError)?;
        if self.spoiled == Some(pk_r) {
            ciphertext.iter_mut().for_each(|byte| *byte ^= 1);
        }
        Ok(HpkeCiphertext {
            kem_output: kem_output.into(),
            ciphertext: ciphertext.into(),
        })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_suite(&config)?;
        base()
            .open(
                input.kem_output.as_slice(),
                &sk_r.into(),
                info,
                aad,
                input.ciphertext.as_slice(),
                None,
                None,
                None,
            )
            .map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        require_suite(&config)?;
        let randomness = Zeroizing::new(self.entropy.bytes());
        let (kem_output, context) = setup_sender(pk_r, info, &randomness)?;
        let exported = context
            .export(exporter_context, exporter_length)
            .map_err(|_| CryptoError::ExporterError)?;
        Ok((kem_output, exported.into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        require_suite(&config)?;
        let context = base()
            .setup_receiver(enc, &sk_r.into(), info, None, None, None)
            .map_err(|_| CryptoError::ReceiverSetupError)?;
        let exported = context
            .export(exporter_context, exporter_length)
            .map_err(|_| CryptoError::ExporterError)?;
        Ok(exported.into())
    }

    fn derive_hpke_keypair(
        &self,
        config: HpkeConfig,
        ikm: &[u8],
    ) -> Result<HpkeKeyPair, CryptoError> {
        require_suite(&config)?;
        let pair = base().derive_key_pair(ikm).map_err(|error| match error {
            HpkeError::InvalidInput => CryptoError::InvalidLength,
            _ => CryptoError::CryptoLibraryError,
        })?;
        let (private, public) = pair.into_keys();
        Ok(HpkeKeyPair {
            private: private.as_slice().into(),
            public: public.as_slice().into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(crypto: &Crypto<'_>) -> HpkeKeyPair {
        let config = CIPHERSUITE.hpke_config();
        crypto.derive_hpke_keypair(config, &[1; 32]).unwrap()
    }

    fn seal(crypto: &Crypto<'_>, info: &[u8], aad: &[u8], plaintext: &[u8]) -> HpkeCiphertext {
        let public_key = recipient(crypto).public;
        crypto
            .hpke_seal(CIPHERSUITE.hpke_config(), &public_key, info, aad, plaintext)
            .unwrap()
    }

    #[test]
    fn the_recipient_opens_a_seal() {
        let entropy = Entropy::from_seed([7; 32]);
        let crypto = Crypto::new(&entropy);
        let sealed = seal(&crypto, b"info", b"aad", b"plaintext");
        let key = recipient(&crypto).private;
        let opened = crypto.hpke_open(CIPHERSUITE.hpke_config(), &sealed, &key, b"info", b"aad");
        assert_eq!(opened.unwrap(), b"plaintext");
    }

    #[test]
    fn seals_depend_on_what_is_sealed_and_not_on_their_order() {
        let (first, second) = (Entropy::from_seed([7; 32]), Entropy::from_seed([7; 32]));
        let (first, second) = (Crypto::new(&first), Crypto::new(&second));
        let one = seal(&first, b"", b"", b"one");
        let two = seal(&first, b"", b"", b"two");
        assert_eq!(seal(&second, b"", b"", b"two"), two);
        assert_eq!(seal(&second, b"", b"", b"one"), one);
    }

    #[test]
    fn no_two_different_seals_share_an_ephemeral_key() {
        let entropy = Entropy::from_seed([7; 32]);
        let crypto = Crypto::new(&entropy);
        let mut kem_outputs: Vec<_> = [
            [b"ab".as_slice(), b"c", b"d"],
            [b"a", b"bc", b"d"],
            [b"a", b"b", b"cd"],
            [b"", b"abc", b"d"],
        ]
        .iter()
        .map(|[info, aad, plaintext]| seal(&crypto, info, aad, plaintext).kem_output)
        .collect();
        let later = Crypto::new(&entropy);
        kem_outputs.push(seal(&later, b"ab", b"c", b"d").kem_output);
        for (index, output) in kem_outputs.iter().enumerate() {
            assert!(!kem_outputs[index + 1..].contains(output));
        }
    }

    #[test]
    fn an_exported_secret_is_new_each_time_and_the_receiver_has_it_too() {
        let entropy = Entropy::from_seed([7; 32]);
        let crypto = Crypto::new(&entropy);
        let keys = recipient(&crypto);
        let config = || CIPHERSUITE.hpke_config();
        let send = || {
            crypto
                .hpke_setup_sender_and_export(config(), &keys.public, b"info", b"context", 32)
                .unwrap()
        };
        let ((first_output, first), (second_output, second)) = (send(), send());
        assert_ne!(first_output, second_output);
        assert_ne!(*first, *second);
        let received = crypto
            .hpke_setup_receiver_and_export(
                config(),
                &first_output,
                &keys.private,
                b"info",
                b"context",
                32,
            )
            .unwrap();
        assert_eq!(*first, *received);
    }

    #[test]
    fn a_generated_signature_key_signs_and_verifies() {
        let entropy = Entropy::from_seed([7; 32]);
        let crypto = Crypto::new(&entropy);
        let scheme = SignatureScheme::ED25519;
        let (secret, public) = crypto.signature_key_gen(scheme).unwrap();
        let signature = crypto.sign(scheme, b"text", &secret).unwrap();
        crypto
            .verify_signature(scheme, b"text", &public, &signature)
            .unwrap();
        assert!(
            crypto
                .verify_signature(scheme, b"other", &public, &signature)
                .is_err()
        );
    }

    #[test]
    fn everything_outside_the_suite_is_refused() {
        let entropy = Entropy::from_seed([7; 32]);
        let crypto = Crypto::new(&entropy);
        let other = Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519;
        assert_eq!(crypto.supported_ciphersuites(), [CIPHERSUITE]);
        assert!(crypto.supports(other).is_err());
        let seal = crypto.hpke_seal(other.hpke_config(), &[9; 32], b"", b"", b"");
        assert_eq!(seal, Err(CryptoError::UnsupportedCiphersuite));
        let generated = crypto.signature_key_gen(SignatureScheme::ECDSA_SECP256R1_SHA256);
        assert_eq!(generated, Err(CryptoError::UnsupportedSignatureScheme));
        let aead = AeadType::ChaCha20Poly1305;
        let encrypted = crypto.aead_encrypt(aead, &[0; 32], b"", &[0; 12], b"");
        assert_eq!(encrypted, Err(CryptoError::UnsupportedAeadAlgorithm));
        let encrypted = crypto.aead_encrypt(AeadType::Aes128Gcm, &[0; 16], b"", &[0; 11], b"");
        assert_eq!(encrypted, Err(CryptoError::InvalidLength));
    }

    #[test]
    fn debug_output_holds_nothing_secret() {
        let entropy = Entropy::from_seed([7; 32]);
        assert_eq!(format!("{:?}", Crypto::new(&entropy)), "Crypto { .. }");
    }
}
