//! FETCH and KNOCK: how somebody with a capability reaches an inbox (docs/protocol.md, *First
//! contact*).
//!
//! | use *r* | FETCH | KNOCK |
//! |---|---|---|
//! | new, the capability allows it | begins it, hands out KeyPackages, pays | begins and completes it |
//! | begun | the first answer again | completes it |
//! | completed by this item | the first answer again | done |
//! | completed by another item | the first answer again | `use-lapsed` |
//! | begun more than 30 days ago | `use-lapsed` | `use-lapsed` |
//!
//! A capability that was taken back refuses everything; one that is used up or ran out refuses new
//! uses only. An unknown inbox answers like an unknown capability. More than 600 requests under one
//! capability in a minute are answered with `Retry`.

use crate::bounds;
use crate::home::Home;
use crate::inbox_store::{InboxRow, InboxStore, StoredCapability, StoredInbox, StoredUse};
use crate::log_store::LogStore;
use crate::outcome::{DONE, Outcome, Stop};
use protocol::frame::Response;
use protocol::id::{BodyHash, CapabilityHash, InboxId, TokenHash, UseId};
use protocol::refusal::{HomeError, Refusal};
use protocol::response::{Fetched, FetchedKeyPackage, Item, PushItem};

/// A use as it stands when a request under it comes.
struct Contact {
    inbox: StoredInbox,
    capability: StoredCapability,
    begun: Option<StoredUse>,
}

impl<L: LogStore, I: InboxStore> Home<L, I> {
    /// Tokens are granted with a new use alone; hashes that the stores know already stay as they
    /// are.
    pub(crate) fn fetch(
        &mut self,
        (inbox, capability, use_id): (&InboxId, &CapabilityHash, &UseId),
        (log_token, inbox_token): (Option<TokenHash>, Option<TokenHash>),
    ) -> Outcome {
        let contact = self.contact(inbox, capability, use_id)?;
        if let Some(begun) = contact.begun {
            if let Some(fetched) = self.inboxes.fetched(begun.row)? {
                return Ok(Response::Fetched(fetched));
            }
            // A KNOCK without a FETCH completed this use; it hands nothing out any more.
            if begun.item.is_some() {
                return Err(Refusal::UseLapsed.into());
            }
        }
        let fetched = self.hand_out(contact.inbox.row)?;
        let row = match contact.begun {
            Some(begun) => begun.row,
            None => {
                let today = self.today();
                self.inboxes
                    .begin_use(contact.capability.row, use_id, today)?
            }
        };
        self.inboxes
            .remember_fetched(row, &fetched.device_list, &fetched.key_packages)?;
        if contact.begun.is_none() && contact.capability.pays {
            if let Some(token) = log_token {
                self.logs.grant_token(&token)?;
            }
            if let Some(token) = inbox_token {
                self.inboxes.grant_inbox_token(&token)?;
            }
        }
        Ok(Response::Fetched(fetched))
    }

    pub(crate) fn knock(
        &mut self,
        (inbox, capability, use_id): (InboxId, &CapabilityHash, &UseId),
        hash: &BodyHash,
        body: Vec<u8>,
    ) -> Outcome {
        let contact = self.contact(&inbox, capability, use_id)?;
        match contact.begun.and_then(|begun| begun.item) {
            Some(item) if item == *hash => return Ok(DONE),
            Some(_) => return Err(Refusal::UseLapsed.into()),
            None => {}
        }
        let bytes = contact.inbox.item_bytes + body.len() as u64;
        if contact.inbox.items >= bounds::MAX_ITEMS || bytes > bounds::MAX_ITEM_BYTES {
            return Err(Refusal::Quota.into());
        }
        let today = self.today();
        let row = match contact.begun {
            Some(begun) => begun.row,
            None => self
                .inboxes
                .begin_use(contact.capability.row, use_id, today)?,
        };
        self.inboxes.complete_use(row, hash)?;
        let number = self.inboxes.add_item(contact.inbox.row, &body, today)?;
        let item = Item { number, body };
        self.push_to_listeners(&inbox, Response::Item(PushItem { inbox, item }));
        Ok(DONE)
    }

    /// Finds the use, or makes sure that a new one may begin.
    fn contact(
        &mut self,
        inbox: &InboxId,
        capability: &CapabilityHash,
        use_id: &UseId,
    ) -> Result<Contact, Stop> {
        let inbox = self
            .inboxes
            .inbox(inbox)?
            .ok_or(Refusal::CapabilityUnknown)?;
        let capability = self
            .inboxes
            .capability(inbox.row, capability)?
            .ok_or(Refusal::CapabilityUnknown)?;
        if capability.revoked {
            return Err(Refusal::CapabilityRevoked.into());
        }
        self.pace
            .count(capability.row, self.now_s)
            .map_err(|after_ms| HomeError::Retry { after_ms })?;
        let begun = self.inboxes.find_use(capability.row, use_id)?;
        match begun {
            Some(begun) => {
                let lapsed = begun.begun < self.today().minus(bounds::USE_DAYS);
                if begun.item.is_none() && lapsed {
                    return Err(Refusal::UseLapsed.into());
                }
            }
            None if capability.expires.is_some_and(|at| self.now_s > at) => {
                return Err(Refusal::CapabilityExpired.into());
            }
            None if capability.uses_left == Some(0) => {
                return Err(Refusal::CapabilityUsedUp.into());
            }
            None => {}
        }
        Ok(Contact {
            inbox,
            capability,
            begun,
        })
    }

    /// The device list and one KeyPackage for each device that has any.
    fn hand_out(&mut self, inbox: InboxRow) -> Result<Fetched, Stop> {
        let not_yet = HomeError::Retry {
            after_ms: bounds::RETRY_AFTER_MS,
        };
        let Some(device_list) = self.inboxes.device_list(inbox)? else {
            return Err(not_yet.into());
        };
        let today = self.today();
        let mut key_packages = Vec::new();
        for (row, device) in self.inboxes.devices(inbox)? {
            let taken = match self.inboxes.take_key_package(row, today)? {
                Some(one_use) => Some(one_use),
                None => self.inboxes.last_resort(row)?,
            };
            key_packages.extend(taken.map(|key_package| FetchedKeyPackage {
                device,
                key_package,
            }));
        }
        if key_packages.is_empty() {
            return Err(not_yet.into());
        }
        Ok(Fetched {
            device_list,
            key_packages,
        })
    }
}
