//! Blocking somebody: at once, on this device alone, under all own names.
//!
//! No home sees it: everything of theirs is read, acknowledged and kept up as before, and no connection is made or
//! ended. They do not see it either. What they say meanwhile is kept and never shown, not later either, and does
//! nothing to what is shown. Own words to them that wait do not leave any more; what takes own words back does: it
//! gives them nothing, and nobody is held to their words by having blocked somebody.
//!
//! It is by the fingerprint of a persona, so it holds under names that were made or that they meet later. That two
//! personas are of one human is not known to anybody else, and so not to this either.

use client_store::contact::ContactRow;
use client_store::id::{ContactId, ConversationId, ItemId};
use client_store::item::{Act, ItemRow, MessageIdBytes};
use client_store::log::LogRow;
use content::{Item, MimiContent};
use protocol::id::PersonaFingerprint;

use crate::advice::Step;
use crate::effect::{Event, Now};
use crate::engine::{Engine, Work};
use crate::error::CoreError;

impl Engine {
    /// Blocks somebody under all own names; how many own things that waited for them are kept back because of it.
    /// Once more changes nothing; how many are kept back still.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn block(&mut self, now: Now, contact: ContactId) -> Result<u64, CoreError> {
        self.transact(now, |engine| {
            let fingerprint = engine.known(contact)?.fingerprint;
            let mut kept_back = 0;
            if engine.store.insert_block(&fingerprint, now.unix_ms)? {
                #[cfg(feature = "planted-bugs")]
                if crate::planted::is_planted(crate::planted::Bug::BlockTold) {
                    engine.tell_the_way(contact)?;
                }
                for conversation in engine.conversations_of(&fingerprint)? {
                    kept_back += engine.keep_back(conversation)?;
                }
            } else {
                for conversation in engine.conversations_of(&fingerprint)? {
                    kept_back += engine.store.count_kept_back(conversation)?;
                }
            }
            Ok(kept_back)
        })
    }

    /// Blocks somebody no longer. What they said meanwhile stays hidden; nothing goes out by itself of what was kept
    /// back, which is so many things. On a device out of a backup they are asked now to let it in. Once more changes
    /// nothing.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn unblock(&mut self, now: Now, contact: ContactId) -> Result<u64, CoreError> {
        self.transact(now, |engine| {
            let fingerprint = engine.known(contact)?.fingerprint;
            engine.store.delete_block(&fingerprint, now.unix_ms)?;
            let mut kept_back = 0;
            for conversation in engine.conversations_of(&fingerprint)? {
                if let Some(acceptance) = engine.store.acceptance_of(conversation)? {
                    engine.work.insert(Work::Acceptance(acceptance.use_id));
                }
                engine.ask_to_rejoin(conversation)?;
                engine.work_on_logs_of(conversation)?;
                kept_back += engine.store.count_kept_back(conversation)?;
            }
            Ok(kept_back)
        })
    }

    /// Refuses to say something to somebody who is blocked.
    pub(crate) fn check_may_speak(&self, conversation: ConversationId) -> Result<(), CoreError> {
        if self.store.is_conversation_blocked(conversation)? {
            let refused = "You blocked the person of this conversation; nothing was sent, and nothing of it was kept.";
            return Err(CoreError::Refused(refused.into())
                .advising("To write to them again", Step::Unblock));
        }
        Ok(())
    }

    /// Whether what somebody says stays hidden: they are blocked, or were when they wrote it by their clock. Without
    /// the second, whoever was offline all the time would be shown it once nobody is blocked any more.
    pub(crate) fn is_hidden(
        &self,
        author: &PersonaFingerprint,
        at_ms: u64,
    ) -> Result<bool, CoreError> {
        #[cfg(feature = "planted-bugs")]
        if crate::planted::is_planted(crate::planted::Bug::BlockedShown) {
            return Ok(false);
        }
        Ok(self.store.is_blocked(author)? || self.store.was_blocked_at(author, at_ms)?)
    }

    /// An event of a conversation, unless it is one with somebody who is blocked.
    pub(crate) fn event_unless_blocked(
        &mut self,
        conversation: ConversationId,
        event: Event,
    ) -> Result<(), CoreError> {
        if !self.store.is_conversation_blocked(conversation)? {
            self.event(event);
        }
        Ok(())
    }

    /// A head was read to its end, so what was kept back and is not there never left.
    pub(crate) fn settle_kept_back(&mut self, log: &LogRow) -> Result<(), CoreError> {
        for row in self.store.kept_back_under(&log.log, &log.head)? {
            let item = self.store.item(row.item)?;
            if item.is_some_and(|item| item.act.is_some() || item.retracted_s.is_some()) {
                self.drop_files(row.item)?;
                self.store.delete_unsent(row.item)?;
            } else {
                self.store.delete_outbox(row.number)?;
            }
        }
        Ok(())
    }

    /// Whether an own item surely never left.
    pub(crate) fn is_kept_here(&self, item: &ItemRow) -> Result<bool, CoreError> {
        Ok(item.kept_back && !self.may_have_left_before(item.id)?)
    }

    /// Why an own item that was kept back does not go out; half a sentence.
    pub(crate) fn why_kept_back(&self, item: ItemId) -> Result<String, CoreError> {
        let why = if self.may_have_left_before(item)? {
            "you blocked them, and it may have left just before"
        } else {
            "you blocked them before it left"
        };
        Ok(why.to_owned())
    }

    /// Whether what was kept back may be at the home all the same.
    fn may_have_left_before(&self, item: ItemId) -> Result<bool, CoreError> {
        Ok(self.store.outbox_of_item(item)?.is_some() || self.store.may_have_left(item)?)
    }

    fn known(&self, contact: ContactId) -> Result<ContactRow, CoreError> {
        let known = self.store.contact(contact)?;
        known
            .filter(|contact| !contact.met_blocked)
            .ok_or(CoreError::Unknown("contact"))
    }

    /// The conversations of two with a persona, under all own names.
    fn conversations_of(
        &self,
        fingerprint: &PersonaFingerprint,
    ) -> Result<Vec<ConversationId>, CoreError> {
        let mut conversations = Vec::new();
        for contact in self.store.contacts_of_fingerprint(fingerprint)? {
            let conversation = self.store.conversation_with(contact.id)?;
            conversations.extend(conversation.map(|conversation| conversation.id));
        }
        Ok(conversations)
    }

    /// Own words that wait do not leave; how many. What was encrypted may be at the home already, so it keeps its
    /// place in the outbox, by which it is recognised when it is read back; and so does what a device from before a
    /// restore may have sent, so that it is not taken back without a word.
    fn keep_back(&mut self, conversation: ConversationId) -> Result<u64, CoreError> {
        let mut kept_back = 0;
        let mut retractions = Vec::new();
        for row in self.store.outbox_unanswered(conversation)? {
            let Some(item) = self.store.item(row.item)? else {
                continue;
            };
            let may_have_left = row.sealed.is_some() || row.may_have_left;
            if let Some((Act::Retraction, target)) = item.act {
                if !may_have_left {
                    retractions.push((item.id, target));
                }
                continue;
            }
            kept_back += u64::from(item.retracted_s.is_none());
            if may_have_left {
                self.store.set_item_kept_back(item.id)?;
            } else if item.act.is_some() || item.retracted_s.is_some() {
                self.drop_files(item.id)?;
                self.store.delete_unsent(item.id)?;
            } else {
                self.store.set_item_kept_back(item.id)?;
                self.store.delete_outbox(row.number)?;
            }
            if let Some((_, target)) = &item.act {
                self.undo_act(conversation, target)?;
            }
        }
        for (retraction, target) in retractions {
            // It would take back what nobody has.
            if self.store.item_of_message(conversation, &target)?.is_none() {
                self.store.delete_unsent(retraction)?;
            }
        }
        for held in self.store.items_held(conversation)? {
            self.store.set_item_kept_back(held.id)?;
            kept_back += 1;
        }
        Ok(kept_back)
    }

    /// What was done to an own item, and did not leave, is not done: what is shown is what they have.
    fn undo_act(
        &mut self,
        conversation: ConversationId,
        target: &MessageIdBytes,
    ) -> Result<(), CoreError> {
        let Some(item) = self.store.item_of_message(conversation, target)? else {
            return Ok(());
        };
        // Nobody has another version of what never left: it stays as it was last.
        if self.is_kept_here(&item)? || item.retracted_s.is_some() {
            return Ok(());
        }
        if item.act.is_none()
            && item.edited
            && self.store.last_act_of_author(&item, Act::Edit)?.is_none()
            && let Ok(content) = MimiContent::decode(&item.content)
            && let Item::Text(first) = Item::from_content(&content)
        {
            self.store
                .set_item_unedited(item.id, first.text(), first.note())?;
            self.event(Event::Changed(conversation, item.id));
            return Ok(());
        }
        self.acted_on(conversation, target)
    }
}
