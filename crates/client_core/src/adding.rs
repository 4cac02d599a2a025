//! Somebody's way into a group, step by step: FETCH → a commit adds them → KNOCK with the Welcome.
//!
//! A Welcome goes out only once its commit is canonical, to an inbox whose owner gave us the way.
//! Each step can be repeated; what comes next stands in the store.

use client_store::contact::ContactRow;
use client_store::conversation::ConversationRow;
use client_store::inbox::InboxRow;
use client_store::invitee::{InviteeRow, InviteeStep};
use client_store::log::{LogRow, LogState};
use mls::error::MlsError;
use mls::inbox_seal;
use mls::welcome_item::WelcomeItem;
use protocol::frame::Request;
use protocol::hash;
use protocol::id::{Chain, HeadId, UseId};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{Fetch, Knock};
use protocol::response::Fetched;

use crate::effect::{Event, Lane};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::first_contact::Published;
use crate::refused_contact::explain;
use crate::session::{Asked, ConnectionKey};

/// Where somebody who is added begins to read.
pub(crate) struct Beginning {
    pub head: HeadId,
    pub base: u64,
    /// The chain before the head's first entry.
    pub chain: Chain,
}

impl Beginning {
    /// At the head of a log that has no entry there yet.
    pub const fn at(log: &LogRow) -> Self {
        Self {
            head: log.head,
            base: log.base,
            chain: log.chain,
        }
    }

    /// At the child that a log is about to enter.
    fn below(log: &LogRow, child: &HeadId) -> Self {
        Self {
            head: *child,
            base: log.base + log.next_seq,
            chain: hash::chain_below(&log.chain, child),
        }
    }
}

