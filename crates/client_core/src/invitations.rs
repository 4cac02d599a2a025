//! Inviting: links that are given away, listed, and taken back.

use client_store::capability::{CapabilityRow, CapabilityState};
use client_store::id::{CapabilityId, PersonaId};
use client_store::inbox::InboxRow;
use mls::inbox_seal::inbox_key_pair;
use protocol::invitation::Invitation;
use protocol::secret::CapabilitySecret;

use crate::advice::Step;
use crate::chosen::chosen;
use crate::effect::Now;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::ConnectionKey;
use crate::view::InvitationView;

impl Engine {
    /// Makes an invitation. Its link works once the home knows it ([`InvitationView::ready`]).
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the name is kept at no home, the label is none, or `uses` is 0.
    pub fn new_invitation(
        &mut self,
        now: Now,
        persona: PersonaId,
        uses: u32,
        expires_s: Option<u64>,
        label: Option<String>,
    ) -> Result<CapabilityId, CoreError> {
        if uses == 0 {
            return Err(CoreError::Invalid(
                "An invitation has at least one use; none was made.".into(),
            ));
        }
        let label = label.map(|label| chosen("label", &label)).transpose()?;
        self.transact(now, |engine| {
            let inbox = engine
                .store
                .inboxes_of(persona)?
                .into_iter()
                .next()
                .ok_or_else(|| {
                    CoreError::Invalid(
                        "This name is kept at no home yet, so nobody could answer; no invitation was \
                     made."
                            .into(),
                    )
                    .advising("Join one first", Step::JoinHome)
                })?;
            let row = CapabilityRow {
                id: CapabilityId::new(engine.entropy.bytes()),
                inbox: inbox.inbox,
                secret: CapabilitySecret::new(engine.entropy.bytes()),
                contact: None,
                label: label.map(|label| label.as_str().to_owned()),
                uses: Some(uses),
                used: 0,
                expires_s,
                state: CapabilityState::New,
                created_s: now.unix_s(),
                repairs: None,
            };
            engine.store.insert_capability(&row)?;
            engine
                .work
                .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
            Ok(row.id)
        })
    }

    /// Takes an invitation back: here at once, at the home as soon as it is reached.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn revoke_invitation(&mut self, now: Now, id: CapabilityId) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let row = engine
                .store
                .capability(id)?
                .ok_or(CoreError::Unknown("invitation"))?;
            let inbox = engine
                .store
                .inbox(&row.inbox)?
                .ok_or(CoreError::Unknown("inbox"))?;
            let next = match row.state {
                CapabilityState::New | CapabilityState::Granted => CapabilityState::Revoking,
                done => done,
            };
            engine.store.set_capability_state(id, next)?;
            engine
                .work
                .insert(Work::Connection(ConnectionKey::of_inbox(&inbox)));
            Ok(())
        })
    }

    /// All invitations that were given, oldest first.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn invitations(&self) -> Result<Vec<InvitationView>, CoreError> {
        let rows = self.store.invitations()?;
        rows.into_iter()
            .map(|row| self.invitation_view(row))
            .collect()
    }

    /// One invitation.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn invitation(&self, id: CapabilityId) -> Result<InvitationView, CoreError> {
        let row = self
            .store
            .capability(id)?
            .ok_or(CoreError::Unknown("invitation"))?;
        self.invitation_view(row)
    }

    fn invitation_view(&self, row: CapabilityRow) -> Result<InvitationView, CoreError> {
        let inbox = self
            .store
            .inbox(&row.inbox)?
            .ok_or(CoreError::Unknown("inbox"))?;
        let revoked = matches!(
            row.state,
            CapabilityState::Revoking | CapabilityState::Revoked
        );
        Ok(InvitationView {
            id: row.id,
            link: if revoked {
                None
            } else {
                self.link(&inbox, &row)?
            },
            ready: row.state == CapabilityState::Granted && inbox.published,
            label: row.label,
            uses: row.uses,
            used: row.used,
            expires_s: row.expires_s,
            home: inbox.home,
            revoked,
            revoked_at_home: row.state == CapabilityState::Revoked,
        })
    }

    /// The link; none while the home's key is not known.
    fn link(&self, inbox: &InboxRow, row: &CapabilityRow) -> Result<Option<String>, CoreError> {
        let Some(home_key) = self.store.home_key(&inbox.home)? else {
            return Ok(None);
        };
        let persona = self
            .store
            .persona(inbox.persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let (_, inbox_key) = inbox_key_pair(&self.entropy, &inbox.hpke_seed)?;
        let invitation = Invitation {
            home: inbox.home.clone(),
            home_key,
            inbox: inbox.inbox,
            inbox_key,
            seal_key: inbox.seal_key.clone(),
            capability: row.secret.clone(),
            persona: persona.fingerprint,
            name: persona.name,
        };
        Ok(Some(invitation.to_link()))
    }
}
