//! What is not well-formed, not allowed or not true: refused by name, and nothing else is disturbed.

use crate::home_support::RunningHome;
use crate::http::Asked;
use crate::world::{World, blob};
use protocol::frame::{Request, Response};
use protocol::refusal::{HomeError, Refusal};

fn refused(why: Refusal) -> Response {
    Response::Error(HomeError::Refused { why })
}

#[tokio::test]
async fn a_ticket_is_good_for_its_home_its_blob_and_its_act_alone() {
    let mut world = World::new().await;
    let (one, two) = (blob(1, 5_000), blob(2, 5_000));
    world.put(&one).await;
    let put_two = world.put_ticket(&two).await;
    let get_one = world.get_ticket(&one).await.ticket;
    let folder = tempfile::tempdir().unwrap();
    let other = RunningHome::start(&folder.path().join("home"));
    let mut elsewhere = World::at(folder, other).await;
    let foreign = elsewhere.put_ticket(&two).await;
    let mut forged = put_two.clone();
    forged[30] ^= 1;
    let size = two.bytes.len();
    for (asked, status) in [
        (Asked::new("GET", one.path()), 401),
        (one.asked("GET", b""), 401),
        (one.asked("GET", &get_one[..64]), 401),
        (one.asked("GET", &[&get_one[..], &[0]].concat()), 401),
        (one.asked("GET", &[7; 65]), 401),
        (two.patch(&foreign, 0, size), 401),
        (two.patch(&forged, 0, size), 401),
        (two.asked("GET", &get_one), 403),
        (two.asked("GET", &put_two), 403),
        (one.patch(&put_two, 0, 10), 403),
        (one.patch(&get_one, 0, 10), 403),
        (one.asked("DELETE", &get_one), 403),
    ] {
        let answer = world.send(&asked).await;
        assert_eq!(answer.status, status, "{} {}", asked.method, answer.text());
        let challenged = answer.header("www-authenticate") == Some("Bearer");
        assert_eq!(challenged, status == 401);
    }
    world.check_others(1).await;
    world.restart().await;
    let late = world.send(&one.asked("GET", &get_one)).await;
    assert_eq!(late.status, 401, "tickets end with the process");
    world.put(&two).await;
    world.check(&one).await;
    world.check(&two).await;
}

#[tokio::test]
async fn a_path_that_is_no_id_leads_nowhere() {
    let mut world = World::new().await;
    let blob = blob(1, 5_000);
    world.put(&blob).await;
    let ticket = world.get_ticket(&blob).await.ticket;
    let id = blob.path();
    for path in [
        "/blob/".to_owned(),
        "/blob/..".to_owned(),
        "/blob/../home.key".to_owned(),
        "/blob/..%2f..%2fhome.key".to_owned(),
        "/blob/%2e%2e%2f%2e%2e%2fhome.key".to_owned(),
        "/blob/whole".to_owned(),
        "/blob/C:%5chome.key".to_owned(),
        id.to_uppercase().replace("BLOB", "blob").replace('0', "A"),
        format!("{id}0"),
        format!("{id}/"),
        format!("{id}/.."),
        format!("{id}%00"),
        format!("//{id}"),
        format!("{id}{}", "f".repeat(4_000)),
    ] {
        for method in ["GET", "PATCH", "DELETE"] {
            let mut asked = blob.asked(method, &ticket);
            asked.path.clone_from(&path);
            let status = world.send(&asked).await.status;
            assert_eq!(status, 404, "{method} {path}");
        }
    }
    world.check(&blob).await;
}

