//! What somebody who does not keep to the rules can make with an MLS library of their own.

use crate::people::{GROUP_ID, NOW_S, Person};
use mls::credential::{CREDENTIAL_TYPE, DeviceCredential};
use mls::place::PLACE_EXTENSION;
use mls::provider::CIPHERSUITE;
use openmls::prelude::tls_codec::Serialize as _;
use openmls::prelude::{
    Capabilities, Credential, CredentialType, CredentialWithKey, ExtensionType, GroupId,
    KeyPackage, Lifetime, MlsGroup, OpenMlsProvider as _, ProtocolVersion,
};

/// What every leaf of ours can do.
fn capabilities() -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[CIPHERSUITE]),
        Some(&[
            ExtensionType::LastResort,
            ExtensionType::Unknown(PLACE_EXTENSION),
        ]),
        None,
        Some(&[CredentialType::Other(CREDENTIAL_TYPE)]),
    )
}

/// A credential that does not hold in the leaf of the forger's device.
pub struct Forged {
    pub name: &'static str,
    pub credential: Vec<u8>,
    /// What whoever adds it says.
    pub refusal: &'static str,
    /// Whether only the adder finds it wrong, for the others' clocks may differ.
    pub adder_alone: bool,
}

/// Everything that `forger` could put into a leaf of their device, to pass for `victim` or else.
pub fn credentials(forger: &Person, victim: &Person) -> Vec<Forged> {
    let key = *forger.device.credential().device_key();
    let issue = |from, to| {
        DeviceCredential::issue(&forger.persona, key, from, to)
            .as_bytes()
            .to_vec()
    };
    let honest = forger.device.credential().as_bytes().to_vec();
    let mut impersonating = honest.clone();
    let persona = *forger.persona.key().as_bytes();
    let at = honest
        .windows(32)
        .position(|window| window == persona)
        .unwrap();
    impersonating[at..at + 32].copy_from_slice(victim.persona.key().as_bytes());
    let mut damaged = honest.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let forged = |name, credential, refusal| Forged {
        name,
        credential,
        refusal,
        adder_alone: false,
    };
    let mistimed = |name, credential| Forged {
        adder_alone: true,
        ..forged(name, credential, "the credential is not valid at this time")
    };
    let broken = "the credential does not hold";
    vec![
        forged("names the victim's persona", impersonating, broken),
        forged("a damaged signature", damaged, broken),
        forged("no CBOR", b"ada".to_vec(), broken),
        forged("empty", vec![], broken),
        forged(
            "the victim's own credential",
            victim.device.credential().as_bytes().to_vec(),
            "the credential is of another device than the leaf",
        ),
        mistimed("expired", issue(0, NOW_S - 1)),
        mistimed("not valid yet", issue(NOW_S + 1, NOW_S + 2)),
    ]
}

/// A credential as it stands in a leaf of this person's device.
pub fn in_leaf(person: &Person, credential: Vec<u8>) -> CredentialWithKey {
    CredentialWithKey {
        credential: Credential::new(CredentialType::Other(CREDENTIAL_TYPE), credential),
        signature_key: person.device.credential().device_key().to_vec().into(),
    }
}

/// A KeyPackage of this person's device with any credential.
pub fn key_package(person: &Person, credential: CredentialWithKey) -> KeyPackage {
    KeyPackage::builder()
        .key_package_lifetime(Lifetime::init(0, u64::MAX))
        .leaf_node_capabilities(capabilities())
        .build(CIPHERSUITE, &person.provider(), &person.device, credential)
        .unwrap()
        .into_key_package()
}

/// A KeyPackage as bytes.
pub fn bytes(key_package: &KeyPackage) -> Vec<u8> {
    key_package.tls_serialize_detached().unwrap()
}

/// A KeyPackage with an honest credential.
pub fn honest_key_package(person: &Person) -> KeyPackage {
    let credential = person.device.credential().as_bytes().to_vec();
    key_package(person, in_leaf(person, credential))
}

/// The person's group without the rules of this crate.
pub fn raw(person: &Person) -> MlsGroup {
    let id = GroupId::from_slice(&GROUP_ID);
    MlsGroup::load(person.provider().storage(), &id)
        .unwrap()
        .unwrap()
}
