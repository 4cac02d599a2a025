//! Moving what was committed out of the WAL into the file, on a thread of its own, so that nobody waits for it.
//!
//! A commit adds to the WAL. SQLite begins the WAL from its start again once all of it is in the file, which never
//! happens where commits follow each other without a pause. So when the WAL is long and the thread has just moved
//! what there was, the writer moves the little that came meanwhile.

use crate::open_error::OpenError;
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

/// Pages in the WAL that are worth moving. Few, because a commit waits for the disk while they are synced.
const WORTH_MOVING: u32 = 256;
/// Pages in a WAL that is long: 32 MiB of them.
const LONG: u32 = 8 * 1_024;
/// Pages in a WAL that the writer moves whatever it takes, because there is no thread that does.
const TOO_LONG: u32 = 32 * 1_024;
/// How long the lock of another is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The thread, as whoever commits sees it. It ends with this.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    tell: Option<Arc<SyncSender<()>>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread for a file, of which `writer` is the connection that commits.
    ///
    /// # Errors
    /// [`OpenError::Database`], or [`OpenError::Unusable`] where there is no thread to be had.
    pub(crate) fn begin(path: &Path, writer: &mut Connection) -> Result<Self, OpenError> {
        let database = |source| OpenError::Database {
            path: path.to_owned(),
            source,
        };
        let (tell, told) = sync_channel(1);
        let tell = Arc::new(tell);
        let heard = Arc::downgrade(&tell);
        let nearly_all = Arc::new(AtomicBool::new(false));
        let mover = Mover {
            connection: open(path).map_err(database)?,
            nearly_all: Arc::clone(&nearly_all),
        };
        let thread = std::thread::Builder::new().name("checkpoints".to_owned());
        let thread =
            thread
                .spawn(move || mover.run(&told))
                .map_err(|source| OpenError::Unusable {
                    path: path.to_owned(),
                    source,
                })?;
        let checkpoints = Self {
            tell: Some(tell),
            thread: Some(thread),
        };
        follow(writer, heard, nearly_all).map_err(database)?;
        Ok(checkpoints)
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.tell = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it would have harmed nothing but the length of the WAL.
            let _ = thread.join();
        }
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Lets the commits of a connection tell the thread when there is something to move, and move the rest themselves
/// where the thread has moved nearly all.
fn follow(
    writer: &mut Connection,
    tell: Weak<SyncSender<()>>,
    nearly_all: Arc<AtomicBool>,
) -> rusqlite::Result<()> {
    let mut told_at = 0;
    writer.wal_hook(Some(move |wal: &mut Wal, pages| {
        let pages = u32::try_from(pages).unwrap_or(0);
        if pages < told_at {
            // It begins from its start.
            told_at = 0;
        }
        let mut move_all = nearly_all.swap(false, Ordering::Relaxed);
        if !move_all && pages >= told_at + WORTH_MOVING {
            // If it has been told and has not begun, it will see this too.
            let told = tell.upgrade().map(|tell| tell.try_send(()));
            let nobody_hears = matches!(told, None | Some(Err(TrySendError::Disconnected(()))));
            move_all = nobody_hears && pages >= TOO_LONG;
            told_at = pages;
        }
        if move_all {
            // What cannot be moved now stays where it is, as durable as before; a later commit tries again.
            let _ = wal.checkpoint_v2(CheckpointMode::PASSIVE);
            told_at = pages;
        }
        Ok(())
    }))
}

struct Mover {
    connection: Connection,
    /// Set when all but the newest of a long WAL is moved.
    nearly_all: Arc<AtomicBool>,
}

