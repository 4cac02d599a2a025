//! The encodings and message ids of one message of each kind, pinned in `tests/golden/*.txt`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p content --test golden` writes the files anew.

#[cfg(test)]
mod golden {
    use std::fs;
    use std::path::PathBuf;

    use content::{
        AttachedFile, ContentKey, Disposition, Expiration, ExtensionKey, ExtensionValue,
        ExternalPart, Item, MessageId, MimiContent, MultiPart, NestedPart, Part, PartSemantics,
        RoomUri, Salt, SealedFile, SenderUri, SinglePart, TextMessage, TopicId,
    };
    use data_encoding::HEXLOWER;

    fn sender() -> SenderUri {
        SenderUri::from_fingerprint([0x11; 32])
    }

    fn room() -> RoomUri {
        RoomUri::from_conversation_key([0x22; 32])
    }

    fn salt() -> Salt {
        Salt::new(*b"sixteen octets !")
    }

    fn earlier() -> Option<MessageId> {
        let mut octets = [0x33; 32];
        octets[0] = 1;
        MessageId::from_bytes(octets)
    }

    fn text(text: &str) -> MimiContent {
        TextMessage::new(text)
            .unwrap()
            .to_content(salt(), &sender(), &room())
    }

    fn file(name: &str, media_type: &str, content_bytes: u64) -> AttachedFile {
        let sealed = SealedFile {
            blob: [0x77; 16],
            key: ContentKey::new(vec![0x88; 32]),
            root: [0x99; 32],
            hash: [0xaa; 32],
            content_bytes,
        };
        AttachedFile::new(name, media_type, sealed).unwrap()
    }

    fn with_files(text: &str, files: Vec<AttachedFile>) -> MimiContent {
        let mut message = TextMessage::new(text).unwrap();
        message.set_files(files).unwrap();
        message.to_content(salt(), &sender(), &room())
    }

    fn nested(disposition: Disposition, part: Part) -> NestedPart {
        NestedPart {
            disposition,
            language: String::new(),
            part,
        }
    }

    fn single(disposition: Disposition, content_type: &str, content: &[u8]) -> NestedPart {
        let (content_type, content) = (content_type.to_owned(), content.to_vec());
        nested(
            disposition,
            Part::Single(SinglePart {
                content_type,
                content,
            }),
        )
    }

    fn external() -> NestedPart {
        let part = ExternalPart {
            content_type: "video/mp4".to_owned(),
            url: "https://example.org/blob/7".to_owned(),
            expires_unix_seconds: u32::MAX,
            size_bytes: u64::MAX,
            encryption_algorithm: 1,
            key: ContentKey::new(vec![0x44; 16]),
            nonce: vec![0x55; 12],
            additional_data: Vec::new(),
            hash_algorithm: 1,
            content_hash: vec![0x66; 32],
            description: "a walk by the sea".to_owned(),
            filename: "walk.mp4".to_owned(),
        };
        NestedPart {
            language: "en".to_owned(),
            ..nested(Disposition::ATTACHMENT, Part::External(Box::new(part)))
        }
    }

    fn reaction() -> NestedPart {
        single(
            Disposition::REACTION,
            "text/plain;charset=utf-8",
            "❤".as_bytes(),
        )
    }

    fn multi() -> NestedPart {
        let parts = vec![
            single(
                Disposition::RENDER,
                "text/markdown;variant=GFM-MIMI",
                b"# Welcome!",
            ),
            single(Disposition::INLINE, "image/png", &[0x89, 0x50, 0x4e, 0x47]),
        ];
        let multi = MultiPart::new(PartSemantics::ChooseOne, parts).unwrap();
        nested(Disposition::RENDER, Part::Multi(multi))
    }

    fn insert_unknown_extensions(content: &mut MimiContent) {
        let texts = ["b", "aa"].map(ExtensionKey::text);
        for key in texts
            .into_iter()
            .chain([-1, 256, 3].map(ExtensionKey::integer))
        {
            let value = ExtensionValue::from_cbor(&[0x82, 0xf5, 0xf6]).unwrap();
            content.extensions.insert(key.unwrap(), value);
        }
    }

    /// The text "hello", changed.
    fn with(change: impl FnOnce(&mut MimiContent)) -> MimiContent {
        let mut content = text("hello");
        change(&mut content);
        content
    }

