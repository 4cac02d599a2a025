//! What one message costs: entries and bytes written, and, when asked for, time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "the helpers of a test are part of the test"
)]

mod members;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use members::{Member, bytes};
use mls::key_value::{KeyValue, KeyValueError, MemoryKeyValue};
use openmls::prelude::*;

/// A store that counts what is written to it.
#[derive(Default)]
struct Counted {
    store: MemoryKeyValue,
    reads: AtomicUsize,
    puts: AtomicUsize,
    put_bytes: AtomicUsize,
    deletes: AtomicUsize,
}

/// Numbers of reads, puts, bytes put and deletes.
type Counts = [usize; 4];

impl Counted {
    /// What was counted since the last call.
    fn take(&self) -> Counts {
        [&self.reads, &self.puts, &self.put_bytes, &self.deletes]
            .map(|counter| counter.swap(0, Ordering::Relaxed))
    }
}

impl KeyValue for Counted {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, KeyValueError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.store.get(key)
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), KeyValueError> {
        self.puts.fetch_add(1, Ordering::Relaxed);
        let length = key.len() + value.len();
        self.put_bytes.fetch_add(length, Ordering::Relaxed);
        self.store.put(key, value)
    }

    fn delete(&self, key: &[u8]) -> Result<(), KeyValueError> {
        self.deletes.fetch_add(1, Ordering::Relaxed);
        self.store.delete(key)
    }
}

/// Two members of a group of `size`, of whom the first founded it.
struct Pair {
    sender: Member<Counted>,
    receiver: Member<Counted>,
    sending: MlsGroup,
    receiving: MlsGroup,
}

fn pair(size: usize) -> Pair {
    let sender: Member<Counted> = Member::new([5; 32], "sender");
    let receiver: Member<Counted> = Member::new([5; 32], "receiver");
    let mut key_packages = vec![receiver.key_package()];
    for number in 2..size {
        let other: Member = Member::new([5; 32], &number.to_string());
        key_packages.push(other.key_package());
    }
    let mut sending = sender.found();
    let (_, welcome, _) = sending
        .add_members(&sender.provider(), &sender.key, &key_packages)
        .unwrap();
    sending.merge_pending_commit(&sender.provider()).unwrap();
    let receiving = receiver.join(&bytes(&welcome));
    Pair {
        sender,
        receiver,
        sending,
        receiving,
    }
}

#[test]
fn a_message_writes_one_entry_on_either_side() {
    let mut pair = pair(2);
    for _ in 0..3 {
        pair.sender.store.take();
        pair.receiver.store.take();
        let message = pair.sender.send(&mut pair.sending, &[7; 300]);
        pair.receiver.receive(&mut pair.receiving, &message);
        for store in [&pair.sender.store, &pair.receiver.store] {
            let [reads, puts, put_bytes, deletes] = store.take();
            assert_eq!((reads, puts, deletes), (0, 1, 0));
            assert!(put_bytes < 1000, "{put_bytes} bytes");
        }
    }
}

#[test]
#[ignore = "prints figures; run it in release with --ignored --nocapture"]
fn measure_messages_of_300_bytes() {
    for size in [2, 10, 100, 1000] {
        measure(&mut pair(size), size);
    }
}

fn measure(pair: &mut Pair, size: usize) {
    const MESSAGES: u32 = 1000;
    let (mut sending_time, mut receiving_time) = (Duration::ZERO, Duration::ZERO);
    pair.sender.store.take();
    pair.receiver.store.take();
    let mut wire_bytes = 0;
    for _ in 0..MESSAGES {
        let start = Instant::now();
        let message = pair.sender.send(&mut pair.sending, &[7; 300]);
        sending_time += start.elapsed();
        wire_bytes = message.len();
        let start = Instant::now();
        pair.receiver.receive(&mut pair.receiving, &message);
        receiving_time += start.elapsed();
    }
    println!("{size} members, {MESSAGES} messages of 300 bytes, {wire_bytes} on the wire:");
    for (side, time, store) in [
        ("send", sending_time, &pair.sender.store),
        ("receive", receiving_time, &pair.receiver.store),
    ] {
        let [reads, puts, put_bytes, deletes] = store.take();
        println!(
            "  {side}: {:.1} µs, {} reads, {} puts, {} bytes put, {} deletes each",
            time.as_secs_f64() * 1e6 / f64::from(MESSAGES),
            reads as f64 / f64::from(MESSAGES),
            puts as f64 / f64::from(MESSAGES),
            put_bytes / MESSAGES as usize,
            deletes as f64 / f64::from(MESSAGES),
        );
    }
    measure_commit(pair);
}

fn measure_commit(pair: &mut Pair) {
    let provider = pair.sender.provider();
    let start = Instant::now();
    let update = pair
        .sending
        .self_update(&provider, &pair.sender.key, LeafNodeParameters::default())
        .unwrap();
    let made = start.elapsed();
    let made_counts = pair.sender.store.take();
    pair.sending.merge_pending_commit(&provider).unwrap();
    let merged_counts = pair.sender.store.take();
    let update = bytes(&update.into_commit());
    let start = Instant::now();
    pair.receiver.receive(&mut pair.receiving, &update);
    let received = start.elapsed();
    println!("  update: {made:?} to make, {received:?} to receive; [reads, puts, bytes, deletes]:");
    println!(
        "    made {made_counts:?}, merged {merged_counts:?}, received {:?}",
        pair.receiver.store.take()
    );
    let start = Instant::now();
    let storage = pair.receiver.provider();
    MlsGroup::load(storage.storage(), pair.receiving.group_id())
        .unwrap()
        .unwrap();
    println!("  load: {:?}", start.elapsed());
}
