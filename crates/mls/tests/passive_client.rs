//! The MLS working group's passive-client vectors, through this crate's storage and provider.
//!
//! A passive client is handed its keys and a Welcome, joins, follows every commit and compares the
//! epoch authenticator after each (test-vectors.md of mlswg/mls-implementations). Here it also
//! forgets its group after every message and loads it again, so what it computes comes out of the
//! store each time.
//!
//! The vectors are not part of the project. They are looked for in `../shared/vectors` beside the
//! workspace, or where `KITH_MLS_VECTORS` says. This test has a `main` of its own, because the usual
//! harness would call it passed, and hide what it prints, where they are absent.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "the whole file is a test"
)]

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use mls::key_value::MemoryKeyValue;
use mls::provider::{Entropy, Provider};
use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::*;
use openmls::schedule::PreSharedKeyId;
use openmls::treesync::EncryptionKey;
use openmls_traits::storage::{CURRENT_VERSION, Entity, StorageProvider as _, traits};
use openmls_traits::types::HpkePrivateKey;
use serde::{Deserialize, Deserializer, Serialize};

/// Bytes, written in hexadecimal digits.
struct Hex(Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        HEXLOWER
            .decode(text.as_bytes())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize)]
struct Vector {
    cipher_suite: u16,
    external_psks: Vec<ExternalPsk>,
    key_package: Hex,
    encryption_priv: Hex,
    init_priv: Hex,
    welcome: Hex,
    ratchet_tree: Option<Hex>,
    initial_epoch_authenticator: Hex,
    epochs: Vec<Epoch>,
}

#[derive(Deserialize)]
struct ExternalPsk {
    psk_id: Hex,
    psk: Hex,
}

#[derive(Deserialize)]
struct Epoch {
    proposals: Vec<Hex>,
    commit: Hex,
    epoch_authenticator: Hex,
}

/// What openmls stores as a `KeyPackageBundle`, whose fields it does not let others fill in.
#[derive(Serialize, Deserialize)]
struct KeyPackageParts {
    key_package: KeyPackage,
    private_init_key: HpkePrivateKey,
    private_encryption_key: EncryptionPrivateKeyPart,
}

impl Entity<CURRENT_VERSION> for KeyPackageParts {}
impl traits::KeyPackage<CURRENT_VERSION> for KeyPackageParts {}

/// What openmls stores as an `EncryptionPrivateKey`.
#[derive(Serialize, Deserialize)]
struct EncryptionPrivateKeyPart {
    key: HpkePrivateKey,
}

/// What openmls stores as an `EncryptionKeyPair`, a private type.
#[derive(Serialize, Deserialize)]
struct EncryptionKeyPairParts {
    public_key: EncryptionKey,
    private_key: EncryptionPrivateKeyPart,
}

impl Entity<CURRENT_VERSION> for EncryptionKeyPairParts {}
impl traits::HpkeKeyPair<CURRENT_VERSION> for EncryptionKeyPairParts {}

/// A client of which only the store and the randomness last from one step to the next.
struct PassiveClient {
    store: MemoryKeyValue,
    entropy: Entropy,
    group_id: GroupId,
}

impl PassiveClient {
    /// Stores the keys of `vector` and joins its group.
    fn join(vector: &Vector) -> Self {
        let store = MemoryKeyValue::default();
        let entropy = Entropy::from_seed([1; 32]);
        let provider = Provider::new(&store, &entropy);
        for psk in &vector.external_psks {
            PreSharedKeyId::external(psk.psk_id.0.clone(), Vec::new())
                .store(&provider, &psk.psk.0)
                .unwrap();
        }
        store_key_package(&provider, vector);
        let group = staged_welcome(&provider, vector)
            .into_group(&provider)
            .unwrap();
        let group_id = group.group_id().clone();
        assert_eq!(authenticator(&group), vector.initial_epoch_authenticator.0);
        let client = Self {
            store,
            entropy,
            group_id,
        };
        let reloaded = client.load(&Provider::new(&client.store, &client.entropy));
        assert_eq!(
            authenticator(&reloaded),
            vector.initial_epoch_authenticator.0
        );
        client
    }

    /// The group as it is stored.
    fn load(&self, provider: &Provider<'_>) -> MlsGroup {
        MlsGroup::load(provider.storage(), &self.group_id)
            .unwrap()
            .unwrap()
    }

