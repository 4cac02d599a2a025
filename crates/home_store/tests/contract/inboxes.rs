//! The contract of a store of inboxes. Each function takes a fresh store.

use home_core::Day;
use home_core::inbox_store::{Forget, InboxRow, InboxStore, NewCapability};
use home_core::log_store::{PageLimit, TokenState};
use protocol::id::{
    BodyHash, CapabilityHash, DeviceLabel, HomeInvitationHash, InboxId, OwnerKey, TokenHash, UseId,
};
use protocol::response::FetchedKeyPackage;

const INBOX: InboxId = InboxId::new([1; 16]);
const OWNER: OwnerKey = OwnerKey::new([2; 32]);
const TODAY: Day = Day::new(20_000);
const USE: UseId = UseId::new([6; 16]);
const CAPABILITY: NewCapability<'_> = NewCapability {
    hash: CapabilityHash::new([5; 32]),
    uses: Some(2),
    expires: Some(77),
    pays: true,
    label: Some(b"label"),
};
const WIDE: PageLimit = PageLimit {
    rows: 100,
    bytes: 1 << 20,
};

fn created(store: &mut impl InboxStore) -> InboxRow {
    store.create_inbox(&INBOX, &OWNER).unwrap();
    store.inbox(&INBOX).unwrap().unwrap().row
}

fn forget(before: u64) -> Forget {
    let day = Day::new(before);
    Forget {
        items_before: day,
        uses_before: day,
        revoked_before: day,
    }
}

pub fn a_token_is_granted_once_and_spent(store: &mut impl InboxStore) {
    let token = TokenHash::new([9; 32]);
    assert_eq!(store.inbox_token(&token).unwrap(), TokenState::Unknown);
    store.grant_inbox_token(&token).unwrap();
    assert_eq!(store.inbox_token(&token).unwrap(), TokenState::Granted);
    store.spend_inbox_token(&token).unwrap();
    store.grant_inbox_token(&token).unwrap();
    assert_eq!(store.inbox_token(&token).unwrap(), TokenState::Spent);
}

pub fn an_unknown_invitation_is_none(store: &mut impl InboxStore) {
    let invitation = HomeInvitationHash::new([1; 32]);
    assert_eq!(store.invitation(&invitation).unwrap(), None);
}

pub fn an_inbox_begins_empty_and_counts(store: &mut impl InboxStore) {
    assert_eq!(store.inbox(&INBOX).unwrap(), None);
    let row = created(store);
    let inbox = store.inbox(&INBOX).unwrap().unwrap();
    assert_eq!(inbox.owner, OWNER);
    assert_eq!(
        (inbox.allowed_logs, inbox.items, inbox.item_bytes),
        (0, 0, 0)
    );
    store.count_allowed_logs(row, 3).unwrap();
    store.count_allowed_logs(row, 4).unwrap();
    assert_eq!(store.inbox(&INBOX).unwrap().unwrap().allowed_logs, 7);
}

pub fn devices_stand_in_the_order_in_which_they_came(store: &mut impl InboxStore) {
    let inbox = created(store);
    for of in [9, 3, 5] {
        store
            .add_device(inbox, &DeviceLabel::new([of; 16]))
            .unwrap();
    }
    let labels: Vec<_> = store
        .devices(inbox)
        .unwrap()
        .into_iter()
        .map(|(_, label)| label)
        .collect();
    assert_eq!(labels, [9, 3, 5].map(|of| DeviceLabel::new([of; 16])));
    assert_eq!(store.device_list(inbox).unwrap(), None);
    store.set_device_list(inbox, b"one").unwrap();
    store.set_device_list(inbox, b"two").unwrap();
    assert_eq!(store.device_list(inbox).unwrap().unwrap(), b"two");
}

pub fn key_packages_are_taken_once_oldest_first(store: &mut impl InboxStore) {
    let inbox = created(store);
    let device = store.add_device(inbox, &DeviceLabel::new([3; 16])).unwrap();
    assert_eq!(store.take_key_package(device, TODAY).unwrap(), None);
    for of in [8u8, 7] {
        let hash = BodyHash::new([of; 32]);
        assert!(!store.knows_key_package(device, &hash).unwrap());
        store.add_key_package(device, &hash, &[of]).unwrap();
    }
    assert_eq!(store.key_packages_left(device).unwrap(), 2);
    assert_eq!(
        store.take_key_package(device, TODAY).unwrap(),
        Some(vec![8])
    );
    assert!(
        store
            .knows_key_package(device, &BodyHash::new([8; 32]))
            .unwrap()
    );
    assert_eq!(
        store.take_key_package(device, TODAY).unwrap(),
        Some(vec![7])
    );
    assert_eq!(store.key_packages_left(device).unwrap(), 0);
    assert_eq!(store.last_resort(device).unwrap(), None);
    store.set_last_resort(device, b"last").unwrap();
    assert_eq!(store.last_resort(device).unwrap().unwrap(), b"last");
    store.forget(forget(20_001)).unwrap();
    assert!(
        !store
            .knows_key_package(device, &BodyHash::new([8; 32]))
            .unwrap()
    );
}

