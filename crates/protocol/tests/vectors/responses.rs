//! One frame of each kind of answer and push, and of each error.

use std::collections::BTreeSet;

use crate::golden::{Encoded, check};
use protocol::frame::Response;
use protocol::id::{
    BlobHash, BodyHash, Chain, DeviceLabel, HeadId, HomeKey, InboxId, LogId, Nonce, ReadKey,
    Signature, WriteKey,
};
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{
    Appended, BlobTicket, Child, Committed, Done, ENTRY_MESSAGE, Entry, Fetched, FetchedKeyPackage,
    Greeting, Item, Items, Page, Published, PushChild, PushEntry, PushItem, PushRepair, PushSignal,
    StoredRepair,
};

type Named = (&'static str, &'static str, u64, Response);

/// The id of every answer in the file.
const ID: u64 = 7;
/// The id of every push.
const PUSH: u64 = 0;

/// The reasons of this version, in the order of the specification.
pub const REASONS: [&str; 19] = [
    "not-proven",
    "unknown",
    "log-taken",
    "inbox-taken",
    "not-open",
    "invitation-unknown",
    "invitation-used-up",
    "invitation-expired",
    "token-unknown",
    "token-spent",
    "capability-unknown",
    "capability-used-up",
    "capability-expired",
    "capability-revoked",
    "use-lapsed",
    "quota",
    "too-many-children",
    "blob-taken",
    "blob-too-large",
];

fn entry(body: Option<Vec<u8>>) -> Entry {
    Entry {
        seq: 1,
        kind: ENTRY_MESSAGE,
        hash: BodyHash::new([0x30; 32]),
        chain: Chain::new([0x31; 32]),
        body,
    }
}

fn child() -> Child {
    Child {
        order: 1,
        body: vec![0x32; 512],
        write_key: WriteKey::new([0x12; 32]),
        read_key: ReadKey::new([0x16; 32]),
    }
}

fn repair() -> StoredRepair {
    StoredRepair {
        number: 4,
        head: HeadId::new([0x34; 32]),
        body: vec![0x19; 512],
    }
}

fn item() -> Item {
    Item {
        number: 6,
        body: vec![0x2e; 512],
    }
}

fn pages() -> Vec<Named> {
    let page = Page {
        entries: vec![entry(Some(vec![0x15; 512])), entry(None)],
        children: vec![child()],
        end: true,
        repairs: vec![],
    };
    vec![
        (
            "page",
            "an entry, an entry whose body is gone, and a child",
            ID,
            Response::Page(page),
        ),
        (
            "page that is empty",
            "nothing new, more follows",
            ID,
            Response::Page(Page {
                entries: vec![],
                children: vec![],
                end: false,
                repairs: vec![],
            }),
        ),
        (
            "page with a repair",
            "nothing new at this head, and a repair left above it",
            ID,
            Response::Page(Page {
                entries: vec![],
                children: vec![],
                end: true,
                repairs: vec![repair()],
            }),
        ),
    ]
}

fn tickets() -> Vec<Named> {
    let ticket = BlobTicket {
        ticket: vec![0x1d; 65],
        valid_s: 3_600,
        size: 4_144,
        hash: None,
    };
    vec![
        (
            "blob-ticket",
            "for a blob that is not whole yet",
            ID,
            Response::BlobTicket(ticket.clone()),
        ),
        (
            "blob-ticket of a whole blob",
            "with its hash",
            ID,
            Response::BlobTicket(BlobTicket {
                hash: Some(BlobHash::new([0x1e; 32])),
                ..ticket
            }),
        ),
    ]
}

fn answers() -> Vec<Named> {
    let fetched = Fetched {
        device_list: vec![0x24; 4],
        key_packages: vec![FetchedKeyPackage {
            device: DeviceLabel::new([0x21; 16]),
            key_package: vec![0x25; 4],
        }],
    };
    let items = Items {
        items: vec![item()],
        end: true,
        key_packages: 20,
    };
    let greeting = Greeting {
        home: HomeKey::new([0x33; 32]),
        nonce: Nonce::new([0x02; 32]),
        signature: Signature::new([0x13; 64]),
        open: true,
    };
    let appended = Appended {
        seq: 1,
        chain: Chain::new([0x31; 32]),
    };
    let mut answers = vec![
        (
            "greeting",
            "of an open home",
            ID,
            Response::Greeting(greeting),
        ),
        ("done", "nothing to say", ID, Response::Done(Done {})),
    ];
    answers.extend(pages());
    answers.extend(tickets());
    answers.extend([
        ("appended", "as entry 1", ID, Response::Appended(appended)),
        (
            "committed",
            "as the first child",
            ID,
            Response::Committed(Committed { order: 1 }),
        ),
        (
            "published",
            "twenty KeyPackages are left",
            ID,
            Response::Published(Published { remaining: 20 }),
        ),
        ("fetched", "of one device", ID, Response::Fetched(fetched)),
        ("items", "one item, the last", ID, Response::Items(items)),
    ]);
    answers
}

