//! One frame of each kind of request, and of each of its optional shapes.

use std::collections::BTreeSet;

use crate::golden::{Encoded, check};
use protocol::frame::Request;
use protocol::id::{
    BlobId, CapabilityHash, DeleteHash, DeviceLabel, HeadId, InboxId, LogId, Nonce, OwnerKey,
    ReadKey, Signature, TokenHash, UseId, WriteKey,
};
use protocol::proof::Right;
use protocol::request::{
    Acknowledge, Admission, Allow, Append, BlobName, BlobPut, Commit, CreateInbox, EraseInbox,
    Fetch, GrantCapability, Hello, Knock, Listen, Open, Own, Prove, Publish, Read, Repair,
    RevokeCapability, Signal,
};
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, Token};

/// The id of every request in the file.
const ID: u64 = 7;

type Named = (&'static str, &'static str, Request);

fn log() -> LogId {
    LogId::new([0x10; 16])
}

fn inbox() -> InboxId {
    InboxId::new([0x20; 16])
}

fn head() -> HeadId {
    HeadId::new([0x11; 32])
}

fn device() -> DeviceLabel {
    DeviceLabel::new([0x21; 16])
}

fn about_logs() -> Vec<Named> {
    let read = Read {
        log: log(),
        head: head(),
        from: 1,
        children_from: 0,
        repairs_after: 0,
    };
    let prove = |right| {
        Request::Prove(Prove {
            log: log(),
            head: head(),
            right,
            key: [0x12; 32],
            signature: Signature::new([0x13; 64]),
        })
    };
    vec![
        ("prove read", "the right to read", prove(Right::Read)),
        (
            "prove write",
            "the right to append and commit",
            prove(Right::Write),
        ),
        (
            "open",
            "a log, paid by a token",
            Request::Open(Open {
                token: Token::new([0x14; 32]),
                log: log(),
                write_key: WriteKey::new([0x12; 32]),
                read_key: ReadKey::new([0x16; 32]),
            }),
        ),
        (
            "read",
            "a head from its first entry",
            Request::Read(read.clone()),
        ),
        (
            "subscribe",
            "a head from entry 300, all children known up to the second",
            Request::Subscribe(Read {
                from: 300,
                children_from: 2,
                ..read.clone()
            }),
        ),
        (
            "subscribe after repairs",
            "repairs up to number 3 are dealt with",
            Request::Subscribe(Read {
                repairs_after: 3,
                ..read
            }),
        ),
        (
            "append",
            "the smallest body, 512 bytes",
            Request::Append(Append {
                log: log(),
                head: head(),
                body: vec![0x15; 512],
            }),
        ),
    ]
}

fn about_commits() -> Vec<Named> {
    let commit = |rejected| {
        Request::Commit(Commit {
            log: log(),
            parent: head(),
            body: vec![0x15; 512],
            write_key: WriteKey::new([0x12; 32]),
            read_key: ReadKey::new([0x16; 32]),
            possession: Signature::new([0x13; 64]),
            rejected,
        })
    };
    vec![
        ("commit", "nothing rejected", commit(vec![])),
        (
            "commit after rejecting",
            "two children found invalid for all",
            commit(vec![HeadId::new([0x17; 32]), HeadId::new([0x18; 32])]),
        ),
    ]
}

fn about_words() -> Vec<Named> {
    vec![
        (
            "repair",
            "left at a head for readers below it",
            Request::Repair(Repair {
                log: log(),
                head: head(),
                body: vec![0x19; 512],
            }),
        ),
        (
            "signal",
            "for those who listen now",
            Request::Signal(Signal {
                log: log(),
                head: head(),
                body: vec![0x1a; 512],
            }),
        ),
    ]
}

fn about_new_inboxes() -> Vec<Named> {
    let create = |admission| {
        Request::CreateInbox(CreateInbox {
            inbox: inbox(),
            owner: OwnerKey::new([0x22; 32]),
            admission,
        })
    };
    let secret = HomeInvitationSecret::new([0x23; 20]);
    vec![
        (
            "own",
            "an inbox is this connection's",
            Request::Own(Own {
                inbox: inbox(),
                key: OwnerKey::new([0x22; 32]),
                signature: Signature::new([0x13; 64]),
            }),
        ),
        (
            "create-inbox at an open home",
            "nothing pays",
            create(Admission::Open),
        ),
        (
            "create-inbox by invitation",
            "a home invitation pays",
            create(Admission::Invitation(secret)),
        ),
        (
            "create-inbox by token",
            "a capability paid",
            create(Admission::Token(Token::new([0x14; 32]))),
        ),
    ]
}