    fn messages_with_files() -> Vec<(&'static str, &'static str, MimiContent)> {
        let picture = file("صورة 1.png", "image/png", 1 << 40);
        let empty = file("", "application/octet-stream", 0);
        let described = picture.clone().described("بحر أزرق 🌊").unwrap();
        vec![
            (
                "file",
                "a picture alone, as large as one can be",
                with_files("", vec![picture.clone()]),
            ),
            (
                "text_and_files",
                "a text, a picture and an empty file without a name",
                with_files("hello", vec![picture, empty.clone()]),
            ),
            (
                "files",
                "two files without a text",
                with_files("", vec![empty.clone(), empty]),
            ),
            (
                "described_file",
                "a picture with what it shows, in words",
                with_files("", vec![described]),
            ),
        ]
    }

    /// Name of the file, description, message.
    fn messages() -> Vec<(&'static str, &'static str, MimiContent)> {
        let mut all = plain_messages();
        all.extend(messages_with_files());
        all
    }

    fn plain_messages() -> Vec<(&'static str, &'static str, MimiContent)> {
        let scripts = "good morning ☀️ 👩🏽‍⚕️\nصباح الخير\n\n  早上好\n";
        let reply = with(|content| content.in_reply_to = earlier());
        let edit = with(|content| content.replaces = earlier());
        let mut deletion = edit.clone();
        deletion.nested_part.part = Part::Null;
        let mut heart = reply.clone();
        heart.nested_part = reaction();
        let unknown = with(|content| content.nested_part.disposition = Disposition(200));
        let multipart = with(|content| content.nested_part = multi());
        let elsewhere = with(|content| content.nested_part = external());
        let expiring = with(|content| {
            content.topic_id = TopicId::from_bytes(b"walks").unwrap();
            content.expires = Some(Expiration::AfterReading { seconds: 3600 });
        });
        let extended = with(insert_unknown_extensions);
        vec![
            ("text", "plain text \"hello\"", text("hello")),
            (
                "text_scripts",
                "text in three scripts, with emoji and newlines",
                text(scripts),
            ),
            ("reply", "a text that answers another message", reply),
            ("edit", "a text that replaces an earlier one", edit),
            (
                "deletion",
                "an empty body that takes an earlier message back",
                deletion,
            ),
            ("reaction", "a heart", heart),
            (
                "unknown_disposition",
                "a text with disposition 200",
                unknown,
            ),
            (
                "multipart",
                "Markdown or a picture, the receiver chooses",
                multipart,
            ),
            (
                "external",
                "a film kept elsewhere, with the greatest numbers",
                elsewhere,
            ),
            (
                "expiring_topic",
                "a text within a topic, gone an hour after reading",
                expiring,
            ),
            (
                "extensions",
                "unknown extensions, in the order of their encodings",
                extended,
            ),
        ]
    }

    fn render(description: &str, content: &MimiContent) -> String {
        let hex = HEXLOWER.encode(&content.encode());
        let lines: Vec<_> = hex
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        let id = content.message_id(&sender(), &room());
        format!(
            "{description}\nsender: {}\nroom: {}\nmessage id: {id}\n{}\n",
            sender(),
            room(),
            lines.join("\n")
        )
    }

    #[test]
    fn every_kind_of_message_has_the_encoding_and_id_on_file() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        for (name, description, content) in messages() {
            let path = folder.join(format!("{name}.txt"));
            let rendered = render(description, &content);
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, &rendered).unwrap();
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), rendered, "{name}");
        }
    }

    #[test]
    fn every_file_decodes_to_the_message_it_describes() {
        for (name, description, content) in messages() {
            let rendered = render(description, &content);
            let hex: String = rendered.lines().skip(4).collect();
            let octets = HEXLOWER.decode(hex.as_bytes()).unwrap();
            assert_eq!(MimiContent::decode(&octets), Ok(content), "{name}");
        }
    }

    #[test]
    fn texts_and_replies_are_shown_and_the_rest_is_named() {
        let shown: Vec<_> = messages()
            .into_iter()
            .filter(|(_, _, content)| matches!(Item::from_content(content), Item::Text(_)))
            .map(|(name, _, _)| name)
            .collect();
        let expected = [
            "text",
            "text_scripts",
            "reply",
            "unknown_disposition",
            "expiring_topic",
            "extensions",
            "file",
            "text_and_files",
            "files",
            "described_file",
        ];
        assert_eq!(shown, expected);
    }
}
