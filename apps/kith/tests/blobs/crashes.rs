//! A home that is killed at any moment: what it acknowledged is there.

use crate::world::{World, blob};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

#[tokio::test]
async fn an_upload_goes_on_from_what_was_acknowledged() {
    let mut world = World::new().await;
    let blob = blob(1, 8 * 1024 * 1024);
    let mut acknowledged = 0;
    for round in 1..=5 {
        let ticket = world.put_ticket(&blob).await;
        let at = world.stands(&blob, &ticket).await;
        assert!(at >= acknowledged, "{at} after {acknowledged}");
        let next = at + 700_000;
        let answer = world.send(&blob.patch(&ticket, at, next)).await;
        assert_eq!(answer.stands(), (204, Some(next as u64)));
        acknowledged = next;
        // More is on its way when the home is killed.
        let asked = blob.patch(&ticket, next, next + 700_000);
        let mut stream = asked.begin(&world.home.address).await;
        stream.write_all(&asked.body[..500_000]).await.unwrap();
        sleep(Duration::from_millis(3 * round)).await;
        world.restart().await;
    }
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn a_home_that_is_killed_while_it_finishes_has_the_blob_or_goes_on() {
    let mut world = World::new().await;
    for of in 1..=10 {
        let blob = blob(of, 400_000);
        let ticket = world.put_ticket(&blob).await;
        let asked = blob.patch(&ticket, 0, blob.bytes.len());
        let mut stream = asked.begin(&world.home.address).await;
        stream.write_all(&asked.body).await.unwrap();
        sleep(Duration::from_millis(u64::from(of))).await;
        world.restart().await;
        world.put(&blob).await;
        world.check(&blob).await;
    }
    // Nothing is left of the ways there.
    let staging = world.home.data.join("blobs/staging");
    assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
}

/// The one moment that chance may not meet: the bytes are at their place and the row does not say so.
#[tokio::test]
async fn bytes_at_their_place_without_a_word_about_it_become_whole() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    let all = blob
        .patch(&ticket, 0, blob.bytes.len())
        .with("upload-complete", "?0");
    world.send(&all).await;
    world.home.kill();
    let staging = world.home.data.join("blobs/staging");
    let file = std::fs::read_dir(&staging).unwrap().next().unwrap();
    let place = world.whole_file(&blob);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::rename(file.unwrap().path(), &place).unwrap();
    world.restart().await;
    let ticket = world.put_ticket(&blob).await;
    let head = world.send(&blob.asked("HEAD", &ticket)).await;
    assert_eq!(head.stands(), (204, Some(blob.size())));
    assert_eq!(head.header("upload-complete"), Some("?0"));
    let again = world.send(&blob.patch(&ticket, 0, 10)).await;
    assert_eq!(again.stands(), (409, Some(blob.size())));
    world.put(&blob).await;
    world.check(&blob).await;
}
