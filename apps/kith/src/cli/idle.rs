//! When a profile that nobody uses is closed.
//!
//! Using it is asking for something: a command, an errand of another process. What arrives is no use, and neither is
//! that a command goes on, or stands at a question that nobody answers. The shortest time that anybody asked for holds for all who use the profile together.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::error::CommandError;

/// How often the clocks are looked at: a timer does not count while the machine sleeps.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(5);

/// Since when nobody uses a profile.
#[derive(Clone, Default)]
pub(super) struct Idle(Rc<State>);

struct State {
    /// By two clocks: the first can stand still while the machine sleeps, the second can be set.
    used: Cell<(Instant, SystemTime)>,
    /// How many use it now.
    users: Cell<usize>,
    is_over: Cell<bool>,
    over: Notify,
}

/// Something that somebody asked for, while it is being done.
pub(super) struct Use(Rc<State>);

/// What was asked for while it waits for somebody.
struct Waiting(Rc<State>);

impl Default for State {
    fn default() -> Self {
        Self {
            used: Cell::new((Instant::now(), SystemTime::now())),
            users: Cell::new(0),
            is_over: Cell::new(false),
            over: Notify::new(),
        }
    }
}

impl State {
    fn touch(&self) {
        self.used.set((Instant::now(), SystemTime::now()));
    }

    fn count(&self, users: usize) {
        self.touch();
        self.users.set(users);
    }

    /// For how long nobody used it.
    fn elapsed(&self) -> Duration {
        if self.users.get() > 0 {
            return Duration::ZERO;
        }
        let (instant, time) = self.used.get();
        // A clock that was set back says nothing.
        instant.elapsed().max(time.elapsed().unwrap_or_default())
    }
}

impl Idle {
    /// Somebody asks for something.
    pub(super) fn begin_use(&self) -> Use {
        self.0.count(self.0.users.get() + 1);
        Use(Rc::clone(&self.0))
    }

    /// Within a use: waits for somebody's answer, unless the profile is to be closed first.
    ///
    /// # Errors
    /// [`closed`].
    pub(super) async fn answered<T>(
        &self,
        answer: impl Future<Output = T>,
    ) -> Result<T, CommandError> {
        self.0.count(self.0.users.get().saturating_sub(1));
        let _waiting = Waiting(Rc::clone(&self.0));
        tokio::select! {
            // First, so that what is closed is not asked elsewhere.
            biased;
            () = self.over(None) => Err(closed()),
            answer = answer => Ok(answer),
        }
    }

    /// Waits until the profile is to be closed: nobody used it for this long, or for as long as somebody else said.
    pub(super) async fn over(&self, after: Option<Duration>) {
        loop {
            // Registered before looking, so that nothing happens in between unheard.
            let told = self.0.over.notified();
            if self.0.is_over.get() {
                return;
            }
            let Some(after) = after else {
                told.await;
                continue;
            };
            let left = after.saturating_sub(self.0.elapsed());
            if left.is_zero() {
                self.0.is_over.set(true);
                self.0.over.notify_waiters();
                return;
            }
            tokio::select! {
                () = told => {}
                () = sleep(left.min(LOOKED_AT_EVERY)) => {}
            }
        }
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.0.count(self.0.users.get().saturating_sub(1));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.count(self.0.users.get() + 1);
    }
}

/// What is said then.
pub(super) fn closed() -> CommandError {
    CommandError::Locked(
        "Nobody used the profile for the time that was set, so it is closed, and nothing is lost. To go on, give the same \
         command and the passphrase again."
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: Duration = Duration::from_millis(200);

    async fn is_over_within(idle: &Idle, after: Option<Duration>, wait: Duration) -> bool {
        tokio::time::timeout(wait, idle.over(after)).await.is_ok()
    }

    #[tokio::test]
    async fn a_use_puts_the_end_off_for_as_long_as_it_lasts_and_once_more() {
        let idle = Idle::default();
        let using = idle.begin_use();
        assert!(!is_over_within(&idle, Some(AFTER), 3 * AFTER).await);
        drop(using);
        let begun = Instant::now();
        assert!(is_over_within(&idle, Some(AFTER), 50 * AFTER).await);
        assert!(begun.elapsed() >= AFTER - Duration::from_millis(5));
    }

    #[tokio::test]
    async fn a_question_is_no_use_until_it_is_answered_and_ends_with_the_profile() {
        let idle = Idle::default();
        let using = idle.begin_use();
        assert!(idle.answered(sleep(AFTER)).await.is_ok());
        assert!(!is_over_within(&idle, Some(AFTER), 3 * AFTER).await);
        let (is_over, answer) = tokio::join!(
            is_over_within(&idle, Some(AFTER), 50 * AFTER),
            idle.answered(std::future::pending::<()>())
        );
        assert!(is_over && answer.is_err());
        drop(using);
        assert_eq!(idle.0.users.get(), 0);
    }

    #[tokio::test]
    async fn the_shortest_time_holds_for_all() {
        let idle = Idle::default();
        let (short, none) = tokio::join!(
            is_over_within(&idle, Some(AFTER), 50 * AFTER),
            is_over_within(&idle, None, 50 * AFTER)
        );
        assert!(short && none);
        assert!(is_over_within(&idle, None, AFTER).await, "it stays over");
    }
}
