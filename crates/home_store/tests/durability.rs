//! Nothing is said before it is durable, and the logs are durable before the inboxes.

#[cfg(test)]
mod support;

use home_core::blob_index::{BlobAges, BlobIndex, BlobsKept, NewBlob, StoredBlob};
use home_core::log_store::{
    HeadKeys, HeadRow, LogStore, NewChild, NewEntry, PageLimit, Position, RepairsKept, Rows,
    StoredHead, TokenState,
};
use home_core::{
    Calendar, ConnectionId, Day, Effect, Home, Identity, Input, StoreError, StoreName, admit,
};
use home_store::{HomeFolder, INBOXES_FILE, LOGS_FILE, SqliteInboxes, SqliteLogs};
use protocol::frame::{Request, Response};
use protocol::id::{BlobHash, BlobId, BodyHash, Chain, HeadId, LogId, Nonce, TokenHash};
use protocol::response::{Child, Entry, StoredRepair};
use std::path::{Path, PathBuf};
use support::inbox::{CAPABILITY, fetch_request, token_hash};
use support::log::{append_request, head0};
use support::{World, body};

/// What happens at the commit of the logs.
type AtCommit = Box<dyn FnMut(&mut SqliteLogs) -> Result<(), StoreError>>;

/// The real store, with a hook where it commits.
struct Watched {
    inner: SqliteLogs,
    at_commit: AtCommit,
}

/// Hands every call on to the real store.
macro_rules! handed_on {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)+) => {
        $(fn $name(&mut self, $($arg: $type),*) -> Result<$out, StoreError> {
            self.inner.$name($($arg),*)
        })+
    };
}

impl BlobIndex for Watched {
    handed_on! {
        blob(blob: &BlobId) -> Option<StoredBlob>;
        blobs_kept(log: u64) -> BlobsKept;
        await_blob(blob: &NewBlob, today: Day) -> ();
        renew_blob(blob: &BlobId, today: Day) -> ();
        complete_blob(blob: &BlobId, hash: &BlobHash, today: Day) -> ();
        erase_blob(blob: &BlobId) -> ();
        age_blobs(ages: BlobAges, at_most: usize) -> ();
        erasing_blobs(at_most: usize) -> Vec<BlobId>;
        blob_is_erased(blob: &BlobId, today: Day) -> ();
    }
}

impl LogStore for Watched {
    handed_on! {
        token(token: &TokenHash) -> TokenState;
        grant_token(token: &TokenHash) -> bool;
        spend_token(token: &TokenHash) -> ();
        open_log(log: &LogId, head: &HeadId, keys: &HeadKeys, today: Day) -> ();
        head(log: &LogId, head: &HeadId) -> Option<StoredHead>;
        start(head: HeadRow) -> Option<Chain>;
        last(head: HeadRow) -> Option<Position>;
        seen(head: HeadRow, hash: &BodyHash, since: Day) -> Option<Position>;
        append(head: HeadRow, entry: &NewEntry<'_>, today: Day) -> ();
        entries(head: HeadRow, from: u64, limit: PageLimit) -> Rows<Entry>;
        children(head: HeadRow, after: u64, limit: PageLimit) -> Rows<Child>;
        child_heads(head: HeadRow) -> Vec<HeadId>;
        add_child(parent: HeadRow, child: &NewChild<'_>) -> ();
        repairs_kept(head: HeadRow, hash: &BodyHash, today: Day) -> RepairsKept;
        add_repair(head: HeadRow, hash: &BodyHash, body: &[u8], today: Day) -> u64;
        repairs_above(head: HeadRow, after: u64, heads: u64) -> Vec<StoredRepair>;
        heads_below(head: HeadRow, at_most: u64) -> Vec<HeadId>;
        drop_repairs(before: Day) -> ();
        drop_bodies(before: Day, entries: usize, bytes: u64) -> bool;
        bytes() -> u64;
        calendar() -> Option<Calendar>;
        keep_calendar(calendar: Calendar) -> ();
        note_read(log: &LogId, today: Day) -> ();
        unread_logs(before: Day, at_most: usize) -> Vec<LogId>;
        lapse(log: &LogId) -> ();
        is_lapsed(log: &LogId) -> bool;
        erase_lapsed(rows: usize) -> bool;
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        (self.at_commit)(&mut self.inner)
    }
}

fn failure() -> StoreError {
    StoreError::Disk {
        store: StoreName::Logs,
        source: "the disk is full".into(),
    }
}

/// How many rows another process would find after a crash now.
#[cfg(test)]
fn rows(folder: &Path, file: &str, table: &str) -> i64 {
    let other = rusqlite::Connection::open(folder.join(file)).unwrap();
    other
        .query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
            row.get(0)
        })
        .unwrap()
}

/// A home over a folder that a [`World`] prepared, with a hook where the logs commit.
struct Prepared {
    home: Home<Watched, SqliteInboxes>,
    world: World,
    path: PathBuf,
}

const CONNECTION: ConnectionId = ConnectionId(1);
const NONCE: Nonce = Nonce::new([1; 32]);

#[cfg(test)]
impl Prepared {
    /// The world's own home lets go of the folder first.
    fn new(mut world: World, at_commit: AtCommit) -> Self {
        let path = world.folder.path().to_owned();
        world.restart();
        assert_eq!(world.connect(), CONNECTION);
        assert_eq!(world.nonce(CONNECTION), NONCE);
        world.home.flush().unwrap();
        let inner = SqliteLogs::open(&path.join(LOGS_FILE)).unwrap();
        let inboxes = SqliteInboxes::open(&path.join(INBOXES_FILE)).unwrap();
        let logs = Watched { inner, at_commit };
        let mut home = Home::new(Identity::new(&[42; 32], true), logs, inboxes);
        let (connection, nonce) = (CONNECTION, NONCE);
        home.handle(world.now_s, Input::Connected { connection, nonce })
            .unwrap();
        Self { home, world, path }
    }

