//! Items in our inboxes: somebody accepted an invitation of ours, or takes us into a circle, or back
//! into a group that went on without this device.

use client_store::capability::CapabilityState;
use client_store::contact::ContactRow;
use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ContactId, ConversationId};
use client_store::inbox::InboxRow;
use client_store::log::{LogRow, LogState};
use mls::contact_item::UnverifiedContactItem;
use mls::error::MlsError;
use mls::group::{Group, Joined, NewlyJoined};
use mls::inbox_seal::{inbox_key_pair, open_item};
use mls::persona::PersonaKey;
use mls::place::Kind;
use mls::welcome_item::{UnverifiedWelcomeItem, WelcomeItem};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::InboxId;
use protocol::request::Acknowledge;
use protocol::response::{Item, Items};

use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::rejoining::check_return;
use crate::session::{Asked, ConnectionKey};

/// No conversation has more entries; who says so is not believed.
const LARGEST_BASE: u64 = 1 << 48;
/// Why a circle is not entered into which somebody takes us who is blocked. Nobody is told.
const BLOCKED: &str = "it is of somebody who is blocked";

impl Engine {
    /// A page of items.
    pub(crate) fn received_items(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        items: Items,
    ) -> Result<(), CoreError> {
        let last = items.items.last().map(|item| item.number);
        let Some(row) = self.store.inbox(inbox)? else {
            return Ok(());
        };
        self.receive_items(key, inbox, items.items)?;
        match (items.end, last) {
            (false, Some(last)) => self.listen(key, &row, last),
            _ => self.settle(key, Asked::Listen(*inbox)),
        }
        self.stock_left(&row, items.key_packages)
    }

    /// Takes items in and acknowledges them once that is durable. What does not hold is passed over
    /// for good: a home would bring it again and again.
    pub(crate) fn receive_items(
        &mut self,
        key: &ConnectionKey,
        inbox: &InboxId,
        items: Vec<Item>,
    ) -> Result<(), CoreError> {
        let Some(row) = self.store.inbox(inbox)? else {
            return Ok(());
        };
        if items.is_empty() {
            return Ok(());
        }
        let numbers: Vec<u64> = items.iter().map(|item| item.number).collect();
        for item in items {
            match self.receive_item(&row, &item.body) {
                Ok(()) | Err(CoreError::Mls(MlsError::Invalid { what: BLOCKED, .. })) => {}
                Err(CoreError::Mls(error @ MlsError::Invalid { .. })) => {
                    self.event(Event::PassedOver(format!(
                        "Something that was left for you does not hold ({error}); it was passed over."
                    )));
                }
                Err(error) => return Err(error),
            }
        }
        let request = Request::Acknowledge(Acknowledge {
            inbox: *inbox,
            device: row.device,
            numbers: numbers.clone(),
        });
        self.ask(key, Asked::Acknowledge(*inbox, numbers), &request);
        Ok(())
    }

    fn receive_item(&mut self, inbox: &InboxRow, sealed: &[u8]) -> Result<(), CoreError> {
        let (private, _) = inbox_key_pair(&self.entropy, &inbox.hpke_seed)?;
        let bytes = open_item(&self.entropy, &private, &inbox.inbox, sealed)?;
        if let Ok(item) = UnverifiedContactItem::from_bytes(&bytes) {
            return self.receive_contact_item(inbox, item);
        }
        let item = UnverifiedWelcomeItem::from_bytes(&bytes)?;
        let known = self.store.log(item.log())?;
        if known
            .as_ref()
            .is_some_and(|log| log.persona != inbox.persona)
        {
            // One profile takes part in a log under one of its names.
            return Err(invalid("another of your names has that conversation"));
        }
        match known.as_ref().map(|log| &log.state) {
            None | Some(LogState::Removed | LogState::Behind | LogState::Rejoining) => {
                self.join_group(inbox, item, known)
            }
            // It came before and the home was not told in time; or this device is taken back into a
            // group and has not read yet that it was removed. What is still to be read comes first.
            Some(LogState::Open) => {
                Ok(self.store.hold_welcome(item.log(), &inbox.inbox, &bytes)?)
            }
            Some(LogState::Opening | LogState::Halted(_) | LogState::Left) => Ok(()),
        }
    }

