//! At which homes a name is to be kept: one is joined, and one that never confirmed anything is given up again.
//!
//! Invariant: nothing is given up by which somebody reaches the name. An inbox that its home confirmed stays, and so does
//! one that somebody was told of whose invitation was accepted. A link names home and inbox, so it cannot move: only
//! invitations whose link nobody can have seen go out from another home.

use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::id::PersonaId;
use client_store::inbox::InboxRow;
use protocol::frame::Request;
use protocol::home_url::HomeUrl;
use protocol::id::{DeviceLabel, InboxId};
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{Admission, EraseInbox};
use protocol::secret::SealKey;
use zeroize::Zeroizing;

use crate::advice::Step;
use crate::effect::Now;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};
use crate::view::{GivenUp, UnconfirmedHome};

/// For so long, in seconds, a home is told to erase what was given up, where it may have it: a month.
const GOODBYE_S: u64 = 30 * 86_400;

impl Engine {
    /// Asks a home for an inbox, so that the name can be reached. Homes that have never answered are given up for it:
    /// whoever names another one has mistyped them, or goes elsewhere before anybody was told of them.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it has one there already, [`CoreError::Unknown`].
    pub fn join_home(
        &mut self,
        now: Now,
        persona: PersonaId,
        home: HomeUrl,
        admission: Admission,
    ) -> Result<Vec<GivenUp>, CoreError> {
        self.transact(now, |engine| {
            engine
                .store
                .persona(persona)?
                .ok_or(CoreError::Unknown("name"))?;
            let before = engine.store.inboxes_of(persona)?;
            if let Some(there) = before.iter().find(|inbox| inbox.home == home) {
                return Err(if there.open {
                    CoreError::Invalid(format!(
                        "This name is kept at {home} already; nothing was changed."
                    ))
                } else {
                    CoreError::Invalid(format!(
                        "This name is on its way to {home} already; nothing was changed."
                    ))
                    .advising("It is kept there once the home answers", Step::Sync)
                });
            }
            let joined = engine.insert_inbox(persona, home, admission)?;
            let mut given_up = Vec::new();
            for inbox in before {
                if engine.never_answered(&inbox)? && engine.is_nobodys_way(&inbox)? {
                    given_up.push(engine.give_up(&inbox, Some(&joined))?);
                }
            }
            Ok(given_up)
        })
    }

    /// Gives up a home that never confirmed that it keeps the name.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the name is not to be kept there, is kept there, or somebody was told of it whose
    /// invitation was accepted; [`CoreError::Unknown`].
    pub fn leave_home(
        &mut self,
        now: Now,
        persona: PersonaId,
        home: &HomeUrl,
    ) -> Result<GivenUp, CoreError> {
        self.transact(now, |engine| {
            engine
                .store
                .persona(persona)?
                .ok_or(CoreError::Unknown("name"))?;
            let inboxes = engine.store.inboxes_of(persona)?;
            let mut there = inboxes.iter().filter(|inbox| inbox.home == *home).peekable();
            if there.peek().is_none() {
                return Err(CoreError::Invalid(format!(
                    "This name is not kept at {home}, and not on its way there; nothing was changed."
                ))
                .advising("See where it is", Step::SeeNames));
            }
            for inbox in there {
                if engine.is_nobodys_way(inbox)? {
                    let other = inboxes.iter().find(|other| other.home != *home);
                    return engine.give_up(inbox, other);
                }
            }
            Err(CoreError::Invalid(format!(
                "Others reach this name at {home}, or were told to; nothing was changed. A home can only be left before \
                 it has confirmed that it keeps the name."
            )))
        })
    }

