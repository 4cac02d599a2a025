//! Founding a circle's group and bringing its log to its home.
//!
//! The group is founded in the transaction in which the first KeyPackages came, so no rival exists;
//! then Allow (our inbox pays), OPEN, and only then the Welcomes go out.

use client_store::founding::FoundingRow;
use client_store::id::ConversationId;
use client_store::invitee::InviteeStep;
use client_store::log::{LogRow, LogState};
use ed25519_dalek::SigningKey;
use mls::error::MlsError;
use mls::group::{Group, NewGroup};
use mls::key_package::clash;
use mls::place::{Kind, Place};
use protocol::frame::Request;
use protocol::hash;
use protocol::id::{LogId, UseId};
use protocol::refusal::HomeError;
use protocol::request::Allow;
use protocol::secret::Token;
use zeroize::Zeroizing;

use crate::adding::Beginning;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::refused_contact::explain;
use crate::session::{Asked, ConnectionKey};

impl Engine {
    /// Founds the group with everybody whose KeyPackages are there.
    pub(crate) fn found_circle(&mut self, id: ConversationId) -> Result<(), CoreError> {
        let conversation = self
            .store
            .conversation(id)?
            .ok_or(CoreError::Unknown("conversation"))?;
        let mut added = Vec::new();
        let mut invitees = Vec::new();
        for invitee in self.wanted_in(id)? {
            if invitee.step != InviteeStep::Add {
                continue;
            }
            match self.check_key_packages(&invitee) {
                Ok(checked) if clash([], added.iter().chain(&checked)) => {
                    let why = "a device or a key of theirs is there already";
                    self.give_up_on(&invitee, why.to_owned())?;
                }
                Ok(checked) => {
                    added.extend(checked);
                    invitees.push(invitee);
                }
                Err(CoreError::Mls(error @ (MlsError::Invalid { .. } | MlsError::NotValidNow))) => {
                    self.give_up_on(&invitee, error.to_string())?;
                }
                Err(error) => return Err(error),
            }
        }
        if added.is_empty() {
            return Ok(());
        }
        let (place, seed) = self.place_of_circle(&conversation)?;
        let device = self.device_of(conversation.persona)?;
        let group_id = self.entropy.bytes::<32>();
        let founded = place.clone();
        let NewGroup { group, welcome } =
            self.with_mls(|provider| Group::found(provider, &device, founded, group_id, &added))?;
        let head = hash::first_head(&place.log);
        let log = LogRow {
            log: place.log,
            conversation: id,
            persona: conversation.persona,
            group_id: group_id.to_vec(),
            home: place.home,
            home_key: place.home_key,
            state: LogState::Opening,
            head,
            base: 0,
            next_seq: 1,
            chain: hash::chain_start(&place.log, &head),
            closing_seed: Some(seed),
            leaf_update_s: self.now.unix_s(),
            repairs_after: 0,
        };
        self.store.insert_log(&log)?;
        self.keep_group(&log, group);
        let founding = FoundingRow {
            use_id: UseId::new(self.entropy.bytes()),
            conversation: id,
            log: log.log,
            token: Token::new(self.entropy.bytes()),
            allowed: false,
        };
        self.store.insert_founding(&founding)?;
        for invitee in invitees {
            self.invitee_added(&log, &Beginning::at(&log), &welcome, &invitee)?;
        }
        self.work.insert(Work::Connections);
        self.work.insert(Work::Founding(founding.use_id));
        Ok(())
    }

    /// A circle is kept where the name of its founder is.
    fn place_of_circle(
        &self,
        conversation: &client_store::conversation::ConversationRow,
    ) -> Result<(Place, Zeroizing<[u8; 32]>), CoreError> {
        let inboxes = self.store.inboxes_of(conversation.persona)?;
        let inbox = inboxes
            .into_iter()
            .find(|inbox| inbox.open)
            .ok_or(CoreError::Unknown("home that has this name"))?;
        let home_key = self
            .store
            .home_key(&inbox.home)?
            .ok_or(CoreError::Unknown("home"))?;
        let seed = Zeroizing::new(self.entropy.bytes::<32>());
        let place = Place {
            generation: 0,
            home: inbox.home,
            home_key,
            log: LogId::new(self.entropy.bytes()),
            boats: Vec::new(),
            closing_key: SigningKey::from_bytes(&seed).verifying_key().to_bytes(),
            conversation: conversation.room,
            kind: Kind::Circle,
        };
        Ok((place, seed))
    }

    /// Asks for the next step.
    pub(crate) fn work_on_founding(&mut self, founding: &FoundingRow) -> Result<(), CoreError> {
        let Some(log) = self.store.log(&founding.log)? else {
            return Ok(());
        };
        if !founding.allowed {
            let inboxes = self.store.inboxes_of(log.persona)?;
            let Some(inbox) = inboxes.into_iter().find(|inbox| inbox.home == log.home) else {
                return Ok(());
            };
            let key = ConnectionKey::of_inbox(&inbox);
            let asked = Asked::Allow(founding.use_id);
            if self.is_done(&key, &Asked::Own(inbox.inbox)) && self.may_ask(&key, &asked) {
                let tokens = vec![founding.token.hash()];
                let inbox = inbox.inbox;
                self.ask(&key, asked, &Request::Allow(Allow { inbox, tokens }));
            }
            return Ok(());
        }
        self.ask_for_log(&log, founding.use_id, founding.token.clone())
    }

    /// The home knows what pays.
    pub(crate) fn founding_allowed(&mut self, founding: &FoundingRow) -> Result<(), CoreError> {
        self.store.set_founding_allowed(&founding.use_id)?;
        self.work.insert(Work::Founding(founding.use_id));
        Ok(())
    }

    /// The home has the log: those who are in it are told, and it can be written to.
    pub(crate) fn founding_opened(&mut self, founding: &FoundingRow) -> Result<(), CoreError> {
        self.store.set_log_open(&founding.log)?;
        self.store.delete_founding(&founding.use_id)?;
        self.work.insert(Work::Log(founding.log));
        for invitee in self.store.invitees_of(founding.conversation)? {
            self.work.insert(Work::Invitee(invitee.use_id));
        }
        Ok(())
    }

    /// The home will not have the log.
    pub(crate) fn founding_refused(
        &mut self,
        founding: &FoundingRow,
        error: &HomeError,
    ) -> Result<(), CoreError> {
        let Some(log) = self.store.log(&founding.log)? else {
            return Ok(());
        };
        let sentence = explain(error, log.home.host());
        self.store.delete_founding(&founding.use_id)?;
        for invitee in self.store.invitees_of(founding.conversation)? {
            self.store.delete_invitee(&invitee.use_id)?;
        }
        self.halt(&log, &sentence)
    }
}
