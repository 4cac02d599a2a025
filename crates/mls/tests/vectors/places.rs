//! The content of the Place extension.

use crate::golden::{Encoded, check};
use mls::place::{Boat, Kind, Place};
use proptest::prelude::*;
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

/// The place of a circle with another number for its kind.
fn of_kind(kind: u64) -> Vec<u8> {
    let mut bytes = encoded(&circle());
    assert_eq!(bytes.split_off(bytes.len() - 2), [0x07, 0x01]);
    bytes.push(0x07);
    bytes.extend(encoded(&kind));
    bytes
}

#[test]
fn a_pair_is_one_whether_it_says_so_or_not() {
    assert_eq!(minicbor::decode(&of_kind(0)).ok(), Some(place(0, vec![])));
    assert_eq!(minicbor::decode(&of_kind(1)).ok(), Some(circle()));
}

proptest! {
    #[test]
    fn a_place_of_an_unknown_kind_does_not_decode(kind in 2u64..) {
        let bytes = of_kind(kind);
        prop_assert_eq!(protocol::canonical::check(&bytes), Ok(()));
        prop_assert!(minicbor::decode::<Place>(&bytes).is_err());
    }

    #[test]
    fn a_place_of_a_small_unknown_kind_does_not_decode(kind in 2u64..=0x1_0001) {
        prop_assert!(minicbor::decode::<Place>(&of_kind(kind)).is_err());
    }
}
