//! The wrap, and what else is sealed for members or an inbox: what was changed, or stands elsewhere than it was meant for,
//! does not open, and what a hostile member sealed is read as what it says or not at all.
//!
//! The wrap is made here by docs/protocol.md, *Wrap*, once more, beside `mls`. The first byte says what the rest is: a
//! payload to wrap and changes; padded bytes that are sealed as they are; what an inbox publishes, and an item, with changes; a
//! repair with changes, and as a member signs it; a signal as a member signs it; the payload of a commit.

use crate::pieces::Pieces;
use crate::signed::{self, device, device_key, entropy, return_inbox};
use crate::{Verdict, agree, held};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use minicbor::Decoder;
use mls::epoch_keys::WrapKey;
use mls::inbox_seal::{Published, inbox_key_pair, open_item, open_published};
use mls::inbox_seal::{seal_item, seal_published};
use mls::repair::{Repair, UnverifiedRepair};
use mls::signal;
use mls::wrap::{CommitPayload, WrapKind, open_body, seal_body};
use protocol::encoding::{encoded, written};
use protocol::id::{HeadId, InboxId, LogId, ReadKey, WriteKey};
use protocol::proof::{sign, signed_array};
use protocol::size_bucket::{LARGEST_BYTES, is_bucket};

const KEY: [u8; 32] = [3; 32];
const LOG: LogId = LogId::new([0x10; 16]);
const HEAD: HeadId = HeadId::new([0x11; 32]);
const INBOX: InboxId = InboxId::new([0x20; 16]);
const KINDS: [WrapKind; 4] = [
    WrapKind::Message,
    WrapKind::Commit,
    WrapKind::Repair,
    WrapKind::Signal,
];
/// Nonce, tag and length.
const AROUND_BYTES: usize = 24 + 16 + 4;

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let Some((kind, rest)) = bytes.split_first() else {
        return Verdict::Refused;
    };
    let pieces = &mut Pieces(rest);
    match kind {
        0 => wrapped(pieces),
        1 => padded(rest),
        2 => published(pieces),
        3 => item(pieces),
        4 => signed::changed(&repair_of(pieces).sign(&device()), pieces, repair),
        5 => signed::hostile("kith/repair", &device_key(), rest, repair),
        6 => signed::hostile("kith/signal", &device_key(), rest, said),
        _ => commit(rest),
    }
}

fn key() -> WrapKey {
    WrapKey::new(KEY)
}

fn additional_data(kind: WrapKind) -> Vec<u8> {
    written(|encoder| {
        let encoder = encoder.array(5)?.str("kith/wrap")?.u8(1)?;
        let encoder = encoder.bytes(LOG.as_bytes())?.bytes(HEAD.as_bytes())?;
        encoder.u8(kind as u8)?.ok()
    })
}

/// Seals what is padded, or is not, into a body.
fn sealed(kind: WrapKind, msg: &[u8]) -> Vec<u8> {
    let (nonce, aad) = ([7; 24], &*additional_data(kind));
    let cipher = XChaCha20Poly1305::new(&KEY.into());
    let ciphertext = cipher.encrypt(&XNonce::from(nonce), Payload { msg, aad });
    [&nonce[..], &held(ciphertext)].concat()
}

/// Opens a body, with its padding.
fn opened(kind: WrapKind, body: &[u8]) -> Option<Vec<u8>> {
    let ((nonce, msg), aad) = (body.split_first_chunk::<24>()?, &*additional_data(kind));
    let cipher = XChaCha20Poly1305::new(&KEY.into());
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
        .ok()
}

/// A payload without its padding, which must be nothing but zeros.
fn unpadded(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (payload, zeros) = rest.split_at_checked(length)?;
    zeros.iter().all(|byte| *byte == 0).then_some(payload)
}