impl Engine {
    /// Asks for the next step.
    pub(crate) fn work_on_invitee(&mut self, invitee: &InviteeRow) -> Result<(), CoreError> {
        let Some(conversation) = self.store.conversation(invitee.conversation)? else {
            return Ok(());
        };
        let key = way_to(&conversation, invitee);
        match (invitee.step, &invitee.item) {
            (InviteeStep::Fetch, _) => {
                let asked = Asked::Fetch(invitee.use_id);
                if self.may_ask(&key, &asked) {
                    let request = Request::Fetch(Fetch {
                        inbox: invitee.way.inbox,
                        capability: invitee.way.capability.clone(),
                        use_id: invitee.use_id,
                        log_token: None,
                        inbox_token: None,
                    });
                    self.ask(&key, asked, &request);
                }
            }
            (InviteeStep::Knock, Some(item)) => {
                let logs = self.store.logs_of(invitee.conversation)?;
                let is_there = logs.iter().any(|log| log.state != LogState::Opening);
                let asked = Asked::Knock(invitee.use_id);
                if is_there && self.may_ask(&key, &asked) {
                    let request = Request::Knock(Knock {
                        inbox: invitee.way.inbox,
                        capability: invitee.way.capability.clone(),
                        use_id: invitee.use_id,
                        item: item.clone(),
                    });
                    self.ask(&key, asked, &request);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Their KeyPackages came.
    pub(crate) fn invitee_fetched(
        &mut self,
        invitee: &InviteeRow,
        fetched: &Fetched,
    ) -> Result<(), CoreError> {
        if invitee.step != InviteeStep::Fetch {
            return Ok(());
        }
        let published = Published {
            inbox: &invitee.way.inbox,
            seal_key: &invitee.way.seal_key,
            persona: &invitee.fingerprint,
        };
        match self.check_fetched(&published, fetched) {
            Ok(checked) => {
                let bytes: Vec<_> = checked.into_iter().map(|(bytes, _)| bytes).collect();
                self.store.set_invitee_fetched(&invitee.use_id, &bytes)?;
            }
            Err(CoreError::Mls(error @ (MlsError::Invalid { .. } | MlsError::NotValidNow))) => {
                return self.give_up_on(invitee, error.to_string());
            }
            Err(error) => return Err(error),
        }
        let logs = self.store.logs_of(invitee.conversation)?;
        if logs.is_empty() {
            self.found_circle(invitee.conversation)?;
        }
        for log in logs {
            self.work.insert(Work::Log(log.log));
        }
        Ok(())
    }

    /// Our commit is canonical: those whom it adds are told.
    pub(crate) fn send_welcomes(
        &mut self,
        log: &LogRow,
        head: &HeadId,
        welcome: Option<Vec<u8>>,
    ) -> Result<(), CoreError> {
        let Some(welcome) = welcome else {
            return Ok(());
        };
        for invitee in self.store.invitees_of(log.conversation)? {
            if invitee.committing == Some(log.log) {
                self.repairs_due.remove(&invitee.use_id);
                self.invitee_added(log, &Beginning::below(log, head), &welcome, &invitee)?;
                if invitee.rejoins.is_some()
                    && let Some(contact) = self
                        .store
                        .contact_of_pair(log.persona, &invitee.fingerprint)?
                {
                    self.event_unless_blocked(
                        log.conversation,
                        Event::CameBack(log.conversation, contact.id),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Seals the Welcome item for somebody who is in the group from this head on.
    pub(crate) fn invitee_added(
        &mut self,
        log: &LogRow,
        begins: &Beginning,
        welcome: &[u8],
        invitee: &InviteeRow,
    ) -> Result<(), CoreError> {
        let persona = self
            .store
            .persona(log.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let device = self.device_of(log.persona)?;
        let contact = self
            .store
            .contact_of_pair(log.persona, &invitee.fingerprint)?;
        let inbox = self.inbox_of_name(log)?;
        let return_inbox = match contact {
            Some(ContactRow { id, .. }) => self.way_back(&inbox, id)?,
            None => self.way_for_repairs(&inbox, log, false)?,
        };
        let item = WelcomeItem {
            welcome: welcome.to_vec(),
            home: log.home.clone(),
            home_key: log.home_key,
            log: log.log,
            head: begins.head,
            seq: 0,
            chain: begins.chain,
            return_inbox,
            name: persona.name,
            capability: invitee.way.capability.clone(),
            base: begins.base,
        }
        .sign(&device);
        let way = &invitee.way;
        let item = inbox_seal::seal_item(&self.entropy, &way.inbox_key, &way.inbox, &item)?;
        self.store.set_invitee_added(&invitee.use_id, &item)?;
        self.work.insert(Work::Connections);
        self.work
            .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
        self.work.insert(Work::Invitee(invitee.use_id));
        Ok(())
    }

    /// An inbox at which the name of a log can be reached.
    pub(crate) fn inbox_of_name(&self, log: &LogRow) -> Result<InboxRow, CoreError> {
        let inboxes = self.store.inboxes_of(log.persona)?;
        let open = inboxes.iter().position(|inbox| inbox.open).unwrap_or(0);
        let inbox = inboxes.into_iter().nth(open);
        inbox.ok_or(CoreError::Unknown("inbox"))
    }

    /// Their inbox has the item.
    pub(crate) fn invitee_told(&mut self, invitee: &InviteeRow) -> Result<(), CoreError> {
        self.store.delete_invitee(&invitee.use_id)?;
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// Their home said no. Whoever is in the group already and cannot be told stays there until
    /// somebody removes them: others may have reached them.
    pub(crate) fn invitee_refused(
        &mut self,
        key: &ConnectionKey,
        invitee: &InviteeRow,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let HomeError::Refused { why } = error else {
            return self.invitee_refused_for_good(invitee, error);
        };
        match (why, invitee.step) {
            // Between two steps this device was off for a month. The way itself is still good, and
            // whoever is a member by now must hear of it.
            (Refusal::UseLapsed, InviteeStep::Knock) => {
                let use_id = UseId::new(self.entropy.bytes());
                self.store.set_invitee_use(&invitee.use_id, &use_id)?;
                // Not at once: a home that always says so would be asked for ever.
                self.retry_late(key, Asked::Knock(use_id));
                Ok(())
            }
            // It is full of what its owner has not fetched yet.
            (Refusal::Quota, InviteeStep::Knock) => {
                self.retry_late(key, Asked::Knock(invitee.use_id));
                Ok(())
            }
            _ => self.invitee_refused_for_good(invitee, error),
        }
    }

    fn invitee_refused_for_good(
        &mut self,
        invitee: &InviteeRow,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let sentence = explain(error, invitee.way.home.host());
        self.give_up_on(invitee, sentence)?;
        self.work.insert(Work::Connections);
        Ok(())
    }
}

/// The connection on which somebody's inbox is reached.
pub(crate) fn way_to(conversation: &ConversationRow, invitee: &InviteeRow) -> ConnectionKey {
    ConnectionKey {
        home: invitee.way.home.clone(),
        persona: conversation.persona,
        lane: Lane::Inboxes,
    }
}
