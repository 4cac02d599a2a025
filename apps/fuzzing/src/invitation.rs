//! How two people find each other: links, and what is signed on both sides of one. What was cut or changed is noticed,
//! and nothing that is not signed by whom it should be is believed.
//!
//! The first byte says what the rest is: a link; one that is made of [`Pieces`] and changed; an invitation to a home,
//! changed; a credential, a device list, a Welcome item or a contact item, each changed; and the bodies of these four, signed
//! as they come.

use crate::pieces::Pieces;
use crate::signed::{
    body, changed, device, device_key, hostile, persona, persona_key, return_inbox,
};
use crate::{Verdict, held};
use data_encoding::BASE64URL_NOPAD;
use mls::contact_item::{ContactItem, Rejoin, UnverifiedContactItem};
use mls::credential::DeviceCredential;
use mls::device_list::{DeviceList, ListedDevice};
use mls::welcome_item::{UnverifiedWelcomeItem, WelcomeItem};
use protocol::encoding::encoded;
use protocol::hash::{chain_start, first_head, sha256};
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::id::{DeviceLabel, HomeKey, InboxId, LogId, PersonaFingerprint};
use protocol::invitation::Invitation;
use protocol::name::Name;
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, SealKey};

/// The longest link that is read, in bytes.
const LONGEST_LINK: usize = 4096;

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let Some((kind, rest)) = bytes.split_first() else {
        return Verdict::Refused;
    };
    let pieces = &mut Pieces(rest);
    let (persona_key, device_key) = (persona_key(), device_key());
    match kind {
        0 => link(rest),
        1 => changed_link(pieces),
        2 => changed_home_invitation(pieces),
        3 => changed(device().credential().as_bytes(), pieces, credential),
        4 => changed(&listed(pieces).sign(&persona()), pieces, device_list),
        5 => changed(&welcome(pieces).sign(&device()), pieces, welcome_item),
        6 => changed(&contact(pieces).sign(&persona()), pieces, contact_item),
        7 => hostile("kith/credential", &persona_key, rest, credential),
        8 => hostile("kith/device-list", &persona_key, rest, device_list),
        9 => hostile("kith/welcome-item", &device_key, rest, welcome_item),
        _ => hostile("kith/contact-item", &persona_key, rest, contact_item),
    }
}

fn link(bytes: &[u8]) -> Verdict {
    let Ok(link) = std::str::from_utf8(bytes) else {
        return Verdict::Refused;
    };
    match Invitation::from_link(link) {
        Ok(invitation) => {
            assert!(link.trim().len() <= LONGEST_LINK);
            let (home, payload) = held(link.trim().split_once("/#/i/").ok_or("no fragment"));
            assert_eq!(HomeUrl::parse(home), Ok(invitation.home.clone()));
            let payload = held(BASE64URL_NOPAD.decode(payload.as_bytes()));
            let (check, content) = held(payload.split_first_chunk::<4>().ok_or("no check"));
            assert!(sha256(&[b"kith/invitation", content]).starts_with(check));
            assert_eq!(protocol::canonical::check(content), Ok(()));
            let again = invitation.to_link();
            assert_eq!(Invitation::from_link(&again), Ok(invitation));
            Verdict::Taken
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Verdict::Refused
        }
    }
}

fn changed_link(pieces: &mut Pieces<'_>) -> Verdict {
    let Ok(name) = Name::parse(&pieces.text()) else {
        return Verdict::Refused;
    };
    let homes = [
        "https://home.example",
        "http://localhost:8440",
        "https://a.b:1",
    ];
    let home = homes.get(usize::from(pieces.number()) % homes.len());
    let invitation = Invitation {
        home: held(HomeUrl::parse(home.unwrap_or(&"https://c.d"))),
        home_key: HomeKey::new([pieces.number(); 32]),
        inbox: InboxId::new([pieces.number(); 16]),
        inbox_key: return_inbox().inbox_key,
        seal_key: SealKey::new([4; 32]),
        capability: CapabilitySecret::new([5; 32]),
        persona: PersonaFingerprint::new([6; 32]),
        name,
    };
    let link = invitation.to_link();
    assert!(link.len() <= LONGEST_LINK);
    let mut found = link.clone().into_bytes();
    pieces.change(&mut found);
    let Ok(found) = String::from_utf8(found) else {
        return Verdict::Refused;
    };
    match Invitation::from_link(&found) {
        // An address has other spellings, and blanks around a link are nothing.
        Ok(read) => {
            assert_eq!(read, invitation, "{found}");
            Verdict::Taken
        }
        Err(_) => {
            assert_ne!(found, link);
            Verdict::Refused
        }
    }
}

fn changed_home_invitation(pieces: &mut Pieces<'_>) -> Verdict {
    let secret = HomeInvitationSecret::new([pieces.number(); 20]);
    let text = home_invitation::to_text(&secret);
    assert_eq!(text.len(), 50);
    let mut found = text.clone().into_bytes();
    pieces.change(&mut found);
    match home_invitation::from_text(&String::from_utf8_lossy(&found)) {
        Ok(read) => {
            assert!(read.hash() == secret.hash(), "{found:?}");
            Verdict::Taken
        }
        Err(_) => {
            assert_ne!(found, text.as_bytes());
            Verdict::Refused
        }
    }
}

