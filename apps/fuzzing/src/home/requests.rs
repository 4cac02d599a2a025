//! Requests from small numbers, with keys and proofs that hold.

use ed25519_dalek::SigningKey;
use home_core::bounds;
use protocol::frame::Request;
use protocol::hash::{body_hash, first_head};
use protocol::id::{
    BlobId, CapabilityHash, DeleteHash, DeviceLabel, HeadId, HomeKey, InboxId, LogId, Nonce,
    ReadKey, TokenHash, UseId, WriteKey,
};
use protocol::proof::{self, Right};
use protocol::request::{self, Admission};
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, Token};

const HOME_SEED: [u8; 32] = [42; 32];
/// The lengths of bodies; two make more than a page.
const BODY_BYTES: [usize; 8] = [512, 512, 512, 1_024, 4_096, 8_192, 262_144, 524_288];

pub(crate) fn home_seed() -> [u8; 32] {
    HOME_SEED
}

pub(crate) fn home_key() -> HomeKey {
    proof::home_key(&HOME_SEED)
}

pub(crate) fn nonce(of: u64) -> Nonce {
    let mut nonce = [0; 32];
    for (byte, of) in nonce.iter_mut().zip(of.to_le_bytes()) {
        *byte = of;
    }
    Nonce::new(nonce)
}

pub(crate) fn log(of: u8) -> LogId {
    LogId::new([0x10 + of % 3; 16])
}

pub(crate) fn inbox(of: u8) -> InboxId {
    InboxId::new([0x20 + of % 2; 16])
}

pub(crate) fn device(of: u8) -> DeviceLabel {
    DeviceLabel::new([of % 10; 16])
}

pub(crate) fn use_id(of: u8) -> UseId {
    UseId::new([of % 8; 16])
}

pub(crate) fn token(of: u8) -> Token {
    Token::new([0x30 + of % 8; 32])
}

pub(crate) fn capability(of: u8) -> CapabilitySecret {
    CapabilitySecret::new([0x40 + of % 4; 32])
}

pub(crate) fn invitation(of: u8) -> HomeInvitationSecret {
    HomeInvitationSecret::new([of % 3; 20])
}

/// Different for each `of` and `variant`, as long as `of` says.
pub(crate) fn body(of: u8, variant: u8) -> Vec<u8> {
    let bytes = BODY_BYTES.get(usize::from(of) % BODY_BYTES.len());
    let mut body = vec![variant; bytes.copied().unwrap_or(512)];
    if let Some(first) = body.first_mut() {
        *first = of;
    }
    body
}

fn write_seed(of: u8) -> [u8; 32] {
    [1 + of % 4; 32]
}

fn read_seed(of: u8) -> [u8; 32] {
    [101 + of % 4; 32]
}

pub(crate) fn keys(of: u8) -> (WriteKey, ReadKey) {
    (
        proof::write_key(&write_seed(of)),
        proof::read_key(&read_seed(of)),
    )
}

fn owner_seed(of: u8) -> [u8; 32] {
    [55 + of % 2; 32]
}

pub(crate) fn hello(of: u8) -> Request {
    Request::Hello(request::Hello {
        nonce: nonce(u64::from(of)),
    })
}

pub(crate) fn prove(nonce: &Nonce, log: LogId, head: HeadId, write: bool, key: u8) -> Request {
    let (right, seed) = match write {
        true => (Right::Write, write_seed(key)),
        false => (Right::Read, read_seed(key)),
    };
    let key = SigningKey::from_bytes(&seed);
    let message = proof::right_message(&home_key(), nonce, &log, &head, right);
    Request::Prove(request::Prove {
        log,
        head,
        right,
        key: key.verifying_key().to_bytes(),
        signature: proof::sign(&key, &message),
    })
}

pub(crate) fn own(nonce: &Nonce, of: u8, owner: u8) -> Request {
    let key = SigningKey::from_bytes(&owner_seed(owner));
    let message = proof::owner_message(&home_key(), nonce, &inbox(of));
    Request::Own(request::Own {
        inbox: inbox(of),
        key: proof::owner_key(&owner_seed(owner)),
        signature: proof::sign(&key, &message),
    })
}

pub(crate) fn open(pays: u8, of: u8, key: u8) -> Request {
    let (write_key, read_key) = keys(key);
    Request::Open(request::Open {
        token: token(pays),
        log: log(of),
        write_key,
        read_key,
    })
}

