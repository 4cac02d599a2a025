//! The contract of an index of blobs. Each function takes a fresh store of logs.

use home_core::Day;
use home_core::blob_index::{BlobAges, BlobIndex, BlobState, BlobsKept, NewBlob};
use home_core::log_store::{HeadKeys, LogStore};
use protocol::id::{BlobHash, BlobId, DeleteHash, HeadId, LogId, ReadKey, WriteKey};

const TODAY: Day = Day::new(20_000);
const HASH: BlobHash = BlobHash::new([5; 32]);

/// Opens a log and gives its number.
fn log(store: &mut impl LogStore, of: u8) -> u64 {
    let (log, head) = (LogId::new([of; 16]), HeadId::new([of; 32]));
    let keys = HeadKeys {
        write: WriteKey::new([3; 32]),
        read: ReadKey::new([4; 32]),
    };
    store.open_log(&log, &head, &keys, TODAY).unwrap();
    store.head(&log, &head).unwrap().unwrap().row.log
}

fn id(of: u8) -> BlobId {
    BlobId::new([of; 16])
}

fn awaited(store: &mut impl BlobIndex, log: u64, of: u8, day: Day) -> NewBlob {
    let blob = NewBlob {
        blob: id(of),
        log,
        size: 1_000,
        delete: DeleteHash::new([of; 32]),
    };
    store.await_blob(&blob, day).unwrap();
    blob
}

#[track_caller]
fn check_state(store: &mut impl BlobIndex, of: u8, expected: Option<BlobState>) {
    let stored = store.blob(&id(of)).unwrap();
    assert_eq!(stored.map(|stored| stored.state), expected);
}

/// Ages at which only what is older than `TODAY` goes on.
fn ages(before: Day) -> BlobAges {
    BlobAges {
        awaited_before: before,
        leased_before: before,
        erased_before: before,
    }
}

pub fn a_blob_goes_from_state_to_state_and_never_back(store: &mut impl LogStore) {
    let log = log(store, 1);
    check_state(store, 1, None);
    let blob = awaited(store, log, 1, TODAY);
    let stored = store.blob(&id(1)).unwrap().unwrap();
    assert_eq!((stored.about, stored.state), (blob, BlobState::Awaited));
    assert!(store.await_blob(&blob, TODAY).is_err());
    store.commit().unwrap();
    store.complete_blob(&id(1), &HASH, TODAY).unwrap();
    check_state(store, 1, Some(BlobState::Whole(HASH)));
    let other = BlobHash::new([6; 32]);
    store.complete_blob(&id(1), &other, TODAY).unwrap();
    check_state(store, 1, Some(BlobState::Whole(HASH)));
    store.blob_is_erased(&id(1), TODAY).unwrap();
    check_state(store, 1, Some(BlobState::Whole(HASH)));
    store.erase_blob(&id(1)).unwrap();
    check_state(store, 1, Some(BlobState::Erasing));
    store.complete_blob(&id(1), &HASH, TODAY).unwrap();
    check_state(store, 1, Some(BlobState::Erasing));
    store.blob_is_erased(&id(1), TODAY).unwrap();
    store.erase_blob(&id(1)).unwrap();
    check_state(store, 1, Some(BlobState::Erased));
}

pub fn blobs_are_counted_by_log_and_in_all_until_they_are_erased(store: &mut impl LogStore) {
    let (one, two) = (log(store, 1), log(store, 2));
    awaited(store, one, 1, TODAY);
    awaited(store, one, 2, TODAY);
    awaited(store, two, 3, TODAY);
    store.complete_blob(&id(2), &HASH, TODAY).unwrap();
    store.erase_blob(&id(2)).unwrap();
    let mut expected = BlobsKept {
        log_blobs: 2,
        log_bytes: 2_000,
        log_awaited: 1,
        all_blobs: 3,
        all_bytes: 3_000,
    };
    assert_eq!(store.blobs_kept(one).unwrap(), expected);
    store.blob_is_erased(&id(2), TODAY).unwrap();
    // Twice, as after a crash.
    store.blob_is_erased(&id(2), TODAY).unwrap();
    expected = BlobsKept {
        log_blobs: 1,
        log_bytes: 1_000,
        log_awaited: 1,
        all_blobs: 2,
        all_bytes: 2_000,
    };
    assert_eq!(store.blobs_kept(one).unwrap(), expected);
}

pub fn blobs_whose_time_is_over_go_on_a_few_at_once(store: &mut impl LogStore) {
    let log = log(store, 1);
    for of in 1..=5 {
        awaited(store, log, of, TODAY);
    }
    for of in [1, 2] {
        store.complete_blob(&id(of), &HASH, TODAY).unwrap();
    }
    store.age_blobs(ages(TODAY), 10).unwrap();
    assert_eq!(store.erasing_blobs(10).unwrap(), []);
    let tomorrow = Day::new(TODAY.number() + 1);
    store.renew_blob(&id(1), tomorrow).unwrap();
    store.renew_blob(&id(3), tomorrow).unwrap();
    store.age_blobs(ages(tomorrow), 1).unwrap();
    assert_eq!(store.erasing_blobs(10).unwrap(), [id(2), id(4)]);
    store.age_blobs(ages(tomorrow), 1).unwrap();
    assert_eq!(store.erasing_blobs(10).unwrap(), [id(2), id(4), id(5)]);
    assert_eq!(store.erasing_blobs(2).unwrap(), [id(2), id(4)]);
    check_state(store, 1, Some(BlobState::Whole(HASH)));
    check_state(store, 3, Some(BlobState::Awaited));
    store.blob_is_erased(&id(2), tomorrow).unwrap();
    store.age_blobs(ages(tomorrow), 10).unwrap();
    check_state(store, 2, Some(BlobState::Erased));
    store
        .age_blobs(ages(Day::new(tomorrow.number() + 1)), 10)
        .unwrap();
    check_state(store, 2, None);
}

pub fn blobs_go_with_their_log(store: &mut impl LogStore) {
    let (one, two) = (log(store, 1), log(store, 2));
    awaited(store, one, 1, TODAY);
    awaited(store, one, 2, TODAY);
    store.complete_blob(&id(2), &HASH, TODAY).unwrap();
    awaited(store, two, 3, TODAY);
    store.lapse(&LogId::new([1; 16])).unwrap();
    assert_eq!(store.erasing_blobs(10).unwrap(), [id(1), id(2)]);
    check_state(store, 3, Some(BlobState::Awaited));
    while store.erase_lapsed(100).unwrap() {}
}
