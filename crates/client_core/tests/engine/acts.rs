//! What is done to earlier items shows on both sides alike, and only their own author changes or takes back.

use client_core::{Draft, ItemId, ItemView};
use client_store::item::{Act, ItemRow, MessageIdBytes};
use content::{Retraction, RoomUri, Salt, SenderUri, TextMessage};

use crate::circles;
use crate::hostile::member;
use crate::people::{ADA, BOB, HOME, acquainted, conversation, say};
use crate::world::{Fault, World};

const DAY_MS: u64 = 86_400_000;

fn shown(world: &World, name: &str) -> Vec<ItemView> {
    let id = conversation(world, name).id;
    world.engine(name).items(id, 0, 10_000).unwrap()
}

fn item(world: &World, name: &str, text: &str) -> ItemId {
    let mut items = shown(world, name).into_iter();
    items.find(|item| item.text == text).unwrap().id
}

/// What both are shown of the only item; they must be shown the same.
#[track_caller]
fn alike(world: &World) -> ItemView {
    let both = [ADA, BOB].map(|name| {
        let shown = shown(world, name);
        assert_eq!(shown.len(), 1, "{name}: {shown:?}");
        shown[0].clone()
    });
    let [ada, bob] = both;
    let plain = |item: &ItemView| ItemView {
        id: ItemId::new([0; 16]),
        mine: false,
        ..item.clone()
    };
    assert_eq!(plain(&ada), plain(&bob));
    ada
}

#[test]
fn the_last_version_is_shown_and_the_first_is_kept() {
    let mut world = acquainted(1);
    say(&mut world, ADA, "first");
    world.run();
    let own = item(&world, ADA, "first");
    for text in ["second", "third"] {
        world
            .act(ADA, |engine, now| engine.edit(now, own, text))
            .unwrap();
    }
    world.run();
    let item = alike(&world);
    assert_eq!(
        (item.text.as_str(), item.edited, item.seq),
        ("third", true, Some(1))
    );
    assert_eq!(
        conversation(&world, BOB).unread,
        1,
        "a change is no news of its own"
    );
    let id = shown(&world, BOB)[0].id;
    let store = world.engine(BOB).store();
    let row = store.item(id).unwrap().unwrap();
    let acts = store.acts_on(row.conversation, &row.message_id).unwrap();
    let texts: Vec<_> = acts.iter().map(|act| act.text.as_str()).collect();
    assert_eq!(texts, ["second", "third"]);
    let first = content::MimiContent::decode(&row.content).unwrap();
    assert!(
        matches!(content::Item::from_content(&first), content::Item::Text(text) if text.text() == "first")
    );
}

#[test]
fn acts_hold_whatever_fails_in_between_and_also_before_anything_was_sent() {
    for fault in [Fault::Cut, Fault::Restart(HOME), Fault::Reopen(ADA)] {
        let mut world = acquainted(2);
        world.plan_every(47, &[fault]);
        say(&mut world, ADA, "first");
        let own = item(&world, ADA, "first");
        world
            .act(ADA, |engine, now| engine.edit(now, own, "second"))
            .unwrap();
        world
            .act(ADA, |engine, now| engine.react(now, own, "🌱"))
            .unwrap();
        for _ in 0..20 {
            world.run_for(60_000);
        }
        world.plan_every(0, &[]);
        world.run();
        let item = alike(&world);
        assert_eq!(item.text, "second");
        assert_eq!(item.reactions, [("🌱".to_owned(), vec!["ada".to_owned()])]);
    }
}

#[test]
fn what_was_taken_back_is_shown_to_nobody_and_its_words_go_after_thirty_days() {
    let mut world = acquainted(3);
    say(&mut world, ADA, "a threat");
    world.run();
    let own = item(&world, ADA, "a threat");
    world
        .act(ADA, |engine, now| engine.edit(now, own, "a worse one"))
        .unwrap();
    world
        .act(ADA, |engine, now| engine.retract(now, own))
        .unwrap();
    world.run();
    let item = alike(&world);
    assert!(item.retracted && !item.edited);
    assert_eq!(item.text, "");
    for act in [
        world.act(ADA, |engine, now| engine.edit(now, own, "third")),
        world.act(ADA, |engine, now| engine.react(now, own, "🌱")),
        world
            .act(ADA, |engine, now| engine.retract(now, own))
            .map(Option::unwrap),
    ] {
        assert!(act.is_err());
    }
    let words = |world: &World| {
        let id = shown(world, BOB)[0].id;
        let store = world.engine(BOB).store();
        let row = store.item(id).unwrap().unwrap();
        let acts = store.acts_on(row.conversation, &row.message_id).unwrap();
        let versions = acts.iter().chain([&row]);
        let holds = |content: &[u8], word: &[u8]| content.windows(word.len()).any(|w| w == word);
        versions
            .filter(|one| holds(&one.content, b"a threat") || holds(&one.content, b"a worse one"))
            .count()
    };
    assert_eq!(words(&world), 2, "for whoever has to report them");
    world.run_for(29 * DAY_MS);
    assert_eq!(words(&world), 2);
    world.run_for(31 * DAY_MS);
    assert_eq!(words(&world), 0);
    assert!(alike(&world).retracted);
}

