//! Form and bounds of what concerns blobs.

use super::invalid;
use protocol::blob_size::is_blob;
use protocol::id::{BlobId, DeleteHash, HeadId, LogId};
use protocol::refusal::HomeError;
use protocol::request;

/// A request that concerns a blob, at a head of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlobRequest {
    pub(crate) log: LogId,
    pub(crate) head: HeadId,
    pub(crate) blob: BlobId,
    pub(crate) wish: BlobWish,
}

/// What is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlobWish {
    Put { size: u64, delete: DeleteHash },
    Get,
    Renew,
}

pub(super) fn put(request: &request::BlobPut) -> Result<BlobRequest, HomeError> {
    if !is_blob(request.size) {
        return Err(invalid("no sealed blob has this length"));
    }
    Ok(BlobRequest {
        log: request.log,
        head: request.head,
        blob: request.blob,
        wish: BlobWish::Put {
            size: request.size,
            delete: request.delete,
        },
    })
}

pub(super) fn named(request: &request::BlobName, wish: BlobWish) -> BlobRequest {
    BlobRequest {
        log: request.log,
        head: request.head,
        blob: request.blob,
        wish,
    }
}