fn pushes() -> Vec<Named> {
    let log = LogId::new([0x10; 16]);
    let head = HeadId::new([0x11; 32]);
    vec![
        (
            "entry",
            "pushed to subscribers",
            PUSH,
            Response::Entry(PushEntry {
                log,
                head,
                entry: entry(Some(vec![0x15; 512])),
            }),
        ),
        (
            "child",
            "pushed to subscribers of its parent",
            PUSH,
            Response::Child(PushChild {
                log,
                head,
                child: child(),
            }),
        ),
        (
            "repair",
            "pushed to subscribers below the head at which it was left",
            PUSH,
            Response::Repair(PushRepair {
                log,
                head,
                repair: repair(),
            }),
        ),
        (
            "signal",
            "pushed to the other subscribers",
            PUSH,
            Response::Signal(PushSignal {
                log,
                head,
                body: vec![0x1a; 512],
            }),
        ),
        (
            "item",
            "pushed to listeners",
            PUSH,
            Response::Item(PushItem {
                inbox: InboxId::new([0x20; 16]),
                item: item(),
            }),
        ),
    ]
}

fn errors() -> Vec<Named> {
    let error = |name, description, error| (name, description, ID, Response::Error(error));
    let mut errors = vec![
        error(
            "error retry",
            "in a second",
            HomeError::Retry { after_ms: 1000 },
        ),
        error(
            "error invalid",
            "with a few words",
            HomeError::Invalid {
                what: "this is not a frame".to_owned(),
            },
        ),
        error(
            "error superseded",
            "by two children",
            HomeError::Superseded {
                children: vec![HeadId::new([0x17; 32]), HeadId::new([0x18; 32])],
            },
        ),
        error("error gone", "erased", HomeError::Gone),
    ];
    errors.extend(refusals().into_iter().map(|why| {
        let Some(name) = REASONS.into_iter().find(|name| *name == why.name()) else {
            panic!("{why} is not in the specification");
        };
        error("error refused", name, HomeError::Refused { why })
    }));
    errors
}

fn refusals() -> Vec<Refusal> {
    vec![
        Refusal::NotProven,
        Refusal::Unknown,
        Refusal::LogTaken,
        Refusal::InboxTaken,
        Refusal::NotOpen,
        Refusal::InvitationUnknown,
        Refusal::InvitationUsedUp,
        Refusal::InvitationExpired,
        Refusal::TokenUnknown,
        Refusal::TokenSpent,
        Refusal::CapabilityUnknown,
        Refusal::CapabilityUsedUp,
        Refusal::CapabilityExpired,
        Refusal::CapabilityRevoked,
        Refusal::UseLapsed,
        Refusal::Quota,
        Refusal::TooManyChildren,
        Refusal::BlobTaken,
        Refusal::BlobTooLarge,
    ]
}

fn all() -> Vec<Named> {
    [answers(), pushes(), errors()].concat()
}

/// Every kind; a new one does not compile until it is named here, and fails until it has a vector.
pub fn kinds() -> BTreeSet<&'static str> {
    let known = |response: &Response| match response {
        Response::Greeting(_)
        | Response::Done(_)
        | Response::Page(_)
        | Response::Appended(_)
        | Response::Committed(_)
        | Response::BlobTicket(_)
        | Response::Published(_)
        | Response::Fetched(_)
        | Response::Items(_)
        | Response::Error(_)
        | Response::Entry(_)
        | Response::Child(_)
        | Response::Repair(_)
        | Response::Signal(_)
        | Response::Item(_) => response.kind(),
    };
    all()
        .iter()
        .map(|(_, _, _, response)| known(response))
        .collect()
}

#[test]
fn every_kind_of_response_has_its_pinned_frame() {
    assert_eq!(kinds().len(), 15);
    let vectors: Vec<Encoded> = all()
        .iter()
        .map(|(name, description, id, response)| {
            Encoded::new(name, description, &response.to_frame(*id))
        })
        .collect();
    check("responses.json", &vectors);
}

#[test]
fn every_pinned_response_reads_back_and_is_deterministic() {
    for (name, _, id, response) in all() {
        let frame = response.to_frame(id);
        assert_eq!(protocol::canonical::check(&frame), Ok(()), "{name}");
        assert_eq!(Response::from_frame(&frame), Ok((id, response)), "{name}");
    }
}

#[test]
fn every_reason_of_the_specification_is_known() {
    assert_eq!(refusals().len(), REASONS.len());
    assert!(
        refusals()
            .iter()
            .all(|why| !matches!(why, Refusal::Other(_)))
    );
}
