//! The hashes of a log, a chain over three entries, and the sizes of bodies.

use crate::golden::{check, hex};
use protocol::blob_size;
use protocol::hash::{body_hash, chain_below, chain_next, chain_start, first_head, head_of_commit};
use protocol::id::LogId;
use protocol::response::ENTRY_MESSAGE;
use protocol::secret::{CapabilitySecret, DeleteSecret, HomeInvitationSecret, Token};
use protocol::size_bucket::{LARGEST_BYTES, bucket_for, is_bucket};
use serde::Serialize;

#[derive(Serialize)]
struct Hash {
    name: &'static str,
    description: &'static str,
    input: String,
    hash: String,
}

#[derive(Serialize)]
struct Link {
    seq: u64,
    kind: u8,
    body: String,
    body_hash: String,
    chain: String,
}

#[derive(Serialize)]
struct ChainOfThree {
    log: String,
    head: String,
    start: String,
    entries: Vec<Link>,
    child: String,
    below: String,
}

#[derive(Serialize)]
struct BlobLength {
    content: u64,
    padded: Option<u64>,
    blob: Option<u64>,
}

#[derive(Serialize)]
struct Bucket {
    length: usize,
    bucket: Option<usize>,
    is_bucket: bool,
}

#[test]
fn every_hash_has_its_pinned_value() {
    let log = LogId::new([0x10; 16]);
    let body = [0x15; 512];
    let hash = |name, description, input: &[u8], hash: &[u8]| Hash {
        name,
        description,
        input: hex(input),
        hash: hex(hash),
    };
    let vectors = [
        hash(
            "body",
            "SHA-256 of the body",
            &body,
            body_hash(&body).as_bytes(),
        ),
        hash(
            "head of a commit",
            "SHA-256 of the commit's body",
            &body,
            head_of_commit(&body).as_bytes(),
        ),
        hash(
            "first head",
            "SHA-256 of kith/open and the log id",
            log.as_bytes(),
            first_head(&log).as_bytes(),
        ),
        hash(
            "token",
            "SHA-256 of the token",
            &[0x14; 32],
            Token::new([0x14; 32]).hash().as_bytes(),
        ),
        hash(
            "capability",
            "SHA-256 of the secret",
            &[0x2b; 32],
            CapabilitySecret::new([0x2b; 32]).hash().as_bytes(),
        ),
        hash(
            "delete secret",
            "SHA-256 of the secret",
            &[0x1f; 32],
            DeleteSecret::new([0x1f; 32]).hash().as_bytes(),
        ),
        hash(
            "home invitation",
            "SHA-256 of the secret",
            &[0x23; 20],
            HomeInvitationSecret::new([0x23; 20]).hash().as_bytes(),
        ),
    ];
    check("hashes.json", &vectors);
}

#[test]
fn a_chain_over_three_entries_has_its_pinned_links() {
    let log = LogId::new([0x10; 16]);
    let head = first_head(&log);
    let start = chain_start(&log, &head);
    let mut last = start;
    let mut entries = Vec::new();
    for (seq, byte) in [(1, 0x15), (2, 0x16), (3, 0x17)] {
        let body = [byte; 512];
        let hash = body_hash(&body);
        last = chain_next(&last, seq, ENTRY_MESSAGE, &hash);
        entries.push(Link {
            seq,
            kind: ENTRY_MESSAGE,
            body: hex(&body),
            body_hash: hex(hash.as_bytes()),
            chain: hex(last.as_bytes()),
        });
    }
    let child = head_of_commit(&[0x18; 512]);
    let chain = ChainOfThree {
        log: hex(log.as_bytes()),
        head: hex(head.as_bytes()),
        start: hex(start.as_bytes()),
        entries,
        child: hex(child.as_bytes()),
        below: hex(chain_below(&last, &child).as_bytes()),
    };
    check("chain.json", &chain);
}

#[test]
fn every_length_has_its_pinned_bucket() {
    let lengths = [
        0,
        1,
        511,
        512,
        513,
        1024,
        1025,
        65_536,
        LARGEST_BYTES - 1,
        LARGEST_BYTES,
        LARGEST_BYTES + 1,
    ];
    let vectors = lengths.map(|length| Bucket {
        length,
        bucket: bucket_for(length),
        is_bucket: is_bucket(length),
    });
    check("size_buckets.json", &vectors);
}

#[test]
fn every_length_of_content_has_its_pinned_blob() {
    let lengths = [
        0,
        1,
        4_096,
        4_097,
        65_536,
        65_537,
        1_000_000,
        1 << 30,
        (1 << 30) + 1,
        blob_size::LARGEST_CONTENT_BYTES,
        blob_size::LARGEST_CONTENT_BYTES + 1,
    ];
    let vectors = lengths.map(|content| {
        let padded = blob_size::padded_bytes(content);
        BlobLength {
            content,
            padded,
            blob: padded.map(blob_size::blob_bytes),
        }
    });
    check("blob_lengths.json", &vectors);
}
