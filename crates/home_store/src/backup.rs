//! A copy of a home's folder, made while the home serves and writes.
//!
//! | step | the home meanwhile |
//! |---|---|
//! | both databases' files, then again and again what came since (`source`) | writes |
//! | both are kept from being written, at a moment between two flushes; the last bytes are read | waits for milliseconds |
//! | these are written and synced, the manifest last, and the folder gets its name | waits, for [`HOLD`] at most |
//!
//! Promise: whatever the home answered before the backup got its name is in it, as long as the last step
//! took less than [`HOLD`]; in any case whatever it answered until [`Finished::until_ms`].
//!
//! Both files are of one moment, so nothing is noted as granted in the inboxes that the logs do not have
//! (ARCHITECTURE.md, invariant 2). If they had to be copied one after the other, the inboxes would have to
//! be first: what their copy notes, the logs' later copy then has.
//!
//! The home takes the two locks in any order, waits five seconds for one and then stops for good. So with
//! one in hand the other is waited for no longer than [`WAIT_FOR_SECOND`], and the home gets its turn before
//! that is tried again.

pub(crate) mod files;
pub(crate) mod manifest;
mod source;

use crate::folder::{INBOXES_FILE, KEY_FILE, LOGS_FILE};
use crate::migration;
use crate::open_error::OpenError;
use crate::standing::Standing;
use files::{HashedFile, Staging, refused};
use manifest::{Listed, Manifest, SETTINGS_FILE};
use source::{Copies, Held, Source};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long the home is kept from writing at most; it stops after five seconds.
pub const HOLD: Duration = Duration::from_millis(1_500);
/// Bytes that are left to be copied while the home waits, at most, for each file.
const TAIL_BYTES: u64 = 4 * 1024 * 1024;
/// So little is left that another round without locks would not make it less.
const SMALL_BYTES: u64 = 256 * 1024;
/// Such rounds at most; a home that writes fast is never far ahead after them either.
const CATCH_UPS: u32 = 20;
/// How long a moment between two flushes is looked for.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks; a busy home lets go for less than a millisecond.
const PAUSE: Duration = Duration::from_micros(200);
/// How long the second file is waited for while the first is held.
const WAIT_FOR_SECOND: Duration = Duration::from_millis(20);
/// How long nothing is held after that was in vain: longer than a home that waits sleeps between two
/// looks of its own (SQLite's busy handler, 100 ms), so that it never waits for long.
const STEP_BACK: Duration = Duration::from_millis(250);
/// How often it is tried to come as far as the home is.
const MAX_ROUNDS: u32 = 1_000;
/// The ending of a backup's name while it is made.
const UNFINISHED: &str = ".unfinished";

/// Why there is no backup, or why one cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder to be made is there already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another run left its half-made folder, or is at it.
    #[error(
        "{} is left of a run that was cut off, or that is still at work; if none is, remove it",
        path.display()
    )]
    CutOff {
        /// The half-made folder.
        path: PathBuf,
    },
    /// The folder is no backup.
    #[error("{} is no finished backup: it has no MANIFEST", path.display())]
    NoBackup {
        /// The folder.
        path: PathBuf,
    },
    /// A later version wrote the backup.
    #[error(
        "a newer version of this program made this backup: its form is {found}, this version knows {known}"
    )]
    NewerForm {
        /// The form's number.
        found: u64,
        /// The newest that this version knows.
        known: u64,
    },
    /// A file of a backup is not what it was, or holds what no home wrote.
    #[error("{} {what}; this backup is damaged, take another", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The database is not one of a home.
    #[error("{} is no database of a home", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The folder to be filled holds something.
    #[error("{} is not empty, and a backup is restored into an empty folder alone", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A database is whole as a file and wrong as a database.
    #[error("{} is damaged inside: {what}", path.display())]
    Unsound {
        /// The file.
        path: PathBuf,
        /// What was found first.
        what: String,
    },
    /// The home's folder cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A database cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// The disk refuses.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The home gave no moment in which its files stand still.
    #[error("the home is too busy to be copied now; try again when less is going on")]
    Busy,
}

/// A backup that is whole and durable.
#[derive(Debug)]
pub struct Finished {
    /// Whatever the home answered until this moment is in it, Unix time in milliseconds.
    pub until_ms: u64,
    /// Bytes of the copies.
    pub bytes: u64,
    /// How long the home could not write, in milliseconds.
    pub held_ms: u64,
    /// Keeps the home from writing until this is dropped, so that nothing is answered in between; none:
    /// the last step took too long for that.
    pub held: Option<StandingStill>,
}

/// A home that cannot write as long as this is there.
#[derive(Debug)]
pub struct StandingStill {
    _both: [Held; 2],
}

