//! An invitation as a link, a home invitation as a text.

use crate::golden::{check, hex};
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, InboxId, InboxPublicKey, PersonaFingerprint};
use protocol::invitation::Invitation;
use protocol::name::Name;
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, SealKey};
use serde::Serialize;

#[derive(Serialize)]
struct Link {
    name: &'static str,
    /// The CBOR after the four bytes of the check.
    diagnostic: String,
    payload: String,
    link: String,
}

#[derive(Serialize)]
struct HomeInvitation {
    secret: String,
    text: String,
}

pub fn invitation(home: &str, name: &str) -> Invitation {
    Invitation {
        home: HomeUrl::parse(home).unwrap(),
        home_key: HomeKey::new([0x33; 32]),
        inbox: InboxId::new([0x20; 16]),
        inbox_key: InboxPublicKey::new([0x34; 32]),
        seal_key: SealKey::new([0x35; 32]),
        capability: CapabilitySecret::new([0x2b; 32]),
        persona: PersonaFingerprint::new([0x36; 32]),
        name: Name::parse(name).unwrap(),
    }
}

/// The CBOR in a link.
pub fn payload(link: &str) -> Vec<u8> {
    let (_, encoded) = link.split_once("/#/i/").unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD
        .decode(encoded.as_bytes())
        .unwrap();
    bytes[4..].to_vec()
}

#[test]
fn an_invitation_has_its_pinned_link() {
    let cases = [
        ("on the open network", "https://home.example", "Ada"),
        ("on this machine", "http://127.0.0.1:8440", "مريم"),
    ];
    let vectors = cases.map(|(name, home, inviter)| {
        let invitation = invitation(home, inviter);
        let link = invitation.to_link();
        assert_eq!(Invitation::from_link(&link), Ok(invitation));
        let payload = payload(&link);
        Link {
            name,
            diagnostic: minicbor::display(&payload).to_string(),
            payload: hex(&payload),
            link,
        }
    });
    check("invitations.json", &vectors);
}

#[test]
fn a_home_invitation_has_its_pinned_text() {
    let vectors = [[0x23; 20], [0x00; 20], [0xff; 20]].map(|bytes| {
        let secret = HomeInvitationSecret::new(bytes);
        let text = home_invitation::to_text(&secret);
        assert_eq!(home_invitation::from_text(&text), Ok(secret));
        HomeInvitation {
            secret: hex(&bytes),
            text,
        }
    });
    check("home_invitations.json", &vectors);
}
