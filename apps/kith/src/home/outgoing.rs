//! The bounded queue between the writer and one connection: frames in portions, all that a flush of the
//! writer has for it at once.
//!
//! Answers are bounded by the window of requests under way, which the connection keeps; pushes by
//! their number and bytes. A reader that lets pushes pile up is cut off and comes back with its
//! cursor. Invariant: the writer never waits for a connection.

use axum::body::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Pushes in the queue at most.
const MAX_PUSHES: usize = 1_024;
/// Bytes of pushes in the queue at most.
const MAX_PUSHED_BYTES: usize = 4 * 1024 * 1024;

/// What a flush has for a connection. In a box, because a channel has room for 32 of what it carries from the start,
/// and most connections are idle.
type Portion = Box<Vec<Frame>>;

/// A frame on its way out.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) bytes: Bytes,
    pub(super) kind: FrameKind,
}

/// Why a frame goes out, which tells what it frees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// An answer: the request's share of the window.
    Answer { weight: u32 },
    /// A push: its bytes.
    Push,
}

/// What lies in the queue of pushes.
#[derive(Debug, Default)]
struct Pushes {
    count: AtomicUsize,
    bytes: AtomicUsize,
}

/// The end of whoever has something to say.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    portions: mpsc::UnboundedSender<Portion>,
    pushes: Arc<Pushes>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) portions: mpsc::UnboundedReceiver<Portion>,
    pushes: Arc<Pushes>,
}

/// Everything that a connection gets of its queue.
#[derive(Debug)]
pub(super) struct Ends {
    /// For the writer, and for the connection's own refusals.
    pub(super) outgoing: Outgoing,
    /// For the writer to hold: the connection sees it go and closes.
    pub(super) hold: oneshot::Sender<()>,
    /// For the connection to read.
    pub(super) queue: Queue,
    /// Ends when the writer has let go of the connection.
    pub(super) let_go: oneshot::Receiver<()>,
}

/// The queue has no room; the connection is to be let go of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// Makes a queue.
pub(super) fn queue() -> Ends {
    let (sender, portions) = mpsc::unbounded_channel();
    let (hold, let_go) = oneshot::channel();
    let pushes = Arc::new(Pushes::default());
    Ends {
        outgoing: Outgoing {
            portions: sender,
            pushes: Arc::clone(&pushes),
        },
        hold,
        queue: Queue { portions, pushes },
        let_go,
    }
}

/// How many pushes are among some frames, and their bytes.
fn pushes(frames: &[Frame]) -> (usize, usize) {
    let pushes = frames.iter().filter(|frame| frame.kind == FrameKind::Push);
    pushes.fold((0, 0), |(count, bytes), frame| {
        (count + 1, bytes + frame.bytes.len())
    })
}

impl Outgoing {
    /// Puts frames into the queue.
    ///
    /// # Errors
    /// [`Full`], also if the connection is gone.
    pub(super) fn send(&self, frames: Vec<Frame>) -> Result<(), Full> {
        let (count, bytes) = pushes(&frames);
        if count > 0 {
            let waiting = self.pushes.count.fetch_add(count, Ordering::Relaxed);
            let waiting_bytes = self.pushes.bytes.fetch_add(bytes, Ordering::Relaxed);
            if waiting + count > MAX_PUSHES || waiting_bytes + bytes > MAX_PUSHED_BYTES {
                return Err(Full);
            }
        }
        self.portions.send(Box::new(frames)).map_err(|_| Full)
    }
}

impl Queue {
    /// Notes that frames have left the queue.
    pub(super) fn left(&self, frames: &[Frame]) {
        let (count, bytes) = pushes(frames);
        self.pushes.count.fetch_sub(count, Ordering::Relaxed);
        self.pushes.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(count: usize, bytes: usize, kind: FrameKind) -> Vec<Frame> {
        let frame = || Frame {
            bytes: Bytes::from(vec![0; bytes]),
            kind,
        };
        (0..count).map(|_| frame()).collect()
    }

    #[test]
    fn pushes_are_bounded_by_bytes_and_room_comes_back() {
        let mut ends = queue();
        let push = || frames(1, 1024 * 1024, FrameKind::Push);
        for _ in 0..4 {
            assert_eq!(ends.outgoing.send(push()), Ok(()));
        }
        let portion = ends.queue.portions.try_recv().unwrap();
        ends.queue.left(&portion);
        assert_eq!(ends.outgoing.send(push()), Ok(()));
        assert_eq!(ends.outgoing.send(push()), Err(Full));
    }

    #[test]
    fn pushes_are_bounded_by_number_and_answers_by_their_window_alone() {
        let ends = queue();
        let answer = || frames(256, 1, FrameKind::Answer { weight: 1 });
        assert_eq!(ends.outgoing.send(answer()), Ok(()));
        let sent = (0..2_000)
            .take_while(|_| ends.outgoing.send(frames(3, 0, FrameKind::Push)).is_ok())
            .count();
        assert_eq!(sent, MAX_PUSHES / 3);
        assert_eq!(ends.outgoing.send(answer()), Ok(()));
    }
}