/// Copies the home in `home`, running or not, to `out`, which must not exist.
///
/// # Errors
/// [`BackupError`]; there is no `out` then.
pub fn backup(home: &Path, out: &Path) -> Result<Finished, BackupError> {
    if Standing::of(home)? == Standing::Nothing {
        return Err(OpenError::Missing {
            folder: home.to_owned(),
        }
        .into());
    }
    if fs::symlink_metadata(out).is_ok() {
        return Err(BackupError::Exists {
            path: out.to_owned(),
        });
    }
    let staging = Staging::beside(out, UNFINISHED)?;
    let mut small = vec![copy_small(home, KEY_FILE, staging.path())?];
    if home.join(SETTINGS_FILE).is_file() {
        small.push(copy_small(home, SETTINGS_FILE, staging.path())?);
    }
    let mut logs = Source::begin(home, LOGS_FILE, migration::LOGS.len(), staging.path())?;
    let known = migration::INBOXES.len();
    let mut inboxes = Source::begin(home, INBOXES_FILE, known, staging.path())?;
    for source in [&mut logs, &mut inboxes] {
        source.copy_main()?;
        source.read_anew()?;
    }
    let (tails, since) = stand_still(&mut logs, &mut inboxes)?;
    let until_ms = now_ms();
    let (held_logs, copied_logs) = logs.copies();
    let (held_inboxes, copied_inboxes) = inboxes.copies();
    let last = LastStep {
        staging,
        out: out.to_owned(),
        small,
        until_ms,
        copies: [copied_logs, copied_inboxes],
        tails,
    };
    let still = StandingStill {
        _both: [held_logs, held_inboxes],
    };
    finish(last, still, since)
}

/// Comes as far as the home is, and then keeps it from going on; what was left, and since when it stands.
fn stand_still(
    logs: &mut Source,
    inboxes: &mut Source,
) -> Result<([Vec<u8>; 2], Instant), BackupError> {
    for _ in 0..MAX_ROUNDS {
        for _ in 0..CATCH_UPS {
            if logs.catch_up()? + inboxes.catch_up()? <= SMALL_BYTES {
                break;
            }
        }
        lock_both(logs, inboxes)?;
        let since = Instant::now();
        if let Some(logs) = logs.tail(TAIL_BYTES)?
            && let Some(inboxes) = inboxes.tail(TAIL_BYTES)?
        {
            return Ok(([logs, inboxes], since));
        }
        logs.unlock()?;
        inboxes.unlock()?;
    }
    Err(BackupError::Busy)
}

fn lock_both(logs: &mut Source, inboxes: &mut Source) -> Result<(), BackupError> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if !logs.try_lock()? {
            sleep(PAUSE);
            continue;
        }
        // The home commits its logs first, so most likely the inboxes follow at once. If not, it holds
        // them and waits for the logs.
        let since = Instant::now();
        while since.elapsed() < WAIT_FOR_SECOND {
            if inboxes.try_lock()? {
                return Ok(());
            }
            sleep(PAUSE);
        }
        logs.unlock()?;
        sleep(STEP_BACK);
    }
    Err(BackupError::Busy)
}

/// What is left to be done once the home stands still.
struct LastStep {
    staging: Staging,
    out: PathBuf,
    small: Vec<Listed>,
    until_ms: u64,
    copies: [Copies; 2],
    tails: [Vec<u8>; 2],
}

impl LastStep {
    /// How many bytes the backup has.
    fn run(mut self) -> Result<u64, BackupError> {
        let mut files = self.small;
        for (copies, tail) in self.copies.iter_mut().zip(&self.tails) {
            copies.complete(tail)?;
            files.extend(copies.listed());
        }
        let bytes = files.iter().map(|one| one.bytes).sum();
        let manifest = Manifest {
            until_ms: self.until_ms,
            files,
        };
        manifest.write(self.staging.path())?;
        self.staging.become_folder(&self.out)?;
        Ok(bytes)
    }
}

/// Runs the last step and lets the home go on if it takes too long.
fn finish(last: LastStep, still: StandingStill, since: Instant) -> Result<Finished, BackupError> {
    let until_ms = last.until_ms;
    let out = last.out.clone();
    let (done, result) = channel();
    let thread = std::thread::Builder::new()
        .name("backup".to_owned())
        .spawn(move || {
            // Whoever waits for this is there until it came.
            let _ = done.send(last.run());
        });
    thread.map_err(|source| refused(&out, source))?;
    let mut held = Some(still);
    let mut held_ms = None;
    let bytes = loop {
        match result.recv_timeout(HOLD.saturating_sub(since.elapsed())) {
            Ok(result) => break result?,
            Err(RecvTimeoutError::Timeout) if held.is_some() => {
                held = None;
                held_ms = Some(since.elapsed());
            }
            Err(RecvTimeoutError::Timeout) => sleep(PAUSE),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(refused(
                    &out,
                    std::io::Error::other("the copying thread ended"),
                ));
            }
        }
    };
    let held_for = held_ms.unwrap_or_else(|| since.elapsed());
    Ok(Finished {
        until_ms,
        bytes,
        held_ms: u64::try_from(held_for.as_millis()).unwrap_or(u64::MAX),
        held,
    })
}

/// Copies a small file that is written once, the home's key and its settings.
fn copy_small(home: &Path, name: &str, to: &Path) -> Result<Listed, BackupError> {
    let path = home.join(name);
    let bytes = zeroize::Zeroizing::new(fs::read(&path).map_err(|e| refused(&path, e))?);
    let mut copy = HashedFile::create(to.join(name))?;
    copy.write(&bytes)?;
    copy.sync()?;
    Ok(Listed {
        name: name.to_owned(),
        bytes: copy.bytes(),
        sha256: copy.sha256(),
    })
}

fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}
