//! What inboxes must answer, by what they answered before. Where a home may have forgotten something by
//! the days it lived through, less is demanded.

use super::logs::{DONE, GONE, refused};
use super::world::Time;
use home_core::{ConnectionId, bounds};
use protocol::frame::{Request, Response};
use protocol::hash::body_hash;
use protocol::id::{
    BodyHash, CapabilityHash, DeviceLabel, HomeInvitationHash, InboxId, OwnerKey, TokenHash, UseId,
};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{self, Admission};
use protocol::response::{Fetched, Item, Published};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
struct Device {
    left: BTreeSet<BodyHash>,
    known: BTreeSet<BodyHash>,
    last_resort: Option<Vec<u8>>,
    acknowledged: BTreeSet<u64>,
}

#[derive(Debug, Default)]
struct Use {
    fetched: Option<Fetched>,
    item: Option<BodyHash>,
    begun: u64,
}

#[derive(Debug)]
struct Capability {
    uses_left: Option<u32>,
    expires: Option<u64>,
    revoked: bool,
    pays: bool,
    uses: BTreeMap<UseId, Use>,
}

#[derive(Debug)]
struct Inbox {
    owner: OwnerKey,
    erased: bool,
    device_list: Option<Vec<u8>>,
    devices: BTreeMap<DeviceLabel, Device>,
    capabilities: BTreeMap<CapabilityHash, Capability>,
    /// Bodies that were left, and the numbers under which they were seen.
    left: Vec<BodyHash>,
    numbers: BTreeMap<u64, BodyHash>,
}

#[derive(Debug, Default)]
pub(super) struct Inboxes {
    all: BTreeMap<InboxId, Inbox>,
    owned: BTreeSet<(ConnectionId, InboxId)>,
    listening: BTreeSet<(ConnectionId, InboxId)>,
    tokens: BTreeMap<TokenHash, bool>,
    invitations: BTreeMap<HomeInvitationHash, u32>,
}

impl Inbox {
    fn number_seen(&mut self, item: &Item) {
        let hash = body_hash(&item.body);
        assert!(self.left.contains(&hash), "an item that nobody left");
        let known = self.numbers.entry(item.number).or_insert(hash);
        assert_eq!(*known, hash);
    }
}

impl Inboxes {
    pub(super) fn invite(&mut self, hash: HomeInvitationHash, uses: u32) {
        self.invitations.insert(hash, uses);
    }

    pub(super) fn disconnected(&mut self, gone: ConnectionId) {
        self.owned.retain(|(connection, _)| *connection != gone);
        self.listening.retain(|(connection, _)| *connection != gone);
    }

    /// Checks the answer to whatever is about an inbox but FETCH and allow.
    pub(super) fn answered(
        &mut self,
        from: ConnectionId,
        request: &Request,
        response: &Response,
        time: Time,
    ) {
        match request {
            Request::CreateInbox(request) => return self.created(request, response),
            Request::Own(request) => return self.own(from, request, response),
            Request::Knock(request) => return self.knocked(request, response, time),
            _ => {}
        }
        let id = match request {
            Request::Publish(one) => one.inbox,
            Request::GrantCapability(one) => one.inbox,
            Request::RevokeCapability(one) => one.inbox,
            Request::Listen(one) => one.inbox,
            Request::Acknowledge(one) => one.inbox,
            Request::EraseInbox(one) => one.inbox,
            other => unreachable!("{other:?} is about no inbox"),
        };
        if !self.owned.contains(&(from, id)) {
            return assert_eq!(*response, refused(Refusal::NotProven));
        }
        let Some(inbox) = self.all.get_mut(&id) else {
            unreachable!("an inbox is owned that never was");
        };
        if let Request::EraseInbox(_) = request {
            inbox.erased = true;
            self.listening.retain(|(_, listened)| *listened != id);
            return assert_eq!(*response, DONE);
        }
        if inbox.erased {
            return assert_eq!(*response, GONE);
        }
        match request {
            Request::Publish(request) => publish(inbox, request, response, time),
            Request::GrantCapability(request) => {
                assert_eq!(*response, DONE);
                let granted = Capability {
                    uses_left: request.uses,
                    expires: request.expires,
                    revoked: false,
                    pays: request.pays,
                    uses: BTreeMap::new(),
                };
                let of = &mut inbox.capabilities;
                of.entry(request.capability).or_insert(granted);
            }
            Request::RevokeCapability(request) => {
                assert_eq!(*response, DONE);
                if let Some(one) = inbox.capabilities.get_mut(&request.capability) {
                    one.revoked = true;
                }
            }
            Request::Acknowledge(request) => {
                let Some(device) = inbox.devices.get_mut(&request.device) else {
                    return assert_eq!(*response, refused(Refusal::Unknown));
                };
                assert_eq!(*response, DONE);
                // Numbers that are not given yet mean nothing; who knows them may not have seen the item.
                // Later, more may have been left than are counted here.
                let many = if is_old(time) { 0 } else { inbox.left.len() };
                let is_given =
                    |one: &u64| (1..=many as u64).contains(one) || inbox.numbers.contains_key(one);
                let given = request.numbers.iter().copied();
                device.acknowledged.extend(given.filter(is_given));
            }
            Request::Listen(request) if listened(inbox, request, response, time) => {
                self.listening.insert((from, id));
            }
            _ => {}
        }
    }

