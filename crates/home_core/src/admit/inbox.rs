//! Form, bounds and signatures of what concerns inboxes.

use super::{at_most, bucket, invalid, number, time, verified};
use crate::bounds;
use protocol::hash::body_hash;
use protocol::id::{
    BodyHash, CapabilityHash, DeviceLabel, HomeInvitationHash, HomeKey, InboxId, Nonce, OwnerKey,
    TokenHash, UseId,
};
use protocol::proof;
use protocol::refusal::HomeError;
use protocol::request::{self, Admission};

/// What pays for an inbox, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckedAdmission {
    Open,
    Invitation(HomeInvitationHash),
    Token(TokenHash),
}

/// A request that concerns an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InboxRequest {
    Own {
        inbox: InboxId,
        key: OwnerKey,
    },
    CreateInbox {
        inbox: InboxId,
        owner: OwnerKey,
        admission: CheckedAdmission,
    },
    Publish {
        inbox: InboxId,
        device: DeviceLabel,
        device_list: Option<Vec<u8>>,
        key_packages: Vec<(BodyHash, Vec<u8>)>,
        last_resort: Option<Vec<u8>>,
    },
    GrantCapability(request::GrantCapability),
    RevokeCapability(request::RevokeCapability),
    Allow(request::Allow),
    Fetch {
        inbox: InboxId,
        capability: CapabilityHash,
        use_id: UseId,
        log_token: Option<TokenHash>,
        inbox_token: Option<TokenHash>,
    },
    Knock {
        inbox: InboxId,
        capability: CapabilityHash,
        use_id: UseId,
        hash: BodyHash,
        item: Vec<u8>,
    },
    Listen(request::Listen),
    Acknowledge(request::Acknowledge),
    Erase(InboxId),
}

pub(super) fn own(
    request: &request::Own,
    home: &HomeKey,
    nonce: &Nonce,
) -> Result<InboxRequest, HomeError> {
    let message = proof::owner_message(home, nonce, &request.inbox);
    verified(proof::verify(
        request.key.as_bytes(),
        &message,
        &request.signature,
    ))?;
    Ok(InboxRequest::Own {
        inbox: request.inbox,
        key: request.key,
    })
}

pub(super) fn create(request: &request::CreateInbox) -> InboxRequest {
    InboxRequest::CreateInbox {
        inbox: request.inbox,
        owner: request.owner,
        admission: match &request.admission {
            Admission::Open => CheckedAdmission::Open,
            Admission::Invitation(secret) => CheckedAdmission::Invitation(secret.hash()),
            Admission::Token(token) => CheckedAdmission::Token(token.hash()),
        },
    }
}

fn key_package(bytes: &[u8]) -> Result<(), HomeError> {
    if bytes.is_empty() {
        return Err(invalid("a KeyPackage is empty"));
    }
    at_most(
        bytes.len(),
        bounds::MAX_KEY_PACKAGE_BYTES,
        "bytes of a KeyPackage",
    )
}

pub(super) fn publish(request: request::Publish) -> Result<InboxRequest, HomeError> {
    at_most(
        request.key_packages.len(),
        bounds::MAX_KEY_PACKAGES_PER_PUBLISH,
        "KeyPackages",
    )?;
    for one in &request.key_packages {
        key_package(one)?;
    }
    if let Some(last_resort) = &request.last_resort {
        key_package(last_resort)?;
    }
    if let Some(list) = &request.device_list {
        at_most(
            list.len(),
            bounds::MAX_DEVICE_LIST_BYTES,
            "bytes of the device list",
        )?;
    }
    Ok(InboxRequest::Publish {
        inbox: request.inbox,
        device: request.device,
        device_list: request.device_list,
        key_packages: request
            .key_packages
            .into_iter()
            .map(|one| (body_hash(&one), one.into()))
            .collect(),
        last_resort: request.last_resort,
    })
}

pub(super) fn grant(request: request::GrantCapability) -> Result<InboxRequest, HomeError> {
    time(request.expires)?;
    if let Some(label) = &request.label {
        at_most(label.len(), bounds::MAX_LABEL_BYTES, "bytes of the label")?;
    }
    if request.pays && request.uses.is_none() {
        // Anybody who holds it could have any number of inboxes and logs here.
        return Err(invalid("a capability that pays has a number of uses"));
    }
    Ok(InboxRequest::GrantCapability(request))
}

pub(super) fn revoke(request: request::RevokeCapability) -> InboxRequest {
    InboxRequest::RevokeCapability(request)
}

pub(super) fn allow(request: request::Allow) -> Result<InboxRequest, HomeError> {
    at_most(request.tokens.len(), bounds::MAX_TOKENS_PER_ALLOW, "tokens")?;
    Ok(InboxRequest::Allow(request))
}

pub(super) fn fetch(request: &request::Fetch) -> InboxRequest {
    InboxRequest::Fetch {
        inbox: request.inbox,
        capability: request.capability.hash(),
        use_id: request.use_id,
        log_token: request.log_token,
        inbox_token: request.inbox_token,
    }
}

pub(super) fn knock(request: request::Knock) -> Result<InboxRequest, HomeError> {
    bucket(&request.item, "the item")?;
    Ok(InboxRequest::Knock {
        inbox: request.inbox,
        capability: request.capability.hash(),
        use_id: request.use_id,
        hash: body_hash(&request.item),
        item: request.item,
    })
}

pub(super) fn listen(request: request::Listen) -> Result<InboxRequest, HomeError> {
    number(request.after)?;
    Ok(InboxRequest::Listen(request))
}

pub(super) fn acknowledge(request: request::Acknowledge) -> Result<InboxRequest, HomeError> {
    at_most(request.numbers.len(), bounds::MAX_NUMBERS, "numbers")?;
    for one in &request.numbers {
        number(*one)?;
    }
    Ok(InboxRequest::Acknowledge(request))
}
