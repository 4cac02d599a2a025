//! First contact as the accepter, step by step (docs/protocol.md, *First contact*).
//!
//! FETCH → found the group in one transaction → make the way back and pay → OPEN → KNOCK. What comes
//! next stands in the store, each step can be repeated, and the two people are never online
//! together.

use client_store::acceptance::{AcceptanceRow, AcceptanceStep};
use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::log::LogRow;
use mls::device_list::DeviceList;
use mls::error::MlsError;
use mls::inbox_seal::{Published as Sealed, open_published};
use mls::key_package::{self, CheckedKeyPackage};
use protocol::frame::Request;
use protocol::id::{InboxId, PersonaFingerprint, UseId};
use protocol::refusal::HomeError;
use protocol::request::{Allow, Fetch, Knock, Open};
use protocol::response::Fetched;
use protocol::secret::{SealKey, Token};

use crate::effect::{Event, Lane};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::refused_contact::No;
use crate::session::{Asked, ConnectionKey};

/// What tells whose device list and KeyPackages those must be that an inbox hands out.
pub(crate) struct Published<'a> {
    pub inbox: &'a InboxId,
    pub seal_key: &'a SealKey,
    pub persona: &'a PersonaFingerprint,
}

impl Engine {
    /// Asks for the next step.
    pub(crate) fn work_on_acceptance(
        &mut self,
        acceptance: &AcceptanceRow,
    ) -> Result<(), CoreError> {
        if self
            .store
            .is_conversation_blocked(acceptance.conversation)?
        {
            // It stays as it is, with its connections, until they are blocked no longer.
            return Ok(());
        }
        let persona = acceptance.persona;
        let home = acceptance.invitation.home.clone();
        let knocking = ConnectionKey {
            home,
            persona,
            lane: Lane::Inboxes,
        };
        match acceptance.step {
            AcceptanceStep::Fetch => self.ask_fetch(&knocking, acceptance),
            AcceptanceStep::Allow => self.ask_allow(acceptance)?,
            AcceptanceStep::Open => self.ask_open(acceptance)?,
            AcceptanceStep::Knock => self.ask_knock(&knocking, acceptance),
        }
        Ok(())
    }

    fn ask_fetch(&mut self, key: &ConnectionKey, acceptance: &AcceptanceRow) {
        let asked = Asked::Fetch(acceptance.use_id);
        if self.may_ask(key, &asked) {
            let request = Request::Fetch(Fetch {
                inbox: acceptance.invitation.inbox,
                capability: acceptance.invitation.capability.clone(),
                use_id: acceptance.use_id,
                log_token: Some(acceptance.log_token.hash()),
                inbox_token: Some(acceptance.inbox_token.hash()),
            });
            self.ask(key, asked, &request);
        }
    }

    fn ask_knock(&mut self, key: &ConnectionKey, acceptance: &AcceptanceRow) {
        let asked = Asked::Knock(acceptance.use_id);
        if let (Some(item), true) = (&acceptance.item, self.may_ask(key, &asked)) {
            let request = Request::Knock(Knock {
                inbox: acceptance.invitation.inbox,
                capability: acceptance.invitation.capability.clone(),
                use_id: acceptance.use_id,
                item: item.clone(),
            });
            self.ask(key, asked, &request);
        }
    }

