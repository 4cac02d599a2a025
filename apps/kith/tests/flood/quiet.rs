//! A home, and a client on a log of its own that appends every 100 ms while something else goes on.

use crate::home_support::RunningHome;
use crate::home_support::client::{Client, body};
use protocol::frame::Response;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// The quiet client's log; floods have others.
const QUIET_LOG: u64 = 1;
const PAUSE: Duration = Duration::from_millis(100);
/// The most memory that a home may ever have had. What it may hold for one connection is bounded by its
/// windows, some MiB in the worst case, and what waits for all to 128 MiB.
const MOST_KIB: u64 = 512 * 1024;

/// A home with a quiet client.
pub struct Watched {
    pub home: RunningHome,
    flooded: Arc<AtomicBool>,
    quiet: JoinHandle<u64>,
    _folder: TempDir,
}

impl Watched {
    /// Everything as an operator gets it, but that everybody may come.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = RunningHome::start_quiet(&folder.path().join("home"));
        let mut client = Client::connect(&home.address).await;
        let log = client.begin(QUIET_LOG).await;
        let flooded = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&flooded);
        let quiet = tokio::spawn(async move {
            let mut seq = 0;
            // Once more afterwards, so that none of it came too late to count.
            while !over.load(Ordering::Relaxed) || seq < 3 {
                seq += 1;
                let request = Client::append_request(&log, body(seq));
                match client.ask(&request).await {
                    Response::Appended(appended) => assert_eq!(appended.seq, seq),
                    other => panic!("a quiet append is not answered: {other:?}"),
                }
                tokio::time::sleep(PAUSE).await;
            }
            seq
        });
        Self {
            home,
            flooded,
            quiet,
            _folder: folder,
        }
    }

    pub fn address(&self) -> String {
        self.home.address.clone()
    }

    pub async fn client(&self) -> Client {
        Client::connect(&self.home.address).await
    }

    /// The flood is over: every quiet append was answered, and the home stayed small.
    pub async fn ends(self) {
        self.ends_below(MOST_KIB).await;
    }

    /// The same, and it stayed smaller than so many KiB.
    pub async fn ends_below(self, most_kib: u64) {
        self.flooded.store(true, Ordering::Relaxed);
        let answered = self.quiet.await.unwrap();
        assert!(answered >= 3);
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.home.child.id()));
        // Other systems have no such file.
        let Ok(status) = status else { return };
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: u64 = peak
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        assert!(kib < most_kib, "{kib} KiB");
    }
}
