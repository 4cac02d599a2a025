//! KeyPackages: made by a device, checked by whoever adds it (RFC 9420 §10).

use openmls::prelude::tls_codec::{Deserialize as _, Serialize, VLBytes};
use openmls::prelude::{
    CredentialType, ExtensionType, KeyPackage, KeyPackageIn, Lifetime, OpenMlsProvider as _,
    ProtocolVersion,
};
use std::collections::BTreeSet;

use crate::credential::{CREDENTIAL_TYPE, DeviceCredential};
use crate::device::Device;
use crate::error::MlsError;
use crate::group::GroupMember;
use crate::place::{PLACE_EXTENSION, capabilities};
use crate::provider::{CIPHERSUITE, Provider};

/// The lifetime in every leaf of ours: unlimited, because members who process an Add later must
/// agree with those who processed it earlier. Real validity stands in the credential.
pub(crate) fn unlimited_lifetime() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}

/// Makes a KeyPackage, stores its private keys, and returns it encoded.
///
/// A `last_resort` one is handed out when no other is left, and more than once.
///
/// # Errors
/// [`MlsError::Bug`] or [`MlsError::Store`]; nothing else can be wrong.
pub fn generate(
    provider: &Provider<'_>,
    device: &Device,
    last_resort: bool,
) -> Result<Vec<u8>, MlsError> {
    let mut builder = KeyPackage::builder()
        .key_package_lifetime(unlimited_lifetime())
        .leaf_node_capabilities(capabilities());
    if last_resort {
        builder = builder.mark_as_last_resort();
    }
    let bundle = builder
        .build(CIPHERSUITE, provider, device, device.credential_with_key())
        .map_err(|error| MlsError::bug("making a KeyPackage", &error))?;
    bundle
        .key_package()
        .tls_serialize_detached()
        .map_err(|error| MlsError::bug("encoding a KeyPackage", &error))
}

/// A KeyPackage whose signatures and credential were checked.
#[derive(Debug, Clone)]
pub struct CheckedKeyPackage {
    pub(crate) key_package: KeyPackage,
    credential: DeviceCredential,
}

impl CheckedKeyPackage {
    /// Reads and checks a KeyPackage, as the adder at `now_s` (Unix time in seconds).
    ///
    /// # Errors
    /// [`MlsError::Invalid`] names what does not hold.
    pub fn check(provider: &Provider<'_>, bytes: &[u8], now_s: u64) -> Result<Self, MlsError> {
        let what = "the KeyPackage does not hold";
        let key_package = KeyPackageIn::tls_deserialize_exact(bytes)
            .map_err(|error| MlsError::invalid_because(what)(&error))?
            .validate(provider.crypto(), ProtocolVersion::Mls10)
            .map_err(|error| MlsError::invalid_because(what)(&error))?;
        if key_package.ciphersuite() != CIPHERSUITE {
            return Err(MlsError::invalid(
                "the KeyPackage is of another cipher suite",
            ));
        }
        let leaf = key_package.leaf_node();
        let credential =
            DeviceCredential::from_leaf(leaf.credential(), leaf.signature_key().as_slice())?;
        credential.check_validity(now_s)?;
        check_leaf(&key_package)?;
        Ok(Self {
            key_package,
            credential,
        })
    }

    /// Who would be added.
    pub fn credential(&self) -> &DeviceCredential {
        &self.credential
    }
}

/// What every leaf must have on which all members have to agree, whenever they look: a lifetime that
/// does not end, and what our groups require.
///
/// # Errors
/// [`MlsError::Invalid`].
pub(crate) fn check_leaf(key_package: &KeyPackage) -> Result<(), MlsError> {
    let lifetime = key_package.life_time();
    if (lifetime.not_before(), lifetime.not_after()) != (0, u64::MAX) {
        return Err(MlsError::invalid("the KeyPackage's lifetime is limited"));
    }
    let can = key_package.leaf_node().capabilities();
    let place = ExtensionType::Unknown(PLACE_EXTENSION);
    let credential = CredentialType::Other(CREDENTIAL_TYPE);
    if !can.extensions().contains(&place) || !can.credentials().contains(&credential) {
        return Err(MlsError::invalid(
            "the KeyPackage's device cannot do what our groups need",
        ));
    }
    Ok(())
}

/// Whether those who stay and those who are added cannot be in one group: a device or a key would be
/// there twice.
pub fn clash<'a>(
    staying: impl IntoIterator<Item = &'a GroupMember>,
    added: impl IntoIterator<Item = &'a CheckedKeyPackage>,
) -> bool {
    let mut keys = BTreeSet::new();
    let mut is_new = |key: &[u8]| keys.insert(key.to_vec());
    for member in staying {
        is_new(member.credential.device_key());
        is_new(&as_encoded(&VLBytes::from(
            member.encryption_key.as_slice(),
        )));
    }
    added.into_iter().any(|one| {
        let leaf = one.key_package.leaf_node();
        !is_new(leaf.signature_key().as_slice())
            || !is_new(&as_encoded(leaf.encryption_key()))
            || !is_new(&as_encoded(one.key_package.hpke_init_key()))
    })
}

/// HPKE keys are not shown but in this way; nothing that is short fails to be encoded.
fn as_encoded(key: &impl Serialize) -> Vec<u8> {
    key.tls_serialize_detached().unwrap_or_default()
}