fn about_own_inboxes() -> Vec<Named> {
    vec![
        (
            "publish everything",
            "a device list, two KeyPackages and a last-resort one",
            Request::Publish(Publish {
                inbox: inbox(),
                device: device(),
                device_list: Some(vec![0x24; 4]),
                key_packages: vec![vec![0x25; 4].into(), vec![0x26; 4].into()],
                last_resort: Some(vec![0x27; 4]),
            }),
        ),
        (
            "publish nothing",
            "asks how many KeyPackages are left",
            Request::Publish(Publish {
                inbox: inbox(),
                device: device(),
                device_list: None,
                key_packages: vec![],
                last_resort: None,
            }),
        ),
        (
            "allow",
            "two tokens out of the allowance",
            Request::Allow(Allow {
                inbox: inbox(),
                tokens: vec![TokenHash::new([0x28; 32]), TokenHash::new([0x29; 32])],
            }),
        ),
        (
            "listen",
            "items above number 5",
            Request::Listen(Listen {
                inbox: inbox(),
                device: device(),
                after: 5,
            }),
        ),
        (
            "acknowledge",
            "items 6 and 7",
            Request::Acknowledge(Acknowledge {
                inbox: inbox(),
                device: device(),
                numbers: vec![6, 7],
            }),
        ),
        (
            "erase-inbox",
            "everything of an inbox",
            Request::EraseInbox(EraseInbox { inbox: inbox() }),
        ),
    ]
}

fn about_capabilities() -> Vec<Named> {
    let grant = |uses, expires, pays, label| {
        Request::GrantCapability(GrantCapability {
            inbox: inbox(),
            capability: CapabilityHash::new([0x2a; 32]),
            uses,
            expires,
            pays,
            label,
        })
    };
    let fetch = |log_token, inbox_token| {
        Request::Fetch(Fetch {
            inbox: inbox(),
            capability: CapabilitySecret::new([0x2b; 32]),
            use_id: UseId::new([0x2c; 16]),
            log_token,
            inbox_token,
        })
    };
    vec![
        (
            "grant-capability of an invitation",
            "one use within a time, paying, with a label",
            grant(Some(1), Some(1_800_000_000), true, Some(vec![0x2d; 4])),
        ),
        (
            "grant-capability that stands",
            "any number of uses for any time",
            grant(None, None, false, None),
        ),
        (
            "revoke-capability",
            "taken back",
            Request::RevokeCapability(RevokeCapability {
                inbox: inbox(),
                capability: CapabilityHash::new([0x2a; 32]),
            }),
        ),
        (
            "fetch with tokens",
            "the capability pays a log and an inbox",
            fetch(
                Some(TokenHash::new([0x28; 32])),
                Some(TokenHash::new([0x29; 32])),
            ),
        ),
        ("fetch", "nothing is to be paid", fetch(None, None)),
        (
            "knock",
            "the smallest item, 512 bytes",
            Request::Knock(Knock {
                inbox: inbox(),
                capability: CapabilitySecret::new([0x2b; 32]),
                use_id: UseId::new([0x2c; 16]),
                item: vec![0x2e; 512],
            }),
        ),
    ]
}

fn about_blobs() -> Vec<Named> {
    let name = BlobName {
        log: log(),
        head: head(),
        blob: BlobId::new([0x1b; 16]),
    };
    vec![
        (
            "blob-put",
            "the smallest blob",
            Request::BlobPut(BlobPut {
                log: log(),
                head: head(),
                blob: name.blob,
                size: 4_144,
                delete: DeleteHash::new([0x1c; 32]),
            }),
        ),
        ("blob-get", "to read it", Request::BlobGet(name.clone())),
        (
            "blob-renew",
            "for another 90 days",
            Request::BlobRenew(name),
        ),
    ]
}

fn all() -> Vec<Named> {
    let hello = Request::Hello(Hello {
        nonce: Nonce::new([0x01; 32]),
    });
    let mut all = vec![("hello", "the first request of a connection", hello)];
    all.extend(about_logs());
    all.extend(about_commits());
    all.extend(about_words());
    all.extend(about_blobs());
    all.extend(about_new_inboxes());
    all.extend(about_own_inboxes());
    all.extend(about_capabilities());
    all
}

/// Every kind; a new one does not compile until it is named here, and fails until it has a vector.
pub fn kinds() -> BTreeSet<&'static str> {
    let known = |request: &Request| match request {
        Request::Hello(_)
        | Request::Prove(_)
        | Request::Own(_)
        | Request::Open(_)
        | Request::Read(_)
        | Request::Subscribe(_)
        | Request::Append(_)
        | Request::Commit(_)
        | Request::Repair(_)
        | Request::Signal(_)
        | Request::BlobPut(_)
        | Request::BlobGet(_)
        | Request::BlobRenew(_)
        | Request::CreateInbox(_)
        | Request::Publish(_)
        | Request::GrantCapability(_)
        | Request::RevokeCapability(_)
        | Request::Allow(_)
        | Request::Fetch(_)
        | Request::Knock(_)
        | Request::Listen(_)
        | Request::Acknowledge(_)
        | Request::EraseInbox(_) => request.kind(),
    };
    all().iter().map(|(_, _, request)| known(request)).collect()
}

#[test]
fn every_kind_of_request_has_its_pinned_frame() {
    assert_eq!(kinds().len(), 23);
    let vectors: Vec<Encoded> = all()
        .iter()
        .map(|(name, description, request)| Encoded::new(name, description, &request.to_frame(ID)))
        .collect();
    check("requests.json", &vectors);
}

#[test]
fn every_pinned_request_reads_back_and_is_deterministic() {
    for (name, _, request) in all() {
        let frame = request.to_frame(ID);
        assert_eq!(protocol::canonical::check(&frame), Ok(()), "{name}");
        assert_eq!(Request::from_frame(&frame), Ok((ID, request)), "{name}");
    }
}
