//! The phrase of backups, and what begins on a new device with a profile out of one.
//!
//! The persona is the same and vouches for a device that nobody has seen; the old device's keys are not
//! in any backup, so nothing can be sent under them. Nothing goes out here: that is for the first
//! [`crate::Engine`] that goes online.

use backup::Phrase;
use client_store::Store;
use client_store::log::LogState;
use mls::device::Device;
use mls::persona::PersonaSecret;
use mls::provider::Entropy;
use protocol::id::{DeviceLabel, UseId};
use std::collections::BTreeSet;

use crate::contact_items::NO_WAY;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// For so long after a restore nothing that is held leaves, in seconds: a day. It may have been taken
/// back since the backup, and there is time to do so again.
const HOLD_S: u64 = 86_400;

/// A profile on its new device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BegunAnew {
    /// Conversations that wait until the others have taken this device in; none of those with people who are blocked,
    /// who are not asked.
    pub rejoining: u64,
    /// Items that go out again once the others have taken this device in.
    pub queued: u64,
    /// Items that wait for their time, a day at least.
    pub held: u64,
}

/// Makes the new device of each name, in one transaction. `seed` is fresh randomness.
///
/// # Errors
/// [`CoreError::Invalid`] if a name's keys do not go together, [`CoreError::Store`].
pub fn begin_anew(store: &Store, seed: [u8; 32], now: Now) -> Result<BegunAnew, CoreError> {
    let entropy = Entropy::from_seed(seed);
    store.begin()?;
    let begun = make_devices(store, &entropy, now).and_then(|()| {
        store.begin_rejoining()?;
        store.refuse_lost_files()?;
        let rejoining = ask_to_rejoin(store, &entropy)?;
        let queued = store.send_again()?;
        let held = store.hold_until(now.unix_s().saturating_add(HOLD_S))?;
        store.commit()?;
        Ok(BegunAnew {
            rejoining,
            queued,
            held,
        })
    });
    if begun.is_err() {
        store.rollback()?;
    }
    begun
}

/// Whoever can let this device in is to be asked, unless they are blocked; how many conversations wait.
fn ask_to_rejoin(store: &Store, entropy: &Entropy) -> Result<u64, CoreError> {
    let mut waiting = BTreeSet::new();
    for log in store.logs()? {
        if log.state != LogState::Rejoining {
            continue;
        }
        let conversation = store.conversation(log.conversation)?;
        let contact = match conversation.and_then(|conversation| conversation.contact) {
            Some(contact) => store.contact(contact)?,
            // A circle: only its members know who they are.
            None => {
                waiting.insert(log.conversation);
                continue;
            }
        };
        match contact {
            // They are asked once they are blocked no longer.
            Some(contact) if store.is_blocked(&contact.fingerprint)? => {}
            Some(contact) if contact.return_inbox.is_some() => {
                let use_id = UseId::new(entropy.bytes());
                store.insert_contact_item(&use_id, contact.id, Some(&log.log))?;
                waiting.insert(log.conversation);
            }
            _ => store.halt_log(&log.log, NO_WAY)?,
        }
    }
    Ok(waiting.len() as u64)
}

fn make_devices(store: &Store, entropy: &Entropy, now: Now) -> Result<(), CoreError> {
    for persona in store.personas_without_device()? {
        let secret = PersonaSecret::from_seed(&persona.persona_seed);
        if secret.key().fingerprint() != persona.fingerprint {
            return Err(CoreError::Invalid(
                "The keys of a name in the backup do not go together; nothing was restored.".into(),
            ));
        }
        let device = Device::generate(entropy, &secret, now.unix_s());
        store.set_device(persona.id, &device.seed(), device.credential().as_bytes())?;
    }
    for inbox in store.inboxes_without_label()? {
        let label = DeviceLabel::new(entropy.bytes());
        store.set_label(&inbox, &label, now.unix_s())?;
    }
    Ok(())
}

impl Engine {
    /// The phrase of this profile's backups, made at the first one.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn phrase_for_backups(&mut self, now: Now) -> Result<Phrase, CoreError> {
        if let Some((phrase, _)) = self.store.phrase()? {
            return Ok(phrase);
        }
        self.transact(now, |engine| {
            let phrase = Phrase::new(engine.entropy.bytes());
            engine.store.insert_phrase(&phrase, false)?;
            Ok(phrase)
        })
    }

    /// The phrase, and whether the person was shown it; none before the first backup.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn phrase(&self) -> Result<Option<(Phrase, bool)>, CoreError> {
        Ok(self.store.phrase()?)
    }

    /// The person was shown the phrase.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn phrase_shown(&mut self, now: Now) -> Result<(), CoreError> {
        self.transact(now, |engine| Ok(engine.store.set_phrase_shown()?))
    }
}