    /// A Welcome may have come before this device read that it needs one.
    pub(crate) fn try_held_welcome(&mut self, log: &LogRow) -> Result<(), CoreError> {
        for (inbox, bytes) in self.store.take_held_welcomes(&log.log)? {
            let Some(inbox) = self.store.inbox(&inbox)? else {
                continue;
            };
            let item = UnverifiedWelcomeItem::from_bytes(&bytes)?;
            match self.join_group(&inbox, item, Some(log.clone())) {
                // An old one, come twice, or one of somebody who may not.
                Err(CoreError::Mls(MlsError::Invalid { .. })) => {}
                result => return result,
            }
        }
        Ok(())
    }

    fn join_group(
        &mut self,
        inbox: &InboxRow,
        item: UnverifiedWelcomeItem,
        known: Option<LogRow>,
    ) -> Result<(), CoreError> {
        // Undone as a whole if anything does not hold: the KeyPackage stays usable.
        let joined = self.store.attempt(|| {
            let anew = known.is_some();
            let joined = self.with_mls(|provider| Group::join(provider, item, anew))?;
            if let Joined::New(new) = &joined {
                self.check_joined(inbox, new, known.as_ref())?;
            }
            Ok::<_, CoreError>(joined)
        })?;
        match (joined, known) {
            (Joined::Known, _) => Ok(()),
            (Joined::New(new), Some(log)) => self.keep_rejoined(log, *new),
            (Joined::New(new), None) => self.keep_joined(inbox, *new),
        }
    }

    /// The one other persona of a pair.
    fn counterpart(group: &Group, own: PersonaKey) -> Result<PersonaKey, CoreError> {
        let members = group.members()?;
        let mut others = members
            .iter()
            .map(|member| member.credential.persona())
            .filter(|p| *p != own);
        let other = others
            .next()
            .ok_or_else(|| invalid("nobody else is in the group"))?;
        if others.any(|another| another != other) {
            return Err(invalid("more than two people are in the group"));
        }
        Ok(other)
    }

    /// Was it invited, does it begin where it says, and are those in it who may be?
    fn check_joined(
        &self,
        inbox: &InboxRow,
        joined: &NewlyJoined,
        known: Option<&LogRow>,
    ) -> Result<(), CoreError> {
        let (group, item) = (&joined.group, &joined.item);
        let capability = self
            .store
            .capability_of_secret(&item.capability)?
            .filter(|capability| capability.inbox == inbox.inbox)
            .ok_or_else(|| invalid("it answers an invitation that was never given"))?;
        if matches!(
            capability.state,
            CapabilityState::Revoking | CapabilityState::Revoked
        ) {
            return Err(invalid("it answers an invitation that was taken back"));
        }
        let own = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let own = mls::persona::PersonaSecret::from_seed(&own.persona_seed).key();
        // KeyPackages of all names lie in one store, and nobody is to find out whose they are.
        let own_leaf = group.member(group.own_leaf())?.credential;
        if own_leaf.persona() != own {
            return Err(invalid("it adds another name than the one it was left for"));
        }
        if known.is_none() && self.store.is_group_known(group.id())? {
            return Err(invalid("its group is one that this device had"));
        }
        if group.place().kind == Kind::Pair {
            Self::counterpart(group, own)?;
        }
        if let Some(holder) = capability.contact {
            let holder = self
                .store
                .contact(holder)?
                .ok_or(CoreError::Unknown("contact"))?;
            if holder.fingerprint != joined.sender.credential.persona().fingerprint() {
                return Err(invalid("it uses the way back of somebody else"));
            }
        }
        if capability.repairs.is_some_and(|log| log != item.log) {
            return Err(invalid("it uses a way that is for another conversation"));
        }
        if self.is_refused(joined, known)? {
            return Err(invalid(BLOCKED));
        }
        if let Some(log) = known {
            let conversation = self.store.conversation(log.conversation)?;
            let room = conversation.map(|conversation| conversation.room);
            if group.id() != log.group_id || room != Some(group.place().conversation) {
                return Err(invalid("it is of another group than the one that was left"));
            }
            check_return(log, item)?;
        } else if capability.repairs.is_some() {
            return Err(invalid("it repairs what this device never had"));
        } else if capability.is_invitation() && group.place().kind != Kind::Pair {
            return Err(invalid("it answers an invitation of two with a circle"));
        } else if group.place().kind == Kind::Circle
            && self
                .store
                .conversation_of_room(inbox.persona, &group.place().conversation)?
                .is_some()
        {
            return Err(invalid("its conversation is kept somewhere else"));
        }
        check_beginning(item, group.place().kind == Kind::Pair && known.is_none())
    }

