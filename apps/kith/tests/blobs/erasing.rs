//! Blobs that go: by their delete secret and for good.

use crate::home_support::client::DONE;
use crate::world::{Blob, World, blob, is_gone};
use protocol::frame::{Request, Response};
use protocol::refusal::HomeError;

const GONE: Response = Response::Error(HomeError::Gone);

#[tokio::test]
async fn whoever_has_the_delete_secret_erases_a_blob_for_good() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let put = world.put(&blob).await;
    let get = world.get_ticket(&blob).await.ticket;
    let file = world.whole_file(&blob);
    assert!(file.exists());
    let wrong = world.send(&blob.asked("DELETE", &[9; 32])).await;
    assert_eq!(wrong.status, 403, "{}", wrong.text());
    let short = world.send(&blob.asked("DELETE", &[9; 31])).await;
    assert_eq!(short.status, 403);
    world.check(&blob).await;
    let delete = blob.asked("DELETE", blob.secret.expose());
    for _ in 0..2 {
        assert_eq!(world.send(&delete).await.status, 204);
        // From the answer on, whether or not the bytes are gone yet, and with tickets of before.
        for asked in [
            blob.asked("GET", &get),
            blob.asked("HEAD", &get),
            blob.asked("HEAD", &put),
            blob.patch(&put, 0, blob.bytes.len()),
        ] {
            assert_eq!(world.send(&asked).await.status, 410, "{}", asked.method);
        }
        for request in [
            Request::BlobGet(blob.named(&world.log)),
            Request::BlobRenew(blob.named(&world.log)),
            blob.put_request(&world.log),
        ] {
            assert_eq!(world.client.ask(&request).await, GONE);
        }
        is_gone(&file).await;
    }
    world.restart().await;
    assert_eq!(world.send(&delete).await.status, 204);
    let response = world.client.ask(&blob.put_request(&world.log)).await;
    assert_eq!(response, GONE);
}

#[tokio::test]
async fn an_upload_under_way_can_be_erased() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    world.send(&blob.patch(&ticket, 0, 50_000)).await;
    let staging = world.home.data.join("blobs/staging");
    let files = || std::fs::read_dir(&staging).unwrap();
    let file = files().next().unwrap().unwrap().path();
    let delete = blob.asked("DELETE", blob.secret.expose());
    assert_eq!(world.send(&delete).await.status, 204);
    is_gone(&file).await;
    let rest = blob.patch(&ticket, 50_000, blob.bytes.len());
    assert_eq!(world.send(&rest).await.status, 410);
    assert_eq!(files().count(), 0);
}

#[tokio::test]
async fn nobody_learns_of_a_blob_that_is_not_there() {
    let world = World::new().await;
    let unknown: Blob = blob(7, 5_000);
    let delete = unknown.asked("DELETE", unknown.secret.expose());
    assert_eq!(world.send(&delete).await.status, 404);
}

#[tokio::test]
async fn a_lease_is_renewed_by_whoever_may_write() {
    let mut world = World::new().await;
    let blob = blob(1, 5_000);
    world.put(&blob).await;
    let renew = Request::BlobRenew(blob.named(&world.log));
    assert_eq!(world.client.ask(&renew).await, DONE);
}

/// Files of uploads that no row waits for go when the home begins.
#[tokio::test]
async fn files_that_nobody_waits_for_are_dropped() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    world.send(&blob.patch(&ticket, 0, 50_000)).await;
    world.home.kill();
    let staging = world.home.data.join("blobs/staging");
    let unknown = staging.join("ab".repeat(16));
    std::fs::write(&unknown, b"left over").unwrap();
    let foreign = staging.join("not ours");
    std::fs::write(&foreign, b"somebody else's").unwrap();
    world.restart().await;
    is_gone(&unknown).await;
    assert!(foreign.exists(), "what no home wrote stays");
    let ticket = world.put_ticket(&blob).await;
    assert_eq!(world.stands(&blob, &ticket).await, 50_000);
}