    fn created(&mut self, request: &request::CreateInbox, response: &Response) {
        if let Some(inbox) = self.all.get(&request.inbox) {
            let expected = match inbox.owner == request.owner {
                _ if inbox.erased => GONE,
                true => DONE,
                false => refused(Refusal::InboxTaken),
            };
            return assert_eq!(*response, expected);
        }
        let expected = match &request.admission {
            Admission::Open => DONE,
            Admission::Invitation(secret) => match self.invitations.get_mut(&secret.hash()) {
                None => refused(Refusal::InvitationUnknown),
                Some(0) => refused(Refusal::InvitationUsedUp),
                Some(uses) => {
                    *uses -= 1;
                    DONE
                }
            },
            Admission::Token(token) => match self.tokens.get_mut(&token.hash()) {
                None => refused(Refusal::TokenUnknown),
                Some(true) => refused(Refusal::TokenSpent),
                Some(spent) => {
                    *spent = true;
                    DONE
                }
            },
        };
        assert_eq!(*response, expected);
        if expected == DONE {
            let inbox = Inbox {
                owner: request.owner,
                erased: false,
                device_list: None,
                devices: BTreeMap::new(),
                capabilities: BTreeMap::new(),
                left: Vec::new(),
                numbers: BTreeMap::new(),
            };
            self.all.insert(request.inbox, inbox);
        }
    }

    fn own(&mut self, from: ConnectionId, request: &request::Own, response: &Response) {
        let inbox = self.all.get(&request.inbox);
        if inbox.is_some_and(|inbox| inbox.erased) {
            return assert_eq!(*response, GONE);
        }
        if inbox.is_some_and(|inbox| inbox.owner == request.key) {
            assert_eq!(*response, DONE);
            self.owned.insert((from, request.inbox));
        } else {
            assert_eq!(*response, refused(Refusal::Unknown));
        }
    }

    /// The tokens that open logs from now on.
    pub(super) fn allowed(
        &mut self,
        from: ConnectionId,
        request: &request::Allow,
        response: &Response,
    ) -> Vec<TokenHash> {
        if !self.owned.contains(&(from, request.inbox)) {
            assert_eq!(*response, refused(Refusal::NotProven));
            return Vec::new();
        }
        if self
            .all
            .get(&request.inbox)
            .is_some_and(|inbox| inbox.erased)
        {
            assert_eq!(*response, GONE);
            return Vec::new();
        }
        assert_eq!(*response, DONE);
        request.tokens.clone()
    }

    pub(super) fn item_pushed(&mut self, to: ConnectionId, id: &InboxId, item: &Item) {
        assert!(self.listening.contains(&(to, *id)));
        if let Some(inbox) = self.all.get_mut(id) {
            inbox.number_seen(item);
        }
    }

