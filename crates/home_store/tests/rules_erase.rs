//! An owner erases an inbox for good: at once for everybody, and then from the file.

#[cfg(test)]
mod support;

use home_core::ConnectionId;
use home_store::{INBOXES_FILE, check};
use protocol::frame::{Request, Response};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{Admission, EraseInbox, Listen};
use support::inbox::{
    CAPABILITY, DEVICE, INBOX, OWNER, capability, create_request, fetch_request, knock_request,
};
use support::{DONE, World, refused, sized_body};

const GONE: Response = Response::Error(HomeError::Gone);

#[cfg(test)]
fn erase(world: &mut World, by: ConnectionId) -> Response {
    world.ask(by, &Request::EraseInbox(EraseInbox { inbox: INBOX }))
}

/// A body that is found again in raw bytes, and that takes pages of its own.
#[cfg(test)]
fn marked(of: u64) -> Vec<u8> {
    let mut body = sized_body(of, 16 * 1024);
    for at in [100, 8_000, 16_000] {
        body[at..at + 20].copy_from_slice(b"planted-marker-to-go");
    }
    body
}

/// An inbox with devices, KeyPackages, capabilities, a use, and items.
#[cfg(test)]
fn lived_in(world: &mut World) -> ConnectionId {
    let owner = world.reachable(&[1, 2, 3]);
    let many = Request::GrantCapability(capability(CAPABILITY + 1, None));
    assert_eq!(world.ask(owner, &many), DONE);
    world.fetch(owner, 1);
    for use_id in 10..60 {
        let item = marked(use_id.into());
        let knock = knock_request(CAPABILITY + 1, use_id, item);
        assert_eq!(world.ask(owner, &knock), DONE);
        world.now_s += 60;
    }
    owner
}

#[test]
fn an_erased_inbox_is_gone_for_its_owner_unknown_to_others_and_never_given_again() {
    let mut world = World::new();
    let owner = lived_in(&mut world);
    let other = world.connect();
    assert_eq!(world.own(other, INBOX, OWNER), DONE);
    let stranger = world.connect();
    assert_eq!(erase(&mut world, stranger), refused(Refusal::NotProven));
    world.listen(other, DEVICE, 0);
    assert_eq!(erase(&mut world, owner), DONE);
    for again in [owner, other] {
        assert_eq!(erase(&mut world, again), DONE);
        let listen = Request::Listen(Listen {
            inbox: INBOX,
            device: DEVICE,
            after: 0,
        });
        assert_eq!(world.ask(again, &listen), GONE);
    }
    world.restart();
    let later = world.connect();
    assert_eq!(world.own(later, INBOX, OWNER), GONE);
    for owner in [OWNER, [77; 32]] {
        let create = create_request(INBOX, owner, Admission::Open);
        assert_eq!(world.ask(later, &create), GONE);
    }
    let unknown = refused(Refusal::CapabilityUnknown);
    let fetch = Request::Fetch(fetch_request(CAPABILITY, 9));
    assert_eq!(world.ask(later, &fetch), unknown);
    let knock = knock_request(CAPABILITY + 1, 99, marked(99));
    assert_eq!(world.ask(later, &knock), unknown);
}

#[test]
fn only_the_id_is_left_of_an_erased_inbox_and_no_byte_of_what_it_held() {
    let mut world = World::new();
    let owner = lived_in(&mut world);
    let path = world.folder.path().join(INBOXES_FILE);
    let rows = |table: &str| -> i64 {
        let inboxes = rusqlite::Connection::open(&path).unwrap();
        let count = format!("SELECT count(*) FROM {table}");
        inboxes.query_row(&count, (), |row| row.get(0)).unwrap()
    };
    const TABLES: [&str; 7] = [
        "items",
        "uses",
        "fetched",
        "capabilities",
        "key_packages",
        "devices",
        "device_lists",
    ];
    assert!(TABLES.iter().all(|table| rows(table) > 0));
    assert_eq!(erase(&mut world, owner), DONE);
    // It goes in steps, also through a restart, and while what is too old is forgotten.
    let all = || TABLES.iter().map(|table| rows(table)).sum::<i64>();
    world.tick();
    assert!(all() > 0, "all at once");
    world.restart();
    world.live_days(95);
    assert_eq!(all(), 0);
    assert_eq!((rows("inboxes"), rows("acknowledged")), (1, 0));
    assert_eq!(check(world.folder.path()).unwrap().wrong, 0);
    // The last connection that closes writes everything into the file.
    let elsewhere = World::new();
    let folder = std::mem::replace(&mut world, elsewhere).folder;
    assert!(!folder.path().join("inboxes.sqlite-wal").exists());
    let bytes = std::fs::read(folder.path().join(INBOXES_FILE)).unwrap();
    let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(holds(INBOX.as_bytes()));
    assert!(!holds(b"planted-marker"));
    for body in [1, 2, 3].map(support::body) {
        assert!(!holds(&body[..64]), "a KeyPackage is left");
    }
}
