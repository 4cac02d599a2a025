//! Members of a group for tests: each with a store, a seed and a signature key of its own.
#![allow(
    dead_code,
    reason = "every test compiles this module and uses a part of it"
)]

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signer as _, SigningKey};
use mls::key_value::{KeyValue, MemoryKeyValue};
use mls::provider::{CIPHERSUITE, Entropy, Provider};
use openmls::prelude::tls_codec::{Deserialize as _, Serialize as _};
use openmls::prelude::*;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;

/// A lifetime without end, so that no test depends on the day it runs.
pub fn unlimited() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}

/// How all members run their groups: ciphertext only, ratchet tree in the Welcome.
pub fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .use_ratchet_tree_extension(true)
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .build()
}

/// The key that signs for a member.
pub struct Key(SigningKey);

impl Signer for Key {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign(payload).to_bytes().to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// One member, or someone who may become one.
pub struct Member<S: KeyValue = MemoryKeyValue> {
    pub store: S,
    pub entropy: Entropy,
    pub key: Key,
    name: String,
}

impl<S: KeyValue + Default> Member<S> {
    /// A member whose keys are all derived from `seed` and `name`.
    pub fn new(seed: [u8; 32], name: &str) -> Self {
        let entropy = Entropy::from_seed(seed).fork(name);
        Self {
            store: S::default(),
            key: Key(SigningKey::from_bytes(&entropy.bytes())),
            entropy,
            name: name.to_owned(),
        }
    }

    pub fn provider(&self) -> Provider<'_> {
        Provider::new(&self.store, &self.entropy)
    }

    pub fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.name.clone().into_bytes()).into(),
            signature_key: self.key.0.verifying_key().as_bytes().as_slice().into(),
        }
    }

    pub fn key_package(&self) -> KeyPackage {
        KeyPackage::builder()
            .key_package_lifetime(unlimited())
            .build(CIPHERSUITE, &self.provider(), &self.key, self.credential())
            .unwrap()
            .into_key_package()
    }

    /// Founds a group whose id comes from this member's randomness.
    pub fn found(&self) -> MlsGroup {
        MlsGroup::builder()
            .ciphersuite(CIPHERSUITE)
            .lifetime(unlimited())
            .use_ratchet_tree_extension(true)
            .with_wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
            .build(&self.provider(), &self.key, self.credential())
            .unwrap()
    }

    pub fn join(&self, welcome: &[u8]) -> MlsGroup {
        let MlsMessageBodyIn::Welcome(welcome) = parse(welcome).extract() else {
            panic!("not a welcome");
        };
        StagedWelcome::build_from_welcome(&self.provider(), &join_config(), welcome)
            .unwrap()
            .build()
            .unwrap()
            .into_group(&self.provider())
            .unwrap()
    }

    pub fn send(&self, group: &mut MlsGroup, text: &[u8]) -> Vec<u8> {
        bytes(
            &group
                .create_message(&self.provider(), &self.key, text)
                .unwrap(),
        )
    }

    /// Processes one message and merges it if it is a commit; gives the text if it has one.
    pub fn receive(&self, group: &mut MlsGroup, message: &[u8]) -> Option<Vec<u8>> {
        let provider = self.provider();
        let message = parse(message).try_into_protocol_message().unwrap();
        let processed = group.process_message(&provider, message).unwrap();
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(text) => Some(text.into_bytes()),
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                group.merge_staged_commit(&provider, *commit).unwrap();
                None
            }
            other => panic!("no test sends {other:?}"),
        }
    }
}

/// A message as it goes over the wire.
pub fn bytes(message: &MlsMessageOut) -> Vec<u8> {
    message.tls_serialize_detached().unwrap()
}

/// A message as it comes from the wire.
pub fn parse(message: &[u8]) -> MlsMessageIn {
    MlsMessageIn::tls_deserialize_exact(message).unwrap()
}

/// The first bytes of a message, for the text of a failed assertion.
#[allow(
    dead_code,
    reason = "not every test that uses this module compares messages"
)]
pub fn beginning(message: &[u8]) -> String {
    HEXLOWER.encode(message.get(..64).unwrap_or(message))
}
