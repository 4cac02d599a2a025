//! Circles: conversations into which people come and which they leave.

use client_store::contact::ContactRow;
use client_store::conversation::{ConversationKind, ConversationRow};
use client_store::id::{ContactId, ConversationId, PersonaId};
use client_store::invitee::{InviteeRow, InviteeStep};
use client_store::item::{ItemKind, ItemRow};
use client_store::log::LogState;
use client_store::removal::RemovalRow;
use content::Salt;
use protocol::id::{PersonaFingerprint, UseId};

use crate::advice::Step;
use crate::chosen::chosen;
use crate::compose::Said;
use crate::effect::Now;
use crate::engine::{Engine, Work};
use crate::error::CoreError;

impl Engine {
    /// Begins a circle with some contacts. It can be written to at once; it comes about at the name's
    /// home as soon as the first of them can be added.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the title is none, the name is kept at no home or a contact cannot be
    /// reached, [`CoreError::Refused`] if one is blocked, [`CoreError::Unknown`].
    pub fn new_circle(
        &mut self,
        now: Now,
        persona: PersonaId,
        title: &str,
        with: &[ContactId],
    ) -> Result<ConversationId, CoreError> {
        let title = chosen("title", title)?;
        self.transact(now, |engine| {
            if engine.store.inboxes_of(persona)?.is_empty() {
                let no =
                    "This name is kept at no home yet, and a circle needs one; none was begun.";
                return Err(
                    CoreError::Invalid(no.into()).advising("Join one first", Step::JoinHome)
                );
            }
            let row = ConversationRow {
                id: ConversationId::new(engine.entropy.bytes()),
                persona,
                contact: None,
                title: title.as_str().to_owned(),
                room: engine.entropy.bytes(),
                created_s: now.unix_s(),
                kind: ConversationKind::Circle,
                refused: None,
            };
            engine.store.insert_conversation(&row)?;
            engine.invite_contacts(&row, with)?;
            Ok(row.id)
        })
    }

