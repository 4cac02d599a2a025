//! The contract of a store of logs. Each function takes a fresh store.

use home_core::log_store::{
    HeadKeys, HeadRow, LogStore, NewChild, NewEntry, PageLimit, Position, RepairsKept, TokenState,
};
use home_core::{Calendar, Day};
use protocol::id::{BodyHash, Chain, HeadId, LogId, ReadKey, TokenHash, WriteKey};

const LOG: LogId = LogId::new([1; 16]);
const HEAD: HeadId = HeadId::new([2; 32]);
const TODAY: Day = Day::new(20_000);
const KEYS: HeadKeys = HeadKeys {
    write: WriteKey::new([3; 32]),
    read: ReadKey::new([4; 32]),
};
const WIDE: PageLimit = PageLimit {
    rows: 100,
    bytes: 1 << 20,
};

fn opened(store: &mut impl LogStore) -> HeadRow {
    store.open_log(&LOG, &HEAD, &KEYS, TODAY).unwrap();
    store.head(&LOG, &HEAD).unwrap().unwrap().row
}

fn append(store: &mut impl LogStore, head: HeadRow, seq: u64, today: Day) -> Position {
    let position = Position {
        seq,
        chain: Chain::new([seq as u8; 32]),
    };
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&seq.to_be_bytes());
    let entry = NewEntry {
        position,
        kind: 5,
        hash: BodyHash::new(hash),
        body: &[seq as u8; 100],
    };
    store.append(head, &entry, today).unwrap();
    position
}

fn seen(store: &mut impl LogStore, head: HeadRow, seq: u64) -> Option<Position> {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&seq.to_be_bytes());
    store.seen(head, &BodyHash::new(hash), TODAY).unwrap()
}

pub fn a_token_is_granted_once_and_spent(store: &mut impl LogStore) {
    let token = TokenHash::new([9; 32]);
    assert_eq!(store.token(&token).unwrap(), TokenState::Unknown);
    assert!(store.grant_token(&token).unwrap());
    assert!(!store.grant_token(&token).unwrap());
    assert_eq!(store.token(&token).unwrap(), TokenState::Granted);
    store.spend_token(&token).unwrap();
    assert_eq!(store.token(&token).unwrap(), TokenState::Spent);
    assert!(!store.grant_token(&token).unwrap());
    assert_eq!(store.token(&token).unwrap(), TokenState::Spent);
}

pub fn a_head_is_found_by_log_and_id_with_its_keys(store: &mut impl LogStore) {
    assert_eq!(store.head(&LOG, &HEAD).unwrap(), None);
    opened(store);
    assert_eq!(store.head(&LOG, &HEAD).unwrap().unwrap().keys, KEYS);
    assert_eq!(store.head(&LogId::new([8; 16]), &HEAD).unwrap(), None);
    assert_eq!(store.head(&LOG, &HeadId::new([8; 32])).unwrap(), None);
}

pub fn entries_come_back_in_order_and_whole(store: &mut impl LogStore) {
    let head = opened(store);
    assert_eq!(store.last(head).unwrap(), None);
    let positions: Vec<_> = (1..=5).map(|seq| append(store, head, seq, TODAY)).collect();
    assert_eq!(store.last(head).unwrap(), positions.last().copied());
    let page = store.entries(head, 2, WIDE).unwrap();
    let seqs: Vec<_> = page.rows.iter().map(|entry| entry.seq).collect();
    assert_eq!((seqs, page.end), (vec![2, 3, 4, 5], true));
    let entry = &page.rows[0];
    assert_eq!(entry.body, Some(vec![2; 100]));
    assert_eq!((entry.kind, entry.chain), (5, positions[1].chain));
}

pub fn a_page_is_bounded_by_rows_and_bytes_but_never_empty(store: &mut impl LogStore) {
    let head = opened(store);
    for seq in 1..=5 {
        append(store, head, seq, TODAY);
    }
    for (rows, bytes, expected, end) in [
        (2, 1_000, 2, false),
        (9, 250, 2, false),
        (9, 1, 1, false),
        (0, 0, 1, false),
        (5, 500, 5, true),
    ] {
        let page = store.entries(head, 1, PageLimit { rows, bytes }).unwrap();
        assert_eq!(
            (page.rows.len(), page.end),
            (expected, end),
            "{rows} {bytes}"
        );
    }
    let page = store
        .entries(head, 6, PageLimit { rows: 0, bytes: 0 })
        .unwrap();
    assert_eq!((page.rows.len(), page.end), (0, true));
}

