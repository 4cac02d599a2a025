//! Whole blobs in a bucket of an S3-compatible store, which is a real one on loopback.

use crate::home_support::{RunningHome, command};
use crate::world::{Blob, World, blob, is_gone};
use data_encoding::HEXLOWER;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

const KEY: &str = "some-key";
const SECRET: &str = "some-secret";
const BUCKET: &str = "attachments";

/// A store with one bucket, for as long as this lives.
struct Store {
    folder: TempDir,
    address: String,
    /// Whether it answers; the address stays its own meanwhile.
    answers: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn service(folder: &Path) -> S3Service {
    let files = s3s_fs::FileSystem::new(folder).unwrap();
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    service.build()
}

async fn serve(listener: TcpListener, service: S3Service, mut answers: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.unwrap().0,
            changed = answers.changed() => {
                changed.unwrap();
                connections.abort_all();
                continue;
            }
        };
        if !*answers.borrow() {
            continue;
        }
        let service = service.clone();
        connections.spawn(async move {
            let io = TokioIo::new(stream);
            let _ = http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

impl Store {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (answers, is_told) = watch::channel(true);
        let serving = tokio::spawn(serve(listener, service(folder.path()), is_told));
        Self {
            folder,
            address,
            answers,
            serving,
        }
    }

    /// Where the store keeps a blob.
    fn object(&self, blob: &Blob) -> PathBuf {
        let name = HEXLOWER.encode(blob.id.as_bytes());
        let bucket = self.folder.path().join(BUCKET);
        bucket.join(&name[..2]).join(name)
    }

    fn home(&self, data: &Path, secret: &str) -> RunningHome {
        let endpoint = format!("--blobs-endpoint=http://{}", self.address);
        let bucket = format!("--blobs-bucket={BUCKET}");
        let mut command = command(&["--open", &endpoint, &bucket, "--blobs-region=here"]);
        command
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env_remove("AWS_SESSION_TOKEN");
        RunningHome::spawn(command, data)
    }

    async fn world(&self) -> World {
        let folder = tempfile::tempdir().unwrap();
        let home = self.home(&folder.path().join("home"), SECRET);
        World::at(folder, home).await
    }
}

fn staging_count(world: &World) -> usize {
    let staging = world.home.data.join("blobs/staging");
    std::fs::read_dir(staging).unwrap().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blob_in_a_bucket_is_had_in_ranges_and_erased() {
    let store = Store::start().await;
    let mut world = store.world().await;
    // One that is copied in one go, and one in parts.
    for blob in [blob(1, 100_000), blob(2, 20 * 1024 * 1024)] {
        world.put(&blob).await;
        let object = store.object(&blob);
        assert!(std::fs::read(&object).unwrap() == blob.bytes);
        assert!(!world.whole_file(&blob).exists());
        assert_eq!(staging_count(&world), 0);
        world.check(&blob).await;
        let ticket = world.get_ticket(&blob).await.ticket;
        let size = blob.bytes.len();
        for (field, range) in [
            ("bytes=0-0", 0..1),
            ("bytes=70000-90000", 70_000..90_001),
            ("bytes=-5", size - 5..size),
        ] {
            let asked = blob.asked("GET", &ticket).with("range", field);
            let answer = world.send(&asked).await;
            assert_eq!(answer.status, 206);
            assert!(answer.body == blob.bytes[range], "{field}");
        }
        let delete = blob.asked("DELETE", blob.secret.expose());
        assert_eq!(world.send(&delete).await.status, 204);
        let gone = world.send(&blob.asked("GET", &ticket)).await;
        assert_eq!(gone.status, 410);
        is_gone(&object).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_that_is_killed_while_it_copies_copies_again() {
    let store = Store::start().await;
    let mut world = store.world().await;
    for of in 1..=4 {
        let blob = blob(of, 12 * 1024 * 1024);
        let ticket = world.put_ticket(&blob).await;
        let all = blob
            .patch(&ticket, 0, blob.bytes.len())
            .with("upload-complete", "?0");
        world.send(&all).await;
        let end = blob.patch(&ticket, blob.bytes.len(), blob.bytes.len());
        let stream = end.begin(&world.home.address).await;
        sleep(Duration::from_millis(40 * u64::from(of))).await;
        world.home.kill();
        drop(stream);
        world.home = store.home(&world.home.data.clone(), SECRET);
        world.meet().await;
        world.put(&blob).await;
        world.check(&blob).await;
    }
    assert_eq!(staging_count(&world), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_waits_for_a_store_that_is_gone_or_refuses() {
    let store = Store::start().await;
    let mut world = store.world().await;
    let (kept, blob) = (blob(1, 100_000), blob(2, 100_000));
    world.put(&kept).await;
    let get = world.get_ticket(&kept).await.ticket;
    store.answers.send(false).unwrap();
    let ticket = world.put_ticket(&blob).await;
    let whole = blob.patch(&ticket, 0, blob.bytes.len());
    for asked in [whole.clone(), kept.asked("GET", &get)] {
        let answer = world.send(&asked).await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(answer.header("retry-after").is_some());
    }
    world.check_others(1).await;
    assert_eq!(world.stands(&blob, &ticket).await, blob.bytes.len());
    store.answers.send(true).unwrap();
    // A home that has another secret than the store.
    world.home.kill();
    world.home = store.home(&world.home.data.clone(), "another");
    world.meet().await;
    let ticket = world.put_ticket(&blob).await;
    let end = blob.patch(&ticket, blob.bytes.len(), blob.bytes.len());
    assert_eq!(world.send(&end).await.status, 503);
    world.home.kill();
    world.home = store.home(&world.home.data.clone(), SECRET);
    world.meet().await;
    world.put(&blob).await;
    world.check(&blob).await;
    world.check(&kept).await;
}
