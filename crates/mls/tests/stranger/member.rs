//! One device in MLS groups, on mls-rs.

use std::collections::BTreeSet;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use mls_rs::client_builder::PaddingMode;
use mls_rs::client_builder::{BaseConfig, WithCryptoProvider, WithIdentityProvider, WithMlsRules};
use mls_rs::crypto::SignatureSecretKey;
use mls_rs::group::ReceivedMessage;
use mls_rs::mls_rules::{DefaultMlsRules, EncryptionOptions};
use mls_rs::time::MlsTime;
use mls_rs::{Client, ExtensionList, Group, MlsMessage};
use mls_rs_crypto_rustcrypto::RustCryptoProvider;

use super::credential::{Claims, People, identity};
use super::place::{PLACE_EXTENSION, Place};
use super::{Refused, SUITE};

type Config = WithMlsRules<
    DefaultMlsRules,
    WithIdentityProvider<People, WithCryptoProvider<RustCryptoProvider, BaseConfig>>,
>;

/// An MLSMessage of version 1 that holds a KeyPackage begins so; inboxes publish what follows.
const KEY_PACKAGE_HEAD: [u8; 4] = [0x00, 0x01, 0x00, 0x05];

/// A persona with one device.
pub struct Stranger {
    pub persona: SigningKey,
    pub device: SigningKey,
    client: Client<Config>,
}

/// What an epoch's exporter yields.
pub struct Keys {
    pub write: SigningKey,
    pub read: SigningKey,
    pub wrap: [u8; 32],
}

/// A conversation in its current epoch.
#[derive(Clone)]
pub struct Conversation {
    group: Group<Config>,
    pub place: Place,
}

/// A message that was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    pub sender: Claims,
    pub aad: Vec<u8>,
    pub content: Vec<u8>,
}

/// Another member's commit that holds.
pub struct Examined {
    pub sender: Claims,
    pub next: Keys,
    after: Conversation,
}

fn secret(key: &SigningKey) -> SignatureSecretKey {
    key.to_keypair_bytes().to_vec().into()
}

impl Stranger {
    /// An honest one.
    pub fn new(persona: SigningKey, device: SigningKey) -> Self {
        let credential = Claims::of(&persona, &device).sign(&persona);
        Self::with(persona, device, credential, false)
    }

    /// One who claims what they like and believes everything.
    pub fn forger(persona: SigningKey, device: SigningKey, credential: Vec<u8>) -> Self {
        Self::with(persona, device, credential, true)
    }

    fn with(persona: SigningKey, device: SigningKey, credential: Vec<u8>, careless: bool) -> Self {
        let rules = DefaultMlsRules::new()
            .with_encryption_options(EncryptionOptions::new(true, PaddingMode::None));
        let client = Client::builder()
            .crypto_provider(RustCryptoProvider::with_enabled_cipher_suites(vec![SUITE]))
            .identity_provider(People { careless })
            .mls_rules(rules)
            .extension_type(PLACE_EXTENSION)
            .key_package_lifetime(Duration::from_secs(u64::MAX))
            .signing_identity(identity(credential, &device), secret(&device), SUITE)
            .build();
        Self {
            persona,
            device,
            client,
        }
    }

    /// A fresh KeyPackage, without the head of an MLSMessage.
    pub fn key_package(&self) -> Vec<u8> {
        let begin = Some(MlsTime::from(0));
        let message = self
            .client
            .generate_key_package_message(ExtensionList::new(), ExtensionList::new(), begin)
            .unwrap()
            .to_bytes()
            .unwrap();
        message.strip_prefix(&KEY_PACKAGE_HEAD).unwrap().to_vec()
    }

    /// Founds a conversation and adds the devices of the other; the Welcome goes to them.
    pub fn found(
        &self,
        place: &Place,
        key_packages: &[Vec<u8>],
    ) -> Result<(Conversation, Vec<u8>), Refused> {
        let begin = Some(MlsTime::from(0));
        let extensions = place.to_extensions();
        let mut group = self
            .client
            .create_group(extensions, ExtensionList::new(), begin)?;
        let mut builder = group.commit_builder();
        for key_package in key_packages {
            let message = [&KEY_PACKAGE_HEAD, key_package.as_slice()].concat();
            builder = builder.add_member(MlsMessage::from_bytes(&message)?)?;
        }
        let output = builder.build()?;
        group.apply_pending_commit()?;
        let welcome = output.welcome_messages.first().ok_or("no Welcome")?;
        let conversation = Conversation {
            group,
            place: place.clone(),
        };
        Ok((conversation, welcome.to_bytes()?))
    }

