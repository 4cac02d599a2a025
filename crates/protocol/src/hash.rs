//! The hashes of a log: bodies, heads and the chain over a head's entries (docs/protocol.md, *Log*).

use crate::id::{BodyHash, Chain, HeadId, LogId};
use sha2::{Digest, Sha256};

/// SHA-256 over the parts, one after the other, without separators.
///
/// Callers that hash more than one part use parts of fixed length after a constant prefix, so that
/// no two inputs read the same.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// H(body): what names an entry in retries, chains and own-entry recognition.
pub fn body_hash(body: &[u8]) -> BodyHash {
    BodyHash::new(sha256(&[body]))
}

/// The id of the first head of a log, head₀ = SHA-256("kith/open" ‖ log id).
pub fn first_head(log: &LogId) -> HeadId {
    HeadId::new(sha256(&[b"kith/open", log.as_bytes()]))
}

/// The id of the head that a commit opens: SHA-256(commit body).
pub fn head_of_commit(body: &[u8]) -> HeadId {
    HeadId::new(sha256(&[body]))
}

/// The chain value before the first entry of the first head: SHA-256("kith/chain" ‖ log id ‖ head id).
pub fn chain_start(log: &LogId, head: &HeadId) -> Chain {
    Chain::new(sha256(&[b"kith/chain", log.as_bytes(), head.as_bytes()]))
}

/// The chain value before the first entry of a child head: SHA-256("kith/below" ‖ the chain with which
/// its parent ends ‖ its id). So the chain of a log is one, over all its heads.
pub fn chain_below(end: &Chain, child: &HeadId) -> Chain {
    Chain::new(sha256(&[b"kith/below", end.as_bytes(), child.as_bytes()]))
}

/// The chain value of the entry numbered `seq` (from 1, big-endian in the hash):
/// SHA-256("kith/link" ‖ previous chain ‖ seq ‖ kind ‖ H(body)).
pub fn chain_next(previous: &Chain, seq: u64, kind: u8, body: &BodyHash) -> Chain {
    Chain::new(sha256(&[
        b"kith/link",
        previous.as_bytes(),
        &seq.to_be_bytes(),
        &[kind],
        body.as_bytes(),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_below_depends_on_how_the_parent_ended_and_on_the_child() {
        let (end, child) = (Chain::new([1; 32]), HeadId::new([2; 32]));
        let below = chain_below(&end, &child);
        assert_ne!(below, chain_below(&Chain::new([3; 32]), &child));
        assert_ne!(below, chain_below(&end, &HeadId::new([3; 32])));
    }

    #[test]
    fn a_chain_depends_on_every_part_of_an_entry() {
        let start = chain_start(&LogId::new([1; 16]), &HeadId::new([2; 32]));
        let body = body_hash(b"body");
        let link = chain_next(&start, 1, 0, &body);
        assert_ne!(link, chain_next(&start, 2, 0, &body));
        assert_ne!(link, chain_next(&start, 1, 1, &body));
        assert_ne!(link, chain_next(&start, 1, 0, &body_hash(b"other")));
        assert_ne!(link, chain_next(&link, 1, 0, &body));
    }

    #[test]
    fn the_first_head_of_two_logs_differs() {
        assert_ne!(
            first_head(&LogId::new([1; 16])),
            first_head(&LogId::new([2; 16]))
        );
    }
}
