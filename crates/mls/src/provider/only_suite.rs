//! hpke-rs over hpke-rs-rust-crypto, for the algorithms of cipher suite 1 and no others.
//!
//! hpke-rs decides at run time which algorithm is meant, so a program carries every curve, KEM and
//! AEAD that its library knows. Here each call names the algorithm itself: another one is refused,
//! and the compiler leaves out what nobody can reach, which matters where people load the program
//! over slow lines.

use hpke_rs::hpke_types::{AeadAlgorithm, KdfAlgorithm, KemAlgorithm};
use hpke_rs_crypto::HpkeCrypto;
use hpke_rs_crypto::error::Error;
use hpke_rs_rust_crypto::HpkeRustCrypto;

/// The suite's.
pub const KEM: KemAlgorithm = KemAlgorithm::DhKem25519;
/// The suite's.
pub const KDF: KdfAlgorithm = KdfAlgorithm::HkdfSha256;
/// The suite's.
pub const AEAD: AeadAlgorithm = AeadAlgorithm::Aes128Gcm;

/// The primitives of cipher suite 1.
#[derive(Debug)]
pub struct OnlySuite;

impl HpkeCrypto for OnlySuite {
    type HpkePrng = <HpkeRustCrypto as HpkeCrypto>::HpkePrng;

    fn name() -> String {
        HpkeRustCrypto::name()
    }

    fn supports_kdf(kdf: KdfAlgorithm) -> Result<(), Error> {
        if kdf == KDF {
            Ok(())
        } else {
            Err(Error::UnknownKdfAlgorithm)
        }
    }

    fn supports_kem(kem: KemAlgorithm) -> Result<(), Error> {
        if kem == KEM {
            Ok(())
        } else {
            Err(Error::UnknownKemAlgorithm)
        }
    }

    fn supports_aead(aead: AeadAlgorithm) -> Result<(), Error> {
        if aead == AEAD {
            Ok(())
        } else {
            Err(Error::UnknownAeadAlgorithm)
        }
    }

    fn prng() -> Self::HpkePrng {
        HpkeRustCrypto::prng()
    }

    fn kdf_extract(kdf: KdfAlgorithm, salt: &[u8], ikm: &[u8]) -> Result<Vec<u8>, Error> {
        Self::supports_kdf(kdf)?;
        HpkeRustCrypto::kdf_extract(KDF, salt, ikm)
    }

    fn kdf_expand(
        kdf: KdfAlgorithm,
        prk: &[u8],
        info: &[u8],
        output_size: usize,
    ) -> Result<Vec<u8>, Error> {
        Self::supports_kdf(kdf)?;
        HpkeRustCrypto::kdf_expand(KDF, prk, info, output_size)
    }

    fn dh(kem: KemAlgorithm, pk: &[u8], sk: &[u8]) -> Result<Vec<u8>, Error> {
        Self::supports_kem(kem)?;
        HpkeRustCrypto::dh(KEM, pk, sk)
    }

    fn secret_to_public(kem: KemAlgorithm, sk: &[u8]) -> Result<Vec<u8>, Error> {
        Self::supports_kem(kem)?;
        HpkeRustCrypto::secret_to_public(KEM, sk)
    }

    /// Draws from a generator of its own, which nothing here may do.
    fn kem_key_gen(_: KemAlgorithm, _: &mut Self::HpkePrng) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn kem_key_gen_derand(_: KemAlgorithm, _: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn kem_encaps(
        _: KemAlgorithm,
        _: &[u8],
        _: &mut Self::HpkePrng,
    ) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Err(Error::UnsupportedKemOperation)
    }

    fn kem_decaps(_: KemAlgorithm, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::UnsupportedKemOperation)
    }

    /// Of curves whose secret keys have a form; every 32 bytes are a secret key of X25519.
    fn dh_validate_sk(_: KemAlgorithm, _: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::UnknownKemAlgorithm)
    }

    fn aead_seal(
        aead: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        aad: &[u8],
        msg: &[u8],
    ) -> Result<Vec<u8>, Error> {
        Self::supports_aead(aead)?;
        HpkeRustCrypto::aead_seal(AEAD, key, nonce, aad, msg)
    }

    fn aead_open(
        aead: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        aad: &[u8],
        msg: &[u8],
    ) -> Result<Vec<u8>, Error> {
        Self::supports_aead(aead)?;
        HpkeRustCrypto::aead_open(AEAD, key, nonce, aad, msg)
    }
}