    /// Adds contacts to a circle. Each is told once a commit that adds them holds.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is no circle, it cannot go on, or a contact cannot be reached;
    /// [`CoreError::Refused`] if one is blocked; [`CoreError::Unknown`].
    pub fn add_to_circle(
        &mut self,
        now: Now,
        conversation: ConversationId,
        contacts: &[ContactId],
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let row = engine.circle(conversation)?;
            engine.invite_contacts(&row, contacts)
        })
    }

    /// Removes somebody from a circle: nothing that is said after the commit can be read by them.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is no circle, it cannot go on, or it is oneself;
    /// [`CoreError::Unknown`] if they are not in it.
    pub fn remove_from_circle(
        &mut self,
        now: Now,
        conversation: ConversationId,
        fingerprint: &PersonaFingerprint,
    ) -> Result<(), CoreError> {
        let members = self.members(conversation)?;
        self.transact(now, |engine| {
            engine.circle(conversation)?;
            let member = members.iter().find(|one| one.fingerprint == *fingerprint);
            if member.is_some_and(|member| member.mine) {
                return Err(CoreError::Invalid(
                    "One leaves a circle, one does not remove oneself; nothing was changed.".into(),
                ));
            }
            let mut waits = false;
            for invitee in engine.store.invitees_of(conversation)? {
                let is_theirs = invitee.fingerprint == *fingerprint && invitee.behind.is_none();
                if is_theirs && invitee.step != InviteeStep::Knock {
                    // A commit that adds them may be at the home: once it holds they are removed.
                    if invitee.committing.is_none() {
                        engine.store.delete_invitee(&invitee.use_id)?;
                    }
                    waits = true;
                }
            }
            if member.is_none() && !waits {
                return Err(CoreError::Unknown("member"));
            }
            let removal = RemovalRow {
                fingerprint: *fingerprint,
                at_once: true,
            };
            engine.store.insert_removal(conversation, &removal)?;
            engine.work_on_logs_of(conversation)
        })
    }

    /// Leaves a circle: the others are told, and remove this name's devices before they say anything
    /// more. Nothing can be said in it from now on.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it is no circle or cannot go on, [`CoreError::Unknown`].
    pub fn leave_circle(
        &mut self,
        now: Now,
        conversation: ConversationId,
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            engine.circle(conversation)?;
            for invitee in engine.store.invitees_of(conversation)? {
                // Whoever is a member by now, or may be, is still told.
                if invitee.step != InviteeStep::Knock && invitee.committing.is_none() {
                    engine.store.delete_invitee(&invitee.use_id)?;
                }
            }
            if engine.store.logs_of(conversation)?.is_empty() {
                return Ok(engine.store.delete_conversation(conversation)?);
            }
            let voice = engine.voice(conversation)?;
            let salt = Salt::new(engine.entropy.bytes());
            let content = content::leave_content(salt, &voice.sender, &voice.room);
            let said = Said {
                kind: ItemKind::Other,
                act: None,
                reply_to: None,
                text: LEFT,
                note: None,
                held_until_s: None,
            };
            engine.keep_said(&voice, &content, said)?;
            engine.work_on_logs_of(conversation)
        })
    }

    /// A circle in which something can be done.
    fn circle(&self, conversation: ConversationId) -> Result<ConversationRow, CoreError> {
        let row = self
            .store
            .conversation(conversation)?
            .ok_or(CoreError::Unknown("conversation"))?;
        if row.kind != ConversationKind::Circle {
            return Err(CoreError::Invalid(
                "This is a conversation of two, who stay the same; nothing was changed.".into(),
            ));
        }
        if let Some(why) = self.why_closed(conversation)? {
            return Err(CoreError::Invalid(format!(
                "This conversation cannot go on ({why}); nothing was changed."
            )));
        }
        Ok(row)
    }

    fn invite_contacts(
        &mut self,
        row: &ConversationRow,
        contacts: &[ContactId],
    ) -> Result<(), CoreError> {
        for contact in contacts {
            let contact = self
                .store
                .contact(*contact)?
                .filter(|contact| contact.persona == row.persona)
                .ok_or(CoreError::Unknown("contact"))?;
            self.invite_contact(row.id, contact)?;
        }
        self.work.insert(Work::Connections);
        Ok(())
    }

    fn invite_contact(
        &mut self,
        conversation: ConversationId,
        contact: ContactRow,
    ) -> Result<(), CoreError> {
        if self.store.is_blocked(&contact.fingerprint)? {
            return Err(CoreError::Refused(format!(
                "You blocked {}; nothing was changed.",
                contact.name
            ))
            .advising("To take them into a circle", Step::Unblock));
        }
        let Some(way) = contact.return_inbox else {
            return Err(CoreError::Invalid(format!(
                "{} gave no way to be reached beside the conversation that you have; nothing was \
                 changed. Ask them for an invitation of their own.",
                contact.name
            )));
        };
        let invitees = self.store.invitees_of(conversation)?;
        if invitees
            .iter()
            .any(|one| one.fingerprint == contact.fingerprint && one.behind.is_none())
        {
            if !self.is_member(conversation, &contact.fingerprint)? {
                // They were taken back before the commit that adds them held, and are wanted again.
                self.store
                    .delete_removal(conversation, &contact.fingerprint)?;
            }
            return Ok(());
        }
        // Whoever left goes first, and comes back in the same commit.
        let removals = self.store.removals(conversation)?;
        if let Some(left) = removals
            .into_iter()
            .find(|one| one.fingerprint == contact.fingerprint)
        {
            if left.at_once {
                self.store
                    .delete_removal(conversation, &contact.fingerprint)?;
            } else {
                let at_once = true;
                let removal = RemovalRow { at_once, ..left };
                self.store.insert_removal(conversation, &removal)?;
            }
        }
        let invitee = InviteeRow {
            use_id: UseId::new(self.entropy.bytes()),
            conversation,
            fingerprint: contact.fingerprint,
            way,
            step: InviteeStep::Fetch,
            key_packages: Vec::new(),
            behind: None,
            rejoins: None,
            committing: None,
            item: None,
        };
        self.store.insert_invitee(&invitee)?;
        self.work.insert(Work::Invitee(invitee.use_id));
        Ok(())
    }

    /// Why nothing can be said any more: it halted, this name was removed or has left or is leaving.
    pub(crate) fn why_closed(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<String>, CoreError> {
        if let Some(why) = self.why_halted(conversation)? {
            return Ok(Some(why));
        }
        let row = self.store.conversation(conversation)?;
        if row.is_some_and(|row| row.kind == ConversationKind::Circle)
            && self.store.is_leaving(conversation)?
        {
            return Ok(Some("you are leaving it".to_owned()));
        }
        Ok(None)
    }

    /// Whether this name has left a circle, or is leaving it.
    pub(crate) fn is_left(&self, row: &ConversationRow) -> Result<bool, CoreError> {
        if row.kind != ConversationKind::Circle {
            return Ok(false);
        }
        let logs = self.store.logs_of(row.id)?;
        let has_left = logs.iter().any(|log| log.state == LogState::Left);
        Ok(has_left || self.store.is_leaving(row.id)?)
    }
}

/// What stands where somebody left.
pub(crate) const LEFT: &str = "left this conversation";

/// Whether an own item says that this name leaves.
pub(crate) fn is_leave(item: &ItemRow) -> bool {
    item.kind == ItemKind::Other
        && content::MimiContent::decode(&item.content)
            .is_ok_and(|content| content::Item::from_content(&content) == content::Item::Leave)
}

/// Whether a log takes no more part in anything.
pub(crate) const fn is_over(state: &LogState) -> bool {
    matches!(
        state,
        LogState::Halted(_) | LogState::Left | LogState::Rejoining
    )
}