    /// Loads the group, lets it process one message, and forgets it.
    fn receive(&self, message: &Hex) {
        let provider = Provider::new(&self.store, &self.entropy);
        let mut group = self.load(&provider);
        let message = MlsMessageIn::tls_deserialize_exact(&message.0)
            .unwrap()
            .try_into_protocol_message()
            .unwrap();
        let processed = group.process_message(&provider, message).unwrap();
        match processed.into_content() {
            ProcessedMessageContent::ProposalMessage(proposal) => group
                .store_pending_proposal(provider.storage(), *proposal)
                .unwrap(),
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                group.merge_staged_commit(&provider, *commit).unwrap();
            }
            other => panic!("a passive client does not expect {other:?}"),
        }
    }

    fn follow(&self, epoch: &Epoch) {
        for proposal in &epoch.proposals {
            self.receive(proposal);
        }
        self.receive(&epoch.commit);
        let group = self.load(&Provider::new(&self.store, &self.entropy));
        assert_eq!(authenticator(&group), epoch.epoch_authenticator.0);
    }
}

fn authenticator(group: &MlsGroup) -> Vec<u8> {
    group.epoch_authenticator().as_slice().to_vec()
}

fn store_key_package(provider: &Provider<'_>, vector: &Vector) {
    let message = MlsMessageIn::tls_deserialize_exact(&vector.key_package.0).unwrap();
    let MlsMessageBodyIn::KeyPackage(unverified) = message.extract() else {
        panic!("the vector's key package is another message");
    };
    // Verification would refuse the vectors' lifetimes, some of which have passed. The unverified
    // and the verified KeyPackage are stored alike, which turns the one into the other.
    let bytes = postcard::to_allocvec(&unverified).unwrap();
    let key_package: KeyPackage = postcard::from_bytes(&bytes).unwrap();
    let private_key = || EncryptionPrivateKeyPart {
        key: vector.encryption_priv.0.clone().into(),
    };
    let public_key = key_package.leaf_node().encryption_key().clone();
    let key_pair = EncryptionKeyPairParts {
        public_key: public_key.clone(),
        private_key: private_key(),
    };
    let parts = KeyPackageParts {
        key_package: key_package.clone(),
        private_init_key: vector.init_priv.0.clone().into(),
        private_encryption_key: private_key(),
    };
    let reference = key_package.hash_ref(provider.crypto()).unwrap();
    let storage = provider.storage();
    storage.write_key_package(&reference, &parts).unwrap();
    storage
        .write_encryption_key_pair(&public_key, &key_pair)
        .unwrap();
}

fn staged_welcome(provider: &Provider<'_>, vector: &Vector) -> StagedWelcome {
    let message = MlsMessageIn::tls_deserialize_exact(&vector.welcome.0).unwrap();
    let MlsMessageBodyIn::Welcome(welcome) = message.extract() else {
        panic!("the vector's welcome is another message");
    };
    let config = MlsGroupJoinConfig::builder()
        .use_ratchet_tree_extension(true)
        .wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
        .number_of_resumption_psks(16)
        .build();
    let builder = StagedWelcome::build_from_welcome(provider, &config, welcome)
        .unwrap()
        .skip_lifetime_validation();
    let builder = match &vector.ratchet_tree {
        Some(tree) => {
            builder.with_ratchet_tree(RatchetTreeIn::tls_deserialize_exact(&tree.0).unwrap())
        }
        None => builder,
    };
    builder.build().unwrap()
}

/// Runs all vectors of one file; compares their number, and that of their epochs, with what the
/// file is known to hold, so that a cut or emptied file is not taken for success.
fn check(file: &str, expected_vectors: usize, expected_epochs: usize) {
    let folder = std::env::var_os("KITH_MLS_VECTORS").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../shared/vectors"
            ))
        },
        PathBuf::from,
    );
    let path = folder.join(file);
    if !path.exists() {
        println!("not checked: {} is absent", path.display());
        return;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let vectors: Vec<Vector> = serde_json::from_str(&text).unwrap();
    let mut epochs = 0;
    for vector in &vectors {
        assert_eq!(vector.cipher_suite, 1);
        let client = PassiveClient::join(vector);
        for epoch in &vector.epochs {
            client.follow(epoch);
            epochs += 1;
        }
    }
    assert_eq!((vectors.len(), epochs), (expected_vectors, expected_epochs));
    println!("{file}: {expected_vectors} vectors with {expected_epochs} epochs agree");
}

fn main() {
    check("passive-client-welcome.suite1.json", 8, 0);
    check("passive-client-handling-commit.suite1.json", 13, 26);
    check("passive-client-random.suite1.json", 1, 200);
}
