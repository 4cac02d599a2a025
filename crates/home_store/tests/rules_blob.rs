//! blob-put, blob-get and blob-renew, and what the driver of the bytes asks and tells.

#[cfg(test)]
mod support;

use home_core::blob_index::BlobState;
use home_core::ticket::{Act, Ticket, TicketKey};
use home_core::{BlobAct, BlobLimits, BlobWord, Blobs, ConnectionId, Effect, Input};
use protocol::frame::{Request, Response};
use protocol::id::{BlobHash, BlobId, DeleteHash, HeadId, LogId};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{BlobName, BlobPut};
use support::log::{LOG, head0, keys};
use support::{DONE, World, is_invalid, refused};

const SIZE: u64 = 4_144;
const LIMITS: BlobLimits = BlobLimits {
    blob_bytes: 100_000,
    log_blobs: 100,
    log_bytes: 1_000_000,
    all_blobs: 200,
    all_bytes: 2_000_000,
};
const HASH: BlobHash = BlobHash::new([5; 32]);
const GONE: Response = Response::Error(HomeError::Gone);

#[cfg(test)]
fn key() -> TicketKey {
    TicketKey::new([9; 32])
}

/// A world whose home keeps blobs, and a connection that may write and read its log.
#[cfg(test)]
fn world(limits: BlobLimits) -> (World, ConnectionId) {
    let mut world = World::new();
    world.keep_blobs(limits);
    let writer = world.writer();
    (world, writer)
}

#[cfg(test)]
fn id(of: u8) -> BlobId {
    BlobId::new([of; 16])
}

#[cfg(test)]
fn put_at(head: HeadId, of: u8, size: u64) -> Request {
    Request::BlobPut(BlobPut {
        log: LOG,
        head,
        blob: id(of),
        size,
        delete: DeleteHash::new([of; 32]),
    })
}

#[cfg(test)]
fn put(of: u8) -> Request {
    put_at(head0(), of, SIZE)
}

#[cfg(test)]
fn name(of: u8) -> BlobName {
    BlobName {
        log: LOG,
        head: head0(),
        blob: id(of),
    }
}

#[cfg(test)]
impl World {
    fn keep_blobs(&mut self, limits: BlobLimits) {
        let elsewhere = World::new().home;
        let home = std::mem::replace(&mut self.home, elsewhere);
        self.home = home.with_blobs(Blobs { key: key(), limits });
    }

    fn act(&mut self, act: BlobAct) -> BlobWord {
        let input = Input::Blob { task: 77, act };
        self.home.handle(self.now_s, input).unwrap();
        assert_eq!(self.home.poll(), None, "nothing is said before the flush");
        self.home.flush().unwrap();
        match self.home.poll() {
            Some(Effect::Blob { task: 77, word }) => word,
            other => panic!("no word: {other:?}"),
        }
    }

    fn state(&mut self, of: u8) -> Option<BlobState> {
        match self.act(BlobAct::Look(id(of))) {
            BlobWord::State(state) => state,
            other => panic!("no state: {other:?}"),
        }
    }

    /// A blob that is put and whole.
    fn whole(&mut self, by: ConnectionId, of: u8) {
        assert!(is_ticket(&self.ask(by, &put(of))));
        let word = self.act(BlobAct::Whole(id(of), HASH));
        assert_eq!(word, BlobWord::State(Some(BlobState::Whole(HASH))));
    }

    fn sweep(&mut self) -> Vec<BlobId> {
        match self.act(BlobAct::Sweep) {
            BlobWord::Erase(blobs) => blobs,
            other => panic!("nothing to erase: {other:?}"),
        }
    }
}

#[cfg(test)]
fn is_ticket(response: &Response) -> bool {
    matches!(response, Response::BlobTicket(_))
}

#[cfg(test)]
#[track_caller]
fn check_ticket(world: &World, response: &Response, act: Act, hash: Option<BlobHash>) {
    let Response::BlobTicket(answer) = response else {
        panic!("no ticket: {response:?}");
    };
    assert_eq!((answer.size, answer.hash), (SIZE, hash));
    let expected = Ticket {
        act,
        blob: id(1),
        size: SIZE,
    };
    let last_s = world.now_s + answer.valid_s;
    assert_eq!(key().read(&answer.ticket, last_s), Ok(expected));
    assert!(key().read(&answer.ticket, last_s + 1).is_err());
}

