//! The examples of draft-ietf-mimi-content-08, in `tests/draft/examples.txt`, decode and have the draft's message ids.

#[cfg(test)]
mod draft_examples {
    use content::{Item, MessageId, MimiContent, Part};
    use data_encoding::HEXLOWER;

    const ROOM: &str = "mimi://example.com/r/engineering_team";

    struct Example {
        name: &'static str,
        sender: &'static str,
        id: &'static str,
        octets: Vec<u8>,
    }

    fn examples() -> Vec<Example> {
        let file = include_str!("draft/examples.txt");
        let lines = file.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                let columns: Vec<_> = line.split(" | ").collect();
                let [name, sender, id, hex] = columns.try_into().unwrap();
                let octets = HEXLOWER.decode(hex.as_bytes()).unwrap();
                Example {
                    name,
                    sender,
                    id,
                    octets,
                }
            })
            .collect()
    }

    fn example(name: &str) -> MimiContent {
        let found = examples()
            .into_iter()
            .find(|example| example.name.ends_with(name))
            .unwrap();
        MimiContent::decode(&found.octets).unwrap()
    }

    #[test]
    fn they_decode_encode_alike_and_have_the_drafts_ids() {
        assert_eq!(examples().len(), 11);
        for Example {
            name,
            sender,
            id,
            octets,
        } in examples()
        {
            let content = MimiContent::decode(&octets).unwrap();
            assert_eq!(content.encode(), octets, "{name}");
            assert_eq!(
                content.extensions.sender_uri.as_deref(),
                Some(sender),
                "{name}"
            );
            assert_eq!(content.extensions.room_uri.as_deref(), Some(ROOM), "{name}");
            let derived = MessageId::derive(sender, ROOM, &octets, &content.salt).unwrap();
            assert_eq!(derived.to_string(), id, "{name}");
        }
    }

    #[test]
    fn a_reply_refers_to_the_original_and_an_edit_to_the_reply() {
        let id = |name: &str| {
            let found = examples()
                .into_iter()
                .find(|example| example.name.ends_with(name));
            found.unwrap().id.to_owned()
        };
        let reply = example("reply");
        assert_eq!(
            reply.in_reply_to.map(|id| id.to_string()),
            Some(id("original"))
        );
        assert_eq!(
            example("edit").replaces.map(|id| id.to_string()),
            Some(id("reply"))
        );
        assert_eq!(
            example("unlike").replaces.map(|id| id.to_string()),
            Some(id("reaction"))
        );
    }

    #[test]
    fn markdown_is_shown_as_text_and_an_attachment_is_named() {
        let Item::Text(text) = Item::from_content(&example("original")) else {
            panic!("not shown as text");
        };
        assert_eq!(
            text.text(),
            "Hi everyone, we just shipped release 2.0. __Good  work__!"
        );
        let Item::Unknown(unknown) = Item::from_content(&example("attachment")) else {
            panic!("shown as text");
        };
        assert_eq!(
            unknown.to_string(),
            "something this version cannot show: video/mp4"
        );
        assert!(matches!(example("delete").nested_part.part, Part::Null));
    }
}
