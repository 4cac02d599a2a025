//! This device's own commits: made, posted, and merged only when read back as canonical.

use openmls::prelude::{LeafNodeParameters, OpenMlsProvider as _};

use super::Group;
use crate::device::Device;
use crate::epoch_keys::EpochKeys;
use crate::error::MlsError;
use crate::provider::Provider;

/// A pending commit and the keys of the epoch it would begin.
pub struct OwnCommit {
    /// The commit, an MLSMessage.
    pub message: Vec<u8>,
    /// The keys of the next epoch.
    pub next: EpochKeys,
}

impl Group {
    /// Makes a commit that renews this device's leaf and path (RFC 9420 §12.4), left pending.
    ///
    /// # Errors
    /// [`MlsError::Evicted`] if this device is no member any more; [`MlsError::Bug`] if another
    /// commit of ours is pending.
    pub fn commit_update(
        &mut self,
        provider: &Provider<'_>,
        device: &Device,
    ) -> Result<OwnCommit, MlsError> {
        if !self.inner.is_active() {
            return Err(MlsError::Evicted);
        }
        let bundle = self
            .inner
            .self_update(provider, device, LeafNodeParameters::default())
            .map_err(|error| MlsError::bug("renewing the leaf", &error))?;
        let message = bundle
            .commit()
            .to_bytes()
            .map_err(|error| MlsError::bug("encoding a commit", &error))?;
        let next = self.pending_keys(provider)?;
        Ok(OwnCommit { message, next })
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
        self.place = crate::place::Place::from_extensions(self.inner.extensions())?;
        Ok(())
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
