//! The form of a request that the second stage of a home counts on, said once more, beside
//! `home_core::admit`.

use home_core::bounds;
use protocol::blob_size::{LARGEST_CONTENT_BYTES, blob_bytes, padded_bytes};
use protocol::frame::Request;
use protocol::hash::body_hash;
use protocol::id::{HomeKey, Nonce};
use protocol::proof;
use protocol::request::{Commit, GrantCapability, Publish};
use protocol::size_bucket::{LARGEST_BYTES, LARGEST_REPAIR_BYTES, LARGEST_SIGNAL_BYTES};

/// Whether a request has it, on a connection with this nonce.
pub(crate) fn holds(request: &Request, home: &HomeKey, nonce: &Nonce) -> bool {
    match request {
        Request::Hello(_)
        | Request::Open(_)
        | Request::BlobGet(_)
        | Request::BlobRenew(_)
        | Request::CreateInbox(_)
        | Request::RevokeCapability(_)
        | Request::Fetch(_)
        | Request::EraseInbox(_) => true,
        Request::Prove(one) => {
            let message = proof::right_message(home, nonce, &one.log, &one.head, one.right);
            proof::verify(&one.key, &message, &one.signature).is_ok()
        }
        Request::Own(one) => {
            let message = proof::owner_message(home, nonce, &one.inbox);
            proof::verify(one.key.as_bytes(), &message, &one.signature).is_ok()
        }
        Request::Read(one) | Request::Subscribe(one) => {
            one.from > 0 && all_countable(&[one.from, one.children_from, one.repairs_after])
        }
        Request::Append(one) => is_body(&one.body, LARGEST_BYTES),
        Request::Commit(one) => commit(one, home),
        Request::Repair(one) => is_body(&one.body, LARGEST_REPAIR_BYTES),
        Request::Signal(one) => is_body(&one.body, LARGEST_SIGNAL_BYTES),
        Request::BlobPut(one) => is_blob(one.size),
        Request::Publish(one) => publish(one),
        Request::GrantCapability(one) => grant(one),
        Request::Allow(one) => one.tokens.len() <= bounds::MAX_TOKENS_PER_ALLOW,
        Request::Knock(one) => is_body(&one.item, LARGEST_BYTES),
        Request::Listen(one) => all_countable(&[one.after]),
        Request::Acknowledge(one) => {
            one.numbers.len() <= bounds::MAX_NUMBERS && all_countable(&one.numbers)
        }
    }
}

fn commit(one: &Commit, home: &HomeKey) -> bool {
    let message = proof::possession_message(
        home,
        &one.log,
        &one.parent,
        &body_hash(&one.body),
        &one.write_key,
        &one.read_key,
    );
    is_body(&one.body, LARGEST_BYTES)
        && one.rejected.len() <= bounds::MAX_REJECTED
        && proof::verify(one.write_key.as_bytes(), &message, &one.possession).is_ok()
}

fn publish(one: &Publish) -> bool {
    let most = bounds::MAX_KEY_PACKAGE_BYTES;
    let list = one.device_list.as_ref().map_or(0, Vec::len);
    let last = one.last_resort.as_ref().map_or(1, Vec::len);
    list <= bounds::MAX_DEVICE_LIST_BYTES
        && (1..=most).contains(&last)
        && one.key_packages.len() <= bounds::MAX_KEY_PACKAGES_PER_PUBLISH
        && one
            .key_packages
            .iter()
            .all(|one| (1..=most).contains(&one.len()))
}

fn grant(one: &GrantCapability) -> bool {
    let label = one.label.as_ref().map_or(0, Vec::len);
    let counted = one.uses.is_some() || !one.pays;
    counted && label <= bounds::MAX_LABEL_BYTES && all_countable(&[one.expires.unwrap_or(0)])
}

/// Databases count with a sign.
fn all_countable(numbers: &[u64]) -> bool {
    numbers.iter().all(|number| number >> 63 == 0)
}

fn is_body(body: &[u8], most: usize) -> bool {
    body.len() <= most && (9..=20).any(|exponent| body.len() == 1 << exponent)
}

/// Whether some content has a blob of this length: the first that has one of no less is looked for.
fn is_blob(bytes: u64) -> bool {
    let of = |content| padded_bytes(content).map_or(u64::MAX, blob_bytes);
    let (mut first, mut end) = (0, LARGEST_CONTENT_BYTES + 1);
    while first < end {
        let middle = first.midpoint(end);
        if of(middle) < bytes {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    bytes < u64::MAX && of(first) == bytes
}
