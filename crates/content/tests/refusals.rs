//! Each departure from draft-ietf-mimi-content-08's CDDL and bounds is refused by its name.

#[cfg(test)]
mod refusals {
    use content::{DecodeError, ExtensionError, MimiContent, ShapeError};
    use data_encoding::HEXLOWER;

    const SALT: &str = "5000112233445566778899aabbccddeeff";
    const NULL_PART: &str = "83016000";

    /// A message of seven fields, each in hex.
    fn message(fields: [&str; 7]) -> Vec<u8> {
        HEXLOWER
            .decode(format!("87{}", fields.concat()).as_bytes())
            .unwrap()
    }

    fn check(fields: [&str; 7], expected: DecodeError) {
        assert_eq!(
            MimiContent::decode(&message(fields)),
            Err(expected),
            "{fields:?}"
        );
    }

    fn check_extensions(extensions: &str, expected: DecodeError) {
        check(
            [SALT, "f6", "40", "f6", "f6", extensions, NULL_PART],
            expected,
        );
    }

    fn check_part(part: &str, expected: impl Into<DecodeError>) {
        check([SALT, "f6", "40", "f6", "f6", "a0", part], expected.into());
    }

    fn wrong_length(field: &'static str, expected: u64, found: u64) -> DecodeError {
        DecodeError::WrongLength {
            field,
            expected,
            found,
        }
    }

    fn out_of_range(field: &'static str, limit: u64, found: u64) -> DecodeError {
        DecodeError::OutOfRange {
            field,
            limit,
            found,
        }
    }

    fn wrong_type(field: &'static str) -> DecodeError {
        DecodeError::WrongType { field }
    }

    #[test]
    fn the_smallest_message_is_accepted() {
        let octets = message([SALT, "f6", "40", "f6", "f6", "a0", NULL_PART]);
        assert_eq!(MimiContent::decode(&octets).unwrap().encode(), octets);
    }

    #[test]
    fn fields_of_wrong_type_or_size_are_refused() {
        let id = format!("58200{}", "1".repeat(63));
        let strange_id = format!("582002{}", "11".repeat(31));
        let long_topic = format!("591001{}", "00".repeat(4097));
        let short_salt = "4f00112233445566778899aabbccddee";
        let ok = [SALT, "f6", "40", "f6", "f6", "a0", NULL_PART];
        let with = |index: usize, field| {
            let mut fields = ok;
            fields[index] = field;
            fields
        };
        assert!(MimiContent::decode(&message(with(1, &id))).is_ok());
        assert!(MimiContent::decode(&message(with(4, &id))).is_ok());
        check(with(0, short_salt), wrong_length("salt", 16, 15));
        check(with(0, "f6"), wrong_type("salt"));
        check(with(1, "40"), wrong_length("replaces", 32, 0));
        check(with(1, "f7"), wrong_type("replaces"));
        let unknown = DecodeError::UnknownHashAlgorithm {
            field: "in_reply_to",
            found: 2,
        };
        check(with(4, &strange_id), unknown);
        check(with(2, "60"), wrong_type("topic_id"));
        check(
            with(2, &long_topic),
            out_of_range("length of topic_id", 4096, 4097),
        );
        check(with(3, "81f5"), wrong_length("expires", 2, 1));
        check(with(3, "820100"), wrong_type("expires.relative"));
        check(with(3, "82f520"), wrong_type("expires.time"));
        let time = out_of_range("expires.time", u32::MAX.into(), 1 << 32);
        check(with(3, "82f51b0000000100000000"), time);
        check(with(5, "80"), wrong_type("extensions"));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let decode = |hex: &str| MimiContent::decode(&HEXLOWER.decode(hex.as_bytes()).unwrap());
        assert_eq!(decode(""), Err(DecodeError::Truncated { at: 0 }));
        assert_eq!(decode("a0"), Err(wrong_type("message")));
        assert_eq!(decode("80"), Err(wrong_length("message", 7, 0)));
        let mut octets = message([SALT, "f6", "40", "f6", "f6", "a0", NULL_PART]);
        octets.push(0);
        assert_eq!(
            MimiContent::decode(&octets),
            Err(DecodeError::TrailingBytes {
                at: octets.len() - 1
            })
        );
        octets.truncate(octets.len() - 2);
        // The part's array promises three items, and two octets are left.
        assert_eq!(
            MimiContent::decode(&octets),
            Err(DecodeError::Truncated { at: 23 })
        );
        for (fields, at) in [
            ([SALT, "f6", "5fff", "f6", "f6", "a0", NULL_PART], 19),
            ([SALT, "f6", "40", "f6", "f6", "bfff", NULL_PART], 22),
            ([SALT, "f6", "40", "f6", "f6", "a0", "9f016000ff"], 23),
        ] {
            check(fields, DecodeError::IndefiniteLength { at });
        }
        check(
            [SALT, "f6", "40", "f6", "f6", "a0", "8318016000"],
            DecodeError::NotShortest { at: 24 },
        );
    }

