//! What contacts are told in their inboxes: the way to us, for those who were never told, and the request
//! of a restored device to be let into a conversation again (docs/protocol.md, *Contact item*).
//!
//! Each is made once the way back works, kept, and left under a use of its own; every try is the same bytes.

use client_store::capability::CapabilityState;
use client_store::contact::ContactRow;
use client_store::contact_item::ContactItemRow;
use client_store::id::{ContactId, ConversationId, PersonaId};
use client_store::inbox::InboxRow;
use client_store::log::LogState;
use mls::contact_item::{ContactItem, Rejoin};
use mls::inbox_seal;
use mls::key_package;
use mls::persona::PersonaSecret;
use mls::welcome_item::ReturnInbox;
use protocol::frame::Request;
use protocol::id::{LogId, UseId};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::Knock;

use crate::effect::Lane;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

/// After this time, in seconds, a request that nobody followed is made anew: a week.
const ANEW_S: u64 = 7 * 86_400;
/// What is said of a conversation whose other side cannot be asked.
pub(crate) const NO_WAY: &str =
    "this new device knows no way that leads to the other; accept a new invitation of theirs";

impl Engine {
    /// A contact is to be told the way to us.
    pub(crate) fn tell_the_way(&mut self, contact: ContactId) -> Result<(), CoreError> {
        let use_id = UseId::new(self.entropy.bytes());
        self.store.insert_contact_item(&use_id, contact, None)?;
        self.work.insert(Work::ContactItem(use_id));
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// Whoever was blocked was not asked to let this device into a conversation again, and is now.
    pub(crate) fn ask_to_rejoin(&mut self, conversation: ConversationId) -> Result<(), CoreError> {
        for log in self.store.logs_of(conversation)? {
            if log.state != LogState::Rejoining {
                continue;
            }
            let mut asked = self.store.contact_items()?.into_iter();
            let asked = asked.find(|row| row.log == Some(log.log));
            let use_id = match asked {
                Some(row) => row.use_id,
                None => {
                    let row = self.store.conversation(conversation)?;
                    let contact = match row.and_then(|row| row.contact) {
                        Some(contact) => self.store.contact(contact)?,
                        None => None,
                    };
                    let Some(contact) = contact.filter(|one| one.return_inbox.is_some()) else {
                        self.halt(&log, NO_WAY)?;
                        continue;
                    };
                    let use_id = UseId::new(self.entropy.bytes());
                    self.store
                        .insert_contact_item(&use_id, contact.id, Some(&log.log))?;
                    use_id
                }
            };
            self.work.insert(Work::ContactItem(use_id));
            self.work.insert(Work::Connections);
        }
        Ok(())
    }

    /// Makes it once it can be made, and leaves it. Nothing is asked of somebody who is blocked.
    pub(crate) fn work_on_contact_item(&mut self, row: ContactItemRow) -> Result<(), CoreError> {
        let contact = self.store.contact(row.contact)?;
        let Some((contact, way)) =
            contact.and_then(|mut contact| contact.return_inbox.take().map(|way| (contact, way)))
        else {
            return self
                .store
                .delete_contact_item(&row.use_id)
                .map_err(Into::into);
        };
        if row.log.is_some() && self.store.is_blocked(&contact.fingerprint)? {
            return Ok(());
        }
        if row.answered {
            // One from a clock that was ahead is made anew as well.
            if self.now.unix_s().abs_diff(row.made_s) > ANEW_S {
                let anew = UseId::new(self.entropy.bytes());
                self.store.set_contact_item_use(&row.use_id, &anew, true)?;
                self.work.insert(Work::ContactItem(anew));
                self.work.insert(Work::Connections);
            }
            return Ok(());
        }
        let key = way_to(&contact, &way);
        let asked = Asked::Knock(row.use_id);
        if !self.may_ask(&key, &asked) {
            return Ok(());
        }
        let item = match row.item {
            Some(item) => item,
            None => match self.make_contact_item(&row.use_id, &contact, &way, row.log)? {
                Some(item) => item,
                None => return Ok(()),
            },
        };
        let request = Request::Knock(Knock {
            inbox: way.inbox,
            capability: way.capability,
            use_id: row.use_id,
            item,
        });
        self.ask(&key, asked, &request);
        Ok(())
    }

    /// The sealed item, once an inbox of ours is there and its home knows the contact's way to it: an answer
    /// that came before would be for no device.
    fn make_contact_item(
        &mut self,
        use_id: &UseId,
        contact: &ContactRow,
        way: &ReturnInbox,
        log: Option<LogId>,
    ) -> Result<Option<Vec<u8>>, CoreError> {
        let Some(inbox) = self.published_inbox(contact.persona)? else {
            return Ok(None);
        };
        let standing = self.store.standing_capability(&inbox.inbox, contact.id)?;
        if standing.is_none() {
            self.work
                .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
        }
        let return_inbox = self.way_back(&inbox, contact.id)?;
        // Once it is granted, this is looked at again.
        if standing.is_none_or(|one| one.state != CapabilityState::Granted) {
            return Ok(None);
        }
        let rejoin = match log {
            None => None,
            Some(log) => {
                let device = self.device_of(contact.persona)?;
                let key_package =
                    self.with_mls(|provider| key_package::generate(provider, &device, false))?;
                Some(Rejoin {
                    log,
                    asked_ms: self.now.unix_ms,
                    key_package,
                })
            }
        };
        let own = self
            .store
            .persona(contact.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let secret = PersonaSecret::from_seed(&own.persona_seed);
        let item = ContactItem {
            persona: *secret.key().as_bytes(),
            to: contact.fingerprint,
            capability: way.capability.clone(),
            return_inbox,
            rejoin,
        }
        .sign(&secret);
        let item = inbox_seal::seal_item(&self.entropy, &way.inbox_key, &way.inbox, &item)?;
        let now_s = self.now.unix_s();
        self.store.set_contact_item_made(use_id, &item, now_s)?;
        Ok(Some(item))
    }

    fn published_inbox(&self, persona: PersonaId) -> Result<Option<InboxRow>, CoreError> {
        let inboxes = self.store.inboxes_of(persona)?;
        Ok(inboxes
            .into_iter()
            .find(|inbox| inbox.open && inbox.published))
    }

    /// Their home has it. A request waits for its answer.
    pub(crate) fn contact_item_left(&mut self, row: &ContactItemRow) -> Result<(), CoreError> {
        match row.log {
            None => self.store.delete_contact_item(&row.use_id)?,
            Some(_) => self.store.set_contact_item_answered(&row.use_id)?,
        }
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// Their home said no.
    pub(crate) fn contact_item_refused(
        &mut self,
        key: &ConnectionKey,
        row: &ContactItemRow,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        match error {
            HomeError::Refused {
                why: Refusal::Quota,
            } => self.retry_late(key, Asked::Knock(row.use_id)),
            HomeError::Refused {
                why: Refusal::UseLapsed,
            } => {
                let anew = UseId::new(self.entropy.bytes());
                self.store.set_contact_item_use(&row.use_id, &anew, false)?;
                // Not at once: a home that always says so would be asked for ever.
                self.retry_late(key, Asked::Knock(anew));
            }
            _ => {
                self.store.delete_contact_item(&row.use_id)?;
                if let Some(log) = &row.log
                    && let Some(log) = self.store.log(log)?
                {
                    self.halt(&log, NO_WAY)?;
                }
                self.work.insert(Work::Connections);
            }
        }
        Ok(())
    }
}

/// The connection on which a contact's inbox is reached.
pub(crate) fn way_to(contact: &ContactRow, way: &ReturnInbox) -> ConnectionKey {
    ConnectionKey {
        home: way.home.clone(),
        persona: contact.persona,
        lane: Lane::Inboxes,
    }
}
