//! Files: put before their message goes out, whatever breaks; had by who wants them; gone when they are taken back.

use client_core::{
    Attachment, Draft, Event, FileFailure, FileState, ItemId, ItemKind, ItemState, ItemView,
};
use content::{AttachedFile, ContentKey, RoomUri, Salt, SealedFile, SenderUri, TextMessage};
use protocol::id::BlobId;
use protocol::secret::DeleteSecret;

use crate::hostile::{log_of, member};
use crate::people::{ADA, BOB, HOME, acquainted, conversation, say, texts, troubles};
use crate::world::{Fault, World};

const DAY_MS: u64 = 86_400_000;
/// What the homes of this world take, in bytes of a blob.
pub const MOST_BYTES: u64 = 1 << 20;

/// A file that somebody has sealed. All its bytes but the length are made of `of`.
pub fn attachment(of: u8, content_bytes: u64) -> Attachment {
    let sealed = SealedFile {
        blob: [of; 16],
        key: ContentKey::new(vec![of; 32]),
        root: [of; 32],
        hash: [of; 32],
        content_bytes,
    };
    Attachment {
        file: AttachedFile::new(format!("{of}.bin"), "application/octet-stream", sealed).unwrap(),
        delete_secret: DeleteSecret::new([of; 32]),
    }
}

pub fn send(world: &mut World, name: &'static str, text: &str, files: &[Attachment]) -> ItemId {
    let conversation = conversation(world, name).id;
    let draft = Draft {
        files,
        ..Draft::text(text)
    };
    let sent = world.act(name, |engine, now| {
        engine.send_all(now, conversation, &[draft])
    });
    sent.unwrap()[0]
}

pub fn shown(world: &World, name: &str) -> Vec<ItemView> {
    let id = conversation(world, name).id;
    world.engine(name).items(id, 0, 10_000).unwrap()
}

fn states(item: &ItemView) -> Vec<FileState> {
    item.files.iter().map(|file| file.state).collect()
}

fn happened(world: &World, name: &str, event: &Event) -> bool {
    world.events(name).contains(event)
}

fn fetch(world: &mut World, name: &'static str, item: ItemId, place: u64) {
    world
        .act(name, |engine, now| engine.fetch(now, item, place))
        .unwrap();
    world.run();
}

#[test]
fn a_message_arrives_with_its_files_and_they_are_had_by_who_wants_them() {
    let mut world = acquainted(1);
    let files = [attachment(1, 0), attachment(2, 500_000)];
    send(&mut world, ADA, "look", &files);
    world.run();
    for of in [1, 2] {
        assert_eq!(world.has_blob(HOME, BlobId::new([of; 16])), Some(true));
    }
    let item = shown(&world, BOB).remove(0);
    assert_eq!(item.text, "look");
    assert_eq!(states(&item), [FileState::Away; 2]);
    assert_eq!(
        (item.files[1].name.as_str(), item.files[1].bytes),
        ("2.bin", 500_000)
    );
    assert_eq!(states(&shown(&world, ADA)[0]), [FileState::Here; 2]);
    fetch(&mut world, BOB, item.id, 1);
    assert!(happened(&world, BOB, &Event::FileHere(item.id, 1)));
    let states = states(&shown(&world, BOB)[0]);
    assert_eq!(states, [FileState::Away, FileState::Here]);
    send(&mut world, BOB, "", &[attachment(3, 1)]);
    world.run();
    assert_eq!(shown(&world, ADA)[1].kind, ItemKind::Media);
}

#[test]
fn order_is_kept_and_nothing_arrives_twice_whatever_breaks_on_the_way() {
    for (seed, fault) in (10..).zip(troubles(&[HOME])) {
        let mut world = acquainted(seed);
        world.plan_every(29, &[fault]);
        for number in 0..4 {
            let file = attachment(number + 1, 100_000);
            send(&mut world, ADA, &format!("with {number}"), &[file]);
            say(&mut world, ADA, &format!("after {number}"));
        }
        for _ in 0..30 {
            world.run_for(60_000);
        }
        world.plan_every(0, &[]);
        world.run();
        let said: Vec<_> = (0..4)
            .flat_map(|number| [format!("with {number}"), format!("after {number}")])
            .collect();
        assert_eq!(texts(&world, BOB, ADA), said, "seed {seed}");
        let last = shown(&world, BOB).swap_remove(6);
        fetch(&mut world, BOB, last.id, 0);
        assert!(happened(&world, BOB, &Event::FileHere(last.id, 0)));
    }
}