fn credential(bytes: &[u8]) -> Option<Vec<u8>> {
    let key = device_key().verifying_key().to_bytes();
    assert!(DeviceCredential::verify(bytes, &[9; 32]).is_err());
    let read = DeviceCredential::verify(bytes, &key).ok()?;
    assert!(*read.device_key() == key && read.persona() == persona().key());
    assert_eq!(read.as_bytes(), bytes);
    Some(body(bytes).to_vec())
}

fn listed(pieces: &mut Pieces<'_>) -> DeviceList {
    let devices = (0..=pieces.number() % 8).map(|octet| ListedDevice {
        label: DeviceLabel::new([octet; 16]),
        device: [pieces.number(); 32],
    });
    let devices = devices.collect();
    DeviceList::new(&persona().key(), devices, pieces.number().into())
}

fn device_list(bytes: &[u8]) -> Option<Vec<u8>> {
    let other = PersonaFingerprint::new([9; 32]);
    assert!(DeviceList::verify(bytes, &other).is_err());
    let read = DeviceList::verify(bytes, &persona().key().fingerprint()).ok()?;
    assert!(!read.devices.is_empty() && read.persona() == persona().key());
    Some(encoded(&read))
}

fn welcome(pieces: &mut Pieces<'_>) -> WelcomeItem {
    let (log, return_inbox) = (LogId::new([pieces.number(); 16]), return_inbox());
    let head = first_head(&log);
    let ada = || held(Name::parse("Ada"));
    WelcomeItem {
        welcome: pieces.bytes().to_vec(),
        home: return_inbox.home.clone(),
        home_key: return_inbox.home_key,
        log,
        head,
        seq: 0,
        chain: chain_start(&log, &head),
        return_inbox,
        name: Name::parse(&pieces.text()).unwrap_or_else(|_| ada()),
        capability: CapabilitySecret::new([0x2d; 32]),
        base: pieces.number().into(),
    }
}

fn welcome_item(bytes: &[u8]) -> Option<Vec<u8>> {
    let unverified = UnverifiedWelcomeItem::from_bytes(bytes).ok()?;
    let (log, welcome) = (*unverified.log(), unverified.welcome().to_vec());
    assert!(
        unverified
            .clone()
            .verify(persona().key().as_bytes())
            .is_err()
    );
    let item = unverified.verify(device().credential().device_key()).ok()?;
    assert!(item.log == log && item.welcome == welcome);
    Some(encoded(&item))
}

fn contact(pieces: &mut Pieces<'_>) -> ContactItem {
    ContactItem {
        persona: *persona().key().as_bytes(),
        to: PersonaFingerprint::new([0x21; 32]),
        capability: CapabilitySecret::new([0x2d; 32]),
        return_inbox: return_inbox(),
        rejoin: (pieces.number() & 1 != 0).then(|| Rejoin {
            log: LogId::new([pieces.number(); 16]),
            asked_ms: pieces.number().into(),
            key_package: pieces.bytes().to_vec(),
        }),
    }
}

fn contact_item(bytes: &[u8]) -> Option<Vec<u8>> {
    let unverified = UnverifiedContactItem::from_bytes(bytes).ok()?;
    let capability = unverified.capability().clone();
    let (from, to) = (
        persona().key().fingerprint(),
        PersonaFingerprint::new([0x21; 32]),
    );
    assert!(
        unverified.clone().verify(&to, &to).is_err(),
        "of somebody else"
    );
    let read = unverified.clone().verify(&from, &from);
    let item = match (read, unverified.verify(&from, &to)) {
        (Err(_), Ok(item)) => item,
        // Whoever names another receiver is read by that one alone.
        (_, Err(_)) => return None,
        (Ok(_), Ok(_)) => unreachable!("it is for two"),
    };
    assert!(item.persona == *persona().key().as_bytes() && item.capability == capability);
    Some(encoded(&item))
}

/// The links of the golden vectors; of each kind one, as it is signed, and its body.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let vectors = include_str!("../../../crates/protocol/vectors/invitations.json");
    let vectors: Vec<serde_json::Value> = held(serde_json::from_str(vectors));
    let links = vectors.iter().filter_map(|one| one.get("link")?.as_str());
    let links = links.map(|link| [&[0], link.as_bytes()].concat());
    let nothing = || Pieces(&[3, 1, 1, 1, 1]);
    let bodies = [
        (7, device().credential().as_bytes().to_vec()),
        (8, listed(&mut nothing()).sign(&persona())),
        (9, welcome(&mut nothing()).sign(&device())),
        (10, contact(&mut nothing()).sign(&persona())),
    ];
    let bodies = bodies.map(|(kind, signed)| [&[kind][..], body(&signed)].concat());
    let made = [
        b"\x01\x03Ada\x01\x07\x09".to_vec(),
        b"\x02\x07".to_vec(),
        b"\x03".to_vec(),
        b"\x04\x01\x07\x09\x02".to_vec(),
        b"\x05\x10\x03abc\x05Merle\x04".to_vec(),
        b"\x06\x01\x10\x09\x02kp".to_vec(),
    ];
    links.chain(bodies).chain(made).collect()
}
