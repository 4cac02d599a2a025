//! Whole blobs, ranges of them, and what browsers need.

use crate::world::{World, blob};

#[tokio::test]
async fn any_range_of_a_blob_is_given() {
    let mut world = World::new().await;
    let blob = blob(1, 1_000_000);
    world.put(&blob).await;
    let ticket = world.get_ticket(&blob).await;
    assert_eq!(ticket.size, blob.size());
    let size = blob.bytes.len();
    for (field, range) in [
        ("bytes=0-0", 0..1),
        ("bytes=0-", 0..size),
        ("bytes=65536-131071", 65_536..131_072),
        ("bytes=999999-1000010", 999_999..1_000_011),
        ("bytes=-1000", size - 1_000..size),
    ] {
        let asked = blob.asked("GET", &ticket.ticket).with("range", field);
        let answer = world.send(&asked).await;
        assert_eq!(answer.status, 206, "{field}");
        assert!(answer.body == blob.bytes[range.clone()], "{field}");
        let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        assert_eq!(answer.header("content-range"), Some(&*place));
        assert_eq!(answer.header("etag"), Some(&*blob.etag()));
    }
    for field in ["bytes=0-1,5-6", "bytes=9-1", "chars=0-1"] {
        let asked = blob.asked("GET", &ticket.ticket).with("range", field);
        let answer = world.send(&asked).await;
        assert_eq!((answer.status, answer.body.len()), (200, size), "{field}");
    }
    let beyond = format!("bytes={size}-");
    let asked = blob.asked("GET", &ticket.ticket).with("range", beyond);
    let answer = world.send(&asked).await;
    let unsatisfied = format!("bytes */{size}");
    assert_eq!(answer.header("content-range"), Some(&*unsatisfied));
    assert_eq!(answer.status, 416);
}

#[tokio::test]
async fn a_reader_that_broke_off_goes_on_where_it_was() {
    let mut world = World::new().await;
    let blob = blob(1, 500_000);
    world.put(&blob).await;
    let ticket = world.get_ticket(&blob).await.ticket;
    let whole = blob.asked("GET", &ticket);
    let rest = whole
        .clone()
        .with("range", "bytes=1000-")
        .with("if-range", blob.etag());
    let answer = world.send(&rest).await;
    assert_eq!(answer.status, 206);
    assert!(answer.body == blob.bytes[1_000..]);
    let other = rest.with("if-range", "\"another\"");
    assert_eq!(world.send(&other).await.status, 200);
    let known = whole.with("if-none-match", blob.etag());
    let answer = world.send(&known).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    let head = world.send(&blob.asked("HEAD", &ticket)).await;
    let size = blob.size().to_string();
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-length"), Some(&*size));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn the_page_of_another_home_may_ask() {
    let mut world = World::new().await;
    let blob = blob(1, 5_000);
    world.put(&blob).await;
    let preflight = crate::http::Asked::new("OPTIONS", blob.path())
        .with("origin", "https://other.example")
        .with("access-control-request-method", "PATCH");
    let refused = crate::http::Asked::new("GET", blob.path());
    let ticket = world.get_ticket(&blob).await.ticket;
    for (asked, status) in [
        (preflight, 204),
        (refused, 401),
        (blob.asked("GET", &ticket), 200),
        (blob.asked("POST", &ticket), 405),
    ] {
        let answer = world.send(&asked).await;
        assert_eq!(answer.status, status);
        let origin = answer.header("access-control-allow-origin");
        assert_eq!(origin, Some("*"), "{status}");
        let methods = answer.header("access-control-allow-methods").unwrap();
        assert!(methods.contains("PATCH") && methods.contains("DELETE"));
        let allowed = answer.header("access-control-allow-headers").unwrap();
        for name in [
            "Authorization",
            "Content-Type",
            "Range",
            "Repr-Digest",
            "Upload-Complete",
            "Upload-Offset",
        ] {
            assert!(allowed.contains(name), "{name}: {allowed}");
        }
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, None, "no browser adds what it knows of a home");
        let exposed = answer.header("access-control-expose-headers").unwrap();
        assert!(exposed.contains("Upload-Offset") && exposed.contains("ETag"));
    }
}

#[tokio::test]
async fn blobs_are_there_for_the_next_process() {
    let mut world = World::new().await;
    let blob = blob(1, 300_000);
    world.put(&blob).await;
    world.restart().await;
    world.check(&blob).await;
}
