//! What holds for every message and for all bytes.

#[cfg(test)]
mod properties {
    use content::{
        AttachedFile, ContentKey, Disposition, Expiration, ExtensionKey, ExtensionValue,
        Extensions, ExternalPart, Item, MAX_FILES, MessageId, MimiContent, MultiPart, NestedPart,
        Part, PartSemantics, RoomUri, Salt, SealedFile, SenderUri, SinglePart, TextMessage,
        TopicId,
    };
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof};
    use proptest::proptest;

    fn octets(most: usize) -> impl Strategy<Value = Vec<u8>> {
        vec(any::<u8>(), 0..=most)
    }

    fn message_id() -> impl Strategy<Value = MessageId> {
        any::<[u8; 32]>().prop_filter_map("another hash algorithm", |mut octets| {
            octets[0] = 1;
            MessageId::from_bytes(octets)
        })
    }

    fn expiration() -> impl Strategy<Value = Expiration> {
        prop_oneof![
            any::<u32>().prop_map(|seconds| Expiration::AfterReading { seconds }),
            any::<u32>().prop_map(|unix_seconds| Expiration::At { unix_seconds }),
        ]
    }

    fn extension_key() -> impl Strategy<Value = ExtensionKey> {
        let key = prop_oneof![
            (-300_i64..300).prop_map(ExtensionKey::integer),
            any::<i64>().prop_map(|key| ExtensionKey::integer(key >> 10)),
            ".{1,60}".prop_map(|key| ExtensionKey::text(&key)),
        ];
        key.prop_filter_map("a key that is not permitted", Result::ok)
    }

    fn extension_value() -> impl Strategy<Value = ExtensionValue> {
        let value = prop_oneof![
            Just(vec![0x83, 0xf5, 0xa1, 0x20, 0x61, 0x61, 0xf9, 0x7e, 0x00]),
            octets(24).prop_map(
                |octets| minicbor::to_vec(minicbor::bytes::ByteVec::from(octets)).unwrap()
            ),
            any::<i64>().prop_map(|number| minicbor::to_vec(number).unwrap()),
            any::<String>().prop_map(|text| minicbor::to_vec(text).unwrap()),
        ];
        value.prop_map(|encoded| ExtensionValue::from_cbor(&encoded).unwrap())
    }

    fn extensions() -> impl Strategy<Value = Extensions> {
        let uris = (option::of(any::<String>()), option::of(any::<String>()));
        (uris, vec((extension_key(), extension_value()), 0..5)).prop_map(|(uris, unknown)| {
            let mut extensions = Extensions::default();
            (extensions.sender_uri, extensions.room_uri) = uris;
            for (key, value) in unknown {
                extensions.insert(key, value);
            }
            extensions
        })
    }

    fn external() -> impl Strategy<Value = Part> {
        let texts = any::<[String; 4]>();
        let numbers = any::<(u32, u64, u16, u8)>();
        (
            texts,
            numbers,
            [octets(32), octets(16), octets(40), octets(64)],
        )
            .prop_map(
                |([content_type, url, description, filename], numbers, [key, nonce, aad, hash])| {
                    Part::External(Box::new(ExternalPart {
                        content_type,
                        url,
                        expires_unix_seconds: numbers.0,
                        size_bytes: numbers.1,
                        encryption_algorithm: numbers.2,
                        key: ContentKey::new(key),
                        nonce,
                        additional_data: aad,
                        hash_algorithm: numbers.3,
                        content_hash: hash,
                        description,
                        filename,
                    }))
                },
            )
    }

    fn file() -> impl Strategy<Value = AttachedFile> {
        let hashes = any::<([u8; 16], [u8; 32], [u8; 32], [u8; 32], u64)>();
        (".{0,63}", "[a-z]{1,9}/[a-z]{1,9}", hashes).prop_map(
            |(name, media_type, (blob, key, root, hash, content_bytes))| {
                let sealed = SealedFile {
                    blob,
                    key: ContentKey::new(key.to_vec()),
                    root,
                    hash,
                    content_bytes,
                };
                AttachedFile::new(name, media_type, sealed).unwrap()
            },
        )
    }

    fn nested(part: impl Strategy<Value = Part>) -> impl Strategy<Value = NestedPart> {
        (any::<u8>(), ".{0,5}", part).prop_map(|(disposition, language, part)| NestedPart {
            disposition: Disposition(disposition),
            language,
            part,
        })
    }

    fn nested_part() -> impl Strategy<Value = NestedPart> {
        let single = (any::<String>(), octets(300)).prop_map(|(content_type, content)| {
            Part::Single(SinglePart {
                content_type,
                content,
            })
        });
        let leaf = nested(prop_oneof![Just(Part::Null), single, external()]);
        leaf.prop_recursive(3, 24, 4, |inner| {
            let semantics = prop_oneof![
                Just(PartSemantics::ChooseOne),
                Just(PartSemantics::SingleUnit),
                Just(PartSemantics::ProcessAll),
            ];
            nested(
                (semantics, vec(inner, 2..5)).prop_map(|(semantics, parts)| {
                    Part::Multi(MultiPart::new(semantics, parts).unwrap())
                }),
            )
        })
    }

    fn content() -> impl Strategy<Value = MimiContent> {
        let relations = (option::of(message_id()), option::of(message_id()));
        let fields = (any::<[u8; 16]>(), octets(40), option::of(expiration()));
        (fields, relations, extensions(), nested_part()).prop_map(
            |((salt, topic, expires), (replaces, in_reply_to), extensions, nested_part)| {
                MimiContent {
                    salt: Salt::new(salt),
                    replaces,
                    topic_id: TopicId::from_bytes(&topic).unwrap(),
                    expires,
                    in_reply_to,
                    extensions,
                    nested_part,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn every_message_decodes_from_its_encoding(content in content()) {
            let encoded = content.encode();
            let decoded = MimiContent::decode(&encoded);
            prop_assert_eq!(decoded.as_ref(), Ok(&content));
            prop_assert_eq!(content.encode(), encoded);
            Item::from_content(&content);
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_are_the_one_encoding(bytes in octets(200)) {
            if let Ok(content) = MimiContent::decode(&bytes) {
                prop_assert_eq!(content.encode(), bytes);
            }
        }

        #[test]
        fn a_damaged_message_is_refused_or_is_the_one_encoding(
            content in content(),
            at in any::<proptest::sample::Index>(),
            octet in any::<u8>(),
            damage in 0..3,
        ) {
            let mut bytes = content.encode();
            let at = at.index(bytes.len());
            match damage {
                0 => bytes[at] = octet,
                1 => bytes.insert(at, octet),
                _ => drop(bytes.remove(at)),
            }
            if let Ok(content) = MimiContent::decode(&bytes) {
                prop_assert_eq!(content.encode(), bytes);
            }
        }

        #[test]
        fn a_truncated_message_is_refused(content in content(), at in any::<proptest::sample::Index>()) {
            let bytes = content.encode();
            prop_assert!(MimiContent::decode(&bytes[..at.index(bytes.len())]).is_err());
        }

        #[test]
        fn every_text_arrives_as_it_was_sent(text in any::<String>(), salt in any::<[u8; 16]>()) {
            let sender = SenderUri::from_fingerprint([1; 32]);
            let room = RoomUri::from_conversation_key([2; 32]);
            let message = TextMessage::new(text).unwrap();
            let sent = message.to_content(Salt::new(salt), &sender, &room).encode();
            let received = MimiContent::decode(&sent).unwrap();
            prop_assert_eq!(Item::from_content(&received), Item::Text(message));
            let id = MessageId::derive(&sender.to_string(), &room.to_string(), &sent, &received.salt);
            prop_assert_eq!(Ok(received.message_id(&sender, &room)), id);
        }

        #[test]
        fn every_file_arrives_as_it_was_sent(text in any::<String>(), files in vec(file(), 0..=MAX_FILES)) {
            let sender = SenderUri::from_fingerprint([1; 32]);
            let room = RoomUri::from_conversation_key([2; 32]);
            let mut message = TextMessage::new(text).unwrap();
            message.set_files(files).unwrap();
            let sent = message.to_content(Salt::new([3; 16]), &sender, &room).encode();
            let received = MimiContent::decode(&sent).unwrap();
            prop_assert_eq!(Item::from_content(&received), Item::Text(message));
        }

        #[test]
        fn uris_of_any_key_read_back(key in any::<[u8; 32]>(), text in any::<String>()) {
            let sender = SenderUri::from_fingerprint(key);
            prop_assert_eq!(SenderUri::parse(&sender.to_string()), Ok(sender));
            if let Ok(room) = RoomUri::parse(&text) {
                prop_assert_eq!(room.to_string(), text);
            }
        }
    }
}