    #[test]
    fn extensions_that_the_draft_forbids_are_refused() {
        check_extensions("a100f6", ExtensionError::ReservedKey.into());
        check_extensions("a160f6", ExtensionError::KeyLength { found: 0 }.into());
        let long_key = format!("a1790100{}f6", "61".repeat(256));
        check_extensions(&long_key, ExtensionError::KeyLength { found: 256 }.into());
        check_extensions("a14161f6", wrong_type("extension key"));
        check_extensions("a1f5f6", DecodeError::InvalidKeyType { at: 23 });
        check_extensions("a10100", wrong_type("sender_uri"));
        check_extensions("a10240", wrong_type("room_uri"));
        check_extensions("a203f603f6", DecodeError::DuplicateKey { at: 25 });
        check_extensions("a204f603f6", DecodeError::KeysOutOfOrder { at: 25 });
        check_extensions("a1038181818100", DecodeError::TooDeep { at: 27 });
        check_extensions("a103a201000100", DecodeError::DuplicateKey { at: 27 });
    }

    #[test]
    fn parts_that_the_draft_forbids_are_refused() {
        check_part("f6", wrong_type("part"));
        check_part("820160", wrong_length("part", 3, 2));
        check_part("8401600000", wrong_length("part", 3, 4));
        check_part("83016001", wrong_length("part", 5, 3));
        check_part("83016002", wrong_length("part", 15, 3));
        check_part("83016004", out_of_range("cardinality", 3, 4));
        check_part("831901006000", out_of_range("disposition", 255, 256));
        check_part("83206000", wrong_type("disposition"));
        check_part("83014000", wrong_type("language"));
        check_part("850160014040", wrong_type("content_type"));
        check_part("850160016060", wrong_type("content"));
        check_part("850160030380", out_of_range("part_semantics", 2, 3));
        check_part("8501600300a0", wrong_type("parts"));
        check_part("850160030080", ShapeError::TooFewParts { found: 0 });
        check_part("85016003008183016000", ShapeError::TooFewParts { found: 1 });
    }

    #[test]
    fn numbers_of_an_external_part_are_bounded() {
        let external = |expires: &str, size: &str, algorithm: &str, hash: &str| {
            format!("8f0160026060{expires}{size}{algorithm}404040{hash}406060")
        };
        let greatest = external("1affffffff", "1bffffffffffffffff", "19ffff", "18ff");
        let octets = message([SALT, "f6", "40", "f6", "f6", "a0", &greatest]);
        assert_eq!(MimiContent::decode(&octets).unwrap().encode(), octets);
        check_part(
            &external("1b0000000100000000", "00", "00", "00"),
            out_of_range("expires_unix_seconds", u32::MAX.into(), 1 << 32),
        );
        check_part(
            &external("00", "00", "1a00010000", "00"),
            out_of_range("encryption_algorithm", 65_535, 65_536),
        );
        check_part(
            &external("00", "00", "00", "190100"),
            out_of_range("hash_algorithm", 255, 256),
        );
        check_part(&external("00", "20", "00", "00"), wrong_type("size_bytes"));
    }

    #[test]
    fn the_number_and_depth_of_parts_are_bounded() {
        let many = |count: u16| {
            let parts = NULL_PART.repeat(usize::from(count));
            format!("850160030099{count:04x}{parts}")
        };
        let octets = message([SALT, "f6", "40", "f6", "f6", "a0", &many(1023)]);
        assert_eq!(MimiContent::decode(&octets).unwrap().encode(), octets);
        check_part(
            &many(1024),
            ShapeError::TooManyParts {
                limit: 1024,
                found: 1025,
            },
        );
        let deep = |levels: usize| {
            let open = "850160030082".repeat(levels - 1);
            format!("{open}{}", NULL_PART.repeat(levels))
        };
        let octets = message([SALT, "f6", "40", "f6", "f6", "a0", &deep(4)]);
        assert_eq!(MimiContent::decode(&octets).unwrap().encode(), octets);
        check_part(&deep(5), DecodeError::TooDeep { at: 46 });
    }

    #[test]
    fn a_promise_of_endless_content_costs_nothing() {
        check_part(
            "85016003009bffffffffffffffff",
            DecodeError::Truncated { at: 28 },
        );
        check_part(
            "850160015bffffffffffffffff",
            DecodeError::Truncated { at: 27 },
        );
        let nested = vec![0x81; 1 << 20];
        assert_eq!(
            MimiContent::decode(&nested),
            Err(DecodeError::TooDeep { at: 8 })
        );
    }
}