    /// Whether somebody who is blocked takes us into a circle. A first contact of theirs is taken up, and not shown.
    fn is_refused(&self, joined: &NewlyJoined, known: Option<&LogRow>) -> Result<bool, CoreError> {
        let sender = joined.sender.credential.persona().fingerprint();
        let is_new = known.is_none_or(|log| log.state == LogState::Removed);
        let is_circle = joined.group.place().kind == Kind::Circle;
        #[cfg(feature = "planted-bugs")]
        let is_circle =
            is_circle || crate::planted::is_planted(crate::planted::Bug::BlockedNotJoined);
        Ok(is_new && is_circle && self.store.is_blocked(&sender)?)
    }

    /// This device is in the group again, from another head on.
    fn keep_rejoined(&mut self, mut log: LogRow, joined: NewlyJoined) -> Result<(), CoreError> {
        let item = &joined.item;
        if log.state == LogState::Removed {
            // What was wished for before may be long ago.
            self.forget_wishes(&log)?;
        }
        log.state = LogState::Open;
        log.head = item.head;
        log.base = item.base;
        log.next_seq = 1;
        log.chain = item.chain;
        log.leaf_update_s = self.now.unix_s();
        self.forget_commit(&log)?;
        self.store.rejoin_log(&log)?;
        let mut logs = self.store.logs_of(log.conversation)?.into_iter();
        if !logs.any(|log| log.state == LogState::Rejoining) {
            // Whoever let this device in removed the one from before by the same commit.
            self.store
                .end_before_restore(log.conversation, self.now.unix_ms)?;
        }
        self.store.retire_repair_capabilities(&log.log)?;
        for inbox in self.store.inboxes_of(log.persona)? {
            let key = ConnectionKey::of_inbox(&inbox);
            self.work.insert(Work::Connection(key));
        }
        self.keep_group(&log, joined.group);
        if let Some(session) = self.sessions.get_mut(&ConnectionKey::of_log(&log)) {
            session.forget_heads_but(&log.log, &log.head);
        }
        self.event_unless_blocked(log.conversation, Event::Added(log.conversation))?;
        self.work.insert(Work::Connections);
        self.work.insert(Work::Log(log.log));
        Ok(())
    }