    /// What FETCH and KNOCK have in common: why not, or the capability.
    fn contact(
        &mut self,
        (inbox, capability, use_id): (&InboxId, &CapabilityHash, &UseId),
        time: Time,
    ) -> Result<&mut Inbox, Refusal> {
        let unknown = || Refusal::CapabilityUnknown;
        let inbox = self.all.get_mut(inbox).ok_or_else(unknown)?;
        if inbox.erased {
            return Err(unknown());
        }
        let capability = inbox.capabilities.get(capability).ok_or_else(unknown)?;
        if capability.revoked {
            return Err(Refusal::CapabilityRevoked);
        }
        match capability.uses.get(use_id) {
            Some(begun) => {
                let lapsed = begun.begun + bounds::USE_DAYS < time.lived;
                if lapsed && begun.item.is_none() {
                    return Err(Refusal::UseLapsed);
                }
            }
            None if capability.expires.is_some_and(|at| time.now_s > at) => {
                return Err(Refusal::CapabilityExpired);
            }
            None if capability.uses_left == Some(0) => {
                return Err(Refusal::CapabilityUsedUp);
            }
            None => {}
        }
        Ok(inbox)
    }

    /// The token that opens a log from now on, if one was paid.
    pub(super) fn fetched(
        &mut self,
        request: &request::Fetch,
        response: &Response,
        time: Time,
    ) -> Option<TokenHash> {
        if is_old(time) {
            return self.fetched_later(request, response);
        }
        let hash = request.capability.hash();
        let inbox = match self.contact((&request.inbox, &hash, &request.use_id), time) {
            Ok(inbox) => inbox,
            Err(why) => {
                assert_eq!(*response, refused(why));
                return None;
            }
        };
        let capability = inbox.capabilities.get_mut(&hash)?;
        let begun = capability.uses.get(&request.use_id);
        if let Some(before) = begun.and_then(|begun| begun.fetched.as_ref()) {
            assert_eq!(*response, Response::Fetched(before.clone()));
            return None;
        }
        if begun.is_some_and(|begun| begun.item.is_some()) {
            assert_eq!(*response, refused(Refusal::UseLapsed));
            return None;
        }
        let anything = |device: &Device| !device.left.is_empty() || device.last_resort.is_some();
        let with_any = inbox.devices.values().filter(|device| anything(device));
        let with_any = with_any.count();
        let Response::Fetched(fetched) = response else {
            let retry = matches!(response, Response::Error(HomeError::Retry { .. }));
            assert!(
                retry && (inbox.device_list.is_none() || with_any == 0),
                "{response:?}"
            );
            return None;
        };
        assert_eq!(Some(&fetched.device_list), inbox.device_list.as_ref());
        assert_eq!(fetched.key_packages.len(), with_any);
        hand_out(&mut inbox.devices, fetched);
        let new = begun.is_none();
        let begun = capability.uses.entry(request.use_id).or_default();
        begun.fetched = Some(fetched.clone());
        if !new {
            return None;
        }
        begun.begun = time.lived;
        let left = &mut capability.uses_left;
        *left = left.map(|left| left - 1);
        if !capability.pays {
            return None;
        }
        if let Some(token) = request.inbox_token {
            self.tokens.entry(token).or_insert(false);
        }
        request.log_token
    }

    /// Uses may be forgotten by now, and tokens be granted that are not told of here; so what is handed
    /// out is still handed out once, and every token counts as granted.
    fn fetched_later(
        &mut self,
        request: &request::Fetch,
        response: &Response,
    ) -> Option<TokenHash> {
        let Response::Fetched(fetched) = response else {
            return None;
        };
        let inbox = self.all.get_mut(&request.inbox)?;
        assert!(!inbox.erased);
        let capability = inbox.capabilities.get_mut(&request.capability.hash())?;
        assert!(!capability.revoked);
        let begun = capability.uses.entry(request.use_id).or_default();
        if begun.fetched.as_ref() == Some(fetched) {
            return None;
        }
        hand_out(&mut inbox.devices, fetched);
        begun.fetched = Some(fetched.clone());
        let paid = capability.pays;
        if let Some(token) = request.inbox_token.filter(|_| paid) {
            self.tokens.entry(token).or_insert(false);
        }
        request.log_token.filter(|_| paid)
    }