impl Mover {
    fn run(&self, told: &Receiver<()>) {
        while told.recv().is_ok() {
            // What came while the first was moved is little, and what came while that was is less. Where somebody
            // reads what is older, much may be left.
            let long = self.moved().is_some_and(|moved| moved.pages >= LONG);
            let left = long.then(|| self.moved().map(|moved| moved.left));
            if left.flatten().is_some_and(|left| left < WORTH_MOVING) {
                // Told once more, it would be at it again when the writer tries, and be in its way.
                while told.try_recv().is_ok() {}
                self.nearly_all.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Moves what there is. None: it could not be, and will be tried again.
    fn moved(&self) -> Option<Moved> {
        let mode = CheckpointMode::PASSIVE;
        let (pages, moved) = self
            .connection
            .wal_checkpoint_v2(Some(MAIN_DB), mode)
            .ok()?;
        Some(Moved {
            pages: u32::try_from(pages).ok()?,
            left: u32::try_from(pages - moved).ok()?,
        })
    }
}

/// What a WAL is after something was moved.
struct Moved {
    pages: u32,
    /// Pages of it that are not in the file yet.
    left: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Bytes of a row that fills sixteen pages.
    const ROW: usize = 64 * 1024 - 1_024;

    struct File {
        folder: tempfile::TempDir,
        writer: Connection,
    }

    impl File {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let writer = open(&folder.path().join("file.sqlite")).unwrap();
            writer.pragma_update(None, "journal_mode", "WAL").unwrap();
            writer.execute_batch("CREATE TABLE rows (body)").unwrap();
            Self { folder, writer }
        }

        fn path(&self) -> std::path::PathBuf {
            self.folder.path().join("file.sqlite")
        }

        fn wal_bytes(&self) -> u64 {
            let wal = self.folder.path().join("file.sqlite-wal");
            fs::metadata(wal).map_or(0, |wal| wal.len())
        }

        /// One commit.
        fn commit(&self, rows: usize) {
            let sql =
                "WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ?1)
                       INSERT INTO rows SELECT zeroblob(?2) FROM row";
            self.writer.execute(sql, (rows, ROW)).unwrap();
        }

        fn rows(&self) -> usize {
            let sql = "SELECT count(*) FROM rows";
            self.writer.query_row(sql, (), |row| row.get(0)).unwrap()
        }

        /// The thread's part, at once.
        fn move_once(&self, nearly_all: &Arc<AtomicBool>) {
            let (tell, told) = sync_channel(1);
            tell.send(()).unwrap();
            drop(tell);
            let mover = Mover {
                connection: open(&self.path()).unwrap(),
                nearly_all: Arc::clone(nearly_all),
            };
            mover.run(&told);
        }
    }

    #[test]
    fn the_writer_moves_the_rest_of_a_long_wal_so_that_it_begins_again() {
        let mut file = File::new();
        let nearly_all = Arc::new(AtomicBool::new(false));
        follow(&mut file.writer, Weak::new(), Arc::clone(&nearly_all)).unwrap();
        file.commit(100);
        file.move_once(&nearly_all);
        assert!(!nearly_all.load(Ordering::Relaxed), "it is not long");
        file.commit(600);
        // As if a commit came while that was moved: somebody reads what was there before.
        let reader = open(&file.path()).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM rows")
            .unwrap();
        file.commit(5);
        file.move_once(&nearly_all);
        assert!(nearly_all.load(Ordering::Relaxed));
        reader.execute_batch("COMMIT").unwrap();
        let long = file.wal_bytes();
        file.commit(10);
        assert!(!nearly_all.load(Ordering::Relaxed));
        let moved = file.wal_bytes();
        assert!(moved > long, "it did not begin again by itself");
        file.commit(200);
        assert_eq!(file.wal_bytes(), moved, "the WAL began again");
        assert_eq!(file.rows(), 915);
    }

    #[test]
    fn the_writer_is_not_asked_for_much_where_somebody_reads_what_is_older() {
        let mut file = File::new();
        let nearly_all = Arc::new(AtomicBool::new(false));
        follow(&mut file.writer, Weak::new(), Arc::clone(&nearly_all)).unwrap();
        let reader = open(&file.path()).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM rows")
            .unwrap();
        file.commit(600);
        file.move_once(&nearly_all);
        assert!(!nearly_all.load(Ordering::Relaxed));
    }

    #[test]
    fn the_writer_moves_everything_where_no_thread_does() {
        let mut file = File::new();
        let nearly_all = Arc::new(AtomicBool::new(false));
        follow(&mut file.writer, Weak::new(), nearly_all).unwrap();
        let mut longest = 0;
        for _ in 0..30 {
            file.commit(100);
            longest = longest.max(file.wal_bytes());
        }
        let page = 4_096 + 24;
        let allowed = u64::from(TOO_LONG) * page + 100 * 17 * page;
        assert!(longest <= allowed, "{longest} bytes");
        assert_eq!(file.rows(), 3_000);
    }

    #[test]
    fn the_thread_moves_what_is_committed_and_ends_with_its_owner() {
        let mut file = File::new();
        let path = file.path();
        let checkpoints = Checkpoints::begin(&path, &mut file.writer).unwrap();
        file.commit(100);
        while fs::metadata(&path).unwrap().len() < 100 * ROW as u64 {
            std::thread::yield_now();
        }
        drop(checkpoints);
        file.commit(100);
        assert_eq!(file.rows(), 200);
        let File { folder, writer } = file;
        drop(writer);
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "nobody else has the file open");
    }
}
