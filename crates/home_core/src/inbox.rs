//! An inbox and its owner: make it, prove it, publish for it (docs/protocol.md, *Inbox*).

use crate::admit::{CheckedAdmission, InboxRequest};
use crate::bounds;
use crate::connection::ConnectionId;
use crate::home::Home;
use crate::inbox_store::{DeviceRow, InboxStore, StoredInbox};
use crate::log_store::{LogStore, TokenState};
use crate::outcome::{DONE, Outcome, Stop};
use protocol::frame::Response;
use protocol::id::{BodyHash, DeviceLabel, HomeInvitationHash, InboxId, OwnerKey};
use protocol::refusal::{HomeError, Refusal};
use protocol::response::Published;
use std::collections::BTreeMap;

impl<L: LogStore, I: InboxStore> Home<L, I> {
    pub(crate) fn about_inbox(&mut self, from: ConnectionId, request: InboxRequest) -> Outcome {
        match request {
            InboxRequest::Own { inbox, key } => self.own(from, inbox, &key),
            InboxRequest::CreateInbox {
                inbox,
                owner,
                admission,
            } => self.create_inbox(&inbox, &owner, admission),
            InboxRequest::Publish {
                inbox,
                device,
                device_list,
                key_packages,
                last_resort,
            } => {
                let inbox = self.owned(from, &inbox)?;
                let whole = (device_list.as_deref(), last_resort.as_deref());
                self.publish(&inbox, &device, whole, &key_packages)
            }
            InboxRequest::GrantCapability(request) => self.grant_capability(from, &request),
            InboxRequest::RevokeCapability(request) => self.revoke_capability(from, &request),
            InboxRequest::Allow(request) => self.allow(from, &request),
            InboxRequest::Fetch {
                inbox,
                capability,
                use_id,
                log_token,
                inbox_token,
            } => self.fetch((&inbox, &capability, &use_id), (log_token, inbox_token)),
            InboxRequest::Knock {
                inbox,
                capability,
                use_id,
                hash,
                item,
            } => self.knock((inbox, &capability, &use_id), &hash, item),
            InboxRequest::Listen(request) => self.listen(from, &request),
            InboxRequest::Acknowledge(request) => self.acknowledge(from, &request),
            InboxRequest::Erase(inbox) => self.erase_inbox(from, &inbox),
        }
    }

    /// The same inbox again under the same owner is done, whatever became of what paid for it.
    fn create_inbox(
        &mut self,
        inbox: &InboxId,
        owner: &OwnerKey,
        admission: CheckedAdmission,
    ) -> Outcome {
        if let Some(existing) = self.inboxes.inbox(inbox)? {
            return if existing.owner == *owner {
                Ok(DONE)
            } else {
                Err(Refusal::InboxTaken.into())
            };
        }
        if self.inboxes.is_erased(inbox)? {
            return Err(HomeError::Gone.into());
        }
        match admission {
            CheckedAdmission::Open if self.identity.is_open() => {}
            CheckedAdmission::Open => return Err(Refusal::NotOpen.into()),
            CheckedAdmission::Invitation(invitation) => self.pay_by_invitation(&invitation)?,
            CheckedAdmission::Token(token) => match self.inboxes.inbox_token(&token)? {
                TokenState::Unknown => return Err(Refusal::TokenUnknown.into()),
                TokenState::Spent => return Err(Refusal::TokenSpent.into()),
                TokenState::Granted => self.inboxes.spend_inbox_token(&token)?,
            },
        }
        self.inboxes.create_inbox(inbox, owner)?;
        Ok(DONE)
    }

    fn pay_by_invitation(&mut self, hash: &HomeInvitationHash) -> Result<(), Stop> {
        let invitation = self
            .inboxes
            .invitation(hash)?
            .ok_or(Refusal::InvitationUnknown)?;
        if invitation.uses_left == 0 {
            return Err(Refusal::InvitationUsedUp.into());
        }
        if invitation.expires.is_some_and(|at| self.now_s > at) {
            return Err(Refusal::InvitationExpired.into());
        }
        Ok(self.inboxes.use_invitation(hash)?)
    }

    /// One answer for an unknown inbox and another key: nothing is learnt.
    fn own(&mut self, from: ConnectionId, inbox: InboxId, key: &OwnerKey) -> Outcome {
        let Some(stored) = self.inboxes.inbox(&inbox)? else {
            return Err(self.no_inbox(&inbox, Refusal::Unknown)?);
        };
        if stored.owner != *key {
            return Err(Refusal::Unknown.into());
        }
        let connection = self.connections.get_mut(&from).ok_or(Refusal::NotProven)?;
        connection.owned.insert(inbox, ());
        Ok(DONE)
    }

    /// The inbox, if the connection has proven that it is its own.
    pub(crate) fn owned(
        &mut self,
        from: ConnectionId,
        inbox: &InboxId,
    ) -> Result<StoredInbox, Stop> {
        self.connections
            .get(&from)
            .and_then(|connection| connection.owned.get(inbox))
            .ok_or(Refusal::NotProven)?;
        match self.inboxes.inbox(inbox)? {
            Some(stored) => Ok(stored),
            None => Err(self.no_inbox(inbox, Refusal::Unknown)?),
        }
    }

    /// `list` and `last_resort` replace what was there; KeyPackages that the home has or had are
    /// not added again, so that none is ever handed out twice.
    fn publish(
        &mut self,
        inbox: &StoredInbox,
        label: &DeviceLabel,
        (list, last_resort): (Option<&[u8]>, Option<&[u8]>),
        key_packages: &[(BodyHash, Vec<u8>)],
    ) -> Outcome {
        let known = self.inboxes.device(inbox.row, label)?;
        if known.is_none() && self.inboxes.devices(inbox.row)?.len() as u64 >= bounds::MAX_DEVICES {
            return Err(Refusal::Quota.into());
        }
        let new = self.new_key_packages(known, key_packages)?;
        let left = match known {
            Some(device) => self.inboxes.key_packages_left(device)?,
            None => 0,
        };
        let remaining = left + new.len() as u64;
        if remaining > bounds::MAX_KEY_PACKAGES_PER_DEVICE {
            return Err(Refusal::Quota.into());
        }
        let device = match known {
            Some(device) => device,
            None => self.inboxes.add_device(inbox.row, label)?,
        };
        if let Some(list) = list {
            self.inboxes.set_device_list(inbox.row, list)?;
        }
        for (hash, key_package) in new {
            self.inboxes.add_key_package(device, hash, key_package)?;
        }
        if let Some(last_resort) = last_resort {
            self.inboxes.set_last_resort(device, last_resort)?;
        }
        Ok(Response::Published(Published { remaining }))
    }

    fn new_key_packages<'a>(
        &mut self,
        device: Option<DeviceRow>,
        key_packages: &'a [(BodyHash, Vec<u8>)],
    ) -> Result<BTreeMap<&'a BodyHash, &'a [u8]>, Stop> {
        let mut new = BTreeMap::new();
        for (hash, key_package) in key_packages {
            let known = match device {
                Some(device) => self.inboxes.knows_key_package(device, hash)?,
                None => false,
            };
            if !known {
                new.insert(hash, key_package.as_slice());
            }
        }
        Ok(new)
    }
}