#[test]
fn a_blob_can_be_had_once_it_is_whole_and_not_before() {
    let (mut world, writer) = world(LIMITS);
    let get = Request::BlobGet(name(1));
    assert_eq!(world.ask(writer, &get), refused(Refusal::Unknown));
    let answer = world.ask(writer, &put(1));
    check_ticket(&world, &answer, Act::Put, None);
    assert_eq!(world.ask(writer, &get), refused(Refusal::Unknown));
    assert_eq!(world.state(1), Some(BlobState::Awaited));
    world.whole(writer, 1);
    let answer = world.ask(writer, &get);
    check_ticket(&world, &answer, Act::Get, Some(HASH));
    let answer = world.ask(writer, &put(1));
    check_ticket(&world, &answer, Act::Put, Some(HASH));
    // Word that comes twice, also with another hash, changes nothing.
    let word = world.act(BlobAct::Whole(id(1), BlobHash::new([6; 32])));
    assert_eq!(word, BlobWord::State(Some(BlobState::Whole(HASH))));
}

#[test]
fn writing_and_reading_rights_are_needed() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    let reader = world.connect();
    world.prove(reader, head0(), Right::Read, keys(1).read);
    let not_proven = refused(Refusal::NotProven);
    assert_eq!(world.ask(reader, &put(2)), not_proven);
    assert_eq!(world.ask(reader, &Request::BlobRenew(name(1))), not_proven);
    assert!(is_ticket(&world.ask(reader, &Request::BlobGet(name(1)))));
    let other = world.connect();
    world.prove(other, head0(), Right::Write, keys(1).write);
    assert_eq!(world.ask(other, &Request::BlobGet(name(1))), not_proven);
}

#[test]
fn a_blob_is_of_one_log_one_size_and_one_secret() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    let taken = refused(Refusal::BlobTaken);
    assert_eq!(world.ask(writer, &put_at(head0(), 1, 65_584)), taken);
    let Request::BlobPut(mut other_secret) = put(1) else {
        panic!("put");
    };
    other_secret.delete = DeleteHash::new([7; 32]);
    assert_eq!(world.ask(writer, &Request::BlobPut(other_secret)), taken);
    assert!(is_invalid(&world.ask(writer, &put_at(head0(), 2, 4_145))));
    assert!(is_invalid(
        &world.ask(writer, &put_at(head0(), 2, u64::MAX))
    ));
}

#[test]
fn a_blob_of_another_log_is_unknown_to_its_readers() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    let other = LogId::new([8; 16]);
    world.home.flush().unwrap();
    world.grant_token(2);
    let open = support::log::open_request(2, other, keys(1));
    assert_eq!(world.ask(writer, &open), DONE);
    let head = protocol::hash::first_head(&other);
    for (right, seed) in [(Right::Read, keys(1).read), (Right::Write, keys(1).write)] {
        let (key, nonce) = (world.key, world.nonce(writer));
        let message = protocol::proof::right_message(&key, &nonce, &other, &head, right);
        let signing = ed25519_dalek::SigningKey::from_bytes(&seed);
        let prove = Request::Prove(protocol::request::Prove {
            log: other,
            head,
            right,
            key: signing.verifying_key().to_bytes(),
            signature: protocol::proof::sign(&signing, &message),
        });
        assert_eq!(world.ask(writer, &prove), DONE);
    }
    let there = |blob| BlobName {
        log: other,
        head,
        blob,
    };
    let unknown = refused(Refusal::Unknown);
    let get = Request::BlobGet(there(id(1)));
    assert_eq!(world.ask(writer, &get), unknown);
    let renew = Request::BlobRenew(there(id(1)));
    assert_eq!(world.ask(writer, &renew), unknown);
    let put = Request::BlobPut(BlobPut {
        log: other,
        head,
        blob: id(1),
        size: SIZE,
        delete: DeleteHash::new([1; 32]),
    });
    assert_eq!(world.ask(writer, &put), refused(Refusal::BlobTaken));
}

#[test]
fn below_a_superseded_head_nothing_new_is_put_and_what_was_begun_goes_on() {
    let (mut world, writer) = world(LIMITS);
    assert!(is_ticket(&world.ask(writer, &put(1))));
    let (child, _) = world.commit(writer, head0(), 2, vec![]);
    let superseded = Response::Error(HomeError::Superseded {
        children: vec![child],
    });
    assert_eq!(world.ask(writer, &put(2)), superseded);
    assert!(is_ticket(&world.ask(writer, &put(1))));
    world.prove_both(writer, child, keys(2));
    assert!(is_ticket(&world.ask(writer, &put_at(child, 1, SIZE))));
    assert!(is_ticket(&world.ask(writer, &put_at(child, 2, SIZE))));
}

#[test]
fn what_does_not_go_in_is_refused_by_name() {
    let (mut world, writer) = world(BlobLimits {
        blob_bytes: 2 * SIZE,
        log_bytes: 3 * SIZE,
        ..LIMITS
    });
    let large = world.ask(writer, &put_at(head0(), 9, 65_584));
    assert_eq!(large, refused(Refusal::BlobTooLarge));
    for of in 1..=3 {
        assert!(is_ticket(&world.ask(writer, &put(of))));
    }
    let quota = refused(Refusal::Quota);
    assert_eq!(world.ask(writer, &put(4)), quota);
    // Those that are there can still be gone on with, and what is erased makes room.
    assert!(is_ticket(&world.ask(writer, &put(3))));
    world.act(BlobAct::Delete(id(1), DeleteHash::new([1; 32])));
    assert_eq!(world.ask(writer, &put(4)), quota);
    let erasing = world.sweep();
    assert_eq!(world.act(BlobAct::Erased(erasing)), BlobWord::Noted);
    assert!(is_ticket(&world.ask(writer, &put(4))));
}