fn wrapped(pieces: &mut Pieces<'_>) -> Verdict {
    let kind = KINDS.get(usize::from(pieces.number() % 4));
    let kind = *kind.unwrap_or(&WrapKind::Message);
    let (some, times) = (pieces.bytes(), pieces.number());
    let payload = match (some, times) {
        // A little below and above what fits.
        ([few], 255) => vec![1; LARGEST_BYTES - AROUND_BYTES - 128 + usize::from(*few)],
        (some, times) => some.repeat(times.into()),
    };
    let fits = payload.len() + AROUND_BYTES <= LARGEST_BYTES;
    let Ok(body) = seal_body(&key(), &entropy(), &LOG, &HEAD, kind, &payload) else {
        assert!(!fits);
        return Verdict::Refused;
    };
    assert!(fits && is_bucket(body.len()));
    assert!(body.len() == 512 || body.len() < 2 * (payload.len() + AROUND_BYTES));
    let padded = held(opened(kind, &body).ok_or("the wrap of docs/protocol.md"));
    assert_eq!(unpadded(&padded), Some(&*payload));
    let elsewhere = [
        (key(), LOG, HeadId::new([9; 32])),
        (key(), LogId::new([9; 16]), HEAD),
        (WrapKey::new([9; 32]), LOG, HEAD),
    ];
    for (key, log, head) in elsewhere {
        assert!(open_body(&key, &log, &head, kind, &body).is_err());
    }
    let open = |kind, body: &[u8]| open_body(&key(), &LOG, &HEAD, kind, body);
    let others = KINDS.iter().filter(|other| **other != kind);
    others.for_each(|other| assert!(open(*other, &body).is_err(), "{other:?}"));
    changed(body, &payload, pieces, |found| open(kind, found).ok())
}

/// Opens what was sealed and changed afterwards.
fn changed(
    whole: Vec<u8>,
    payload: &[u8],
    pieces: &mut Pieces<'_>,
    open: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Verdict {
    let mut found = whole.clone();
    pieces.change(&mut found);
    let opened = open(&found);
    if found == whole {
        assert_eq!(opened.as_deref(), Some(payload));
        return Verdict::Taken;
    }
    assert_eq!(opened, None);
    Verdict::Refused
}

fn padded(padded: &[u8]) -> Verdict {
    let body = sealed(WrapKind::Message, padded);
    match open_body(&key(), &LOG, &HEAD, WrapKind::Message, &body) {
        Ok(payload) => {
            assert_eq!(unpadded(padded), Some(&*payload));
            Verdict::Taken
        }
        Err(_) => {
            assert_eq!(unpadded(padded), None);
            Verdict::Refused
        }
    }
}

fn published(pieces: &mut Pieces<'_>) -> Verdict {
    let (what, other) = match pieces.number() & 1 {
        0 => (Published::DeviceList, Published::KeyPackage),
        _ => (Published::KeyPackage, Published::DeviceList),
    };
    let (seal_key, payload) = (return_inbox().seal_key, pieces.bytes());
    let whole = held(seal_published(&seal_key, &entropy(), &INBOX, what, payload));
    assert!(is_bucket(whole.len()));
    assert!(open_published(&seal_key, &INBOX, other, &whole).is_err());
    assert!(open_published(&seal_key, &InboxId::new([9; 16]), what, &whole).is_err());
    let open = |found: &[u8]| open_published(&seal_key, &INBOX, what, found).ok();
    changed(whole, payload, pieces, open)
}

fn item(pieces: &mut Pieces<'_>) -> Verdict {
    let (private, public) = held(inbox_key_pair(&entropy(), &[0x54; 32]));
    let (other, _) = held(inbox_key_pair(&entropy(), &[0x55; 32]));
    let payload = pieces.bytes();
    let whole = held(seal_item(&entropy(), &public, &INBOX, payload));
    assert!(is_bucket(whole.len()));
    assert!(open_item(&entropy(), &other, &INBOX, &whole).is_err());
    assert!(open_item(&entropy(), &private, &InboxId::new([9; 16]), &whole).is_err());
    let open = |found: &[u8]| open_item(&entropy(), &private, &INBOX, found).ok();
    changed(whole, payload, pieces, open)
}

fn repair_of(pieces: &mut Pieces<'_>) -> Repair {
    Repair {
        log: LOG,
        head: HEAD,
        leaf: pieces.number().into(),
        key_package: pieces.bytes().to_vec(),
        return_inbox: return_inbox(),
    }
}

fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let unverified = UnverifiedRepair::from_bytes(bytes).ok()?;
    let (leaf, key) = (unverified.leaf(), *device().credential().device_key());
    let verified = |key, log, head| unverified.clone().verify(key, log, head);
    assert!(verified(&[9; 32], &LOG, &HEAD).is_err());
    let read = verified(&key, &LOG, &HEAD).ok()?;
    assert!(verified(&key, &LOG, &HeadId::new([9; 32])).is_err());
    assert!(read.leaf == leaf && (read.log, read.head) == (LOG, HEAD));
    Some(encoded(&read))
}