#[test]
fn signs_are_given_once_by_each_and_taken_back() {
    let mut world = acquainted(4);
    say(&mut world, ADA, "hello");
    world.run();
    let (own, theirs) = (item(&world, ADA, "hello"), item(&world, BOB, "hello"));
    let first = world
        .act(BOB, |engine, now| engine.react(now, theirs, "❤"))
        .unwrap();
    let again = world
        .act(BOB, |engine, now| engine.react(now, theirs, "❤"))
        .unwrap();
    assert_eq!(first, again);
    world.run();
    world
        .act(ADA, |engine, now| engine.react(now, own, "❤"))
        .unwrap();
    world
        .act(ADA, |engine, now| engine.react(now, own, "🌱"))
        .unwrap();
    world.run();
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        alike(&world).reactions,
        [
            ("❤".to_owned(), names(&["bob", "ada"])),
            ("🌱".to_owned(), names(&["ada"]))
        ]
    );
    world
        .act(BOB, |engine, now| engine.unreact(now, theirs, "❤"))
        .unwrap();
    assert!(
        world
            .act(BOB, |engine, now| engine.unreact(now, theirs, "❤"))
            .is_err()
    );
    world.run();
    assert_eq!(
        alike(&world).reactions[0],
        ("❤".to_owned(), names(&["ada"]))
    );
    world
        .act(BOB, |engine, now| engine.react(now, theirs, "❤"))
        .unwrap();
    world.run();
    assert_eq!(
        alike(&world).reactions[0],
        ("❤".to_owned(), names(&["ada", "bob"]))
    );
}

#[test]
fn an_answer_names_what_it_answers_on_both_sides_also_in_a_later_version() {
    let mut world = acquainted(5);
    say(&mut world, ADA, "where?");
    world.run();
    let own = item(&world, ADA, "where?");
    world
        .act(ADA, |engine, now| {
            engine.edit(now, own, "where do you live?")
        })
        .unwrap();
    world.run();
    let theirs = item(&world, BOB, "where do you live?");
    let id = conversation(&world, BOB).id;
    let draft = Draft {
        text: "far away",
        reply_to: Some(theirs),
        note: Some("homesick"),
        held_until_s: None,
        files: &[],
    };
    world
        .act(BOB, |engine, now| engine.send_all(now, id, &[draft]))
        .unwrap();
    world.run();
    for (name, first) in [(ADA, own), (BOB, theirs)] {
        let answer = shown(&world, name).pop().unwrap();
        assert_eq!(answer.reply_to, Some(first), "{name}");
        assert_eq!(answer.note.as_deref(), Some("homesick"), "{name}");
    }
}

#[test]
fn nobody_changes_or_takes_back_what_another_said() {
    for is_edit in [false, true] {
        another_tries(is_edit);
    }
}

fn another_tries(is_edit: bool) {
    let mut world = acquainted(6);
    say(&mut world, ADA, "mine");
    world.run();
    let theirs = item(&world, BOB, "mine");
    assert!(
        world
            .act(BOB, |engine, now| engine.edit(now, theirs, "yours"))
            .is_err()
    );
    assert!(
        world
            .act(BOB, |engine, now| engine.retract(now, theirs))
            .is_err()
    );
    // A client that keeps to no rule sends it all the same.
    let row = world.engine(BOB).store().item(theirs).unwrap().unwrap();
    let of = content::MessageId::from_bytes(row.message_id).unwrap();
    let bob = circles::fingerprint(&world, BOB);
    let sender = SenderUri::from_fingerprint(*bob.as_bytes());
    let of_both = world.engine(BOB).store().conversation(row.conversation);
    let room = RoomUri::from_conversation_key(of_both.unwrap().unwrap().room);
    let content = if is_edit {
        let edit = TextMessage::new("yours").unwrap();
        edit.to_edit(of, Salt::new([2; 16]), &sender, &room)
    } else {
        let retraction = Retraction {
            of,
            is_of_reaction: false,
            sent_at_ms: None,
        };
        retraction.to_content(Salt::new([1; 16]), &sender, &room)
    };
    member(&mut world, HOME, BOB)
        .append_message(Vec::new(), &content.encode())
        .unwrap();
    world.run();
    let id = conversation(&world, ADA).id;
    let acts = world.engine(ADA).store().acts_on(id, &row.message_id);
    assert_eq!(acts.unwrap().len(), 1, "it came");
    let shown = shown(&world, ADA);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].text, "mine");
    assert!(!shown[0].edited && !shown[0].retracted);
}