pub fn a_hash_is_seen_at_its_head_alone(store: &mut impl LogStore) {
    let head = opened(store);
    let first = append(store, head, 1, TODAY);
    let child = NewChild {
        order: 1,
        head: HeadId::new([5; 32]),
        keys: KEYS,
        start: Chain::new([6; 32]),
        body: &[1; 10],
    };
    store.add_child(head, &child).unwrap();
    let below = store.head(&LOG, &child.head).unwrap().unwrap().row;
    assert_eq!(store.start(head).unwrap(), None);
    assert_eq!(store.start(below).unwrap(), Some(child.start));
    assert_eq!(seen(store, head, 1), Some(first));
    assert_eq!(seen(store, below, 1), None);
    assert_eq!(seen(store, head, 2), None);
}

pub fn an_entry_follows_the_last_or_is_refused(store: &mut impl LogStore) {
    let head = opened(store);
    append(store, head, 1, TODAY);
    for seq in [1, 3] {
        let entry = NewEntry {
            position: Position {
                seq,
                chain: Chain::new([7; 32]),
            },
            kind: 0,
            hash: BodyHash::new([8; 32]),
            body: &[9; 10],
        };
        assert!(store.append(head, &entry, TODAY).is_err(), "{seq}");
    }
}

pub fn children_stand_in_their_order(store: &mut impl LogStore) {
    let head = opened(store);
    assert_eq!(store.child_heads(head).unwrap(), []);
    // Ids that fall, so that an order by id would show.
    let heads: Vec<_> = (1..=3u8).map(|of| HeadId::new([9 - of; 32])).collect();
    for (order, head_id) in (1..).zip(&heads) {
        let child = NewChild {
            order,
            head: *head_id,
            keys: KEYS,
            start: Chain::new([6; 32]),
            body: &[order as u8; 100],
        };
        store.add_child(head, &child).unwrap();
    }
    assert_eq!(store.child_heads(head).unwrap(), heads);
    let page = store.children(head, 1, WIDE).unwrap();
    let orders: Vec<_> = page.rows.iter().map(|child| child.order).collect();
    assert_eq!((orders, page.end), (vec![2, 3], true));
    assert_eq!(page.rows[0].body, vec![2; 100]);
    let limit = PageLimit {
        rows: 9,
        bytes: 150,
    };
    let page = store.children(head, 0, limit).unwrap();
    assert_eq!((page.rows.len(), page.end), (1, false));
}

pub fn bodies_of_old_days_are_dropped_and_nothing_else(store: &mut impl LogStore) {
    let head = opened(store);
    for (seq, day) in [(1, 10), (2, 10), (3, 12), (4, 20)] {
        append(store, head, seq, Day::new(day));
    }
    let left = |store: &mut dyn FnMut() -> Vec<Option<Vec<u8>>>| {
        store().iter().filter(|body| body.is_some()).count()
    };
    for (before, expected) in [(5, 4), (10, 4), (11, 2), (12, 2), (13, 1), (13, 1), (99, 0)] {
        while store.drop_bodies(Day::new(before), 1, 1).unwrap() {}
        let mut bodies = || {
            let page = store.entries(head, 1, WIDE).unwrap();
            page.rows.into_iter().map(|entry| entry.body).collect()
        };
        assert_eq!(left(&mut bodies), expected, "before day {before}");
    }
    let page = store.entries(head, 1, WIDE).unwrap();
    assert!(page.rows.iter().all(|entry| entry.kind == 5) && page.rows.len() == 4);
}

/// A chain of heads below the first, each the child of the one before.
fn below(store: &mut impl LogStore, mut parent: HeadRow, ids: &[u8]) -> Vec<HeadRow> {
    let mut rows = Vec::new();
    for id in ids {
        let order = store.child_heads(parent).unwrap().len() as u64 + 1;
        let head = HeadId::new([*id; 32]);
        let child = NewChild {
            order,
            head,
            keys: KEYS,
            start: Chain::new([6; 32]),
            body: &[*id; 10],
        };
        store.add_child(parent, &child).unwrap();
        parent = store.head(&LOG, &head).unwrap().unwrap().row;
        rows.push(parent);
    }
    rows
}

