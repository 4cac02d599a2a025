//! Form, bounds and signatures of what concerns logs.

use super::{at_most, bucket, invalid, number, verified};
use crate::bounds;
use crate::log_store::HeadKeys;
use protocol::hash::{body_hash, head_of_commit};
use protocol::id::{BodyHash, HeadId, HomeKey, LogId, Nonce, TokenHash};
use protocol::proof::{self, Right};
use protocol::refusal::HomeError;
use protocol::request;
use protocol::size_bucket::{LARGEST_REPAIR_BYTES, LARGEST_SIGNAL_BYTES};

/// From where on a head is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The first wanted entry.
    pub(crate) from: u64,
    /// How many children are known already.
    pub(crate) children_from: u64,
    /// The last repair that is dealt with.
    pub(crate) repairs_after: u64,
}

/// A request that concerns a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LogRequest {
    Prove {
        log: LogId,
        head: HeadId,
        right: Right,
        key: [u8; 32],
    },
    Open {
        token: TokenHash,
        log: LogId,
        keys: HeadKeys,
    },
    Read {
        log: LogId,
        head: HeadId,
        wanted: Wanted,
        subscribe: bool,
    },
    Append {
        log: LogId,
        head: HeadId,
        hash: BodyHash,
        body: Vec<u8>,
    },
    Commit {
        log: LogId,
        parent: HeadId,
        child: HeadId,
        keys: HeadKeys,
        rejected: Vec<HeadId>,
        body: Vec<u8>,
    },
    Repair {
        log: LogId,
        head: HeadId,
        hash: BodyHash,
        body: Vec<u8>,
    },
    Signal {
        log: LogId,
        head: HeadId,
        body: Vec<u8>,
    },
}

impl LogRequest {
    pub(super) fn log(&self) -> LogId {
        match self {
            Self::Prove { log, .. }
            | Self::Open { log, .. }
            | Self::Read { log, .. }
            | Self::Append { log, .. }
            | Self::Commit { log, .. }
            | Self::Repair { log, .. }
            | Self::Signal { log, .. } => *log,
        }
    }
}

pub(super) fn prove(
    request: &request::Prove,
    home: &HomeKey,
    nonce: &Nonce,
) -> Result<LogRequest, HomeError> {
    let message = proof::right_message(home, nonce, &request.log, &request.head, request.right);
    verified(proof::verify(&request.key, &message, &request.signature))?;
    Ok(LogRequest::Prove {
        log: request.log,
        head: request.head,
        right: request.right,
        key: request.key,
    })
}

pub(super) fn open(request: &request::Open) -> LogRequest {
    LogRequest::Open {
        token: request.token.hash(),
        log: request.log,
        keys: HeadKeys {
            write: request.write_key,
            read: request.read_key,
        },
    }
}

pub(super) fn read(request: &request::Read, subscribe: bool) -> Result<LogRequest, HomeError> {
    if request.from == 0 {
        return Err(invalid("entries are numbered from 1"));
    }
    number(request.from)?;
    number(request.children_from)?;
    number(request.repairs_after)?;
    Ok(LogRequest::Read {
        log: request.log,
        head: request.head,
        wanted: Wanted {
            from: request.from,
            children_from: request.children_from,
            repairs_after: request.repairs_after,
        },
        subscribe,
    })
}

pub(super) fn append(request: request::Append) -> Result<LogRequest, HomeError> {
    bucket(&request.body, "the entry")?;
    Ok(LogRequest::Append {
        log: request.log,
        head: request.head,
        hash: body_hash(&request.body),
        body: request.body,
    })
}

pub(super) fn repair(request: request::Repair) -> Result<LogRequest, HomeError> {
    bucket(&request.body, "the repair")?;
    at_most(
        request.body.len(),
        LARGEST_REPAIR_BYTES,
        "bytes of a repair",
    )?;
    Ok(LogRequest::Repair {
        log: request.log,
        head: request.head,
        hash: body_hash(&request.body),
        body: request.body,
    })
}

pub(super) fn signal(request: request::Signal) -> Result<LogRequest, HomeError> {
    bucket(&request.body, "the signal")?;
    at_most(
        request.body.len(),
        LARGEST_SIGNAL_BYTES,
        "bytes of a signal",
    )?;
    Ok(LogRequest::Signal {
        log: request.log,
        head: request.head,
        body: request.body,
    })
}

pub(super) fn commit(request: request::Commit, home: &HomeKey) -> Result<LogRequest, HomeError> {
    bucket(&request.body, "the commit")?;
    at_most(
        request.rejected.len(),
        bounds::MAX_REJECTED,
        "rejected children",
    )?;
    let message = proof::possession_message(
        home,
        &request.log,
        &request.parent,
        &body_hash(&request.body),
        &request.write_key,
        &request.read_key,
    );
    verified(proof::verify(
        request.write_key.as_bytes(),
        &message,
        &request.possession,
    ))?;
    Ok(LogRequest::Commit {
        log: request.log,
        parent: request.parent,
        child: head_of_commit(&request.body),
        keys: HeadKeys {
            write: request.write_key,
            read: request.read_key,
        },
        rejected: request.rejected,
        body: request.body,
    })
}
