//! A group: one conversation's keys on one device, on top of openmls.
//!
//! Everything that comes in is checked here against openmls *and* against our own rules, everything
//! that goes out is a PrivateMessage. No clock, no network. An [`MlsError::Store`] or a rollback of
//! the caller's transaction makes the value stale: drop it and [`Group::load`] again.

mod commit;
mod create;
mod join;
mod receive;

use openmls::prelude::{
    GroupId, LeafNodeIndex, Member, MlsGroup, MlsGroupJoinConfig, OpenMlsProvider as _,
    PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, SenderRatchetConfiguration,
};

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

pub use commit::OwnCommit;
pub use create::NewGroup;
pub use join::{Joined, NewlyJoined};
pub use receive::{Application, Decrypted, ReceivedCommit};

use crate::credential::DeviceCredential;
use crate::device::Device;
use crate::epoch_keys::EpochKeys;
use crate::error::MlsError;
use crate::place::Place;
use crate::provider::Provider;

/// Messages of one sender that may arrive out of order before their keys are gone.
const OUT_OF_ORDER_TOLERANCE: u32 = 128;
/// Credentials that are remembered as checked, about.
const MOST_CHECKED: usize = 512;
/// Messages of one sender that may be missing before a later one.
const MAXIMUM_FORWARD_DISTANCE: u32 = 10_000;

/// A member and the checked credential of its leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// The leaf's index in the ratchet tree.
    pub leaf: u32,
    /// The leaf's HPKE public key, another one after each renewal: by it one sees whether a leaf is
    /// still the one that it was in an earlier epoch.
    pub encryption_key: Vec<u8>,
    /// Who it is.
    pub credential: DeviceCredential,
}

/// An MLS group with its Place.
pub struct Group {
    inner: MlsGroup,
    place: Place,
    /// The keys of the current epoch, once they were asked for.
    keys: OnceCell<Arc<EpochKeys>>,
    /// Credentials whose signatures were checked: those of members stay the same over many messages.
    checked: RefCell<Vec<DeviceCredential>>,
}

/// How every group of ours is used.
fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .padding_size(0)
        .max_past_epochs(0)
        .number_of_resumption_psks(0)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(SenderRatchetConfiguration::new(
            OUT_OF_ORDER_TOLERANCE,
            MAXIMUM_FORWARD_DISTANCE,
        ))
        .build()
}

/// The checked credential of a member.
fn checked(member: &Member) -> Result<GroupMember, MlsError> {
    let credential = DeviceCredential::from_leaf(&member.credential, &member.signature_key)?;
    Ok(GroupMember {
        leaf: member.index.u32(),
        encryption_key: member.encryption_key.clone(),
        credential,
    })
}

impl Group {
    /// Loads a group by its MLS group id.
    ///
    /// # Errors
    /// [`MlsError::Bug`] if the stored state does not read or has no Place.
    pub fn load(provider: &Provider<'_>, group_id: &[u8]) -> Result<Option<Self>, MlsError> {
        let loaded = MlsGroup::load(provider.storage(), &GroupId::from_slice(group_id))
            .map_err(|error| MlsError::bug("loading a group", &error))?;
        loaded.map(Self::wrap).transpose()
    }

    fn wrap(inner: MlsGroup) -> Result<Self, MlsError> {
        let place = Place::from_extensions(inner.extensions())?;
        Ok(Self::at(inner, place))
    }

    fn at(inner: MlsGroup, place: Place) -> Self {
        Self {
            inner,
            place,
            keys: OnceCell::new(),
            checked: RefCell::default(),
        }
    }

    /// A commit was merged: what was derived from the epoch before holds no more.
    fn entered(&mut self) -> Result<(), MlsError> {
        self.keys.take();
        self.place = Place::from_extensions(self.inner.extensions())?;
        Ok(())
    }

    /// The MLS group id: random, never shown to a home.
    pub fn id(&self) -> &[u8] {
        self.inner.group_id().as_slice()
    }

    /// The epoch, from 0.
    pub fn epoch(&self) -> u64 {
        self.inner.epoch().as_u64()
    }

    /// Where the group's log is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The keys of the current epoch.
    ///
    /// # Errors
    /// [`MlsError::Evicted`] if this device is no member any more.
    pub fn keys(&self, provider: &Provider<'_>) -> Result<Arc<EpochKeys>, MlsError> {
        if !self.inner.is_active() {
            return Err(MlsError::Evicted);
        }
        if let Some(keys) = self.keys.get() {
            return Ok(keys.clone());
        }
        let keys = EpochKeys::derive(&self.place.log, |label, context| {
            self.inner
                .export_secret(provider.crypto(), label, context, 32)
                .map_err(|error| MlsError::bug("exporting a secret", &error))
        })?;
        Ok(self.keys.get_or_init(|| Arc::new(keys)).clone())
    }

    /// This device's leaf.
    pub fn own_leaf(&self) -> u32 {
        self.inner.own_leaf_index().u32()
    }

    /// All members, by leaf index.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if a leaf's credential does not hold, which no path in lets happen.
    pub fn members(&self) -> Result<Vec<GroupMember>, MlsError> {
        self.inner
            .members()
            .map(|member| self.checked(&member))
            .collect()
    }

    /// One member.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if there is no such leaf or its credential does not hold.
    pub fn member(&self, leaf: u32) -> Result<GroupMember, MlsError> {
        let member = self
            .inner
            .member_at(LeafNodeIndex::new(leaf))
            .ok_or_else(|| MlsError::invalid("there is no such member"))?;
        self.checked(&member)
    }

    /// As [`checked`], without looking at the same signature twice.
    fn checked(&self, member: &Member) -> Result<GroupMember, MlsError> {
        let mut known = self.checked.borrow_mut();
        let is_known = |credential: &&DeviceCredential| {
            credential.is_in_leaf(&member.credential, &member.signature_key)
        };
        let known_credential = known.iter().find(is_known).cloned();
        let credential = match known_credential {
            Some(credential) => credential,
            None => {
                let credential = checked(member)?.credential;
                // Those who left are forgotten with the rest.
                if known.len() >= 2 * MOST_CHECKED {
                    known.clear();
                }
                known.push(credential.clone());
                credential
            }
        };
        Ok(GroupMember {
            leaf: member.index.u32(),
            encryption_key: member.encryption_key.clone(),
            credential,
        })
    }

    /// Forgets everything about the group, so that this device can join it anew.
    ///
    /// # Errors
    /// [`MlsError::Bug`] or [`MlsError::Store`].
    pub fn delete(mut self, provider: &Provider<'_>) -> Result<(), MlsError> {
        self.inner
            .delete(provider.storage())
            .map_err(|error| MlsError::bug("forgetting a group", &error))
    }

    /// Encrypts an application message into an MLSMessage; `aad` is authenticated, and visible to
    /// members only (the wrap covers it).
    ///
    /// # Errors
    /// [`MlsError::Evicted`] if this device is no member any more.
    pub fn encrypt(
        &mut self,
        provider: &Provider<'_>,
        device: &Device,
        aad: Vec<u8>,
        content: &[u8],
    ) -> Result<Vec<u8>, MlsError> {
        if !self.inner.is_active() {
            return Err(MlsError::Evicted);
        }
        self.inner.set_aad(aad);
        self.inner
            .create_message(provider, device, content)
            .map_err(|error| MlsError::bug("encrypting a message", &error))?
            .to_bytes()
            .map_err(|error| MlsError::bug("encoding a message", &error))
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Group(redacted)")
    }
}