pub(crate) fn read(log: LogId, head: HeadId, from: u64, children_from: u64) -> request::Read {
    request::Read {
        log,
        head,
        from,
        children_from,
        repairs_after: 0,
    }
}

pub(crate) fn append(log: LogId, head: HeadId, body: Vec<u8>) -> Request {
    Request::Append(request::Append { log, head, body })
}

pub(crate) fn commit(
    log: LogId,
    parent: HeadId,
    body: Vec<u8>,
    key: u8,
    rejected: Vec<HeadId>,
) -> Request {
    let (write_key, read_key) = keys(key);
    let hash = body_hash(&body);
    let message =
        proof::possession_message(&home_key(), &log, &parent, &hash, &write_key, &read_key);
    Request::Commit(request::Commit {
        log,
        parent,
        body,
        write_key,
        read_key,
        possession: proof::sign(&SigningKey::from_bytes(&write_seed(key)), &message),
        rejected,
    })
}

pub(crate) fn blob_put(log: LogId, head: HeadId, of: u8, size: u8) -> Request {
    const SIZES: [u64; 4] = [4_144, 4_400, 65_584, 1_016_576];
    Request::BlobPut(request::BlobPut {
        log,
        head,
        blob: BlobId::new([of % 4; 16]),
        size: SIZES.get(usize::from(size % 4)).copied().unwrap_or(4_144),
        delete: DeleteHash::new([of % 2; 32]),
    })
}

pub(crate) fn blob_name(log: LogId, head: HeadId, of: u8) -> request::BlobName {
    request::BlobName {
        log,
        head,
        blob: BlobId::new([of % 4; 16]),
    }
}

pub(crate) fn create(of: u8, owner: u8, pays: u8) -> Request {
    Request::CreateInbox(request::CreateInbox {
        inbox: inbox(of),
        owner: proof::owner_key(&owner_seed(owner)),
        admission: match pays % 8 {
            0..4 => Admission::Open,
            4 | 5 => Admission::Invitation(invitation(pays)),
            _ => Admission::Token(token(pays)),
        },
    })
}

/// KeyPackages are `many` from the number `first` on.
pub(crate) fn publish(of: u8, label: u8, first: u8, many: u8) -> Request {
    let key_packages = (0..many % 40).map(|at| body(0, first.wrapping_add(at)).into());
    Request::Publish(request::Publish {
        inbox: inbox(of),
        device: device(label),
        device_list: (many & 0x40 == 0).then(|| vec![first; 100]),
        key_packages: key_packages.collect(),
        last_resort: (many & 0x80 != 0).then(|| body(3, first)),
    })
}

pub(crate) fn grant(of: u8, secret: u8, uses: u8) -> Request {
    let uses_left = (uses & 0x0f != 0).then_some(u32::from(uses & 0x0f));
    Request::GrantCapability(request::GrantCapability {
        inbox: inbox(of),
        capability: capability(secret).hash(),
        uses: uses_left,
        expires: (uses & 0x10 != 0).then_some(super::NOON_S + 100),
        pays: uses & 0x20 != 0 && uses_left.is_some(),
        label: None,
    })
}

pub(crate) fn revoke(of: u8, secret: u8) -> Request {
    let capability: CapabilityHash = capability(secret).hash();
    let inbox = inbox(of);
    Request::RevokeCapability(request::RevokeCapability { inbox, capability })
}

pub(crate) fn allow(of: u8, first: u8, many: u8) -> Request {
    let tokens: Vec<TokenHash> = (0..many % 4)
        .map(|at| token(first.wrapping_add(at)).hash())
        .collect();
    let inbox = inbox(of);
    Request::Allow(request::Allow { inbox, tokens })
}

pub(crate) fn fetch(of: u8, secret: u8, under: u8, pays: u8) -> Request {
    let hash = |bit: u8| (pays & bit != 0).then(|| token(pays & 7).hash());
    Request::Fetch(request::Fetch {
        inbox: inbox(of),
        capability: capability(secret),
        use_id: use_id(under),
        log_token: hash(0x10),
        inbox_token: hash(0x20),
    })
}

pub(crate) fn knock(of: u8, secret: u8, under: u8, item: Vec<u8>) -> Request {
    Request::Knock(request::Knock {
        inbox: inbox(of),
        capability: capability(secret),
        use_id: use_id(under),
        item,
    })
}