#[test]
fn what_its_home_will_not_take_stays_here_and_what_was_said_after_it_goes() {
    let mut world = acquainted(2);
    let item = send(&mut world, ADA, "long words", &[attachment(1, MOST_BYTES)]);
    say(&mut world, ADA, "after it");
    world.run();
    let why = "its home takes no file as large as one of it".to_owned();
    assert!(happened(&world, ADA, &Event::NotSent(item, why.clone())));
    assert_eq!(texts_of(&world, BOB), ["after it"]);
    let left = shown(&world, ADA).pop().unwrap();
    assert_eq!(
        (left.text.as_str(), left.state),
        ("long words", ItemState::Queued)
    );
    assert_eq!(left.not_sent, Some(why));
    let waiting = world.engine(ADA).waiting().unwrap();
    assert_eq!(waiting.total(), 0, "nobody is to wait for it");
    let act = world.act(ADA, |engine, now| engine.retract(now, item));
    assert_eq!(act.unwrap(), None);
    world.run();
    assert_eq!(texts_of(&world, ADA), ["after it"]);
    assert_eq!(world.sealed_erased, [(ADA, [1; 32])]);
}

pub fn texts_of(world: &World, name: &str) -> Vec<String> {
    shown(world, name)
        .into_iter()
        .map(|item| item.text)
        .collect()
}

#[test]
fn what_is_taken_back_before_it_left_is_gone_here_and_at_its_home() {
    let mut world = acquainted(3);
    let item = send(&mut world, ADA, "never", &[attachment(1, 300_000)]);
    let edit = world.act(ADA, |engine, now| engine.edit(now, item, "never either"));
    edit.unwrap();
    // Until its first bytes have arrived.
    world.run_until("carries");
    assert_eq!(world.has_blob(HOME, BlobId::new([1; 16])), Some(false));
    let act = world.act(ADA, |engine, now| engine.retract(now, item));
    assert_eq!(act.unwrap(), None);
    assert_eq!(world.sealed_erased, [(ADA, [1; 32])]);
    say(&mut world, ADA, "after it");
    world.run();
    assert_eq!(texts_of(&world, BOB), ["after it"]);
    assert_eq!(texts_of(&world, ADA), ["after it"]);
    assert_ne!(world.has_blob(HOME, BlobId::new([1; 16])), Some(true));
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
}

#[test]
fn what_is_taken_back_is_erased_at_its_home_at_once_and_here_after_thirty_days() {
    let mut world = acquainted(4);
    // Two items with the same sealed bytes: those go with the last.
    let (first, mut second) = (attachment(1, 1_000), attachment(2, 1_000));
    second.file.sealed.root = first.file.sealed.root;
    let item = send(&mut world, ADA, "look", &[first]);
    send(&mut world, ADA, "and look", &[second, attachment(3, 1_000)]);
    world.run();
    let theirs: Vec<_> = shown(&world, BOB).iter().map(|item| item.id).collect();
    fetch(&mut world, BOB, theirs[0], 0);
    world
        .act(ADA, |engine, now| engine.retract(now, item))
        .unwrap();
    world.run();
    assert_ne!(world.has_blob(HOME, BlobId::new([1; 16])), Some(true));
    assert_eq!(world.has_blob(HOME, BlobId::new([2; 16])), Some(true));
    for name in [ADA, BOB] {
        let first = shown(&world, name).remove(0);
        assert!(first.retracted && first.files.is_empty(), "{first:?}");
        assert!(world.engine(name).file(first.id, 0).is_err());
        assert_eq!(world.engine(name).waiting().unwrap().total(), 0);
    }
    let second = world.act(ADA, |engine, now| {
        let all = engine.conversations()?;
        let items = engine.items(all[0].id, 0, 10)?;
        engine.retract(now, items[1].id)
    });
    world.run_for(DAY_MS);
    assert!(second.unwrap().is_some());
    world.run_for(28 * DAY_MS);
    assert_eq!(world.sealed_erased, []);
    world.run_for(32 * DAY_MS);
    let mut erased = world.sealed_erased.clone();
    erased.sort_unstable();
    let roots = [[1; 32], [3; 32]];
    let expected: Vec<_> = [ADA, BOB]
        .into_iter()
        .flat_map(|name| roots.map(|root| (name, root)))
        .collect();
    assert_eq!(erased, expected);
}