/// A signal, sealed as it was signed, as whoever stands at its head hears it.
fn said(bytes: &[u8]) -> Option<Vec<u8>> {
    let body = held(seal_body(
        &key(),
        &entropy(),
        &LOG,
        &HEAD,
        WrapKind::Signal,
        bytes,
    ));
    assert!(signal::open(&key(), &LOG, &HeadId::new([9; 32]), &body).is_err());
    let heard = signal::open(&key(), &LOG, &HEAD, &body).ok()?;
    let leaf = heard.leaf();
    assert!(heard.clone().verify(&[9; 32]).is_err());
    let content = heard.verify(device().credential().device_key()).ok()?;
    Some(written(|encoder| {
        let encoder = encoder.map(4)?.u8(0)?.bytes(LOG.as_bytes())?;
        let encoder = encoder.u8(1)?.bytes(HEAD.as_bytes())?;
        encoder.u8(2)?.u32(leaf)?.u8(3)?.bytes(&content)?.ok()
    }))
}

fn commit(bytes: &[u8]) -> Verdict {
    let Ok(payload) = CommitPayload::from_bytes(bytes) else {
        return Verdict::Refused;
    };
    agree::check(bytes, &payload.to_bytes());
    let (write, read) = (WriteKey::new([0x12; 32]), ReadKey::new([0x16; 32]));
    let message = &*payload.message;
    let statement = signed_array(
        "kith/commit-keys",
        &[
            &protocol::hash::sha256(&[message]),
            LOG.as_bytes(),
            HEAD.as_bytes(),
            write.as_bytes(),
            read.as_bytes(),
        ],
    );
    let signature = sign(&device_key(), &statement);
    let is_signed = second_is(Decoder::new(bytes), signature.as_bytes());
    let key = *device().credential().device_key();
    let holds = |key: &[u8; 32], read: &ReadKey| {
        let checked = payload.check(key, &LOG, &HEAD, &write, read);
        checked.is_ok()
    };
    assert_eq!(holds(&key, &read), is_signed);
    assert!(!holds(&key, &ReadKey::new([9; 32])) && !holds(&[9; 32], &read));
    if is_signed {
        Verdict::Taken
    } else {
        Verdict::Refused
    }
}

/// Whether the second field of a map is these bytes.
fn second_is(mut decoder: Decoder<'_>, expected: &[u8]) -> bool {
    held(decoder.map());
    held(decoder.skip().and_then(|()| decoder.skip()));
    held(decoder.u8());
    held(decoder.bytes()) == expected
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let device = device();
    let repair = repair_of(&mut Pieces(&[2, 2, 1, 1])).sign(&device);
    let signal = written(|encoder| {
        let encoder = encoder.map(4)?.u8(0)?.bytes(LOG.as_bytes())?;
        let encoder = encoder.u8(1)?.bytes(HEAD.as_bytes())?;
        encoder.u8(2)?.u8(2)?.u8(3)?.bytes(b"hello")?.ok()
    });
    let (write, read) = (WriteKey::new([0x12; 32]), ReadKey::new([0x16; 32]));
    let commit = CommitPayload::new(&device, vec![0x53; 40], &LOG, &HEAD, &write, &read);
    vec![
        b"\x00\x00\x05hello\x01".to_vec(),
        b"\x00\x01\xc8\x01".to_vec(),
        b"\x00\x02\x01a\xff".to_vec(),
        b"\x00\x03\x0aten octets\x32".to_vec(),
        b"\x01\x00\x00\x00\x02ab\x00\x00\x00".to_vec(),
        b"\x01\x00\x00\x00\x00".to_vec(),
        b"\x02\x00\x05hello".to_vec(),
        b"\x02\x01\x02kp".to_vec(),
        b"\x03\x05hello".to_vec(),
        b"\x04\x02\x02kp".to_vec(),
        [&[5][..], signed::body(&repair)].concat(),
        [&[6][..], &signal].concat(),
        [&[7][..], &commit.to_bytes()].concat(),
    ]
}
