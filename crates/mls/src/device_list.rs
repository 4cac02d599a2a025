//! The persona's signed word on which devices its inbox speaks for.

use minicbor::{Decode, Encode};
use protocol::encoding::encoded;
use protocol::id::{DeviceLabel, PersonaFingerprint};

use crate::error::MlsError;
use crate::persona::{PersonaKey, PersonaSecret};
use crate::signed::{Signed, read};

/// What the persona's signature is for.
const PURPOSE: &str = "kith/device-list";

/// One device: its label at the home and its key in credentials.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ListedDevice {
    /// The random label under which its KeyPackages lie.
    #[n(0)]
    pub label: DeviceLabel,
    /// Its Ed25519 key, which must be the leaf's signature key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub device: [u8; 32],
}

/// All devices of a persona.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeviceList {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    persona: [u8; 32],
    /// The devices.
    #[n(1)]
    pub devices: Vec<ListedDevice>,
    /// Rises with each change, so that an old list is not taken for the newest.
    #[n(2)]
    pub version: u64,
}

impl DeviceList {
    /// A list for signing.
    pub fn new(persona: &PersonaKey, devices: Vec<ListedDevice>, version: u64) -> Self {
        Self {
            persona: *persona.as_bytes(),
            devices,
            version,
        }
    }

    /// The persona.
    pub fn persona(&self) -> PersonaKey {
        PersonaKey::new(self.persona)
    }

    /// The signed list as bytes.
    pub fn sign(&self, persona: &PersonaSecret) -> Vec<u8> {
        encoded(&Signed::new(PURPOSE, self, persona.signing_key()))
    }

    /// Reads a signed list and checks that it is of the persona that was promised.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if it is malformed, of another persona, not signed by it, or empty.
    pub fn verify(bytes: &[u8], promised: &PersonaFingerprint) -> Result<Self, MlsError> {
        let what = "the device list does not hold";
        let signed: Signed = read(bytes, what)?;
        let list: Self = signed.peek(what)?;
        if list.persona().fingerprint() != *promised {
            return Err(MlsError::invalid(
                "the device list is of another person than the link",
            ));
        }
        let list: Self = signed.verify(PURPOSE, &list.persona, what)?;
        if list.devices.is_empty() {
            return Err(MlsError::invalid("the device list is empty"));
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_list_is_taken_from_the_promised_persona_alone() {
        let persona = PersonaSecret::from_seed(&[1; 32]);
        let device = ListedDevice {
            label: DeviceLabel::new([2; 16]),
            device: [3; 32],
        };
        let list = DeviceList::new(&persona.key(), vec![device], 1);
        let bytes = list.sign(&persona);
        let promised = persona.key().fingerprint();
        assert_eq!(DeviceList::verify(&bytes, &promised).unwrap(), list);
        let other = PersonaSecret::from_seed(&[9; 32]);
        assert!(DeviceList::verify(&bytes, &other.key().fingerprint()).is_err());
        let forged = list.sign(&other);
        assert!(DeviceList::verify(&forged, &promised).is_err());
        let empty = DeviceList::new(&persona.key(), vec![], 1).sign(&persona);
        assert!(DeviceList::verify(&empty, &promised).is_err());
    }
}
