//! Signed maps, as everybody reads them: what was changed anywhere is of nobody, and what a hostile signer put into one
//! is read as what it says or not at all.
//!
//! What a signature covers is made here by docs/protocol.md, *Encoding*, once more, beside `mls`.

use crate::pieces::Pieces;
use crate::{Verdict, agree, held};
use ed25519_dalek::SigningKey;
use minicbor::Decoder;
use mls::device::Device;
use mls::inbox_seal::inbox_key_pair;
use mls::persona::PersonaSecret;
use mls::provider::Entropy;
use mls::welcome_item::ReturnInbox;
use protocol::encoding::written;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, InboxId};
use protocol::proof::{sign, signed_array};
use protocol::secret::{CapabilitySecret, SealKey};

const PERSONA_SEED: [u8; 32] = [0x41; 32];

/// Whether all of it holds, read as one kind of signed map; what was read, encoded once more.
pub(crate) type Reader = fn(&[u8]) -> Option<Vec<u8>>;

pub(crate) fn entropy() -> Entropy {
    Entropy::from_seed([0x52; 32])
}

pub(crate) fn persona() -> PersonaSecret {
    PersonaSecret::from_seed(&PERSONA_SEED)
}

/// The persona's device, the same each time.
pub(crate) fn device() -> Device {
    Device::generate(&entropy(), &persona(), 1_790_000_000)
}

pub(crate) fn persona_key() -> SigningKey {
    SigningKey::from_bytes(&PERSONA_SEED)
}

pub(crate) fn device_key() -> SigningKey {
    SigningKey::from_bytes(&device().seed())
}

pub(crate) fn return_inbox() -> ReturnInbox {
    let (_, inbox_key) = held(inbox_key_pair(&entropy(), &[0x54; 32]));
    ReturnInbox {
        home: held(HomeUrl::parse("https://home.example")),
        home_key: HomeKey::new([0x33; 32]),
        inbox: InboxId::new([0x20; 16]),
        inbox_key,
        seal_key: SealKey::new([0x35; 32]),
        capability: CapabilitySecret::new([0x2b; 32]),
    }
}

/// The body of a signed map that is whole.
pub(crate) fn body(signed: &[u8]) -> &[u8] {
    let mut decoder = Decoder::new(signed);
    assert_eq!(held(decoder.map()), Some(2));
    assert_eq!(held(decoder.u8()), 0);
    held(decoder.bytes())
}

/// Reads what was signed and changed afterwards: it holds if nothing was changed, and else not.
pub(crate) fn changed(signed: &[u8], pieces: &mut Pieces<'_>, read: Reader) -> Verdict {
    let mut found = signed.to_vec();
    pieces.change(&mut found);
    let again = read(&found);
    if found == signed {
        assert_eq!(again.as_deref(), Some(body(signed)));
        return Verdict::Taken;
    }
    assert_eq!(again, None, "{found:02x?}");
    Verdict::Refused
}

/// Reads any bytes that whoever may sign did sign.
pub(crate) fn hostile(purpose: &str, key: &SigningKey, body: &[u8], read: Reader) -> Verdict {
    let signature = sign(key, &signed_array(purpose, &[body]));
    let signed = written(|encoder| {
        let encoder = encoder.map(2)?.u8(0)?.bytes(body)?;
        encoder.u8(1)?.bytes(signature.as_bytes())?.ok()
    });
    let other = sign(key, &signed_array("kith/other", &[body]));
    let for_another = written(|encoder| {
        let encoder = encoder.map(2)?.u8(0)?.bytes(body)?;
        encoder.u8(1)?.bytes(other.as_bytes())?.ok()
    });
    assert_eq!(read(&for_another), None, "signed for something else");
    let Some(again) = read(&signed) else {
        return Verdict::Refused;
    };
    assert_eq!(protocol::canonical::check(body), Ok(()));
    agree::check(body, &again);
    Verdict::Taken
}
