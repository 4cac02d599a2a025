//! The content of the Place extension.

use crate::golden::{Encoded, check};
use mls::place::{Boat, Kind, Place};
use protocol::encoding::encoded;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, LogId};

fn boat(home: &str, key: u8) -> Boat {
    Boat {
        home: HomeUrl::parse(home).unwrap(),
        home_key: HomeKey::new([key; 32]),
    }
}

fn place(generation: u64, boats: Vec<Boat>) -> Place {
    Place {
        generation,
        home: HomeUrl::parse("https://home.example").unwrap(),
        home_key: HomeKey::new([0x33; 32]),
        log: LogId::new([0x10; 16]),
        boats,
        closing_key: [0x37; 32],
        conversation: [0x38; 32],
        kind: Kind::Pair,
    }
}

fn circle() -> Place {
    Place {
        kind: Kind::Circle,
        ..place(0, vec![])
    }
}

#[test]
fn a_place_has_its_pinned_bytes() {
    let boats = vec![
        boat("https://first.example", 0x39),
        boat("https://second.example:8440", 0x3a),
    ];
    let cases = [
        ("place", "no boats, never moved", place(0, vec![])),
        ("place with boats", "two boats, moved once", place(1, boats)),
        ("place of a circle", "no boats, never moved", circle()),
    ];
    let vectors = cases.map(|(name, description, place)| {
        let bytes = encoded(&place);
        assert_eq!(protocol::canonical::check(&bytes), Ok(()), "{name}");
        assert_eq!(minicbor::decode::<Place>(&bytes).unwrap(), place, "{name}");
        Encoded::new(name, description, &bytes)
    });
    check("place.json", &vectors);
}