fn repair(store: &mut impl LogStore, head: HeadRow, of: u8, today: Day) -> u64 {
    let hash = BodyHash::new([of; 32]);
    store.add_repair(head, &hash, &[of; 100], today).unwrap()
}

fn numbers(store: &mut impl LogStore, head: HeadRow, after: u64, heads: u64) -> Vec<u64> {
    let repairs = store.repairs_above(head, after, heads).unwrap();
    repairs.iter().map(|repair| repair.number).collect()
}

pub fn repairs_are_found_from_below_the_head_at_which_they_were_left(store: &mut impl LogStore) {
    let head = opened(store);
    let chain = below(store, head, &[5, 6, 7]);
    let aside = below(store, head, &[8]);
    assert_eq!(numbers(store, chain[2], 0, 9), [0_u64; 0]);
    assert_eq!(repair(store, chain[0], 1, TODAY), 1);
    assert_eq!(repair(store, head, 2, TODAY), 2);
    assert_eq!(repair(store, chain[1], 3, TODAY), 3);
    for (at, after, heads, expected) in [
        (head, 0, 9, &[] as &[u64]),
        (chain[0], 0, 9, &[2]),
        (chain[1], 0, 9, &[1, 2]),
        (chain[2], 0, 9, &[1, 2, 3]),
        (aside[0], 0, 9, &[2]),
        (chain[2], 1, 9, &[2, 3]),
        (chain[2], 3, 9, &[]),
        (chain[2], 0, 2, &[1, 3]),
        (chain[2], 0, 1, &[3]),
        (chain[2], 0, 0, &[]),
    ] {
        assert_eq!(numbers(store, at, after, heads), expected, "{at:?} {after}");
    }
    let first = &store.repairs_above(chain[2], 0, 9).unwrap()[0];
    assert_eq!(first.head, HeadId::new([5; 32]));
    assert_eq!(first.body, [1; 100]);
}

pub fn repairs_are_counted_by_log_head_and_day(store: &mut impl LogStore) {
    let head = opened(store);
    let child = below(store, head, &[5])[0];
    let kept = |store: &mut _, head, of, today| {
        LogStore::repairs_kept(store, head, &BodyHash::new([of; 32]), today).unwrap()
    };
    let nothing = RepairsKept {
        this: false,
        at_head_today: 0,
        in_log: 0,
    };
    assert_eq!(kept(store, head, 1, TODAY), nothing);
    repair(store, head, 1, Day::new(19_999));
    repair(store, head, 2, TODAY);
    repair(store, child, 3, TODAY);
    for (at, of, this) in [(head, 1, true), (head, 3, false), (child, 3, true)] {
        let expected = RepairsKept {
            this,
            at_head_today: 1,
            in_log: 3,
        };
        assert_eq!(kept(store, at, of, TODAY), expected, "{of}");
    }
}

pub fn old_repairs_are_dropped_and_their_numbers_do_not_come_again(store: &mut impl LogStore) {
    let head = opened(store);
    let child = below(store, head, &[5])[0];
    repair(store, head, 1, Day::new(10));
    repair(store, head, 2, Day::new(11));
    store.drop_repairs(Day::new(10)).unwrap();
    assert_eq!(numbers(store, child, 0, 9), [1, 2]);
    store.drop_repairs(Day::new(11)).unwrap();
    assert_eq!(numbers(store, child, 0, 9), [2]);
    store.drop_repairs(Day::new(12)).unwrap();
    assert_eq!(numbers(store, child, 0, 9), [0_u64; 0]);
    assert_eq!(repair(store, head, 1, TODAY), 3);
}

pub fn the_nearest_heads_below_are_found_first(store: &mut impl LogStore) {
    let head = opened(store);
    let chain = below(store, head, &[5, 6, 7]);
    below(store, head, &[8]);
    below(store, chain[0], &[9]);
    let found = |store: &mut _, at, at_most| {
        let mut heads: Vec<_> = LogStore::heads_below(store, at, at_most)
            .unwrap()
            .iter()
            .map(|head| head.as_bytes()[0])
            .collect();
        heads.sort_unstable();
        heads
    };
    assert_eq!(found(store, head, 99), [5, 6, 7, 8, 9]);
    assert_eq!(found(store, head, 2), [5, 8]);
    assert_eq!(found(store, head, 4), [5, 6, 8, 9]);
    assert_eq!(found(store, chain[1], 99), [7]);
    assert_eq!(found(store, chain[2], 99), [] as [u8; 0]);
}

