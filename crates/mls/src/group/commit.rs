//! This device's own commits: made, posted, and merged only when read back as canonical.

use openmls::prelude::{LeafNodeIndex, OpenMlsProvider as _};

use super::Group;
use crate::device::Device;
use crate::epoch_keys::EpochKeys;
use crate::error::MlsError;
use crate::key_package::CheckedKeyPackage;
use crate::provider::Provider;

/// A pending commit and the keys of the epoch it would begin.
pub struct OwnCommit {
    /// The commit, an MLSMessage.
    pub message: Vec<u8>,
    /// The keys of the next epoch.
    pub next: EpochKeys,
    /// The Welcome of those that it adds, an MLSMessage. To be given out only once the commit is
    /// canonical.
    pub welcome: Option<Vec<u8>>,
}

impl Group {
    /// Makes a commit that renews this device's leaf and path (RFC 9420 §12.4), left pending.
    ///
    /// # Errors
    /// As [`Group::commit_changes`].
    pub fn commit_update(
        &mut self,
        provider: &Provider<'_>,
        device: &Device,
    ) -> Result<OwnCommit, MlsError> {
        self.commit_changes(provider, device, &[], &[])
    }

    /// Makes a commit that adds and removes members and renews this device's leaf and path, left
    /// pending. Proposals are carried by value. A device that is removed and added in one commit
    /// comes back with a fresh leaf.
    ///
    /// # Errors
    /// [`MlsError::Evicted`] if this device is no member any more; [`MlsError::Bug`] if another
    /// commit of ours is pending, a leaf is not there, or a device would be there twice.
    pub fn commit_changes(
        &mut self,
        provider: &Provider<'_>,
        device: &Device,
        added: &[CheckedKeyPackage],
        removed: &[u32],
    ) -> Result<OwnCommit, MlsError> {
        if !self.inner.is_active() {
            return Err(MlsError::Evicted);
        }
        if self.has_pending_commit() {
            return Err(MlsError::bug("making a commit", &"another is pending"));
        }
        let bug = |error: &dyn std::fmt::Display| MlsError::bug("making a commit", error);
        let bundle = self
            .inner
            .commit_builder()
            .consume_proposal_store(false)
            .force_self_update(true)
            .propose_removals(removed.iter().copied().map(LeafNodeIndex::new))
            .propose_adds(added.iter().map(|one| one.key_package.clone()))
            .load_psks(provider.storage())
            .map_err(|error| bug(&error))?
            .build(provider.rand(), provider.crypto(), device, |_| true)
            .map_err(|error| bug(&error))?
            .stage_commit(provider)
            .map_err(|error| bug(&error))?;
        let (message, welcome, _) = bundle.into_messages();
        let encoded = |message: openmls::prelude::MlsMessageOut| {
            message
                .to_bytes()
                .map_err(|error| MlsError::bug("encoding a commit", &error))
        };
        let (message, welcome) = (encoded(message)?, welcome.map(encoded).transpose()?);
        let next = self.pending_keys(provider)?;
        Ok(OwnCommit {
            message,
            next,
            welcome,
        })
    }

    /// The keys of the epoch that the pending commit would begin; equal to those after the merge.
    fn pending_keys(&self, provider: &Provider<'_>) -> Result<EpochKeys, MlsError> {
        let pending = self
            .inner
            .pending_commit()
            .ok_or_else(|| MlsError::bug("renewing the leaf", &"no commit is pending"))?;
        EpochKeys::derive(&self.place.log, |label, context| {
            pending
                .export_secret(provider.crypto(), label, context, 32)
                .map_err(|error| MlsError::bug("exporting a secret", &error))
        })
    }

    /// Whether a commit of this device waits to become canonical.
    pub fn has_pending_commit(&self) -> bool {
        self.inner.pending_commit().is_some()
    }

    /// The pending commit is canonical: enter its epoch.
    ///
    /// # Errors
    /// [`MlsError::Bug`] or [`MlsError::Store`].
    pub fn merge_own_commit(&mut self, provider: &Provider<'_>) -> Result<(), MlsError> {
        self.inner
            .merge_pending_commit(provider)
            .map_err(|error| MlsError::bug("merging our commit", &error))?;
        self.entered()
    }

    /// A rival is canonical: drop the pending commit.
    ///
    /// # Errors
    /// [`MlsError::Bug`] or [`MlsError::Store`].
    pub fn clear_own_commit(&mut self, provider: &Provider<'_>) -> Result<(), MlsError> {
        self.inner
            .clear_pending_commit(provider.storage())
            .map_err(|error| MlsError::bug("dropping our commit", &error))
    }
}