    /// The homes that have not confirmed yet that they keep a name.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn unconfirmed_homes(&self) -> Result<Vec<UnconfirmedHome>, CoreError> {
        let mut homes = Vec::new();
        for persona in self.store.personas()? {
            for inbox in self.store.inboxes_of(persona.id)? {
                if inbox.open {
                    continue;
                }
                homes.push(UnconfirmedHome {
                    persona: persona.id,
                    name: persona.name.as_str().to_owned(),
                    never_answered: self.never_answered(&inbox)?,
                    by_invitation: matches!(inbox.admission, Admission::Invitation(_)),
                    may_be_left: self.is_nobodys_way(&inbox)?,
                    home: inbox.home,
                });
            }
        }
        Ok(homes)
    }

    /// Whether its home has never shown its key. Then nothing was asked of it, and there is no link that leads there. Of
    /// an inbox out of a backup nobody knows what its home was asked, and what was given away, after that was made.
    fn never_answered(&self, inbox: &InboxRow) -> Result<bool, CoreError> {
        let is_of_a_backup = inbox.list_version > 1;
        Ok(!inbox.open && !is_of_a_backup && self.store.home_key(&inbox.home)?.is_none())
    }

    /// Whether its home never confirmed it, and nobody was told of it but by an invitation.
    fn is_nobodys_way(&self, inbox: &InboxRow) -> Result<bool, CoreError> {
        Ok(!inbox.open && !self.store.is_way_of_somebody(&inbox.inbox)?)
    }

    fn give_up(
        &mut self,
        inbox: &InboxRow,
        instead: Option<&InboxRow>,
    ) -> Result<GivenUp, CoreError> {
        let is_of_a_backup = inbox.list_version > 1;
        let never_answered = self.never_answered(inbox)?;
        let mut given_up = GivenUp {
            home: inbox.home.clone(),
            moved: 0,
            lost: 0,
            shown: !never_answered,
        };
        let is_new = |one: &CapabilityRow| one.state == CapabilityState::New;
        let waiting = self.store.capabilities_to_tell(&inbox.inbox)?;
        let invitations = waiting.iter().filter(|one| is_new(one)).count() as u64;
        match instead {
            Some(instead) if never_answered => {
                self.store.move_capabilities(&inbox.inbox, &instead.inbox)?;
                self.work
                    .insert(Work::Connection(ConnectionKey::of_inbox(instead)));
                given_up.moved = invitations;
            }
            _ => given_up.lost = invitations,
        }
        if never_answered || is_of_a_backup {
            // The home was asked for nothing; or by the device from before, which it may go on serving.
            self.store.delete_inbox(&inbox.inbox)?;
        } else {
            self.store.give_up_inbox(&inbox.inbox, self.now.unix_s())?;
        }
        self.work.insert(Work::Connections);
        self.work
            .insert(Work::Connection(ConnectionKey::of_inbox(inbox)));
        Ok(given_up)
    }

    /// Keeps a fresh inbox on its way to a home.
    pub(crate) fn insert_inbox(
        &mut self,
        persona: PersonaId,
        home: HomeUrl,
        admission: Admission,
    ) -> Result<InboxRow, CoreError> {
        let inbox = InboxRow {
            inbox: InboxId::new(self.entropy.bytes()),
            persona,
            home,
            owner_seed: Zeroizing::new(self.entropy.bytes()),
            hpke_seed: Zeroizing::new(self.entropy.bytes()),
            seal_key: SealKey::new(self.entropy.bytes()),
            device: DeviceLabel::new(self.entropy.bytes()),
            admission,
            open: false,
            published: false,
            list_version: 1,
            given_up: false,
        };
        self.store.insert_inbox(&inbox)?;
        self.work.insert(Work::Connections);
        self.work
            .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
        Ok(inbox)
    }

    /// The homes that are still to be told to erase what was given up. Nobody waits for them.
    pub(crate) fn goodbyes(&self) -> Result<Vec<ConnectionKey>, CoreError> {
        let given_up = self.store.given_up_inboxes()?;
        if !given_up.is_empty() {
            let now_s = self.now.unix_s();
            self.store.forget_given_up(
                now_s.saturating_sub(GOODBYE_S),
                now_s.saturating_add(GOODBYE_S),
            )?;
        }
        Ok(given_up.iter().map(ConnectionKey::of_inbox).collect())
    }

    /// Has a home erase what was given up, if it made it after all: the answer may have been lost, or come late.
    pub(crate) fn erase_given_up(&mut self, key: &ConnectionKey) -> Result<(), CoreError> {
        for inbox in self.store.given_up_inboxes()? {
            let asked = Asked::EraseInbox(inbox.inbox);
            if ConnectionKey::of_inbox(&inbox) == *key
                && self.own(key, &inbox)
                && self.may_ask(key, &asked)
            {
                let inbox = inbox.inbox;
                self.ask(key, asked, &Request::EraseInbox(EraseInbox { inbox }));
            }
        }
        Ok(())
    }

    /// A home has nothing of an inbox that was given up.
    pub(crate) fn erased(&mut self, inbox: &InboxId) -> Result<(), CoreError> {
        self.store.delete_inbox(inbox)?;
        self.work.insert(Work::Connections);
        Ok(())
    }

    /// Whether an inbox is wanted no more.
    pub(crate) fn is_given_up(&self, inbox: &InboxId) -> Result<bool, CoreError> {
        let row = self.store.inbox(inbox)?;
        Ok(row.is_none_or(|row| row.given_up))
    }

    /// A home does not take an inbox for ours, or does not erase it.
    pub(crate) fn owning_refused(
        &mut self,
        key: &ConnectionKey,
        (asked, inbox): (Asked, &InboxId),
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let is_absent = *error == HomeError::Gone || *error == Refusal::Unknown.into();
        if is_absent && self.is_given_up(inbox)? {
            return self.erased(inbox);
        }
        self.retry_late(key, asked);
        Ok(())
    }
}
