//! The home, its folder and clock, and the connections to it.

use super::inboxes::Inboxes;
use super::logs::Logs;
use super::{DAY_S, NOON_S, blobs, requests};
use crate::{Verdict, held};
use home_core::ticket::TicketKey;
use home_core::{Blobs, ConnectionId, Effect, Home, Identity, Input, admit};
use home_store::{HomeFolder, KEY_FILE, LOGS_FILE, SqliteInboxes, SqliteLogs};
use protocol::frame::{Request, Response};
use protocol::id::{HeadId, LogId, Nonce};
use protocol::refusal::HomeError;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Where connections are known to acts.
const SLOTS: u8 = 4;
/// Days of a story at most.
const MAX_DAYS: u64 = 800;

/// When something is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// Unix time in seconds.
    pub(super) now_s: u64,
    /// Days that the home lived through since it began.
    pub(super) lived: u64,
}

/// A request that waits for its answer.
struct Pending {
    connection: ConnectionId,
    id: u64,
    request: Request,
}

/// A home and all that is known of it.
pub(super) struct World {
    folder: TempDir,
    home: Option<Home<SqliteLogs, SqliteInboxes>>,
    time: Time,
    slots: BTreeMap<u8, (ConnectionId, Nonce)>,
    connections: u64,
    requests: u64,
    pending: VecDeque<Pending>,
    answered: u64,
    pub(super) logs: Logs,
    pub(super) inboxes: Inboxes,
}

/// A folder in memory where there is such a place, since each story syncs often.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let builder = tempfile::Builder::new();
    if memory.is_dir() {
        held(builder.tempdir_in(memory))
    } else {
        held(builder.tempdir())
    }
}

/// Its logs have no thread beside them: what is reached must depend on the story alone, and each start
/// and end of a thread costs more than most acts.
fn home(folder: &Path) -> Home<SqliteLogs, SqliteInboxes> {
    let locked = held(HomeFolder::lock(folder));
    // What is made beside it asks whether a home ever ran here.
    held(std::fs::write(folder.join(KEY_FILE), requests::home_seed()));
    let identity = Identity::new(&requests::home_seed(), true);
    let logs = held(SqliteLogs::open(&folder.join(LOGS_FILE)));
    let inboxes = held(locked.inboxes());
    Home::new(identity, logs, inboxes).with_blobs(Blobs {
        key: TicketKey::new([9; 32]),
        limits: blobs::LIMITS,
    })
}

/// The files of a home that was never asked anything, made once: a schema takes longer than a story.
fn new_files() -> &'static [(OsString, Vec<u8>)] {
    static FILES: OnceLock<Vec<(OsString, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = folder();
        drop(home(folder.path()));
        let all = held(fs::read_dir(folder.path())).map(held);
        all.map(|file| (file.file_name(), held(fs::read(file.path()))))
            .collect()
    })
}

impl World {
    pub(super) fn new() -> Self {
        let folder = folder();
        for (name, bytes) in new_files() {
            held(fs::write(folder.path().join(name), bytes));
        }
        let mut world = Self {
            home: Some(home(folder.path())),
            folder,
            time: Time {
                now_s: NOON_S,
                lived: 0,
            },
            slots: BTreeMap::new(),
            connections: 0,
            requests: 0,
            pending: VecDeque::new(),
            answered: 0,
            logs: Logs::default(),
            inboxes: Inboxes::default(),
        };
        world.invite();
        world.handle(Input::Tick);
        world.flush();
        world
    }

    /// Two inboxes may be made with a home invitation, as an operator makes one beside the running home.
    fn invite(&mut self) {
        let mut beside = held(HomeFolder::inboxes_beside_a_home(self.folder.path()));
        let hash = requests::invitation(1).hash();
        held(beside.add_invitation(&hash, 2, None));
        held(home_core::InboxStore::commit(&mut beside));
        self.inboxes.invite(hash, 2);
    }

    fn handle(&mut self, input: Input) {
        if let Some(home) = &mut self.home {
            held(home.handle(self.time.now_s, input));
            assert!(
                home.poll().is_none(),
                "something is said before it is durable"
            );
        }
    }

    pub(super) fn nonce(&self, who: u8) -> Option<Nonce> {
        self.slots.get(&(who % SLOTS)).map(|(_, nonce)| *nonce)
    }

    pub(super) fn connect_if_gone(&mut self, who: u8) {
        if self.nonce(who).is_none() {
            self.connect(who);
        }
    }

    pub(super) fn connect(&mut self, who: u8) {
        self.disconnect(who);
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        let nonce = requests::nonce(self.connections);
        self.slots.insert(who % SLOTS, (connection, nonce));
        self.handle(Input::Connected { connection, nonce });
    }

    pub(super) fn disconnect(&mut self, who: u8) {
        self.flush();
        if let Some((connection, _)) = self.slots.remove(&(who % SLOTS)) {
            self.handle(Input::Disconnected { connection });
            self.gone(connection);
        }
    }

    fn gone(&mut self, connection: ConnectionId) {
        self.logs.disconnected(connection);
        self.inboxes.disconnected(connection);
    }

