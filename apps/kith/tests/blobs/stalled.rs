//! Clients that stop in the middle.

use crate::http::answer;
use crate::world::{World, blob};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(90);

#[tokio::test]
async fn whoever_stops_sending_is_told_and_goes_on_later() {
    let mut world = World::new().await;
    let blob = blob(1, 1_000_000);
    let ticket = world.put_ticket(&blob).await;
    let asked = blob.patch(&ticket, 0, blob.bytes.len());
    let mut stream = asked.begin(&world.home.address).await;
    stream.write_all(&asked.body[..200_000]).await.unwrap();
    let told = timeout(LIMIT, answer(&mut stream)).await.unwrap().unwrap();
    assert_eq!(told.status, 408, "{}", told.text());
    assert_eq!(world.stands(&blob, &ticket).await, 200_000);
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn whoever_stops_reading_is_cut_off_and_goes_on_later() {
    let mut world = World::new().await;
    let blob = blob(1, 64 * 1024 * 1024);
    world.put(&blob).await;
    let ticket = world.get_ticket(&blob).await.ticket;
    let mut stream = blob.asked("GET", &ticket).begin(&world.home.address).await;
    let mut some = [0; 1_000];
    stream.read_exact(&mut some).await.unwrap();
    // Longer than a connection lives without getting on.
    tokio::time::sleep(Duration::from_secs(35)).await;
    let mut rest = Vec::new();
    let ended = timeout(LIMIT, stream.read_to_end(&mut rest)).await;
    let cut = ended.unwrap().is_err() || rest.len() < blob.bytes.len();
    assert!(cut, "the home still sent {} bytes", rest.len());
    world.check(&blob).await;
}
