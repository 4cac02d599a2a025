//! No Debug output of anything that holds a secret shows any of it.

use crate::people::{GROUP_ID, Person, pair};
use mls::inbox_seal;
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, SealKey, Token};

#[test]
fn debug_output_of_every_holder_of_secrets_is_redacted() {
    let pair = pair();
    let ada = &pair.ada;
    let keys = pair.ada_group.keys(&ada.provider()).unwrap();
    let shown = [
        (format!("{:?}", ada.persona), "PersonaSecret(redacted)"),
        (format!("{:?}", ada.device), "Device(redacted)"),
        (format!("{:?}", pair.ada_group), "Group(redacted)"),
        (format!("{keys:?}"), "EpochKeys(redacted)"),
        (format!("{:?}", keys.wrap()), "WrapKey(redacted)"),
        (format!("{:?}", ada.entropy), "Entropy { .. }"),
        (
            format!("{:?}", ada.provider()),
            "Provider { storage: Storage { .. }, crypto: Crypto { .. }, entropy: Entropy { .. } }",
        ),
        (format!("{:?}", Token::new([7; 32])), "Token(redacted)"),
        (
            format!("{:?}", CapabilitySecret::new([7; 32])),
            "CapabilitySecret(redacted)",
        ),
        (format!("{:?}", SealKey::new([7; 32])), "SealKey(redacted)"),
        (
            format!("{:?}", HomeInvitationSecret::new([7; 20])),
            "HomeInvitationSecret(redacted)",
        ),
    ];
    for (shown, expected) in shown {
        assert_eq!(shown, expected);
    }
    let store = format!("{:?}", ada.store);
    assert_eq!(
        store,
        format!("MemoryKeyValue {{ len: {}, .. }}", ada.store.len())
    );
}

#[test]
fn debug_output_of_what_carries_secrets_redacts_those() {
    let ada = Person::new("ada");
    let item = format!("{:?}", ada.item(vec![1, 2, 3]));
    assert!(item.contains("seal_key: SealKey(redacted)"), "{item}");
    assert!(
        item.contains("capability: CapabilitySecret(redacted)"),
        "{item}"
    );
    let (private, _) = inbox_seal::inbox_key_pair(&ada.entropy, &[7; 32]).unwrap();
    assert_eq!(private.len(), 32);
    assert_ne!(GROUP_ID.as_slice(), private.as_slice());
}