    /// The process ends as it is: what waits for a flush is lost.
    pub(super) fn restart(&mut self) {
        self.pending.clear();
        for (connection, _) in std::mem::take(&mut self.slots).into_values() {
            self.gone(connection);
        }
        self.home = None;
        self.home = Some(home(self.folder.path()));
        self.handle(Input::Tick);
        self.flush();
    }

    pub(super) fn live_days(&mut self, days: u64) {
        for _ in 0..days {
            if self.time.lived < MAX_DAYS {
                self.jump(DAY_S);
            }
        }
        self.flush();
    }

    /// The clock shows a later time, which is one day at most for the home.
    pub(super) fn jump(&mut self, seconds: u64) {
        self.flush();
        let before = self.time.now_s / DAY_S;
        self.time.now_s += seconds;
        self.time.lived += u64::from(self.time.now_s / DAY_S > before);
        self.handle(Input::Tick);
    }

    /// Some seconds of the same day.
    pub(super) fn wait(&mut self, seconds: u64) {
        if self.time.now_s % DAY_S + seconds < DAY_S {
            self.flush();
            self.time.now_s += seconds;
        }
    }

    /// A head that the log has, or one that nobody knows.
    pub(super) fn head(&self, log: &LogId, of: u8) -> HeadId {
        self.logs.head(log, of)
    }

    pub(super) fn children(&self, log: &LogId, head: HeadId) -> Vec<HeadId> {
        self.logs.children(log, &head)
    }

    /// Asks on a connection, if there is one; the answer comes with the next flush.
    pub(super) fn ask(&mut self, who: u8, request: &Request) {
        self.requests += 1;
        let frame = request.to_frame(self.requests);
        self.ask_frame(who, &frame);
    }

    pub(super) fn ask_broken(&mut self, who: u8, request: &Request, at: usize, value: u8) {
        self.requests += 1;
        let mut frame = request.to_frame(self.requests);
        let at = at % frame.len();
        if let Some(byte) = frame.get_mut(at) {
            *byte = value;
        }
        self.ask_frame(who, &frame);
    }

    fn ask_frame(&mut self, who: u8, frame: &[u8]) {
        let Some((connection, nonce)) = self.slots.get(&(who % SLOTS)).copied() else {
            return;
        };
        match admit(frame, &requests::home_key(), &nonce) {
            Ok((id, admitted)) => {
                let (_, request) = held(Request::from_frame(frame));
                let pending = Pending {
                    connection,
                    id,
                    request,
                };
                self.pending.push_back(pending);
                let request = admitted;
                self.handle(Input::Request {
                    connection,
                    id,
                    request,
                });
            }
            Err((_, error)) => assert!(matches!(error, HomeError::Invalid { .. }), "{error:?}"),
        }
    }

    pub(super) fn flush(&mut self) {
        let Some(mut home) = self.home.take() else {
            return;
        };
        held(home.flush());
        while let Some(effect) = home.poll() {
            self.effect(effect);
        }
        self.home = Some(home);
        assert!(self.pending.is_empty(), "a request has no answer");
        self.logs.all_have_heard();
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Answer {
                connection,
                id,
                response,
            } => {
                let Some(pending) = self.pending.pop_front() else {
                    unreachable!("an answer to nothing: {response:?}");
                };
                assert_eq!((connection, id), (pending.connection, pending.id));
                self.answered += 1;
                self.answer(connection, &pending.request, &response);
            }
            Effect::Push {
                connections,
                response,
            } => {
                for connection in connections {
                    let open = self.slots.values().any(|(open, _)| *open == connection);
                    assert!(open, "something is pushed to nobody");
                    self.pushed(connection, &response);
                }
            }
            other => unreachable!("{other:?}"),
        }
    }

    fn answer(&mut self, from: ConnectionId, request: &Request, response: &Response) {
        let frame = response.to_frame(1);
        assert_eq!(
            Response::from_frame(&frame).as_ref(),
            Ok(&(1, response.clone()))
        );
        let invalid = matches!(response, Response::Error(HomeError::Invalid { .. }));
        match request {
            Request::Hello(_) => assert!(matches!(response, Response::Greeting(_))),
            Request::Open(request) => self.logs.opened(request, response, self.time),
            Request::Allow(request) => {
                let done = self.inboxes.allowed(from, request, response);
                self.logs.granted(done);
            }
            Request::Fetch(request) => {
                let paid = self.inboxes.fetched(request, response, self.time);
                self.logs.granted(paid.into_iter().collect());
            }
            _ if requests::log_of(request).is_some() => {
                let commit = matches!(request, Request::Commit(_));
                assert!(commit || !invalid, "{request:?}");
                self.logs.answered(from, request, response, self.time);
            }
            _ => self.inboxes.answered(from, request, response, self.time),
        }
    }

    /// All of it is there after another restart, and the files are sound.
    pub(super) fn ends(mut self) -> Verdict {
        self.flush();
        let answered = self.answered;
        self.restart();
        self.connect(0);
        for request in self.logs.everything(&requests::nonce(self.connections)) {
            self.ask(0, &request);
            self.flush();
        }
        self.home = None;
        let report = held(home_store::check(self.folder.path()));
        assert_eq!(report.wrong, 0, "{:?}", report.found);
        if answered > 0 {
            Verdict::Taken
        } else {
            Verdict::Refused
        }
    }
}