pub fn a_calendar_is_kept_in_place_of_the_one_before(store: &mut impl LogStore) {
    assert_eq!(store.calendar().unwrap(), None);
    for (clock, lived) in [(20_000, 20_000), (30_000, 20_001), (20_000, 20_001)] {
        let calendar = Calendar {
            clock: Day::new(clock),
            lived: Day::new(lived),
        };
        store.keep_calendar(calendar).unwrap();
        assert_eq!(store.calendar().unwrap(), Some(calendar));
    }
}

pub fn logs_are_unread_since_they_were_opened_or_last_read(store: &mut impl LogStore) {
    let log = |of| LogId::new([of; 16]);
    for (of, opened) in [(1, 10), (2, 11), (3, 12)] {
        let head = HeadId::new([of; 32]);
        store
            .open_log(&log(of), &head, &KEYS, Day::new(opened))
            .unwrap();
    }
    let unread = |store: &mut _, before, at_most| {
        LogStore::unread_logs(store, Day::new(before), at_most).unwrap()
    };
    assert_eq!(unread(store, 10, 9), []);
    assert_eq!(unread(store, 12, 9), [log(1), log(2)]);
    assert_eq!(unread(store, 99, 2), [log(1), log(2)]);
    store.note_read(&log(1), Day::new(20)).unwrap();
    store.note_read(&log(1), Day::new(15)).unwrap();
    assert_eq!(unread(store, 20, 9), [log(2), log(3)]);
    store.lapse(&log(2)).unwrap();
    assert_eq!(unread(store, 99, 9), [log(3), log(1)]);
}

pub fn a_lapsed_log_is_erased_in_portions_down_to_its_id(store: &mut impl LogStore) {
    let head = opened(store);
    let other = LogId::new([8; 16]);
    store.open_log(&other, &HEAD, &KEYS, TODAY).unwrap();
    let other_head = store.head(&other, &HEAD).unwrap().unwrap().row;
    append(store, other_head, 1, TODAY);
    for seq in 1..=5 {
        append(store, head, seq, TODAY);
    }
    let child = below(store, head, &[5])[0];
    append(store, child, 1, TODAY);
    repair(store, head, 1, TODAY);
    assert!(!store.is_lapsed(&LOG).unwrap() && !store.erase_lapsed(9).unwrap());
    store.lapse(&LOG).unwrap();
    assert!(store.is_lapsed(&LOG).unwrap());
    assert_eq!(store.head(&LOG, &HEAD).unwrap(), None);
    // A repair, six entries, a child and two heads, three at a time.
    for expected in [5, 2, 0, 0] {
        assert!(store.erase_lapsed(3).unwrap());
        let left = store.entries(child, 1, WIDE).unwrap().rows.len()
            + store.entries(head, 1, WIDE).unwrap().rows.len()
            + store.child_heads(head).unwrap().len();
        assert_eq!(left, expected);
    }
    while store.erase_lapsed(3).unwrap() {}
    assert!(store.is_lapsed(&LOG).unwrap(), "its id is remembered");
    assert!(!store.is_lapsed(&other).unwrap());
    assert_eq!(store.entries(other_head, 1, WIDE).unwrap().rows.len(), 1);
    assert!(seen(store, other_head, 1).is_some());
}

pub fn a_body_keeps_its_time_also_where_a_lapsed_log_gave_its_number_back(
    store: &mut impl LogStore,
) {
    let head = opened(store);
    append(store, head, 1, Day::new(10));
    let other = LogId::new([8; 16]);
    store.open_log(&other, &HEAD, &KEYS, TODAY).unwrap();
    let lapsing = store.head(&other, &HEAD).unwrap().unwrap().row;
    append(store, lapsing, 1, Day::new(15));
    append(store, lapsing, 2, Day::new(20));
    store.lapse(&other).unwrap();
    while store.erase_lapsed(9).unwrap() {}
    append(store, head, 2, Day::new(20));
    append(store, head, 3, Day::new(20));
    assert!(!store.drop_bodies(Day::new(16), 9, 9_999).unwrap());
    let page = store.entries(head, 1, WIDE).unwrap();
    let whole: Vec<_> = page.rows.iter().map(|row| row.body.is_some()).collect();
    assert_eq!(whole, [false, true, true]);
}
