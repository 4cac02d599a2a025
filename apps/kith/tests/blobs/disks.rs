//! Disks without room.

#[path = "../support/small_disk.rs"]
mod small_disk;

use crate::home_support::RunningHome;
use crate::world::{World, blob};
use small_disk::SmallDisk;

#[tokio::test]
async fn uploads_leave_room_for_the_rest_of_the_home() {
    let mut world = World::with(&["--open", "--blobs-reserve-bytes=1152921504606846976"]).await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    let answer = world.send(&blob.patch(&ticket, 0, blob.bytes.len())).await;
    assert_eq!(answer.status, 507, "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
    assert_eq!(world.stands(&blob, &ticket).await, 0);
    world.check_others(1).await;
    world.restart().await;
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn a_full_disk_is_said_and_the_upload_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("small");
    let Some(disk) = SmallDisk::mount(&at, 16 * 1024) else {
        println!("not tried: this user may not mount");
        return;
    };
    let arguments = [
        "--open",
        "--blobs-reserve-bytes=0",
        &format!("--blobs-folder={}", at.display()),
    ];
    let home = RunningHome::start_with(&folder.path().join("home"), &arguments);
    let mut world = World::at(folder, home).await;
    disk.fill(3 * 1024);
    let blob = blob(1, 8 * 1024 * 1024);
    let ticket = world.put_ticket(&blob).await;
    let answer = world.send(&blob.patch(&ticket, 0, blob.bytes.len())).await;
    assert_eq!(answer.status, 507, "{}", answer.text());
    let at = world.stands(&blob, &ticket).await;
    assert!(at <= 3 * 1024 * 1024, "{at}");
    world.check_others(1).await;
    disk.free();
    world.put(&blob).await;
    world.check(&blob).await;
    world.home.kill();
    drop(disk);
}