#[tokio::test]
async fn bytes_that_do_not_fit_are_refused_and_what_fits_goes_on() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    let size = blob.bytes.len();
    let first = blob.patch(&ticket, 0, 50_000);
    assert_eq!(world.send(&first).await.stands(), (204, Some(50_000)));
    let mut too_long = blob.patch(&ticket, 50_000, size);
    too_long.body.push(0);
    too_long.length += 1;
    let rest = blob.patch(&ticket, 50_000, size);
    for (asked, expected) in [
        (first.clone(), (409, Some(50_000))),
        (blob.patch(&ticket, 50_001, 50_002), (409, Some(50_000))),
        (blob.patch(&ticket, size, size), (409, Some(50_000))),
        (too_long, (413, None)),
        (rest.clone().with("upload-offset", "-1"), (400, None)),
        (
            rest.clone().with("upload-offset", "9".repeat(40)),
            (409, Some(50_000)),
        ),
        (rest.clone().without("upload-offset"), (400, None)),
        (rest.clone().without("upload-complete"), (400, None)),
        (rest.clone().with("upload-complete", "yes"), (400, None)),
        (rest.clone().with("content-type", "text/plain"), (415, None)),
        (
            rest.clone().with("repr-digest", "sha-256=:AAAA:"),
            (400, None),
        ),
    ] {
        let answer = world.send(&asked).await;
        assert_eq!(answer.stands(), expected, "{}", answer.text());
    }
    world.check_others(1).await;
    let early = blob
        .patch(&ticket, 50_000, 60_000)
        .with("upload-complete", "?1")
        .with("repr-digest", blob.digest());
    assert_eq!(world.send(&early).await.status, 400, "not complete");
    let silent = blob.patch(&ticket, 60_000, size).without("repr-digest");
    assert_eq!(world.send(&silent).await.status, 400, "no digest");
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn more_bytes_than_announced_are_refused_also_without_a_length() {
    let mut world = World::new().await;
    let blob = blob(1, 5_000);
    let ticket = world.put_ticket(&blob).await;
    let mut body = Vec::new();
    for _ in 0..4 {
        body.extend(format!("{:x}\r\n", blob.bytes.len()).into_bytes());
        body.extend(&blob.bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"0\r\n\r\n");
    let address = world.home.address.clone();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let bearer = data_encoding::BASE64URL_NOPAD.encode(&ticket);
    let head = format!(
        "PATCH {} HTTP/1.1\r\nhost: home\r\nauthorization: Bearer {bearer}\r\ncontent-type: \
         application/partial-upload\r\nupload-offset: 0\r\nupload-complete: ?0\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        blob.path()
    );
    use tokio::io::AsyncWriteExt;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let answer = crate::http::answer(&mut stream).await.unwrap();
    assert_eq!(answer.status, 413, "{}", answer.text());
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn bytes_with_another_hash_are_dropped_and_can_be_put_again() {
    let mut world = World::new().await;
    let blob = blob(1, 100_000);
    let ticket = world.put_ticket(&blob).await;
    let mut changed = blob.clone();
    changed.bytes[77] ^= 1;
    let size = blob.bytes.len();
    for in_pieces in [false, true] {
        let mut from = 0;
        if in_pieces {
            from = 40_000;
            world.send(&changed.patch(&ticket, 0, from)).await;
        }
        let asked = changed
            .patch(&ticket, from, size)
            .with("repr-digest", blob.digest());
        let answer = world.send(&asked).await;
        assert_eq!(answer.stands(), (422, Some(0)), "{}", answer.text());
        assert_eq!(world.stands(&blob, &ticket).await, 0);
        let get = Request::BlobGet(blob.named(&world.log));
        let response = world.client.ask(&get).await;
        assert_eq!(response, refused(Refusal::Unknown), "nobody is given it");
    }
    world.put(&blob).await;
    world.check(&blob).await;
}

#[tokio::test]
async fn what_is_above_a_bound_is_refused_by_name() {
    let mut world = World::with(&[
        "--open",
        "--blobs-max-bytes=10000",
        "--blobs-max-per-log=2",
        "--blobs-max-bytes-per-log=14000",
    ])
    .await;
    let large = blob(9, 20_000).put_request(&world.log);
    let response = world.client.ask(&large).await;
    assert_eq!(response, refused(Refusal::BlobTooLarge));
    world.put(&blob(1, 5_000)).await;
    world.put(&blob(2, 5_000)).await;
    let third = blob(3, 4_000).put_request(&world.log);
    assert_eq!(world.client.ask(&third).await, refused(Refusal::Quota));
    let taken = blob(2, 6_000).put_request(&world.log);
    assert_eq!(world.client.ask(&taken).await, refused(Refusal::BlobTaken));
    world.check(&blob(1, 5_000)).await;
    world.check_others(1).await;
}
