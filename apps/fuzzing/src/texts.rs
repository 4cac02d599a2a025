//! What people hand on as text: invitation links, home invitations, addresses of homes, names. What is
//! read is written as a text that reads the same.

use crate::{Verdict, held};
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::invitation::Invitation;
use protocol::name::Name;

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Verdict::Refused;
    };
    let read = [
        invitation(text),
        home_invitation(text),
        home_url(text),
        name(text),
    ];
    if read.contains(&true) {
        Verdict::Taken
    } else {
        Verdict::Refused
    }
}

fn invitation(text: &str) -> bool {
    match Invitation::from_link(text) {
        Ok(invitation) => {
            let link = invitation.to_link();
            assert_eq!(Invitation::from_link(&link), Ok(invitation));
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

fn home_invitation(text: &str) -> bool {
    let Ok(secret) = home_invitation::from_text(text) else {
        return false;
    };
    let written = home_invitation::to_text(&secret);
    assert!(held(home_invitation::from_text(&written)).hash() == secret.hash());
    true
}

fn home_url(text: &str) -> bool {
    let Ok(url) = HomeUrl::parse(text) else {
        return false;
    };
    assert_eq!(HomeUrl::parse(url.as_str()).as_ref(), Ok(&url));
    assert!(url.as_str().len() <= 255 && !url.as_str().ends_with('/'));
    assert!(!url.host().is_empty() && url.socket().ends_with("/socket"));
    true
}

fn name(text: &str) -> bool {
    let Ok(name) = Name::parse(text) else {
        return false;
    };
    assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name));
    assert!(name.as_str().len() <= 128 && name.as_str().trim() == name.as_str());
    true
}

/// Valid texts of the golden vectors: links, and home invitations.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let vectors = [
        (
            include_str!("../../../crates/protocol/vectors/invitations.json"),
            "link",
        ),
        (
            include_str!("../../../crates/protocol/vectors/home_invitations.json"),
            "text",
        ),
    ];
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for (json, field) in vectors {
        let all: Vec<serde_json::Value> = held(serde_json::from_str(json));
        let texts = all.iter().filter_map(|one| one.get(field)?.as_str());
        let before = seeds.len();
        seeds.extend(texts.map(|text| text.as_bytes().to_vec()));
        assert!(seeds.len() > before, "{field}");
    }
    for text in ["https://home.example", "http://[::1]:8440", "Ada", "Jürgen"] {
        seeds.push(text.as_bytes().to_vec());
    }
    seeds
}
