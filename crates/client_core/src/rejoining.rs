//! Contact items as they come in: the way to a contact, and a contact who was restored and is let into a
//! conversation of two again.
//!
//! All devices of theirs are removed and the new one is added by one commit, so that nothing more is said
//! to a device that was lost. Invariants: only whose persona it is can ask for it, and no request is followed
//! twice, or after a later one.

use client_store::capability::CapabilityState;
use client_store::contact::ContactRow;
use client_store::conversation::ConversationKind;
use client_store::inbox::InboxRow;
use client_store::invitee::{InviteeRow, InviteeStep};
use client_store::log::{LogRow, LogState};
use mls::contact_item::{Rejoin, UnverifiedContactItem};
use mls::key_package::CheckedKeyPackage;
use mls::welcome_item::{ReturnInbox, WelcomeItem};
use protocol::id::UseId;

use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::knocks::invalid;

/// Requests of one log that are followed within a day of this machine's clock.
const MOST_A_DAY: usize = 4;
const DAY_S: u64 = 86_400;
/// What is said of a conversation of two whose devices are both gone.
const BOTH: &str = "both of you came back on new devices, so nobody is left who could let the other in; accept a new \
     invitation of theirs, or they one of yours";
/// The same where this device waited for the other's old one.
const NEITHER: &str = "this device could not follow and the other came back on a new one, so nobody is left who could let \
     either in; accept a new invitation of theirs, or they one of yours";

impl Engine {
    /// What a contact left.
    pub(crate) fn receive_contact_item(
        &mut self,
        inbox: &InboxRow,
        item: UnverifiedContactItem,
    ) -> Result<(), CoreError> {
        let capability = self
            .store
            .capability_of_secret(item.capability())?
            .filter(|capability| capability.inbox == inbox.inbox)
            .filter(|capability| {
                matches!(
                    capability.state,
                    CapabilityState::New | CapabilityState::Granted
                )
            })
            .ok_or_else(|| invalid("it comes by a way that nobody has"))?;
        let holder = capability
            .contact
            .ok_or_else(|| invalid("it comes by a way that is no contact's"))?;
        let contact = self
            .store
            .contact(holder)?
            .ok_or(CoreError::Unknown("contact"))?;
        let own = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let item = item.verify(&contact.fingerprint, &own.fingerprint)?;
        match item.rejoin {
            None => Ok(self.store.set_return_inbox(holder, &item.return_inbox)?),
            Some(rejoin) => self.receive_rejoin(&contact, item.return_inbox, rejoin),
        }
    }

    fn receive_rejoin(
        &mut self,
        contact: &ContactRow,
        way: ReturnInbox,
        rejoin: Rejoin,
    ) -> Result<(), CoreError> {
        let log = self
            .store
            .log(&rejoin.log)?
            .filter(|log| log.persona == contact.persona)
            .ok_or_else(|| invalid("it asks for a conversation that is not here"))?;
        let conversation = self.store.conversation(log.conversation)?;
        let is_theirs = conversation.is_some_and(|row| {
            row.kind == ConversationKind::Pair && row.contact == Some(contact.id)
        });
        if !is_theirs {
            return Err(invalid("it asks for a conversation that is not theirs"));
        }
        if !self.is_fresh(&log, rejoin.asked_ms)? {
            return Ok(());
        }
        match log.state {
            LogState::Open => {}
            LogState::Rejoining => {
                self.store.set_return_inbox(contact.id, &way)?;
                return self.halt(&log, BOTH);
            }
            LogState::Behind => {
                self.store.set_return_inbox(contact.id, &way)?;
                return self.halt(&log, NEITHER);
            }
            // This device cannot let anybody in. They ask again, and it may by then.
            _ => return Ok(()),
        }
        let now_s = self.now.unix_s();
        let checked = self
            .with_mls(|provider| CheckedKeyPackage::check(provider, &rejoin.key_package, now_s))?;
        if checked.credential().persona().fingerprint() != contact.fingerprint {
            return Err(invalid("it asks for the device of somebody else"));
        }
        self.store.set_return_inbox(contact.id, &way)?;
        self.store
            .insert_rejoined(&log.log, rejoin.asked_ms, now_s)?;
        self.let_in(&log, contact, way, rejoin.key_package)
    }

    /// Whether a request is later than all that were followed, as far as their clock can be believed, and
    /// there were not too many today.
    fn is_fresh(&self, log: &LogRow, asked_ms: u64) -> Result<bool, CoreError> {
        let now_s = self.now.unix_s();
        let followed = self.store.rejoined(&log.log)?;
        let today = followed
            .iter()
            .filter(|(_, seen_s)| seen_s.abs_diff(now_s) < DAY_S)
            .count();
        let is_later = followed.iter().all(|(before_ms, seen_s)| {
            // A clock that was years ahead once must not keep them out for years.
            let believed_ms = (*before_ms).min((seen_s + DAY_S).saturating_mul(1000));
            asked_ms != *before_ms && asked_ms > believed_ms
        });
        Ok(is_later && today < MOST_A_DAY && i64::try_from(asked_ms).is_ok())
    }

    /// The commit that lets them in is due; one for an earlier request of theirs is not, unless it is under
    /// way.
    fn let_in(
        &mut self,
        log: &LogRow,
        contact: &ContactRow,
        way: ReturnInbox,
        key_package: Vec<u8>,
    ) -> Result<(), CoreError> {
        for other in self.store.invitees_of(log.conversation)? {
            if other.rejoins == Some(log.log)
                && other.step == InviteeStep::Add
                && other.committing.is_none()
            {
                self.store.delete_invitee(&other.use_id)?;
            }
        }
        self.store.insert_invitee(&InviteeRow {
            use_id: UseId::new(self.entropy.bytes()),
            conversation: log.conversation,
            fingerprint: contact.fingerprint,
            way,
            step: InviteeStep::Add,
            key_packages: vec![key_package],
            behind: None,
            rejoins: Some(log.log),
            committing: None,
            item: None,
        })?;
        self.work.insert(Work::Log(log.log));
        Ok(())
    }
}

/// Whether a Welcome leads a restored device back to where it was: the same home, and no position before
/// one that it knows.
pub(crate) fn check_return(log: &LogRow, item: &WelcomeItem) -> Result<(), CoreError> {
    if log.state != LogState::Rejoining {
        return Ok(());
    }
    if (&item.home, item.home_key) != (&log.home, log.home_key) {
        return Err(invalid("it leads to another home"));
    }
    // The last position that was read is base + next_seq − 1, and a head has its own position.
    if item.base < log.base.saturating_add(log.next_seq) {
        return Err(invalid("it leads back to before what was read"));
    }
    Ok(())
}
