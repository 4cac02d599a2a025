//! The profile's own names: made, listed, forgotten.

use client_store::id::PersonaId;
use client_store::persona::PersonaRow;
use legible::is_same;
use mls::device::Device;
use mls::persona::PersonaSecret;
use std::sync::Arc;

use crate::chosen::chosen;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;
use crate::view::PersonaView;

impl Engine {
    /// Makes a name, kept on this device alone until it joins a home.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the text is no name or is taken in this profile.
    pub fn new_persona(&mut self, now: Now, name: &str) -> Result<PersonaId, CoreError> {
        let name = chosen("name", name)?;
        self.transact(now, |engine| {
            if engine
                .store
                .personas()?
                .iter()
                .any(|persona| is_same(persona.name.as_str(), name.as_str()))
            {
                return Err(CoreError::Invalid(format!(
                    "This profile has a name {name} already; nothing was changed. Choose another."
                )));
            }
            let secret = PersonaSecret::generate(&engine.entropy);
            let device = Device::generate(&engine.entropy, &secret, now.unix_s());
            let row = PersonaRow {
                id: PersonaId::new(engine.entropy.bytes()),
                name,
                fingerprint: secret.key().fingerprint(),
                persona_seed: secret.seed(),
                device_seed: device.seed(),
                credential: device.credential().as_bytes().to_vec(),
                created_s: now.unix_s(),
            };
            engine.store.insert_persona(&row)?;
            Ok(row.id)
        })
    }

    /// Forgets a name that nothing hangs on: its home refused it before it was ever used.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if it has an inbox, a contact or a conversation.
    pub fn forget_unused_persona(&mut self, now: Now, persona: PersonaId) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let used = !engine.store.inboxes_of(persona)?.is_empty()
                || engine
                    .store
                    .contacts()?
                    .iter()
                    .any(|contact| contact.persona == persona);
            if used {
                return Err(CoreError::Invalid(
                    "This name is in use; it was kept.".into(),
                ));
            }
            engine.devices.remove(&persona);
            Ok(engine.store.delete_persona(persona)?)
        })
    }

    /// All own names, oldest first.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn personas(&self) -> Result<Vec<PersonaView>, CoreError> {
        let rows = self.store.personas()?;
        rows.into_iter()
            .map(|row| {
                let inbox = self.store.inboxes_of(row.id)?.into_iter().next();
                Ok(PersonaView {
                    id: row.id,
                    name: row.name.as_str().to_owned(),
                    fingerprint: row.fingerprint,
                    home: inbox.map(|inbox| (inbox.home, inbox.open)),
                })
            })
            .collect()
    }

    /// This machine's device of a name.
    pub(crate) fn device_of(&mut self, persona: PersonaId) -> Result<Arc<Device>, CoreError> {
        if let Some(device) = self.devices.get(&persona) {
            return Ok(device.clone());
        }
        let row = self
            .store
            .persona(persona)?
            .ok_or(CoreError::Unknown("name"))?;
        let device = Arc::new(Device::restore(&row.device_seed, &row.credential)?);
        self.devices.insert(persona, device.clone());
        Ok(device)
    }
}

/// An error of a parser as a sentence for people.
pub(crate) fn sentence(error: &dyn std::fmt::Display) -> String {
    format!("{}; nothing was kept.", capitalized(&error.to_string()))
}

/// With a capital in front.
pub(crate) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}", characters.as_str())
}