pub fn a_capability_counts_its_uses(store: &mut impl InboxStore) {
    let inbox = created(store);
    assert_eq!(store.capability(inbox, &CAPABILITY.hash).unwrap(), None);
    store.grant(inbox, &CAPABILITY).unwrap();
    let capability = store.capability(inbox, &CAPABILITY.hash).unwrap().unwrap();
    assert_eq!(
        (capability.uses_left, capability.expires),
        (Some(2), Some(77))
    );
    assert!(capability.pays && !capability.revoked);
    assert_eq!(store.capabilities(inbox).unwrap(), 1);
    assert_eq!(store.find_use(capability.row, &USE).unwrap(), None);
    let row = store.begin_use(capability.row, &USE, TODAY).unwrap();
    let begun = store.find_use(capability.row, &USE).unwrap().unwrap();
    assert_eq!((begun.row, begun.begun, begun.item), (row, TODAY, None));
    let after = store.capability(inbox, &CAPABILITY.hash).unwrap().unwrap();
    assert_eq!(after.uses_left, Some(1));
    let item = BodyHash::new([4; 32]);
    store.complete_use(row, &item).unwrap();
    let completed = store.find_use(capability.row, &USE).unwrap().unwrap();
    assert_eq!(completed.item, Some(item));
    store.forget(forget(20_001)).unwrap();
    assert_eq!(store.find_use(capability.row, &USE).unwrap(), None);
}

pub fn what_was_fetched_is_remembered_in_order(store: &mut impl InboxStore) {
    let inbox = created(store);
    store.grant(inbox, &CAPABILITY).unwrap();
    let capability = store.capability(inbox, &CAPABILITY.hash).unwrap().unwrap();
    let row = store.begin_use(capability.row, &USE, TODAY).unwrap();
    assert_eq!(store.fetched(row).unwrap(), None);
    let key_packages: Vec<_> = [9u8, 3]
        .map(|of| FetchedKeyPackage {
            device: DeviceLabel::new([of; 16]),
            key_package: vec![of; 10],
        })
        .into();
    store.remember_fetched(row, b"list", &key_packages).unwrap();
    let fetched = store.fetched(row).unwrap().unwrap();
    assert_eq!(fetched.device_list, b"list");
    assert_eq!(fetched.key_packages, key_packages);
}

pub fn a_revoked_capability_is_told_apart_until_it_is_forgotten(store: &mut impl InboxStore) {
    let inbox = created(store);
    store.grant(inbox, &CAPABILITY).unwrap();
    let capability = store.capability(inbox, &CAPABILITY.hash).unwrap().unwrap();
    store.begin_use(capability.row, &USE, TODAY).unwrap();
    store.revoke(capability.row, TODAY).unwrap();
    let revoked = store.capability(inbox, &CAPABILITY.hash).unwrap().unwrap();
    assert!(revoked.revoked);
    store.forget(forget(20_000)).unwrap();
    assert!(store.capability(inbox, &CAPABILITY.hash).unwrap().is_some());
    store.forget(forget(20_001)).unwrap();
    assert_eq!(store.capability(inbox, &CAPABILITY.hash).unwrap(), None);
}

pub fn items_are_numbered_and_dropped_when_all_devices_hold_them(store: &mut impl InboxStore) {
    let inbox = created(store);
    let [first, second] = [3, 4].map(|of| {
        store
            .add_device(inbox, &DeviceLabel::new([of; 16]))
            .unwrap()
    });
    for of in 1..=3u8 {
        let number = store.add_item(inbox, &[of; 100], TODAY).unwrap();
        assert_eq!(number, u64::from(of));
    }
    store.acknowledge(inbox, first, &[1, 2, 50]).unwrap();
    store.acknowledge(inbox, second, &[2]).unwrap();
    let numbers = |store: &mut _, device| items(store, inbox, device, WIDE).0;
    assert_eq!(numbers(store, first), [3]);
    assert_eq!(numbers(store, second), [1, 3]);
    let counted = store.inbox(&INBOX).unwrap().unwrap();
    assert_eq!((counted.items, counted.item_bytes), (2, 200));
    let narrow = PageLimit { rows: 1, bytes: 1 };
    assert_eq!(items(store, inbox, second, narrow), (vec![1], false));
    store.forget(forget(20_001)).unwrap();
    assert_eq!(numbers(store, second), [] as [u64; 0]);
    let counted = store.inbox(&INBOX).unwrap().unwrap();
    assert_eq!((counted.items, counted.item_bytes), (0, 0));
    assert_eq!(store.add_item(inbox, &[4; 100], TODAY).unwrap(), 4);
}

fn items(
    store: &mut impl InboxStore,
    inbox: InboxRow,
    device: home_core::inbox_store::DeviceRow,
    limit: PageLimit,
) -> (Vec<u64>, bool) {
    let page = store.items(inbox, device, 0, limit).unwrap();
    (page.rows.iter().map(|item| item.number).collect(), page.end)
}