pub(crate) fn listen(of: u8, label: u8, after: u8) -> Request {
    Request::Listen(request::Listen {
        inbox: inbox(of),
        device: device(label),
        after: u64::from(after),
    })
}

pub(crate) fn acknowledge(of: u8, label: u8, first: u8, many: u8) -> Request {
    let first = u64::from(first);
    Request::Acknowledge(request::Acknowledge {
        inbox: inbox(of),
        device: device(label),
        numbers: (first..first + u64::from(many % 8)).collect(),
    })
}

pub(crate) fn erase(of: u8) -> Request {
    let inbox = inbox(of);
    Request::EraseInbox(request::EraseInbox { inbox })
}

pub(crate) fn repair(log: LogId, head: HeadId, body: Vec<u8>) -> Request {
    Request::Repair(request::Repair { log, head, body })
}

pub(crate) fn signal(log: LogId, head: HeadId, body: Vec<u8>) -> Request {
    Request::Signal(request::Signal { log, head, body })
}

/// The log that a request is about.
pub(crate) fn log_of(request: &Request) -> Option<LogId> {
    match request {
        Request::Prove(one) => Some(one.log),
        Request::Open(one) => Some(one.log),
        Request::Read(one) | Request::Subscribe(one) => Some(one.log),
        Request::Append(one) => Some(one.log),
        Request::Commit(one) => Some(one.log),
        Request::Repair(one) => Some(one.log),
        Request::Signal(one) => Some(one.log),
        Request::BlobPut(one) => Some(one.log),
        Request::BlobGet(one) | Request::BlobRenew(one) => Some(one.log),
        _ => None,
    }
}

/// A valid request of each kind, on the connection with the nonce of the number 1.
pub(crate) fn one_of_each() -> Vec<Request> {
    let (nonce, log) = (nonce(1), log(0));
    let head = first_head(&log);
    vec![
        hello(3),
        prove(&nonce, log, head, true, 0),
        prove(&nonce, log, head, false, 0),
        own(&nonce, 0, 0),
        open(0, 0, 0),
        Request::Read(read(log, head, 1, 0)),
        Request::Subscribe(read(log, head, 7, 2)),
        append(log, head, body(0, 1)),
        commit(log, head, body(1, 1), 1, vec![head]),
        repair(log, head, body(0, 2)),
        signal(log, head, body(0, 3)),
        blob_put(log, head, 0, 0),
        Request::BlobGet(blob_name(log, head, 0)),
        Request::BlobRenew(blob_name(log, head, 0)),
        create(0, 0, 0),
        create(1, 0, 4),
        create(1, 0, 7),
        publish(0, 0, 1, 0x82),
        grant(0, 0, 0x32),
        revoke(0, 0),
        allow(0, 0, 3),
        fetch(0, 0, 0, 0x31),
        knock(0, 0, 0, body(0, 4)),
        listen(0, 0, 0),
        acknowledge(0, 0, 1, 3),
        erase(0),
    ]
}

/// Valid requests of which a little more is none.
pub(crate) fn at_their_bounds() -> Vec<Request> {
    const LAST: u64 = i64::MAX as u64;
    // As many as may be are longer than what is tried.
    const MANY_NUMBERS: usize = 100;
    let (log, inbox, device) = (log(0), inbox(0), device(0));
    let read = request::Read {
        repairs_after: LAST,
        ..read(log, first_head(&log), LAST, LAST)
    };
    let tokens = vec![token(0).hash(); bounds::MAX_TOKENS_PER_ALLOW];
    let numbers = vec![LAST; MANY_NUMBERS];
    vec![
        Request::Read(read.clone()),
        Request::Subscribe(read),
        Request::GrantCapability(request::GrantCapability {
            inbox,
            capability: capability(0).hash(),
            uses: Some(u32::MAX),
            expires: Some(LAST),
            pays: true,
            label: Some(vec![7; bounds::MAX_LABEL_BYTES]),
        }),
        Request::Allow(request::Allow { inbox, tokens }),
        Request::Listen(request::Listen {
            inbox,
            device,
            after: LAST,
        }),
        Request::Acknowledge(request::Acknowledge {
            inbox,
            device,
            numbers,
        }),
    ]
}
