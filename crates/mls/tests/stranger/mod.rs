//! Somebody who wrote a client of their own, from docs/protocol.md alone.
//!
//! It shares no code with the crate `mls`: MLS and HPKE come from mls-rs, every CBOR map between
//! members is written and read here by its integer keys. Of the crate `protocol` it takes the
//! newtypes of ids and what is said to a home.

pub mod credential;
pub mod inbox;
pub mod member;
pub mod place;
pub mod signed;
pub mod welcome;
pub mod wrap;

use mls_rs::{CipherSuite, CipherSuiteProvider, CryptoProvider};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

/// MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519.
pub const SUITE: CipherSuite = CipherSuite::CURVE25519_AES128;

/// Why something was refused; a stranger's words, for a test's output.
pub type Refused = Box<dyn std::error::Error + Send + Sync>;

/// The cryptography of the one suite.
pub fn suite() -> impl CipherSuiteProvider {
    RustCryptoProvider::new()
        .cipher_suite_provider(SUITE)
        .unwrap()
}

/// Fresh randomness.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    suite().random_bytes(&mut bytes).unwrap();
    bytes
}
