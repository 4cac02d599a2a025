//! Long work on files beside the thread that holds the engine, which goes on meanwhile.
//!
//! What the work needs of the store is given to it; it never asks the engine. Whoever gives up waiting stops it: it ends at
//! its next step. Invariant: the profile's lock is held until it has ended, so nobody else is in the folder while it works.

use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::watch;

use crate::lock::FolderLock;

/// How work says how far it is, and hears whether it is still wanted.
pub(crate) struct Told(watch::Sender<(u64, u64)>);

impl Told {
    /// So much of so much is done. A break where nobody waits for it any more.
    pub fn at(&self, done: u64, of: u64) -> ControlFlow<()> {
        match self.0.send((done, of)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Does work on a thread for such, and tells here how far it is. Needs a tokio runtime.
pub(crate) async fn aside<T: Send + 'static>(
    lock: Arc<FolderLock>,
    work: impl FnOnce(&Told) -> T + Send + 'static,
    mut progress: impl FnMut(u64, u64),
) -> T {
    let (tell, mut told) = watch::channel((0, 0));
    let mut task = tokio::task::spawn_blocking(move || {
        let done = work(&Told(tell));
        drop(lock);
        done
    });
    loop {
        tokio::select! {
            ended = &mut task => match ended.map_err(tokio::task::JoinError::try_into_panic) {
                Ok(done) => return done,
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                // The runtime ends before it was begun, and this with it.
                Err(Err(_)) => std::future::pending().await,
            },
            Ok(()) = told.changed() => {
                let (done, of) = *told.borrow_and_update();
                progress(done, of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    fn lock(folder: &std::path::Path) -> Arc<FolderLock> {
        Arc::new(FolderLock::take(folder, Duration::ZERO).unwrap())
    }

    #[tokio::test]
    async fn the_thread_goes_on_meanwhile_and_hears_how_far_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (go_on, may_go_on) = mpsc::channel();
        let work = aside(
            lock(folder.path()),
            move |told| {
                let first = told.at(1, 2);
                may_go_on.recv().unwrap();
                first
            },
            move |done, of| go_on.send((done, of)).unwrap(),
        );
        assert_eq!(work.await, ControlFlow::Continue(()));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_ends_and_only_then_the_profile_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let (begun, has_begun) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        let (end, may_end) = mpsc::channel();
        let work = aside(
            lock(folder.path()),
            move |told| {
                begun.send(()).unwrap();
                while told.at(0, 0).is_continue() {}
                ended.send(()).unwrap();
                may_end.recv().unwrap();
            },
            |_, _| {},
        );
        let given_up = tokio::time::timeout(Duration::from_millis(20), work).await;
        assert!(given_up.is_err());
        has_begun.recv().unwrap();
        has_ended.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(FolderLock::take(folder.path(), Duration::ZERO).is_err());
        end.send(()).unwrap();
        FolderLock::take(folder.path(), Duration::from_secs(30)).unwrap();
    }
}
