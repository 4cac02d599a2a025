//! Accepting an invitation: the act itself, which needs no network.

use client_store::acceptance::{AcceptanceRow, AcceptanceStep};
use client_store::contact::ContactRow;
use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ContactId, ConversationId, PersonaId};
use client_store::log::LogRow;
use client_store::persona::PersonaRow;
use protocol::hash;
use protocol::id::{PersonaFingerprint, UseId};
use protocol::invitation::Invitation;
use protocol::secret::Token;

use crate::advice::Step;
use crate::circles::is_over;
use crate::effect::{Lane, Now};
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::personas::sentence;
use crate::session::ConnectionKey;

impl Engine {
    /// Accepts an invitation under one of the own names. The conversation is there at once and can
    /// be written to; [`crate::Event::Accepted`] or [`crate::Event::AcceptanceFailed`] follows.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the link does not hold, is one's own, or names a home by another
    /// key than it is known by.
    pub fn accept(
        &mut self,
        now: Now,
        persona: PersonaId,
        link: &str,
    ) -> Result<ConversationId, CoreError> {
        let invitation = Invitation::from_text(link).map_err(|error| {
            CoreError::Invalid(format!("{} {}", sentence(&error), error.advice()))
        })?;
        self.transact(now, |engine| {
            let own = engine
                .store
                .persona(persona)?
                .ok_or(CoreError::Unknown("name"))?;
            let names = engine.store.personas()?;
            if names
                .iter()
                .any(|name| name.fingerprint == invitation.persona)
            {
                return Err(CoreError::Invalid(
                    "This is an invitation of your own; nothing was kept. Give it to somebody else."
                        .into(),
                ));
            }
            if engine.store.is_blocked(&invitation.persona)? {
                return Err(CoreError::Refused(format!(
                    "This is an invitation of somebody whom you blocked ({}); nothing was kept.",
                    invitation.name.seen()
                ))
                .advising("To know them again", Step::Unblock));
            }
            let known = engine.store.contact_of_pair(persona, &invitation.persona)?;
            if let Some(known) = &known
                && let Some(conversation) = engine.store.conversation_with(known.id)?
            {
                if engine.goes_on(&conversation)? {
                    return Ok(conversation.id);
                }
                engine.pin_home(&invitation)?;
                return engine.meet_again(conversation, invitation);
            }
            engine.pin_home(&invitation)?;
            let room = room_of_pair(&own.fingerprint, &invitation.persona);
            engine.begin_acceptance(&own, known.map(|known| known.id), invitation, room)
        })
    }

    /// The link's word for the home's key is taken at the first meeting, and compared later.
    fn pin_home(&mut self, invitation: &Invitation) -> Result<(), CoreError> {
        match self.store.home_key(&invitation.home)? {
            None => Ok(self
                .store
                .insert_home_key(&invitation.home, &invitation.home_key)?),
            Some(known) if known == invitation.home_key => Ok(()),
            Some(_) => Err(CoreError::Invalid(format!(
                "The link names {} by another key than this profile knows it by; nothing was kept. \
                 Ask for a new link.",
                invitation.home.host()
            ))),
        }
    }

    fn begin_acceptance(
        &mut self,
        own: &PersonaRow,
        known: Option<ContactId>,
        invitation: Invitation,
        room: [u8; 32],
    ) -> Result<ConversationId, CoreError> {
        let persona = own.id;
        let contact = match known {
            Some(known) => known,
            None => self.new_invited(persona, &invitation)?,
        };
        let conversation = ConversationRow {
            id: ConversationId::new(self.entropy.bytes()),
            persona,
            contact: Some(contact),
            title: invitation.name.seen().as_str().to_owned(),
            room,
            created_s: self.now.unix_s(),
            kind: ConversationKind::Pair,
            refused: None,
        };
        self.store.insert_conversation(&conversation)?;
        self.meet_again(conversation, invitation)
    }

    /// Whether a conversation of two goes on, or is about to: else its people may meet anew in it.
    fn goes_on(&self, conversation: &ConversationRow) -> Result<bool, CoreError> {
        if self.store.acceptance_of(conversation.id)?.is_some() {
            return Ok(true);
        }
        let logs = self.store.logs_of(conversation.id)?;
        if logs.is_empty() {
            return Ok(conversation.refused.is_none());
        }
        let is_over = |log: &LogRow| is_over(&log.state);
        Ok(!logs.iter().all(is_over))
    }

    /// First contact into a conversation that is there.
    fn meet_again(
        &mut self,
        conversation: ConversationRow,
        invitation: Invitation,
    ) -> Result<ConversationId, CoreError> {
        let persona = conversation.persona;
        let acceptance = AcceptanceRow {
            use_id: UseId::new(self.entropy.bytes()),
            conversation: conversation.id,
            persona,
            step: AcceptanceStep::Fetch,
            log_token: Token::new(self.entropy.bytes()),
            inbox_token: Token::new(self.entropy.bytes()),
            log: None,
            item: None,
            invitation,
        };
        self.store.set_conversation_refused(conversation.id, None)?;
        self.store.insert_acceptance(&acceptance)?;
        self.work.insert(Work::Connections);
        let home = acceptance.invitation.home;
        self.work.insert(Work::Connection(ConnectionKey {
            home,
            persona,
            lane: Lane::Inboxes,
        }));
        Ok(conversation.id)
    }

    fn new_invited(
        &mut self,
        persona: PersonaId,
        invitation: &Invitation,
    ) -> Result<ContactId, CoreError> {
        let contact = ContactRow {
            id: ContactId::new(self.entropy.bytes()),
            persona,
            fingerprint: invitation.persona,
            name: invitation.name.seen(),
            return_inbox: None,
            verified: false,
            met_blocked: false,
        };
        self.store.insert_contact(&contact)?;
        Ok(contact.id)
    }

    /// Whether a conversation's first contact is still under way.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn is_accepting(&self, conversation: ConversationId) -> Result<bool, CoreError> {
        Ok(self.store.acceptance_of(conversation)?.is_some())
    }
}

/// The room of a pair is the same whoever founds its group: where both accept each other's links,
/// each reads what the other wrote before the two first contacts met.
fn room_of_pair(one: &PersonaFingerprint, other: &PersonaFingerprint) -> [u8; 32] {
    let (low, high) = (one.min(other), one.max(other));
    hash::sha256(&[b"kith/pair-room", low.as_bytes(), high.as_bytes()])
}
