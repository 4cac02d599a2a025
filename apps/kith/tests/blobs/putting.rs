//! Blobs that are put, in pieces and with interruptions.

use crate::http::answer;
use crate::world::{World, blob};
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_blob_is_put_in_pieces_and_then_had() {
    let mut world = World::new().await;
    let blob = blob(1, 1_000_000);
    let ticket = world.put_ticket(&blob).await;
    let head = world.send(&blob.asked("HEAD", &ticket)).await;
    assert_eq!(head.stands(), (204, Some(0)));
    assert_eq!(head.header("upload-complete"), Some("?0"));
    let size = blob.size().to_string();
    assert_eq!(head.header("upload-length"), Some(&*size));
    for (from, until) in [(0, 10), (10, 10), (10, 300_000)] {
        let answer = world.send(&blob.patch(&ticket, from, until)).await;
        assert_eq!(answer.stands(), (204, Some(until as u64)));
        assert_eq!(answer.header("upload-complete"), Some("?0"));
    }
    world.put(&blob).await;
    let head = world.send(&blob.asked("HEAD", &ticket)).await;
    assert_eq!(head.stands(), (204, Some(blob.size())));
    assert_eq!(head.header("upload-complete"), Some("?1"));
    world.check(&blob).await;
}

#[tokio::test]
async fn the_digest_may_come_after_the_last_byte() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    let all = blob
        .patch(&ticket, 0, blob.bytes.len())
        .with("upload-complete", "?0")
        .without("repr-digest");
    assert_eq!(world.send(&all).await.stands(), (204, Some(blob.size())));
    let end = blob.patch(&ticket, blob.bytes.len(), blob.bytes.len());
    let answer = world.send(&end).await;
    assert_eq!(answer.header("upload-complete"), Some("?1"));
    world.check(&blob).await;
}

#[tokio::test]
async fn the_last_request_can_be_repeated() {
    let mut world = World::new().await;
    let blob = blob(1, 5_000);
    let ticket = world.put_ticket(&blob).await;
    let whole = blob.patch(&ticket, 0, blob.bytes.len());
    for _ in 0..3 {
        let answer = world.send(&whole).await;
        assert_eq!(answer.stands(), (204, Some(blob.size())));
        assert_eq!(answer.header("upload-complete"), Some("?1"));
    }
    world.check(&blob).await;
}

#[tokio::test]
async fn what_came_of_a_request_that_broke_off_stays() {
    let mut world = World::new().await;
    let blob = blob(1, 3_000_000);
    let ticket = world.put_ticket(&blob).await;
    let half = blob.bytes.len() / 2;
    let mut stream = blob
        .patch(&ticket, 0, blob.bytes.len())
        .begin(&world.home.address)
        .await;
    stream.write_all(&blob.bytes[..half]).await.unwrap();
    drop(stream);
    let at = world.stands(&blob, &ticket).await;
    assert!(at <= half, "{at}");
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn the_newest_request_ends_the_one_that_hangs() {
    let mut world = World::new().await;
    let blob = blob(1, 1_000_000);
    let ticket = world.put_ticket(&blob).await;
    let mut hanging = blob
        .patch(&ticket, 0, blob.bytes.len())
        .begin(&world.home.address)
        .await;
    hanging.write_all(&blob.bytes[..100_000]).await.unwrap();
    // It has its turn once something has come.
    let staging = world.home.data.join("blobs/staging");
    while std::fs::read_dir(&staging).unwrap().next().is_none() {
        tokio::task::yield_now().await;
    }
    let at = world.stands(&blob, &ticket).await;
    assert!(at <= 100_000, "{at}");
    let ended = answer(&mut hanging).await.unwrap();
    assert_eq!(ended.status, 409, "{}", ended.text());
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn many_are_put_at_once_and_none_disturbs_another() {
    let mut world = World::new().await;
    let blobs: Vec<_> = (1..=20).map(|of| blob(of, 200_000)).collect();
    let mut asked = Vec::new();
    for blob in &blobs {
        let ticket = world.put_ticket(blob).await;
        asked.push(blob.patch(&ticket, 0, blob.bytes.len()));
    }
    let address = world.home.address.clone();
    let sent = asked.into_iter().map(|asked| {
        let address = address.clone();
        tokio::spawn(async move { asked.send(&address).await.status })
    });
    let sent: Vec<_> = sent.collect();
    world.check_others(1).await;
    for one in sent {
        assert_eq!(one.await.unwrap(), 204);
    }
    for blob in &blobs {
        world.check(blob).await;
    }
}

/// What the process held in memory at most, in KiB.
#[cfg(target_os = "linux")]
fn most_memory_kib(world: &World) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.home.child.id()));
    let status = status.unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_memory_of_a_home_does_not_grow_with_the_blob() {
    let mut world = World::new().await;
    let small = blob(1, 1_000_000);
    world.put(&small).await;
    world.check(&small).await;
    let before = most_memory_kib(&world);
    let large = blob(2, 96 * 1024 * 1024);
    world.put(&large).await;
    world.check(&large).await;
    let grown = most_memory_kib(&world) - before;
    assert!(grown < 24 * 1024, "{grown} KiB more for 96 MiB");
}