    /// Joins by a Welcome; says who sent it.
    pub fn join(&self, welcome: &[u8]) -> Result<(Conversation, Claims), Refused> {
        let welcome = MlsMessage::from_bytes(welcome)?;
        let (group, info) = self.client.join_group(None, &welcome, None)?;
        let place = Place::from_extensions(group.context().extensions())?;
        let conversation = Conversation { group, place };
        let sender = conversation.claims(info.sender)?;
        Ok((conversation, sender))
    }
}

impl Conversation {
    pub fn epoch(&self) -> u64 {
        self.group.current_epoch()
    }

    /// The keys of the current epoch.
    pub fn keys(&self) -> Keys {
        let export = |label: &[u8]| -> [u8; 32] {
            let secret = self.group.export_secret(label, &self.place.log, 32);
            secret.unwrap().as_bytes().try_into().unwrap()
        };
        Keys {
            write: SigningKey::from_bytes(&export(b"kith/log-write")),
            read: SigningKey::from_bytes(&export(b"kith/log-read")),
            wrap: export(b"kith/wrap"),
        }
    }

    fn claims(&self, leaf: u32) -> Result<Claims, Refused> {
        let member = self.group.member_at_index(leaf).ok_or("no such member")?;
        Claims::of_member(&member.signing_identity)
    }

    /// All members' personas, one for each device.
    pub fn personas(&self) -> Result<Vec<[u8; 32]>, Refused> {
        let members = self.group.roster().members();
        members
            .iter()
            .map(|member| Ok(Claims::of_member(&member.signing_identity)?.persona))
            .collect()
    }

    /// Encrypts an application message.
    pub fn encrypt(&mut self, aad: Vec<u8>, content: &[u8]) -> Vec<u8> {
        let message = self.group.encrypt_application_message(content, aad);
        message.unwrap().to_bytes().unwrap()
    }

    /// Decrypts another member's application message.
    pub fn decrypt(&mut self, message: &[u8]) -> Result<Message, Refused> {
        let message = MlsMessage::from_bytes(message)?;
        match self.group.process_incoming_message(message)? {
            ReceivedMessage::ApplicationMessage(message) => Ok(Message {
                sender: self.claims(message.sender_index)?,
                aad: message.authenticated_data.clone(),
                content: message.data().to_vec(),
            }),
            _ => Err("no application message".into()),
        }
    }

    /// Makes a commit that renews this leaf, pending; and the keys that it would bring.
    pub fn commit(&mut self) -> (Vec<u8>, Keys) {
        let output = self.group.commit(vec![]).unwrap();
        let mut after = self.clone();
        after.merge();
        (output.commit_message.to_bytes().unwrap(), after.keys())
    }

    /// Makes a commit that also changes this leaf's credential.
    pub fn commit_as(&mut self, device: &SigningKey, credential: Vec<u8>) -> Vec<u8> {
        let output = self
            .group
            .commit_builder()
            .set_new_signing_identity(secret(device), identity(credential, device))
            .build()
            .unwrap();
        output.commit_message.to_bytes().unwrap()
    }

    /// The pending commit is canonical.
    pub fn merge(&mut self) {
        self.group.apply_pending_commit().unwrap();
    }

    /// A rival of the pending commit is canonical.
    pub fn clear(&mut self) {
        self.group.clear_pending_commit();
    }

    /// Checks another member's commit without entering its epoch.
    pub fn examine(&self, message: &[u8]) -> Result<Examined, Refused> {
        let mut after = self.clone();
        after.clear();
        let message = MlsMessage::from_bytes(message)?;
        let ReceivedMessage::Commit(commit) = after.group.process_incoming_message(message)? else {
            return Err("no commit".into());
        };
        let distinct = |conversation: &Self| {
            let personas = conversation.personas()?;
            Ok::<_, Refused>(personas.into_iter().collect::<BTreeSet<_>>())
        };
        if distinct(self)? != distinct(&after)? {
            return Err("the commit changes who is here".into());
        }
        if Place::from_extensions(after.group.context().extensions())? != self.place {
            return Err("the commit changes Place".into());
        }
        Ok(Examined {
            sender: self.claims(commit.committer)?,
            next: after.keys(),
            after,
        })
    }

    /// The examined commit is canonical.
    pub fn follow(&mut self, examined: Examined) {
        *self = examined.after;
    }
}
