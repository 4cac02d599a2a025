//! The profile while this worker has it: at work, with its lock, its key and its notes.

use futures_channel::mpsc::UnboundedSender;
use view::{Backup, Keeping, News, Profile, Refused, Standing, Tab};

use super::clock::{now, today};
use super::happening::Happening;
use super::lock::Held;
use super::profile::{self, Key, Opened};
use super::running::Running;
use super::sealed_files::SealedFiles;
use super::storage::Pool;
use crate::answers::Work as _;
use crate::backups;
use crate::notes::{Held as Holds, Kept, Notes};

/// A profile that this worker has.
pub struct Holding {
    /// At work.
    pub running: Running,
    /// How it is kept.
    pub keeping: Keeping,
    /// The key, for whoever goes on when this worker is gone.
    pub key: Option<Key>,
    notes: Notes,
    /// What the last backup held, until its file was taken.
    taken: Option<Holds>,
    needs_backup: bool,
    pool: Pool,
    lock: Held,
}

impl Holding {
    /// Begins to work.
    ///
    /// # Errors
    /// [`Refused`] where the browser gives no randomness.
    pub async fn begin(
        lock: Held,
        opened: Opened,
        to: UnboundedSender<Happening>,
    ) -> Result<Self, Refused> {
        let Opened {
            pool,
            store,
            keeping,
            key,
        } = opened;
        let seed = profile::fresh::<32>()?;
        let sealed = SealedFiles::open().await?;
        let mut holding = Self {
            running: Running::start(store, &seed, sealed, to).await,
            keeping,
            key,
            notes: profile::notes().await,
            taken: None,
            needs_backup: false,
            pool,
            lock,
        };
        holding.needs_backup = holding.count_needs();
        Ok(holding)
    }

    /// How it stands, for this tab or another.
    ///
    /// # Errors
    /// None now; as the question has it.
    pub fn standing(&mut self, tab: Tab) -> Result<Standing, Refused> {
        Ok(Standing {
            profile: Profile::Open(self.keeping.clone()),
            tab,
            persisted: self.notes.persisted,
            needs_backup: self.count_needs(),
        })
    }

    /// Notes what the browser promised.
    ///
    /// # Errors
    /// [`Refused`] where that could not be kept.
    pub async fn persisted(&mut self, granted: bool) -> Result<(), Refused> {
        self.notes.persisted = Some(granted);
        profile::write_notes(&self.notes).await
    }

    /// Makes a backup.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn back_up(&mut self) -> Result<Backup, Refused> {
        let backup = backups::back_up(&mut self.running, &today())?;
        // What comes before its file is taken is not in it.
        self.taken = Holds::of(self.running.engine()).ok();
        Ok(backup)
    }

    /// The backup was taken.
    ///
    /// # Errors
    /// [`Refused`] where that could not be kept.
    pub async fn backed_up(&mut self) -> Result<(), Refused> {
        backups::backed_up(&mut self.running)?;
        let at_s = now().unix_s();
        if let Some(held) = self.taken.take() {
            self.notes.backup = Some(Kept { at_s, held });
        }
        profile::write_notes(&self.notes).await
    }

    /// What there is to tell.
    pub fn news(&mut self) -> Vec<News> {
        let mut news = self.running.news();
        if news.contains(&News::Lists) {
            let needs_backup = self.count_needs();
            if needs_backup != self.needs_backup {
                self.needs_backup = needs_backup;
                news.push(News::Standing);
            }
        }
        news
    }

    /// Closes the profile; the lock is all that is left.
    pub fn end(self) -> Held {
        let Self {
            running,
            pool,
            lock,
            ..
        } = self;
        drop(running);
        pool.release();
        lock
    }

    fn count_needs(&self) -> bool {
        let held = Holds::of(self.running.engine());
        held.is_ok_and(|held| self.notes.need_backup(held, now().unix_s()))
    }
}
