//! How many blobs a home takes, by those that it took before. None becomes whole here, and none goes.

use super::logs::refused;
use home_core::{BlobLimits, bounds};
use protocol::frame::Response;
use protocol::id::{BlobId, LogId};
use protocol::refusal::Refusal;
use protocol::request::BlobPut;
use protocol::response::BlobTicket;
use std::collections::BTreeMap;

/// What the home takes.
pub(super) const LIMITS: BlobLimits = BlobLimits {
    blob_bytes: 100_000,
    log_blobs: 3,
    log_bytes: 150_000,
    all_blobs: 4,
    all_bytes: 200_000,
};

#[derive(Debug, Default)]
pub(super) struct Blobs(BTreeMap<BlobId, BlobPut>);

impl Blobs {
    /// Checks the answer to a proven request, at a head that says so if it is superseded.
    pub(super) fn put(
        &mut self,
        request: &BlobPut,
        response: &Response,
        superseded: Option<Response>,
    ) {
        let expected = match self.0.get(&request.blob) {
            Some(kept) if is_same(kept, request) => None,
            Some(_) => Some(refused(Refusal::BlobTaken)),
            None => superseded.or_else(|| self.no_room(request)),
        };
        if let Some(expected) = expected {
            return assert_eq!(*response, expected);
        }
        let Response::BlobTicket(BlobTicket {
            valid_s,
            size,
            hash,
            ..
        }) = response
        else {
            unreachable!("no ticket: {response:?}");
        };
        assert_eq!(
            (*valid_s, *size, *hash),
            (bounds::TICKET_S, request.size, None)
        );
        self.0.insert(request.blob, request.clone());
    }

    fn no_room(&self, request: &BlobPut) -> Option<Response> {
        let taken = |log: Option<LogId>| {
            let all = self.0.values();
            let sizes = all.filter(|one| log.is_none_or(|log| one.log == log));
            let sizes = sizes.chain([request]).map(|one| one.size);
            sizes.fold((0, 0), |(blobs, bytes), size| (blobs + 1, bytes + size))
        };
        let (in_log, in_all) = (taken(Some(request.log)), taken(None));
        let room = in_log.0 <= LIMITS.log_blobs
            && in_log.1 <= LIMITS.log_bytes
            && in_all.0 <= LIMITS.all_blobs
            && in_all.1 <= LIMITS.all_bytes;
        if request.size > LIMITS.blob_bytes {
            Some(refused(Refusal::BlobTooLarge))
        } else {
            (!room).then(|| refused(Refusal::Quota))
        }
    }
}

/// Whether it is the same blob; another head of the log may ask for it.
fn is_same(kept: &BlobPut, request: &BlobPut) -> bool {
    (kept.log, kept.size, kept.delete) == (request.log, request.size, request.delete)
}