    /// The KeyPackages came: check them, found the group, keep everything, in this transaction.
    pub(crate) fn fetched(&mut self, use_id: &UseId, fetched: &Fetched) -> Result<(), CoreError> {
        if let Some(invitee) = self.store.invitee(use_id)? {
            return self.invitee_fetched(&invitee, fetched);
        }
        let acceptance = self.store.acceptance(use_id)?;
        let Some(acceptance) =
            acceptance.filter(|acceptance| acceptance.step == AcceptanceStep::Fetch)
        else {
            return Ok(());
        };
        if self
            .store
            .is_conversation_blocked(acceptance.conversation)?
        {
            // The home gives out the same once more.
            return Ok(());
        }
        let published = Published {
            inbox: &acceptance.invitation.inbox,
            seal_key: &acceptance.invitation.seal_key,
            persona: &acceptance.invitation.persona,
        };
        match self.check_fetched(&published, fetched) {
            Ok(key_packages) => {
                let checked: Vec<_> = key_packages.into_iter().map(|(_, one)| one).collect();
                self.found_group(&acceptance, &checked)
            }
            Err(CoreError::Mls(MlsError::NotValidNow)) => {
                let no = No {
                    why: "what the other person's device shows is not valid at the time of this machine's clock"
                        .to_owned(),
                    advice: "Set the clock right if it is wrong, and ask for a new link",
                    is_refusal: false,
                };
                self.fail_acceptance(&acceptance, &no)
            }
            Err(CoreError::Mls(error @ MlsError::Invalid { .. })) => {
                let no = No {
                    why: format!(
                        "what the home at {} gave out does not belong to the person of this link ({error})",
                        acceptance.invitation.home.host()
                    ),
                    advice: "Ask them for a new link by another way",
                    is_refusal: false,
                };
                self.fail_acceptance(&acceptance, &no)
            }
            Err(error) => Err(error),
        }
    }

    /// Device list and KeyPackages must be of the promised persona, one for each listed device: their
    /// bytes, and what they were checked to be.
    pub(crate) fn check_fetched(
        &self,
        published: &Published<'_>,
        fetched: &Fetched,
    ) -> Result<Vec<(Vec<u8>, CheckedKeyPackage)>, CoreError> {
        let (key, inbox) = (published.seal_key, published.inbox);
        let list = open_published(key, inbox, Sealed::DeviceList, &fetched.device_list)?;
        let list = DeviceList::verify(&list, published.persona)?;
        let invalid = |what| MlsError::Invalid {
            what,
            detail: String::new(),
        };
        let all = list
            .devices
            .iter()
            .map(|device| {
                let sealed = fetched
                    .key_packages
                    .iter()
                    .find(|key_package| key_package.device == device.label)
                    .ok_or_else(|| invalid("a device's KeyPackage is missing"))?;
                let bytes = open_published(key, inbox, Sealed::KeyPackage, &sealed.key_package)?;
                let now_s = self.now.unix_s();
                let checked =
                    self.with_mls(|provider| CheckedKeyPackage::check(provider, &bytes, now_s))?;
                let credential = checked.credential();
                if credential.persona() != list.persona()
                    || *credential.device_key() != device.device
                {
                    return Err(invalid("a KeyPackage is of another device").into());
                }
                Ok((bytes, checked))
            })
            .collect::<Result<Vec<_>, CoreError>>()?;
        if key_package::clash([], all.iter().map(|(_, checked)| checked)) {
            return Err(invalid("a device or a key is there twice").into());
        }
        Ok(all)
    }

    /// The way back must work and the log be paid for before anybody is told.
    fn ask_allow(&mut self, acceptance: &AcceptanceRow) -> Result<(), CoreError> {
        let (Some(way_back), Some(log)) = (self.way_back_of(acceptance)?, self.log_of(acceptance)?)
        else {
            return Ok(());
        };
        if way_back.state != CapabilityState::Granted {
            return Ok(());
        }
        if log.home == acceptance.invitation.home {
            // FETCH paid for it already.
            return self.allowed(&acceptance.use_id);
        }
        let Some(inbox) = self.store.inbox(&way_back.inbox)? else {
            return Ok(());
        };
        let key = ConnectionKey::of_inbox(&inbox);
        let asked = Asked::Allow(acceptance.use_id);
        let is_ours = self.is_done(&key, &Asked::Own(inbox.inbox));
        if is_ours && self.may_ask(&key, &asked) {
            let tokens = vec![acceptance.log_token.hash()];
            self.ask(
                &key,
                asked,
                &Request::Allow(Allow {
                    inbox: inbox.inbox,
                    tokens,
                }),
            );
        }
        Ok(())
    }

