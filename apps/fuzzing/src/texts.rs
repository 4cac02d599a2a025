//! What people hand on as text: invitation links, home invitations, addresses of homes, names. What is
//! read is written as a text that reads the same.

use crate::{Verdict, held, shown};
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::invitation::Invitation;
use protocol::name::Name;
use std::net::IpAddr;

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
    assert!(url.as_str().starts_with("https://") || is_this_machine(url.host()));
    true
}

/// Whether a host, perhaps with a port, is the machine that asks.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => host.split(':').next(),
    };
    let loopback = |name: &str| {
        name.parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
    };
    name.is_some_and(|name| name == "localhost" || loopback(name))
}

fn name(text: &str) -> bool {
    shown::check(text);
    if let Ok(chosen) = Name::choose(text) {
        assert_eq!(chosen.seen(), chosen);
        assert_eq!(Name::parse(text), Ok(chosen));
    }
    let Ok(name) = Name::parse(text) else {
        return false;
    };
    assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name));
    assert!(name.as_str().len() <= 128 && name.as_str().trim() == name.as_str());
    assert!(!name.as_str().chars().any(misleads), "{name:?}");
    let seen = name.seen();
    assert_eq!(Name::choose(seen.as_str()), Ok(seen));
    true
}

/// Characters that break a line, or turn or hide what stands around them.
fn misleads(character: char) -> bool {
    const MARKS: [char; 3] = ['\u{61c}', '\u{200e}', '\u{200f}'];
    let turns = [0x202a..=0x202e, 0x2066..=0x2069];
    let turns = turns.iter().any(|all| all.contains(&u32::from(character)));
    character.is_control() || turns || MARKS.contains(&character)
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