    fn handle(&mut self, id: u64, request: &Request) -> Result<(), StoreError> {
        let (id, request) = admit(&request.to_frame(id), &self.world.key, &NONCE).unwrap();
        let input = Input::Request {
            connection: CONNECTION,
            id,
            request,
        };
        self.home.handle(self.world.now_s, input)
    }

    fn prove_write(&mut self) {
        let right = protocol::proof::Right::Write;
        let seed = support::log::keys(1).write;
        let request = support::log::prove_request(&self.world, CONNECTION, head0(), right, seed);
        self.handle(100, &request).unwrap();
    }
}

#[test]
fn no_answer_and_no_push_leaves_before_the_commit_is_durable() {
    let mut world = World::new();
    let writer = world.writer();
    world.subscribe(writer, head0(), 1);
    let folder = world.folder.path().to_owned();
    for of in 1..=50u64 {
        let request = append_request(head0(), body(of));
        let nonce = world.nonce(writer);
        let (id, request) = admit(&request.to_frame(of), &world.key, &nonce).unwrap();
        let input = Input::Request {
            connection: writer,
            id,
            request,
        };
        world.home.handle(world.now_s, input).unwrap();
        if of % 10 != 0 {
            assert_eq!(world.home.poll(), None, "said before the flush");
            continue;
        }
        let before = rows(&folder, LOGS_FILE, "entries");
        assert_eq!(before, of as i64 - 10, "durable before the flush");
        world.home.flush().unwrap();
        assert_eq!(rows(&folder, LOGS_FILE, "entries"), of as i64);
        let mut answers = 0;
        while let Some(effect) = world.home.poll() {
            if let Effect::Answer { response, .. } = effect {
                assert!(matches!(response, Response::Appended(_)));
                answers += 1;
            }
        }
        assert_eq!(answers, 10);
    }
}

#[test]
fn a_failed_flush_says_nothing_closes_every_connection_and_stops_the_home() {
    let mut world = World::new();
    world.writer();
    let mut prepared = Prepared::new(world, Box::new(|_| Err(failure())));
    prepared.prove_write();
    prepared
        .handle(1, &append_request(head0(), body(1)))
        .unwrap();
    assert!(matches!(
        prepared.home.flush(),
        Err(StoreError::Disk { .. })
    ));
    let connection = CONNECTION;
    assert_eq!(prepared.home.poll(), Some(Effect::Close { connection }));
    assert_eq!(prepared.home.poll(), None);
    assert!(matches!(
        prepared.handle(2, &append_request(head0(), body(2))),
        Err(StoreError::Stopped)
    ));
    assert!(matches!(prepared.home.flush(), Err(StoreError::Stopped)));
    drop(prepared.home);
    assert_eq!(rows(&prepared.path, LOGS_FILE, "entries"), 0);
}

/// FETCH under a capability that pays, which writes to both stores.
fn paying_fetch() -> Request {
    let mut request = fetch_request(CAPABILITY + 1, 1);
    request.log_token = Some(token_hash(50));
    request.inbox_token = Some(token_hash(51));
    Request::Fetch(request)
}

fn paying_world() -> World {
    let mut world = World::new();
    let owner = world.reachable(&[1, 2]);
    let mut paying = support::inbox::capability(CAPABILITY + 1, Some(1));
    paying.pays = true;
    assert_eq!(
        world.ask(owner, &Request::GrantCapability(paying)),
        support::DONE
    );
    world
}

#[test]
fn the_logs_are_durable_before_the_inboxes() {
    let world = paying_world();
    let path = world.folder.path().to_owned();
    let at_commit = move |logs: &mut SqliteLogs| {
        assert_eq!(rows(&path, INBOXES_FILE, "uses"), 0, "inboxes came first");
        logs.commit()
    };
    let mut prepared = Prepared::new(world, Box::new(at_commit));
    prepared.handle(1, &paying_fetch()).unwrap();
    prepared.home.flush().unwrap();
    assert_eq!(rows(&prepared.path, LOGS_FILE, "tokens"), 1);
    assert_eq!(rows(&prepared.path, INBOXES_FILE, "uses"), 1);
}

#[test]
fn a_crash_between_the_two_commits_loses_no_token_and_the_request_can_come_again() {
    let crash = |logs: &mut SqliteLogs| logs.commit().and_then(|()| Err(failure()));
    let mut prepared = Prepared::new(paying_world(), Box::new(crash));
    prepared.handle(1, &paying_fetch()).unwrap();
    assert!(prepared.home.flush().is_err());
    let Prepared {
        home,
        mut world,
        path,
    } = prepared;
    drop(home);
    assert_eq!(rows(&path, LOGS_FILE, "tokens"), 1);
    assert_eq!(rows(&path, INBOXES_FILE, "uses"), 0);
    world.restart();
    let connection = world.connect();
    let answer = world.ask(connection, &paying_fetch());
    assert!(matches!(answer, Response::Fetched(_)));
    let open = support::log::open_request(50, support::log::LOG, support::log::keys(1));
    assert_eq!(world.ask(connection, &open), support::DONE);
}

#[test]
fn the_folder_is_free_again_when_its_holder_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let held = HomeFolder::lock(folder.path()).unwrap();
    let refused = HomeFolder::lock(folder.path()).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("another home is running on")
    );
    drop(held);
    assert!(HomeFolder::lock(folder.path()).is_ok());
}