    /// Keeps contact, conversation and log; a pair that knows each other gets one more log.
    fn keep_joined(&mut self, inbox: &InboxRow, joined: NewlyJoined) -> Result<(), CoreError> {
        let NewlyJoined {
            group,
            item,
            sender,
        } = joined;
        let fingerprint = sender.credential.persona().fingerprint();
        // It is kept up like any other, so that no home sees a difference and nothing is dead later.
        let is_blocked = self.store.is_blocked(&fingerprint)?;
        let contact = match self.store.contact_of_pair(inbox.persona, &fingerprint)? {
            Some(known) => known.id,
            None => self.new_contact(inbox, fingerprint, is_blocked, &item)?,
        };
        self.store.set_return_inbox(contact, &item.return_inbox)?;
        let known = match group.place().kind {
            Kind::Pair => self.store.conversation_with(contact)?,
            Kind::Circle => {
                let room = &group.place().conversation;
                self.store.conversation_of_room(inbox.persona, room)?
            }
        };
        let conversation = match known {
            Some(known) => known.id,
            None => self.new_conversation(inbox, contact, &group, &item)?,
        };
        let row = LogRow {
            log: item.log,
            conversation,
            persona: inbox.persona,
            group_id: group.id().to_vec(),
            home: item.home.clone(),
            home_key: item.home_key,
            state: LogState::Open,
            head: item.head,
            base: item.base,
            next_seq: 1,
            chain: item.chain,
            closing_seed: None,
            leaf_update_s: self.now.unix_s(),
            repairs_after: 0,
        };
        self.store.insert_log(&row)?;
        let kind = group.place().kind;
        if kind == Kind::Pair {
            self.tell_the_way(contact)?;
        }
        self.keep_group(&row, group);
        if let Some(invitation) = self.store.capability_of_secret(&item.capability)? {
            self.store.count_use(invitation.id)?;
        }
        if !is_blocked {
            self.event(match kind {
                Kind::Pair => Event::Joined(contact, conversation),
                Kind::Circle => Event::Added(conversation),
            });
        }
        self.work.insert(Work::Connections);
        self.work.insert(Work::Log(row.log));
        Ok(())
    }

    fn new_contact(
        &mut self,
        inbox: &InboxRow,
        fingerprint: protocol::id::PersonaFingerprint,
        met_blocked: bool,
        item: &WelcomeItem,
    ) -> Result<ContactId, CoreError> {
        let row = ContactRow {
            id: ContactId::new(self.entropy.bytes()),
            persona: inbox.persona,
            fingerprint,
            name: item.name.seen(),
            return_inbox: Some(item.return_inbox.clone()),
            verified: false,
            met_blocked,
        };
        self.store.insert_contact(&row)?;
        Ok(row.id)
    }

    fn new_conversation(
        &mut self,
        inbox: &InboxRow,
        contact: ContactId,
        group: &Group,
        item: &WelcomeItem,
    ) -> Result<ConversationId, CoreError> {
        let (kind, contact) = match group.place().kind {
            Kind::Pair => (ConversationKind::Pair, Some(contact)),
            Kind::Circle => (ConversationKind::Circle, None),
        };
        let row = ConversationRow {
            id: ConversationId::new(self.entropy.bytes()),
            persona: inbox.persona,
            contact,
            title: item.name.seen().as_str().to_owned(),
            room: group.place().conversation,
            created_s: self.now.unix_s(),
            kind,
            refused: None,
        };
        self.store.insert_conversation(&row)?;
        Ok(row.id)
    }
}

/// An item that does not hold, and why.
pub(crate) fn invalid(what: &'static str) -> CoreError {
    CoreError::Mls(MlsError::Invalid {
        what,
        detail: String::new(),
    })
}

/// Whether an item says where it begins, and begins where it may: at a beginning of a head, and at
/// that of the log if it is the first word of a pair.
fn check_beginning(item: &WelcomeItem, is_first_of_pair: bool) -> Result<(), CoreError> {
    let first = hash::first_head(&item.log);
    // How the heads above it ended is the sender's word; the first entry shows whether it holds.
    let is_start = item.head != first || item.chain == hash::chain_start(&item.log, &first);
    if item.seq != 0 || !is_start {
        return Err(invalid("it does not begin at the beginning of a head"));
    }
    let from_the_first = item.head == first && item.base == 0;
    if is_first_of_pair && !from_the_first {
        return Err(invalid("it does not begin at the log's first head"));
    }
    if (item.head == first) != (item.base == 0) || item.base > LARGEST_BASE {
        return Err(invalid("it does not say where it begins"));
    }
    Ok(())
}
