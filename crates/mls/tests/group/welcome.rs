//! Welcome items that do not hold are refused, and leave no group behind.

use crate::people::{GROUP_ID, Person, refusal};
use mls::group::{Group, Joined};
use mls::welcome_item::WelcomeItem;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, LogId};

/// Ada's item for Bo, changed before she signs it.
fn item(change: impl Fn(&mut WelcomeItem)) -> (Person, Person, Vec<u8>) {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let mut item = ada.item(ada.found(&[&bo]).welcome);
    change(&mut item);
    let signed = item.sign(&ada.device);
    (ada, bo, signed)
}

fn assert_no_group(person: &Person) {
    let loaded = Group::load(&person.provider(), &GROUP_ID).unwrap();
    assert!(loaded.is_none());
}

#[test]
fn an_item_that_contradicts_place_is_refused() {
    let changes: [fn(&mut WelcomeItem); 3] = [
        |item| item.home = HomeUrl::parse("https://away.example").unwrap(),
        |item| item.home_key = HomeKey::new([9; 32]),
        |item| item.log = LogId::new([9; 16]),
    ];
    for change in changes {
        let (_, bo, item) = item(change);
        assert_eq!(
            refusal(bo.take(&item)),
            "the Welcome item contradicts the group's Place"
        );
        assert_no_group(&bo);
    }
}

#[test]
fn an_item_signed_by_another_leaf_is_refused() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let item = ada.item(ada.found(&[&bo]).welcome);
    for other in [&bo, &Person::new("eve"), &ada.second_device("ada's other")] {
        let refused = bo.store.clone();
        let bo = Person {
            store: refused,
            ..Person::new("bo")
        };
        assert_eq!(
            refusal(bo.take(&item.sign(&other.device))),
            "the Welcome item is not signed by its sender"
        );
        assert_no_group(&bo);
    }
}

#[test]
fn an_item_that_was_changed_anywhere_is_refused() {
    let (_, bo, item) = item(|_| {});
    for at in (0..item.len()).step_by(7) {
        let mut changed = item.clone();
        changed[at] ^= 1;
        let reader = Person {
            store: bo.store.clone(),
            ..Person::new("bo")
        };
        refusal(reader.take(&changed));
        assert_no_group(&reader);
    }
}

#[test]
fn an_item_for_somebody_else_is_refused() {
    let (_, _, item) = item(|_| {});
    let eve = Person::new("eve");
    eve.key_package();
    refusal(eve.take(&item));
    assert_no_group(&eve);
}

#[test]
fn an_item_that_holds_something_else_than_a_welcome_is_refused() {
    let (_, bo, item) = item(|item| item.welcome = b"no MLS message".to_vec());
    assert_eq!(refusal(bo.take(&item)), "the Welcome does not hold");
    refusal(bo.take(b"no item"));
}

#[test]
fn an_item_that_comes_again_is_known_as_long_as_its_key_package_is() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let provider = bo.provider();
    let last_resort = mls::key_package::generate(&provider, &bo.device, true).unwrap();
    let checked = ada.check(&last_resort).unwrap();
    let place = crate::people::place();
    let founded = Group::found(&ada.provider(), &ada.device, place, GROUP_ID, &[checked]).unwrap();
    let item = ada.item(founded.welcome).sign(&ada.device);
    bo.join(&item);
    assert!(matches!(bo.take(&item).unwrap(), Joined::Known));
}

#[test]
fn an_item_whose_key_package_was_spent_is_refused_and_harms_nothing() {
    let (ada, bo) = (Person::new("ada"), Person::new("bo"));
    let item = ada.item(ada.found(&[&bo]).welcome).sign(&ada.device);
    bo.join(&item);
    refusal(bo.take(&item));
    assert_eq!(bo.load().epoch(), 1);
}
