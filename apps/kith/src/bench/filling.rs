//! A home's core and stores in this process, without a socket: to fill them, and to see what an append costs.
//!
//! Rights are proven, each batch of appends is one flush, as the home's writer does it. What the writer's thread
//! does not do itself (reading frames, hashing bodies, checking signatures) is not timed.

use super::BenchError;
use super::requests::{self, BenchLog, random};
use home_core::{Admitted, ConnectionId, Effect, Home, Identity, Input, admit};
use home_store::{HomeFolder, KEY_FILE, SqliteInboxes, SqliteLogs};
use load::LoadError;
use protocol::frame::{Request, Response};
use protocol::id::{HomeKey, Nonce};
use protocol::proof::Right;
use protocol::request::Append;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Bytes of an entry that holds a message of 300.
const BODY_BYTES: usize = 512;
/// Appends in one flush, as many as the home's writer takes at once.
pub(super) const BATCH: usize = 256;
const CONNECTION: ConnectionId = ConnectionId(1);

/// A home with one client, both in this process.
pub(super) struct Filling {
    core: Core,
    logs: Vec<BenchLog>,
    next_log: usize,
}

/// The home, and what its client remembers.
struct Core {
    home: Home<SqliteLogs, SqliteInboxes>,
    key: HomeKey,
    nonce: Nonce,
    last_id: u64,
    // Locked until the stores are closed.
    _folder: HomeFolder,
}

/// How long a batch took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    pub(super) entries: usize,
    /// All appends, before the commit.
    pub(super) appends: Duration,
    /// The commit.
    pub(super) flush: Duration,
}

impl Core {
    fn new(folder: &Path) -> Result<Self, BenchError> {
        let locked = HomeFolder::lock(folder).map_err(store)?;
        let (logs, inboxes) = (locked.logs(), locked.inboxes());
        let seed = random()?;
        // A home that is begun on the folder later takes it for its own.
        std::fs::write(folder.join(KEY_FILE), seed).map_err(|source| BenchError::System {
            what: "a file",
            source,
        })?;
        let identity = Identity::new(&seed, true);
        let key = *identity.key();
        let nonce = Nonce::new(random()?);
        let home = Home::new(identity, logs.map_err(store)?, inboxes.map_err(store)?);
        let mut core = Self {
            home,
            key,
            nonce,
            last_id: 0,
            _folder: locked,
        };
        core.handle(Input::Connected {
            connection: CONNECTION,
            nonce,
        })?;
        Ok(core)
    }

    fn admitted(&mut self, request: &Request) -> Result<(u64, Admitted), BenchError> {
        self.last_id += 1;
        let frame = request.to_frame(self.last_id);
        admit(&frame, &self.key, &self.nonce)
            .map_err(|(_, error)| LoadError::answer("a frame", error).into())
    }

    fn handle(&mut self, input: Input) -> Result<(), BenchError> {
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH);
        let now_s = now_s.map_or(0, |since| since.as_secs());
        self.home.handle(now_s, input).map_err(store)
    }

    fn request(&mut self, (id, request): (u64, Admitted)) -> Result<(), BenchError> {
        self.handle(Input::Request {
            connection: CONNECTION,
            id,
            request,
        })
    }

    fn flush(&mut self) -> Result<(), BenchError> {
        self.home.flush().map_err(store)
    }

    /// The next answer to what was flushed.
    fn answer(&mut self) -> Option<Response> {
        loop {
            if let Effect::Answer { response, .. } = self.home.poll()? {
                return Some(response);
            }
        }
    }

    /// The answer to one request.
    fn ask(&mut self, request: &Request) -> Result<Response, BenchError> {
        let admitted = self.admitted(request)?;
        self.request(admitted)?;
        self.flush()?;
        let none = || LoadError::answer("a request", "nothing").into();
        self.answer().ok_or_else(none)
    }

    /// Requests in one flush, each of which must be done with at once.
    fn all_done(&mut self, requests: &[Request]) -> Result<(), BenchError> {
        for request in requests {
            let admitted = self.admitted(request)?;
            self.request(admitted)?;
        }
        self.flush()?;
        for _ in requests {
            match self.answer() {
                Some(Response::Done(_)) => {}
                other => return Err(LoadError::answer("a request", other).into()),
            }
        }
        Ok(())
    }
}

impl Filling {
    /// A new home in `folder` with so many logs, opened and proven.
    pub(super) fn new(folder: &Path, logs: usize) -> Result<Self, BenchError> {
        let mut core = Core::new(folder)?;
        let greeting = match core.ask(&requests::hello()?)? {
            Response::Greeting(greeting) => greeting,
            other => return Err(LoadError::answer("hello", other).into()),
        };
        let mut opened = Vec::new();
        while opened.len() < logs {
            let (inbox, tokens) = requests::inbox(&greeting)?;
            core.all_done(&inbox)?;
            let mut requests = Vec::new();
            for token in tokens.into_iter().take(logs - opened.len()) {
                let (open, log) = requests::open(token)?;
                let prove = requests::prove(&greeting, &log, Right::Write);
                requests.extend([open, prove]);
                opened.push(log);
            }
            core.all_done(&requests)?;
        }
        Ok(Self {
            core,
            logs: opened,
            next_log: 0,
        })
    }

    /// Appends to the logs in turn, in one flush; every append must be answered as kept.
    pub(super) fn batch(&mut self, entries: usize) -> Result<Batch, BenchError> {
        let mut admitted = Vec::with_capacity(entries);
        for _ in 0..entries {
            let at = self.next_log % self.logs.len().max(1);
            self.next_log += 1;
            let Some(log) = self.logs.get(at) else {
                return Err(LoadError::answer("an append", "no log").into());
            };
            let append = Request::Append(Append {
                log: log.log,
                head: log.head,
                body: random::<BODY_BYTES>()?.to_vec(),
            });
            admitted.push(self.core.admitted(&append)?);
        }
        let started = Instant::now();
        for request in admitted {
            self.core.request(request)?;
        }
        let appends = started.elapsed();
        let started = Instant::now();
        self.core.flush()?;
        let flush = started.elapsed();
        let mut kept = 0;
        while let Some(answer) = self.core.answer() {
            match answer {
                Response::Appended(_) => kept += 1,
                other => return Err(LoadError::answer("an append", other).into()),
            }
        }
        if kept != entries {
            return Err(LoadError::answer("a batch of appends", kept).into());
        }
        Ok(Batch {
            entries,
            appends,
            flush,
        })
    }
}

fn store(error: impl std::error::Error + Send + Sync + 'static) -> BenchError {
    BenchError::System {
        what: "the home's stores",
        source: std::io::Error::other(error),
    }
}