#[test]
fn what_its_home_has_erased_is_said_to_be_gone() {
    let mut world = acquainted(5);
    let item = send(&mut world, ADA, "look", &[attachment(1, 1_000)]);
    world.run();
    world.go_offline(BOB);
    world
        .act(ADA, |engine, now| engine.retract(now, item))
        .unwrap();
    world.run();
    let theirs = shown(&world, BOB)[0].id;
    world
        .act(BOB, |engine, now| engine.fetch(now, theirs, 0))
        .unwrap();
    world.go_online(BOB);
    world.run();
    let gone = Event::FileFailed(theirs, 0, FileFailure::Gone);
    assert!(happened(&world, BOB, &gone));
}

#[test]
fn what_is_not_wanted_any_more_does_not_come_and_comes_when_it_is_wanted_again() {
    let mut world = acquainted(12);
    send(&mut world, ADA, "look", &[attachment(1, 1_000)]);
    world.run();
    let item = shown(&world, BOB)[0].id;
    let here = Event::FileHere(item, 0);
    world
        .act(BOB, |engine, now| engine.fetch(now, item, 0))
        .unwrap();
    world
        .act(BOB, |engine, now| engine.stop_fetching(now, item, 0))
        .unwrap();
    world.run();
    assert!(!happened(&world, BOB, &here));
    assert_eq!(states(&shown(&world, BOB)[0]), [FileState::Away]);
    fetch(&mut world, BOB, item, 0);
    assert!(happened(&world, BOB, &here));
}

/// The days of a year, with whoever sent the file there in these months, and the clock of their machine so wrong.
fn has_after_a_year(seed: u64, there: &[u64], wrong_days: i64) -> Option<bool> {
    let mut world = acquainted(seed);
    world.plan(1, Fault::Clock(ADA, wrong_days * 86_400));
    say(&mut world, ADA, "hello");
    world.run();
    send(&mut world, ADA, "look", &[attachment(1, 1_000)]);
    world.run();
    world.plan(1, Fault::Clock(ADA, -wrong_days * 86_400));
    say(&mut world, ADA, "again");
    world.run();
    for month in 0..12 {
        world.go_offline(ADA);
        // A home believes in a day at a time.
        for _ in 0..30 {
            world.pass_days(1);
            world.sweep_blobs(HOME);
        }
        if there.contains(&month) {
            world.go_online(ADA);
        }
        world.run();
    }
    world.has_blob(HOME, BlobId::new([1; 16]))
}

#[test]
fn a_file_stays_at_its_home_while_its_sender_comes_by_and_ends_there_when_they_do_not() {
    let all: Vec<u64> = (0..12).collect();
    let every_second: Vec<u64> = (0..12).step_by(2).collect();
    assert_eq!(has_after_a_year(7, &all, 0), Some(true));
    assert_eq!(has_after_a_year(8, &every_second, 0), Some(true));
    assert_eq!(
        has_after_a_year(9, &all, 400),
        Some(true),
        "a clock was ahead"
    );
    assert_eq!(
        has_after_a_year(10, &all, -400),
        Some(true),
        "a clock was behind"
    );
    assert_ne!(has_after_a_year(11, &[0, 1, 2, 3, 4], 0), Some(true));
}

#[test]
fn a_file_that_no_blob_can_hold_is_shown_as_something_unknown() {
    for content_bytes in [u64::MAX, (1 << 40) + 1, 1 << 63] {
        let mut world = acquainted(6);
        let log = log_of(&world, BOB);
        let store = world.client(BOB).open_store();
        let row = store.conversation(log.conversation).unwrap().unwrap();
        let persona = store.persona(row.persona).unwrap().unwrap();
        let sender = SenderUri::from_fingerprint(*persona.fingerprint.as_bytes());
        let room = RoomUri::from_conversation_key(row.room);
        let mut message = TextMessage::new("").unwrap();
        let file = attachment(1, content_bytes).file;
        message.set_files(vec![file]).unwrap();
        let content = message.to_content(Salt::new([9; 16]), &sender, &room);
        member(&mut world, HOME, BOB)
            .append_message(Vec::new(), &content.encode())
            .unwrap();
        world.run();
        let item = shown(&world, ADA).remove(0);
        assert_eq!(item.kind, ItemKind::Other);
        assert!(item.text.contains("cannot show") && item.files.is_empty());
    }
}