    fn knocked(&mut self, request: &request::Knock, response: &Response, time: Time) {
        let hash = request.capability.hash();
        let item = body_hash(&request.item);
        let expected = match self.contact((&request.inbox, &hash, &request.use_id), time) {
            Ok(inbox) => {
                let Some(capability) = inbox.capabilities.get_mut(&hash) else {
                    return;
                };
                let begun = capability.uses.get(&request.use_id);
                match begun.map(|begun| begun.item) {
                    Some(Some(before)) if before == item => DONE,
                    Some(Some(_)) => refused(Refusal::UseLapsed),
                    known => {
                        if *response == DONE {
                            if known.is_none() {
                                let left = &mut capability.uses_left;
                                *left = left.map(|left| left.saturating_sub(1));
                            }
                            let begun = capability.uses.entry(request.use_id).or_default();
                            if known.is_none() {
                                begun.begun = time.lived;
                            }
                            begun.item = Some(item);
                            inbox.left.push(item);
                        }
                        DONE
                    }
                }
            }
            Err(why) => refused(why),
        };
        if is_old(time) {
            if *response == DONE
                && let Some(inbox) = self.all.get_mut(&request.inbox)
            {
                inbox.left.push(item);
            }
        } else {
            assert_eq!(*response, expected);
        }
    }
}

/// Whether the home may have begun to forget uses, items and capabilities.
fn is_old(time: Time) -> bool {
    time.lived >= bounds::USE_MEMORY_DAYS
}

/// Each one-use KeyPackage goes out once, and the last resort only where none is left.
fn hand_out(devices: &mut BTreeMap<DeviceLabel, Device>, fetched: &Fetched) {
    for one in &fetched.key_packages {
        let Some(device) = devices.get_mut(&one.device) else {
            unreachable!("a KeyPackage of no device");
        };
        if !device.left.remove(&body_hash(&one.key_package)) {
            assert!(device.left.is_empty(), "a KeyPackage that is not left");
            assert_eq!(device.last_resort.as_ref(), Some(&one.key_package));
        }
    }
}

fn publish(inbox: &mut Inbox, request: &request::Publish, response: &Response, time: Time) {
    let many = inbox.devices.len() as u64;
    let new_device = !inbox.devices.contains_key(&request.device);
    if *response == refused(Refusal::Quota) {
        let left = inbox.devices.get(&request.device);
        let left = left.map_or(0, |device| device.left.len()) + request.key_packages.len();
        let full = left as u64 > bounds::MAX_KEY_PACKAGES_PER_DEVICE;
        return assert!(full || (new_device && many >= bounds::MAX_DEVICES));
    }
    assert!(!new_device || many < bounds::MAX_DEVICES);
    let device = inbox.devices.entry(request.device).or_default();
    for one in &request.key_packages {
        let hash = body_hash(one);
        // What was handed out long ago may be taken for new.
        if device.known.insert(hash) || is_old(time) {
            device.left.insert(hash);
        }
    }
    let Response::Published(Published { remaining }) = response else {
        unreachable!("not published: {response:?}");
    };
    assert!(is_old(time) || *remaining == device.left.len() as u64);
    if let Some(list) = &request.device_list {
        inbox.device_list = Some(list.clone());
    }
    if let Some(last) = &request.last_resort {
        device.last_resort = Some(last.clone());
    }
}

/// Whether it is listened from now on.
fn listened(inbox: &mut Inbox, request: &request::Listen, response: &Response, time: Time) -> bool {
    if !inbox.devices.contains_key(&request.device) {
        assert_eq!(*response, refused(Refusal::Unknown));
        return false;
    }
    let Response::Items(items) = response else {
        unreachable!("no items: {response:?}");
    };
    let mut last = request.after;
    for item in &items.items {
        assert!(item.number > last);
        last = item.number;
        inbox.number_seen(item);
        let device = inbox.devices.get(&request.device);
        assert!(device.is_some_and(|device| !device.acknowledged.contains(&item.number)));
    }
    let bytes: usize = items.items.iter().map(|item| item.body.len()).sum();
    assert!(bytes <= bounds::MAX_PAGE_BYTES || items.items.len() == 1);
    assert!(items.end || !items.items.is_empty());
    let all = inbox.devices.values();
    let acknowledged: BTreeSet<u64> = all
        .flat_map(|one| one.acknowledged.iter().copied())
        .collect();
    if request.after == 0 && items.end && time.lived < bounds::ITEM_DAYS {
        let fewest = inbox.left.len() - acknowledged.len();
        assert!(items.items.len() >= fewest, "an item is lost");
    }
    items.end
}
