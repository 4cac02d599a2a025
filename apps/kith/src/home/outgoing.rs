//! The bounded queue between the writer and one connection: frames in portions, all that a flush of the
//! writer has for it at once.
//!
//! Answers are bounded by the window of requests under way, which the connection keeps; pushes by
//! their number and bytes; and all that lies in all queues together by [`Unsent`]. A reader that lets
//! pushes pile up is cut off and comes back with its cursor; so is the one that holds most, where all
//! hold too much. Invariant: the writer never waits for a connection.

use axum::body::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Pushes in the queue at most.
const MAX_PUSHES: usize = 1_024;
/// Bytes of pushes in the queue at most.
const MAX_PUSHED_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of memory that the queues of all connections may cost together.
const MAX_UNSENT_BYTES: usize = 128 * 1024 * 1024;
/// How much less they cost when enough were let go of.
const RELIEF_BYTES: usize = MAX_UNSENT_BYTES / 8;
/// What a frame costs beside its bytes.
const FRAME_BYTES: usize = 256;

/// What a flush has for a connection. In a box, because a channel has room for 32 of what it carries from the start,
/// and most connections are idle.
type Portion = Box<Vec<Frame>>;

/// A frame on its way out.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) bytes: Bytes,
    pub(super) kind: FrameKind,
    /// Its share of the memory that its bytes take, where others get the same.
    pub(super) cost: usize,
}

/// Why a frame goes out, which tells what it frees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// An answer: the request's share of the window.
    Answer { weight: u32 },
    /// A push: its bytes.
    Push,
}

impl Frame {
    /// An answer, with the request's share of the window.
    pub(super) fn answer(bytes: Bytes, weight: u32) -> Self {
        Self {
            cost: bytes.len() + FRAME_BYTES,
            bytes,
            kind: FrameKind::Answer { weight },
        }
    }

    /// A push that so many get.
    pub(super) fn push(bytes: Bytes, among: usize) -> Self {
        Self {
            cost: bytes.len().div_ceil(among.max(1)) + FRAME_BYTES,
            bytes,
            kind: FrameKind::Push,
        }
    }
}

/// How many bytes of memory the queues of all connections cost.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsent(Arc<AtomicUsize>);

impl Unsent {
    /// Whether somebody has to be let go of.
    pub(super) fn is_too_much(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MAX_UNSENT_BYTES
    }

    /// Whether enough were let go of.
    pub(super) fn is_enough_less(&self) -> bool {
        self.0.load(Ordering::Relaxed) <= MAX_UNSENT_BYTES - RELIEF_BYTES
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    fn subtract(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What lies in one queue.
#[derive(Debug)]
struct Lying {
    pushes: AtomicUsize,
    pushed_bytes: AtomicUsize,
    bytes: AtomicUsize,
    all: Unsent,
}

impl Lying {
    fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.all.add(bytes);
    }

    /// What was given up is not counted any more.
    fn subtract(&self, bytes: usize) {
        let less = |lying: usize| Some(lying.saturating_sub(bytes));
        let order = Ordering::Relaxed;
        let before = self.bytes.fetch_update(order, order, less);
        self.all.subtract(before.unwrap_or_default().min(bytes));
    }

    fn give_up(&self) {
        self.all.subtract(self.bytes.swap(0, Ordering::Relaxed));
    }
}

impl Drop for Lying {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// The end of whoever has something to say.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    portions: mpsc::UnboundedSender<Portion>,
    lying: Arc<Lying>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) portions: mpsc::UnboundedReceiver<Portion>,
    lying: Arc<Lying>,
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

/// Makes a queue, of which `all` counts the bytes too.
pub(super) fn queue(all: &Unsent) -> Ends {
    let (sender, portions) = mpsc::unbounded_channel();
    let (hold, let_go) = oneshot::channel();
    let lying = Arc::new(Lying {
        pushes: AtomicUsize::new(0),
        pushed_bytes: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
        all: all.clone(),
    });
    Ends {
        outgoing: Outgoing {
            portions: sender,
            lying: Arc::clone(&lying),
        },
        hold,
        queue: Queue { portions, lying },
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
            let waiting = self.lying.pushes.fetch_add(count, Ordering::Relaxed);
            let waiting_bytes = self.lying.pushed_bytes.fetch_add(bytes, Ordering::Relaxed);
            if waiting + count > MAX_PUSHES || waiting_bytes + bytes > MAX_PUSHED_BYTES {
                return Err(Full);
            }
        }
        let cost = frames.iter().map(|frame| frame.cost).sum();
        // Before whoever takes it can count it as sent.
        self.lying.add(cost);
        self.portions.send(Box::new(frames)).map_err(|_| {
            self.lying.subtract(cost);
            Full
        })
    }

    /// Bytes of memory that the queue costs.
    pub(super) fn lying_bytes(&self) -> usize {
        self.lying.bytes.load(Ordering::Relaxed)
    }

    /// Counts nothing of it any more: the connection is let go of, and drops it.
    pub(super) fn give_up(&self) {
        self.lying.give_up();
    }
}

impl Queue {
    /// Notes that frames have left the queue; their bytes are still in memory.
    pub(super) fn left(&self, frames: &[Frame]) {
        let (count, bytes) = pushes(frames);
        self.lying.pushes.fetch_sub(count, Ordering::Relaxed);
        self.lying.pushed_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Notes that frames of this cost are not in memory any more.
    pub(super) fn sent(&self, cost: usize) {
        self.lying.subtract(cost);
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.lying.give_up();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(count: usize, bytes: usize, kind: FrameKind) -> Vec<Frame> {
        let frame = || Frame {
            bytes: Bytes::from(vec![0; bytes]),
            kind,
            cost: bytes,
        };
        (0..count).map(|_| frame()).collect()
    }

    #[test]
    fn pushes_are_bounded_by_bytes_and_room_comes_back() {
        let mut ends = queue(&Unsent::default());
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
        let ends = queue(&Unsent::default());
        let answer = || frames(256, 1, FrameKind::Answer { weight: 1 });
        assert_eq!(ends.outgoing.send(answer()), Ok(()));
        let sent = (0..2_000)
            .take_while(|_| ends.outgoing.send(frames(3, 0, FrameKind::Push)).is_ok())
            .count();
        assert_eq!(sent, MAX_PUSHES / 3);
        assert_eq!(ends.outgoing.send(answer()), Ok(()));
    }

    #[test]
    fn what_lies_in_all_queues_is_counted_until_it_is_sent_or_given_up() {
        let all = Unsent::default();
        let (ends, mut other) = (queue(&all), queue(&all));
        let answer = |bytes| frames(2, bytes, FrameKind::Answer { weight: 1 });
        ends.outgoing.send(answer(100)).unwrap();
        other.outgoing.send(answer(MAX_UNSENT_BYTES / 2)).unwrap();
        assert!(all.is_too_much());
        assert_eq!(ends.outgoing.lying_bytes(), 200);
        let portion = other.queue.portions.try_recv().unwrap();
        other.queue.left(&portion);
        assert!(all.is_too_much(), "it is still in memory");
        other.queue.sent(MAX_UNSENT_BYTES / 2);
        assert!(!all.is_too_much());
        other.outgoing.give_up();
        other.queue.sent(MAX_UNSENT_BYTES / 2);
        assert_eq!(all.0.load(Ordering::Relaxed), 200);
        drop(ends);
        drop(other);
        assert_eq!(all.0.load(Ordering::Relaxed), 0);
    }
}