#[test]
fn every_bound_on_numbers_holds() {
    for limits in [
        BlobLimits {
            log_blobs: 2,
            ..LIMITS
        },
        BlobLimits {
            all_blobs: 2,
            ..LIMITS
        },
        BlobLimits {
            all_bytes: 2 * SIZE,
            ..LIMITS
        },
    ] {
        let (mut world, writer) = world(limits);
        world.whole(writer, 1);
        world.whole(writer, 2);
        assert_eq!(world.ask(writer, &put(3)), refused(Refusal::Quota));
    }
    let (mut world, writer) = world(LIMITS);
    for of in 0..64 {
        assert!(is_ticket(&world.ask(writer, &put(of))));
    }
    assert_eq!(world.ask(writer, &put(64)), refused(Refusal::Quota));
}

#[test]
fn the_delete_secret_and_no_other_erases_and_as_often_as_wanted() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    let wrong = BlobAct::Delete(id(1), DeleteHash::new([2; 32]));
    assert_eq!(world.act(wrong), BlobWord::WrongSecret);
    assert!(is_ticket(&world.ask(writer, &Request::BlobGet(name(1)))));
    let delete = BlobAct::Delete(id(1), DeleteHash::new([1; 32]));
    let erasing = BlobWord::State(Some(BlobState::Erasing));
    assert_eq!(world.act(delete.clone()), erasing);
    for request in [
        Request::BlobGet(name(1)),
        Request::BlobRenew(name(1)),
        put(1),
    ] {
        assert_eq!(world.ask(writer, &request), GONE);
    }
    let late = world.act(BlobAct::Whole(id(1), HASH));
    assert_eq!(late, erasing, "it does not come back");
    assert_eq!(world.sweep(), [id(1)]);
    assert_eq!(world.sweep(), [id(1)], "until its bytes are gone");
    world.act(BlobAct::Erased(vec![id(1)]));
    assert_eq!(world.sweep(), []);
    let erased = BlobWord::State(Some(BlobState::Erased));
    assert_eq!(world.act(delete), erased);
    assert_eq!(world.ask(writer, &put(1)), GONE);
    let unknown = BlobAct::Delete(id(2), DeleteHash::new([1; 32]));
    assert_eq!(world.act(unknown), BlobWord::State(None));
}

#[test]
fn a_lease_ends_after_ninety_days_unless_it_is_renewed() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    world.whole(writer, 2);
    world.live_days(60);
    assert_eq!(world.ask(writer, &Request::BlobRenew(name(2))), DONE);
    world.live_days(30);
    assert_eq!(world.sweep(), [], "ninety days");
    world.live_days(1);
    assert_eq!(world.sweep(), [id(1)]);
    assert_eq!(world.ask(writer, &Request::BlobGet(name(1))), GONE);
    assert!(is_ticket(&world.ask(writer, &Request::BlobGet(name(2)))));
    world.act(BlobAct::Erased(vec![id(1)]));
    world.live_days(91);
    assert_eq!(world.sweep(), [id(2)]);
    assert_eq!(world.state(1), None, "forgotten");
}

#[test]
fn a_blob_that_does_not_come_is_waited_for_a_week_from_the_last_wish() {
    let (mut world, writer) = world(LIMITS);
    world.ask(writer, &put(1));
    world.ask(writer, &put(2));
    world.live_days(5);
    world.ask(writer, &put(2));
    world.live_days(3);
    assert_eq!(world.sweep(), [id(1)]);
    assert_eq!(world.state(2), Some(BlobState::Awaited));
}

#[test]
fn blobs_and_their_states_outlive_the_process() {
    let (mut world, writer) = world(LIMITS);
    world.whole(writer, 1);
    world.ask(writer, &put(2));
    world.restart();
    world.keep_blobs(LIMITS);
    assert_eq!(world.state(1), Some(BlobState::Whole(HASH)));
    assert_eq!(world.state(2), Some(BlobState::Awaited));
}

#[test]
fn a_home_that_keeps_no_blobs_says_so() {
    let mut world = World::new();
    let writer = world.writer();
    assert_eq!(world.ask(writer, &put(1)), refused(Refusal::Quota));
    let get = Request::BlobGet(name(1));
    assert_eq!(world.ask(writer, &get), refused(Refusal::Unknown));
}
