//! The bounded queue between the writer and one connection.
//!
//! Answers are bounded by the window of requests under way, which the connection keeps; pushes by
//! their number and bytes. A reader that lets pushes pile up is cut off and comes back with its
//! cursor. Invariant: the writer never waits for a connection.

use axum::body::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Frames in the queue at most.
const MAX_FRAMES: usize = 1_024;
/// Bytes of pushes in the queue at most.
const MAX_PUSHED_BYTES: usize = 4 * 1024 * 1024;

/// A frame on its way out.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) bytes: Bytes,
    pub(super) kind: FrameKind,
}

/// Why a frame goes out, which tells what it frees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// An answer of the writer: the request's share of the window.
    Answer { weight: u32 },
    /// A push: its bytes.
    Push,
    /// An answer of the connection itself.
    Refusal,
}

/// The writer's end.
#[derive(Debug)]
pub(super) struct Outgoing {
    frames: mpsc::Sender<Frame>,
    pushed_bytes: Arc<AtomicUsize>,
    /// Held for its end: the connection sees it go and closes.
    _open: oneshot::Sender<()>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) frames: mpsc::Receiver<Frame>,
    pushed_bytes: Arc<AtomicUsize>,
}

/// Everything that a connection gets of its queue.
#[derive(Debug)]
pub(super) struct Ends {
    /// For the writer.
    pub(super) outgoing: Outgoing,
    /// For the connection's own refusals.
    pub(super) refusals: mpsc::Sender<Frame>,
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
    let (sender, frames) = mpsc::channel(MAX_FRAMES);
    let (open, let_go) = oneshot::channel();
    let pushed_bytes = Arc::new(AtomicUsize::new(0));
    Ends {
        outgoing: Outgoing {
            frames: sender.clone(),
            pushed_bytes: Arc::clone(&pushed_bytes),
            _open: open,
        },
        refusals: sender,
        queue: Queue {
            frames,
            pushed_bytes,
        },
        let_go,
    }
}

impl Outgoing {
    /// Puts a frame into the queue.
    ///
    /// # Errors
    /// [`Full`], also if the connection is gone.
    pub(super) fn send(&self, bytes: Bytes, kind: FrameKind) -> Result<(), Full> {
        if kind == FrameKind::Push {
            let before = self.pushed_bytes.fetch_add(bytes.len(), Ordering::Relaxed);
            if before + bytes.len() > MAX_PUSHED_BYTES {
                return Err(Full);
            }
        }
        self.frames
            .try_send(Frame { bytes, kind })
            .map_err(|_| Full)
    }
}

impl Queue {
    /// Notes that a frame has left the queue.
    pub(super) fn left(&self, frame: &Frame) {
        if frame.kind == FrameKind::Push {
            self.pushed_bytes
                .fetch_sub(frame.bytes.len(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_are_bounded_by_bytes_and_room_comes_back() {
        let mut ends = queue();
        let push = Bytes::from(vec![0; 1024 * 1024]);
        for _ in 0..4 {
            assert_eq!(ends.outgoing.send(push.clone(), FrameKind::Push), Ok(()));
        }
        let frame = ends.queue.frames.try_recv().unwrap();
        ends.queue.left(&frame);
        assert_eq!(ends.outgoing.send(push.clone(), FrameKind::Push), Ok(()));
        assert_eq!(ends.outgoing.send(push, FrameKind::Push), Err(Full));
    }

    #[test]
    fn frames_are_bounded_by_number() {
        let ends = queue();
        let sent = (0..2_000)
            .take_while(|_| ends.outgoing.send(Bytes::new(), FrameKind::Push).is_ok())
            .count();
        assert_eq!(sent, MAX_FRAMES);
    }
}
