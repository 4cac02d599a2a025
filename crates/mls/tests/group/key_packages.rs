//! KeyPackages that the adder must not take.

use crate::forged::{self, bytes, in_leaf};
use crate::people::{Person, refusal};
use mls::key_package::CheckedKeyPackage;
use openmls::prelude::{BasicCredential, CredentialWithKey, KeyPackage, Lifetime};

#[test]
fn an_honest_key_package_is_taken_and_names_its_device() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let checked = ada.check(&bo.key_package()).unwrap();
    assert_eq!(checked.credential(), bo.device.credential());
}

#[test]
fn a_key_package_whose_credential_does_not_hold_is_refused_by_the_adder() {
    let (ada, bo, eve) = (Person::new("ada"), Person::new("bo"), Person::new("eve"));
    for forged in forged::credentials(&eve, &bo) {
        let credential = in_leaf(&eve, forged.credential);
        let key_package = forged::key_package(&eve, credential);
        let refusal = refusal(ada.check(&bytes(&key_package)));
        assert_eq!(refusal, forged.refusal, "{}", forged.name);
    }
}

#[test]
fn a_key_package_of_another_credential_type_is_refused() {
    let (ada, eve) = (Person::new("ada"), Person::new("eve"));
    let credential = CredentialWithKey {
        credential: BasicCredential::new(b"bo".to_vec()).into(),
        signature_key: eve.device.credential().device_key().to_vec().into(),
    };
    let key_package = KeyPackage::builder()
        .key_package_lifetime(Lifetime::init(0, u64::MAX))
        .build(
            mls::provider::CIPHERSUITE,
            &eve.provider(),
            &eve.device,
            credential,
        )
        .unwrap()
        .into_key_package();
    assert_eq!(
        refusal(ada.check(&bytes(&key_package))),
        "the credential is of another type"
    );
}

#[test]
fn a_key_package_changed_anywhere_is_refused() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let key_package = bo.key_package();
    for at in 0..key_package.len() {
        let mut changed = key_package.clone();
        changed[at] ^= 1;
        refusal(ada.check(&changed));
    }
    refusal(ada.check(&key_package[..key_package.len() - 1]));
    refusal(ada.check(&[&key_package[..], &[0]].concat()));
    refusal(ada.check(&[]));
}

#[test]
fn validity_is_the_adders_to_check_at_the_adders_time() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let key_package = bo.key_package();
    let long_after = crate::people::NOW_S + 6 * 365 * 86_400;
    let checked = CheckedKeyPackage::check(&ada.provider(), &key_package, long_after);
    assert_eq!(refusal(checked), "the credential is not valid at this time");
}
