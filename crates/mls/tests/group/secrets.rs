//! No Debug output of anything that holds a secret shows any of it.

use crate::people::{GROUP_ID, Person, pair, read};
use mls::inbox_seal;
use mls::welcome_item::UnverifiedWelcomeItem;
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, SealKey, Token};

#[test]
fn debug_output_of_every_holder_of_secrets_is_redacted() {
    let mut pair = pair();
    let said = pair
        .bo_group
        .encrypt(&pair.bo.provider(), &pair.bo.device, vec![], b"hello")
        .unwrap();
    let heard = read(pair.ada_group.decrypt(&pair.ada.provider(), &said));
    let ada = &pair.ada;
    let keys = pair.ada_group.keys(&ada.provider()).unwrap();
    let shown = [
        (format!("{:?}", ada.persona), "PersonaSecret(redacted)"),
        (format!("{:?}", ada.device), "Device(redacted)"),
        (format!("{:?}", pair.ada_group), "Group(redacted)"),
        (format!("{heard:?}"), "Application(redacted)"),
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
    let signed = ada.item(vec![]).sign(&ada.device);
    let unverified = UnverifiedWelcomeItem::from_bytes(&signed).unwrap();
    let shown = format!("{unverified:?}");
    assert!(shown.contains("signed: Signed(redacted)"), "{shown}");
    assert!(!shown.contains("53, 53, 53"), "{shown}");
    let (private, _) = inbox_seal::inbox_key_pair(&ada.entropy, &[7; 32]).unwrap();
    assert_eq!(private.len(), 32);
    assert_ne!(GROUP_ID.as_slice(), private.as_slice());
}
