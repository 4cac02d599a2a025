//! Founding a group and adding its first members, before any rival can exist.

use openmls::prelude::{GroupId, MlsGroup, OpenMlsProvider as _, SenderRatchetConfiguration};

use super::{Group, MAXIMUM_FORWARD_DISTANCE, OUT_OF_ORDER_TOLERANCE};
use crate::device::Device;
use crate::error::MlsError;
use crate::key_package::{CheckedKeyPackage, unlimited_lifetime};
use crate::place::{Place, capabilities};
use crate::provider::{CIPHERSUITE, Provider};

/// A founded group and what its first members need.
pub struct NewGroup {
    /// The group after the Add: head₀ of its log.
    pub group: Group,
    /// The Welcome, an MLSMessage.
    pub welcome: Vec<u8>,
}

impl Group {
    /// Founds a group at a place and adds the first members, merged at once: nobody else holds the
    /// group yet, so no commit can rival this one.
    ///
    /// # Errors
    /// [`MlsError::Store`] or [`MlsError::Bug`]; the KeyPackages were checked before.
    pub fn found(
        provider: &Provider<'_>,
        device: &Device,
        place: Place,
        group_id: [u8; 32],
        others: &[CheckedKeyPackage],
    ) -> Result<NewGroup, MlsError> {
        let mut inner = MlsGroup::builder()
            .with_group_id(GroupId::from_slice(&group_id))
            .with_wire_format_policy(openmls::prelude::PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
            .padding_size(0)
            .max_past_epochs(0)
            .number_of_resumption_psks(0)
            .use_ratchet_tree_extension(true)
            .sender_ratchet_configuration(SenderRatchetConfiguration::new(
                OUT_OF_ORDER_TOLERANCE,
                MAXIMUM_FORWARD_DISTANCE,
            ))
            .lifetime(unlimited_lifetime())
            .ciphersuite(CIPHERSUITE)
            .with_group_context_extensions(place.to_extensions()?)
            .with_capabilities(capabilities())
            .build(provider, device, device.credential_with_key())
            .map_err(|error| MlsError::bug("founding a group", &error))?;
        let bundle = inner
            .commit_builder()
            .propose_adds(others.iter().map(|other| other.key_package.clone()))
            .load_psks(provider.storage())
            .map_err(|error| MlsError::bug("founding a group", &error))?
            .build(provider.rand(), provider.crypto(), device, |_| true)
            .map_err(|error| MlsError::bug("adding the first members", &error))?
            .stage_commit(provider)
            .map_err(|error| MlsError::bug("adding the first members", &error))?;
        let welcome = bundle
            .to_welcome_msg()
            .ok_or_else(|| MlsError::bug("adding the first members", &"no Welcome"))?
            .to_bytes()
            .map_err(|error| MlsError::bug("encoding a Welcome", &error))?;
        inner
            .merge_pending_commit(provider)
            .map_err(|error| MlsError::bug("adding the first members", &error))?;
        Ok(NewGroup {
            group: Self::at(inner, place),
            welcome,
        })
    }
}
