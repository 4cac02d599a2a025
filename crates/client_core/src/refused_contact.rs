//! A first contact that does not come about: what is said of it, and what stays.
//!
//! Where nothing was written nothing stays. Else the conversation does, with why nothing of it leaves, and its words go
//! out once the two meet by another invitation. Invariant: what somebody wrote goes by their own hand alone.

use client_store::acceptance::AcceptanceRow;
use client_store::id::{ContactId, ConversationId};
use client_store::log::LogRow;
use protocol::refusal::{HomeError, Refusal};

use crate::advice::{Advice, Step};
use crate::circles::is_over;
use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::personas::capitalized;

/// What becomes of what was written to somebody who could not be met.
const GOES_OUT_LATER: Advice = Advice {
    leading: "What you wrote goes out once you have accepted a link of theirs that holds, unless you take it back",
    step: Step::Retract,
};

/// Why something is not done.
pub(crate) struct No {
    /// Half a sentence, that begins small.
    pub why: String,
    /// What to do, without a full stop.
    pub advice: &'static str,
    /// Whether a home refuses; else what was given is not valid.
    pub is_refusal: bool,
}

impl No {
    /// What a home says.
    pub fn of(error: &HomeError, host: &str) -> Self {
        let (why, advice) = match error {
            HomeError::Refused { why } => explain_refusal(why),
            HomeError::Gone => ("what was asked for was erased", "Ask for a new link"),
            _ => {
                return Self {
                    why: format!("the home at {host} does not understand this program"),
                    advice: "Update it and try again",
                    is_refusal: false,
                };
            }
        };
        Self {
            why: format!("the home at {host} says no: {why}"),
            advice,
            is_refusal: true,
        }
    }

    /// For people, with what is kept in half a sentence.
    pub fn sentence(&self, kept: &str) -> String {
        format!("{}; {kept}. {}.", capitalized(&self.why), self.advice)
    }
}

/// A home's no as one sentence for people where nothing is kept.
pub(crate) fn explain(error: &HomeError, host: &str) -> String {
    No::of(error, host).sentence("nothing was kept")
}

fn explain_refusal(why: &Refusal) -> (&'static str, &'static str) {
    const NEW_LINK: &str = "Ask for a new link";
    const OPERATOR: &str = "Ask whoever runs it for a home invitation";
    match why {
        Refusal::CapabilityUsedUp => ("this invitation was used as often as it may be", NEW_LINK),
        Refusal::CapabilityExpired => ("this invitation has run out", NEW_LINK),
        Refusal::CapabilityRevoked => ("this invitation was taken back", NEW_LINK),
        Refusal::CapabilityUnknown | Refusal::Unknown => {
            ("it does not know this invitation", NEW_LINK)
        }
        Refusal::UseLapsed => (
            "this invitation was begun too long ago or is complete already",
            NEW_LINK,
        ),
        Refusal::NotOpen => ("it takes new people by invitation only", OPERATOR),
        Refusal::InvitationUnknown => ("it does not know the home invitation", OPERATOR),
        Refusal::InvitationUsedUp => (
            "the home invitation was used as often as it may be",
            OPERATOR,
        ),
        Refusal::InvitationExpired => ("the home invitation has run out", OPERATOR),
        Refusal::Quota => (
            "it has no room left for this",
            "Try again later, or another home",
        ),
        Refusal::TokenUnknown | Refusal::TokenSpent => {
            ("what pays for the new conversation does not hold", NEW_LINK)
        }
        _ => (
            "it gives a reason that this program does not know",
            "Update it and try again",
        ),
    }
}

impl Engine {
    /// It will not come about: nothing of it is kept but what was written.
    pub(crate) fn fail_acceptance(
        &mut self,
        acceptance: &AcceptanceRow,
        no: &No,
    ) -> Result<(), CoreError> {
        let conversation = acceptance.conversation;
        let is_blocked = self.store.is_conversation_blocked(conversation)?;
        if let Some(log) = &acceptance.log {
            self.groups.remove(log);
        }
        // Another log of the same pair (they accepted ours meanwhile, or this device was restored) keeps it alive.
        let mut logs = self.store.logs_of(conversation)?;
        logs.retain(|log| Some(log.log) != acceptance.log);
        let is_written_to = self.store.has_items(conversation)?;
        if logs.is_empty() && !is_written_to {
            self.forget_unmet(conversation)?;
        } else {
            self.store.delete_acceptance(&acceptance.use_id)?;
            if let Some(log) = &acceptance.log {
                self.store.delete_opening_log(log)?;
            }
            if logs.is_empty() {
                self.store
                    .set_conversation_refused(conversation, Some(&no.why))?;
                if let Some(contact) = self.contact_of(conversation)? {
                    self.store.delete_capabilities_of(contact)?;
                }
            }
        }
        let goes_on = |log: &LogRow| !is_over(&log.state);
        if !is_blocked {
            self.event(if logs.iter().any(goes_on) {
                Event::PassedOver(no.sentence("you can write to each other all the same"))
            } else {
                let sentence = no.sentence(match is_written_to {
                    false => "nothing was kept",
                    true => "what you wrote is kept here, and was not sent",
                });
                let advice = is_written_to.then_some(GOES_OUT_LATER);
                Event::AcceptanceFailed(conversation, sentence, no.is_refusal, advice)
            });
        }
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// Forgets a conversation that came to nothing, once all that was written in it was taken back.
    pub(crate) fn forget_if_unmet(
        &mut self,
        conversation: ConversationId,
    ) -> Result<(), CoreError> {
        let row = self.store.conversation(conversation)?;
        let came_to_nothing = row.is_some_and(|row| row.refused.is_some())
            && self.store.logs_of(conversation)?.is_empty()
            && !self.store.has_items(conversation)?;
        if came_to_nothing {
            self.forget_unmet(conversation)?;
        }
        Ok(())
    }

    fn forget_unmet(&mut self, conversation: ConversationId) -> Result<(), CoreError> {
        let contact = self.contact_of(conversation)?;
        let is_blocked = self.store.is_conversation_blocked(conversation)?;
        self.store.delete_conversation(conversation)?;
        if let Some(contact) = contact {
            self.store.delete_capabilities_of(contact)?;
            // By whom else could they be named who are to be blocked no longer?
            if !is_blocked {
                self.store.delete_contact(contact)?;
            }
        }
        Ok(())
    }

    fn contact_of(&self, conversation: ConversationId) -> Result<Option<ContactId>, CoreError> {
        let row = self.store.conversation(conversation)?;
        Ok(row.and_then(|row| row.contact))
    }
}
