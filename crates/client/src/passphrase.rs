//! From a passphrase to the key of a folder's databases, as the folder's seal says.

use client_store::StoreKey;
use seal::Seal;
use std::path::Path;

use crate::profile::ProfileError;

#[cfg(test)]
thread_local! {
    /// How often a key was derived by this thread.
    pub(crate) static DERIVATIONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Derives the key.
///
/// # Errors
/// [`ProfileError::ByPasskey`], [`ProfileError::SealDamaged`].
pub(crate) fn key(seal: &Seal, passphrase: &str, folder: &Path) -> Result<StoreKey, ProfileError> {
    #[cfg(test)]
    DERIVATIONS.with(|count| count.set(count.get() + 1));
    match seal {
        Seal::Passphrase(seal) => seal
            .key(passphrase)
            .map(|key| StoreKey::new(*key))
            .map_err(|_| ProfileError::SealDamaged(folder.to_owned())),
        Seal::Passkey(_) => Err(ProfileError::ByPasskey),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::slot::Slot;
    use seal::{PasskeySeal, PassphraseSeal, SEAL_FILE};
    use std::time::Duration;

    #[test]
    fn what_a_passkey_opens_is_said_before_a_passphrase_is_asked_for_and_nothing_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        drop(Profile::init(folder, Some("lamp river")).unwrap());
        let seal = Seal::Passkey(PasskeySeal::new(&[1], [7; 32]).unwrap());
        let seal = seal.to_json().unwrap();
        std::fs::write(folder.join(SEAL_FILE), &seal).unwrap();
        let sealed = Profile::is_sealed_at(folder);
        assert!(matches!(sealed, Err(ProfileError::ByPasskey)));
        for passphrase in [None, Some("lamp river"), Some("wrong")] {
            let opened = Profile::open(folder, passphrase, Duration::ZERO).map(drop);
            assert!(matches!(opened, Err(ProfileError::ByPasskey)));
        }
        let made = Profile::init(folder, None).map(drop);
        assert!(matches!(made, Err(ProfileError::Exists(_))));
        assert_eq!(std::fs::read(folder.join(SEAL_FILE)).unwrap(), seal);
    }

    #[test]
    fn older_profiles_open_by_what_was_typed_and_new_ones_from_every_keyboard() {
        let (composed, decomposed) = ("Z\u{fc}rich\u{a0}sees", "Zu\u{308}rich sees");
        for is_older in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            if is_older {
                let seal = Seal::Passphrase(PassphraseSeal::new([7; 16]));
                let mut seal = serde_json::to_value(seal).unwrap();
                seal.as_object_mut().unwrap().remove("preparation").unwrap();
                std::fs::write(folder.join(SEAL_FILE), seal.to_string()).unwrap();
            }
            let open = |typed| Profile::open(folder, Some(typed), Duration::ZERO);
            let profile = Profile::init(folder, Some(decomposed)).unwrap();
            let hidden = profile.hide(composed);
            drop(profile);
            assert_eq!(open(decomposed).unwrap().slot(), Slot::First);
            if is_older {
                hidden.unwrap();
                assert_eq!(open(composed).unwrap().slot(), Slot::Second);
                let changed = open(decomposed).unwrap().reseal(Some("lamp river"));
                drop(changed.unwrap());
                assert_eq!(open(composed).unwrap().slot(), Slot::Second);
            } else {
                assert!(matches!(hidden, Err(ProfileError::InUse)));
                assert_eq!(open(composed).unwrap().slot(), Slot::First);
            }
        }
    }
}