#[test]
fn what_was_taken_back_before_anything_left_is_never_sent() {
    let mut world = acquainted(7);
    say(&mut world, ADA, "kept");
    world.run();
    world.set_reachable(HOME, false);
    world.run_for(1_000);
    say(&mut world, ADA, "a mistake");
    let own = item(&world, ADA, "a mistake");
    world
        .act(ADA, |engine, now| engine.edit(now, own, "a worse mistake"))
        .unwrap();
    world
        .act(ADA, |engine, now| engine.react(now, own, "🌱"))
        .unwrap();
    let act = world.act(ADA, |engine, now| engine.retract(now, own));
    assert_eq!(act.unwrap(), None, "nobody needs to be told");
    assert_eq!(world.engine(ADA).waiting().unwrap().items, 0);
    world.set_reachable(HOME, true);
    world.run();
    assert_eq!(alike(&world).text, "kept");
}

/// Another version of the first message, as whoever has Ada's keys and no care can send it.
fn ada_edits(
    world: &mut World,
    text: &str,
    meanwhile: impl FnOnce(&World, &ItemRow, MessageIdBytes),
) {
    let bobs = world.engine(BOB).store();
    let id = bobs.conversations().unwrap().remove(0).id;
    let row = bobs.last_items(id, 0, 1).unwrap().remove(0);
    let sender = SenderUri::from_fingerprint(*row.author.as_bytes());
    let room = bobs.conversation(id).unwrap().unwrap().room;
    let room = RoomUri::from_conversation_key(room);
    let of = content::MessageId::from_bytes(row.message_id).unwrap();
    let edit = TextMessage::new(text).unwrap();
    let edit = edit.to_edit(of, Salt::new([3; 16]), &sender, &room);
    meanwhile(world, &row, *edit.message_id(&sender, &room).as_bytes());
    member(world, HOME, ADA)
        .append_message(Vec::new(), &edit.encode())
        .unwrap();
    world.run();
}

#[test]
fn a_sign_for_a_version_that_comes_later_is_shown_once_that_comes() {
    let mut world = acquainted(8);
    say(&mut world, ADA, "first");
    world.run();
    ada_edits(&mut world, "second", |world, first, edit| {
        let sign = ItemRow {
            id: ItemId::new([1; 16]),
            seq: Some(100),
            message_id: [1; 32],
            act: Some((Act::Reaction, edit)),
            text: "🌱".to_owned(),
            ..first.clone()
        };
        assert!(world.engine(BOB).store().insert_item(&sign).unwrap());
    });
    let shown = shown(&world, BOB);
    assert_eq!(shown[0].text, "second");
    let ada = vec!["ada".to_owned()];
    assert_eq!(shown[0].reactions, [("🌱".to_owned(), ada)]);
}

#[test]
fn a_version_that_comes_after_all_words_were_forgotten_is_forgotten_too() {
    let mut world = acquainted(9);
    say(&mut world, ADA, "a threat");
    world.run();
    let own = item(&world, ADA, "a threat");
    world
        .act(ADA, |engine, now| engine.retract(now, own))
        .unwrap();
    world.run();
    world.run_for(31 * DAY_MS);
    let id = conversation(&world, BOB).id;
    let mut target = None;
    ada_edits(&mut world, "another threat", |_, first, _| {
        assert_eq!(first.content, b"");
        target = Some(first.message_id);
    });
    let acts = world.engine(BOB).store().acts_on(id, &target.unwrap());
    let acts = acts.unwrap();
    assert_eq!(acts.len(), 2, "it came");
    for act in acts {
        assert_eq!(act.text, "");
        let is_edit = matches!(act.act, Some((Act::Edit, _)));
        assert_eq!(act.content.is_empty(), is_edit);
    }
}
