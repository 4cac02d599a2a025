//! `kith home check` on the bytes of blobs.

use crate::home_support::ended;
use crate::world::{World, blob};
use serde_json::Value;
use std::fs;

/// Looks with these further arguments; the exit code, and the lines that it said.
#[cfg(test)]
fn check(world: &World, more: &[&str]) -> (Option<i32>, Vec<Value>) {
    let data = world.home.data.to_str().unwrap();
    let arguments = [&["check", "--data", data], more].concat();
    let output = tokio::task::block_in_place(|| ended(&arguments));
    let said = String::from_utf8(output.stdout).unwrap();
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
    (output.status.code(), lines.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_not_what_came_is_said() {
    let mut world = World::new().await;
    let blobs = [blob(1, 1_000), blob(2, 200_000), blob(3, 1_000), blob(4, 1)];
    for blob in &blobs {
        world.put(blob).await;
    }
    let (code, said) = check(&world, &[]);
    assert_eq!(code, Some(0), "{said:?}");
    assert_eq!(
        (&said[0]["blobs"], &said[0]["wrong_in_all"]),
        (&4.into(), &0.into())
    );
    let [changed, cut, missing, _] = &blobs;
    let mut bytes = changed.bytes.clone();
    bytes[17] ^= 1;
    fs::write(world.whole_file(changed), bytes).unwrap();
    fs::write(world.whole_file(cut), &cut.bytes[..1_000]).unwrap();
    fs::remove_file(world.whole_file(missing)).unwrap();
    let (code, said) = check(&world, &[]);
    assert_eq!(code, Some(7));
    let wrong: Vec<&str> = said
        .iter()
        .filter_map(|line| line["wrong"].as_str())
        .collect();
    let cut_short = format!(
        "blob {} has 1000 bytes instead of {}",
        "02".repeat(16),
        cut.size()
    );
    let expected = [
        format!("blob {} is not what came", "01".repeat(16)),
        cut_short,
        format!("blob {} is not there", "03".repeat(16)),
    ];
    assert_eq!(wrong, expected);
    assert_eq!(said[3]["wrong_in_all"], 3);
    let (code, said) = check(&world, &["--blobs-bucket", "elsewhere"]);
    assert_eq!((code, said.len()), (Some(0), 1));
    assert_eq!(said[0]["blob_bytes_looked_at"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_not_missed() {
    let mut world = World::new().await;
    let blob = blob(1, 1_000);
    world.put(&blob).await;
    let erase = blob.asked("DELETE", blob.secret.expose());
    assert_eq!(world.send(&erase).await.status, 204);
    let (code, said) = check(&world, &[]);
    assert_eq!((code, said.len()), (Some(0), 1));
    assert_eq!(said[0]["blobs"], 0);
}