    /// The standing capability that the counterpart was given to reach us.
    pub(crate) fn way_back_of(
        &self,
        acceptance: &AcceptanceRow,
    ) -> Result<Option<CapabilityRow>, CoreError> {
        let conversation = self.store.conversation(acceptance.conversation)?;
        match conversation.and_then(|conversation| conversation.contact) {
            Some(contact) => Ok(self.store.standing_capability_of(contact)?),
            None => Ok(None),
        }
    }

    fn log_of(&self, acceptance: &AcceptanceRow) -> Result<Option<LogRow>, CoreError> {
        match &acceptance.log {
            Some(log) => Ok(self.store.log(log)?),
            None => Ok(None),
        }
    }

    /// The log is paid for: open it.
    pub(crate) fn allowed(&mut self, use_id: &UseId) -> Result<(), CoreError> {
        if let Some(founding) = self.store.founding(use_id)? {
            return self.founding_allowed(&founding);
        }
        self.store
            .set_acceptance_step(use_id, AcceptanceStep::Open)?;
        self.work.insert(Work::Acceptance(*use_id));
        Ok(())
    }

    fn ask_open(&mut self, acceptance: &AcceptanceRow) -> Result<(), CoreError> {
        let Some(log) = self.log_of(acceptance)? else {
            return Ok(());
        };
        self.ask_for_log(&log, acceptance.use_id, acceptance.log_token.clone())
    }

    /// OPEN: the home begins a log at its first head, paid by a token.
    pub(crate) fn ask_for_log(
        &mut self,
        log: &LogRow,
        use_id: UseId,
        token: Token,
    ) -> Result<(), CoreError> {
        let key = ConnectionKey::of_log(log);
        let asked = Asked::Open(use_id);
        if !self.may_ask(&key, &asked) {
            return Ok(());
        }
        let group = self.take_group(log)?;
        let keys = self.with_mls(|provider| group.keys(provider))?;
        self.keep_group(log, group);
        let request = Request::Open(Open {
            token,
            log: log.log,
            write_key: keys.write_key(),
            read_key: keys.read_key(),
        });
        self.ask(&key, asked, &request);
        Ok(())
    }

    /// The log is there: tell the inviter.
    pub(crate) fn log_opened(&mut self, use_id: &UseId) -> Result<(), CoreError> {
        if let Some(founding) = self.store.founding(use_id)? {
            return self.founding_opened(&founding);
        }
        self.store
            .set_acceptance_step(use_id, AcceptanceStep::Knock)?;
        self.work.insert(Work::Acceptance(*use_id));
        Ok(())
    }

    /// The inviter's home has the item: the conversation can be written to.
    pub(crate) fn knocked(&mut self, use_id: &UseId) -> Result<(), CoreError> {
        if let Some(invitee) = self.store.invitee(use_id)? {
            return self.invitee_told(&invitee);
        }
        if let Some(row) = self.store.contact_item(use_id)? {
            return self.contact_item_left(&row);
        }
        let Some(acceptance) = self.store.acceptance(use_id)? else {
            return Ok(());
        };
        self.store.delete_acceptance(use_id)?;
        if let Some(log) = &acceptance.log {
            self.store.set_log_open(log)?;
            self.work.insert(Work::Log(*log));
        }
        let conversation = acceptance.conversation;
        self.event_unless_blocked(conversation, Event::Accepted(conversation))?;
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// A home said no to one of the steps.
    pub(crate) fn first_contact_refused(
        &mut self,
        key: &ConnectionKey,
        use_id: &UseId,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        if let Some(founding) = self.store.founding(use_id)? {
            return self.founding_refused(&founding, error);
        }
        if let Some(invitee) = self.store.invitee(use_id)? {
            return self.invitee_refused(key, &invitee, error);
        }
        if let Some(row) = self.store.contact_item(use_id)? {
            return self.contact_item_refused(key, &row, error);
        }
        let Some(acceptance) = self.store.acceptance(use_id)? else {
            return Ok(());
        };
        let no = No::of(error, acceptance.invitation.home.host());
        self.fail_acceptance(&acceptance, &no)
    }
}
