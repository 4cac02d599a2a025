//! What goes out on one connection: the frames that are queued, all that are there before each flush,
//! and pings.
//!
//! Sending can be interrupted at any point and goes on where it was.

use super::outgoing::{Frame, FrameKind, Queue};
use super::wire::{HEAVY_BYTES, PIECE_BYTES};
use axum::body::Bytes;
use futures_util::{Sink, SinkExt};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, Interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as WireFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// How often the home asks whether somebody is there.
const PING_EVERY: Duration = Duration::from_secs(30);

/// What has gone is noted in portions of so many bytes, since all connections count together.
const COUNTED_AT_ONCE: usize = 64 * 1024;

/// Why nothing more is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// There is nobody to send to, or nothing to be sent ever.
    Gone,
    /// The other side takes nothing, and what waits for it would lie in memory for as long as it likes.
    Stuck,
}

/// What the two directions of a connection tell each other.
#[derive(Debug)]
pub(super) struct Flow {
    /// How much may be under way.
    pub(super) window: Semaphore,
    /// Whether so much went at once that its buffers are worth giving back.
    pub(super) heavy: AtomicBool,
    /// Whether everything that was to be sent is sent.
    pub(super) sent: AtomicBool,
}

/// What is still to be sent.
pub(super) struct Sending {
    queue: Queue,
    portion: std::vec::IntoIter<Frame>,
    /// The frame of which something is still to go, and where that begins.
    begun: Option<(Frame, usize)>,
    /// What those frames of the portion cost that have gone.
    gone: usize,
    /// Bytes that lie in the WebSocket's buffer, at most.
    gathered: usize,
    ping: Interval,
    /// How long the other side may take nothing.
    patience: Duration,
}

impl Sending {
    pub(super) fn new(queue: Queue, patience: Duration) -> Self {
        Self {
            queue,
            portion: Vec::new().into_iter(),
            begun: None,
            gone: 0,
            gathered: 0,
            ping: tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY),
            patience,
        }
    }

    /// Sends until it is over.
    pub(super) async fn run<S: Sink<Message> + Unpin>(
        &mut self,
        sink: &mut S,
        flow: &Flow,
    ) -> Over {
        loop {
            match self.step(sink, flow).await {
                Ok(()) => {}
                Err(over) => return over,
            }
        }
    }

    /// Sends all that is there, then waits for more.
    async fn step<S: Sink<Message> + Unpin>(
        &mut self,
        sink: &mut S,
        flow: &Flow,
    ) -> Result<(), Over> {
        while self.begin_next() {
            // Without room first, a piece could get lost between its taking and its sending.
            self.taken(poll_fn(|cx| sink.poll_ready_unpin(cx))).await?;
            let Some(piece) = self.next_piece(flow) else {
                break;
            };
            self.gathered += length(&piece);
            if self.gathered > HEAVY_BYTES {
                flow.heavy.store(true, Ordering::Relaxed);
            }
            sink.start_send_unpin(piece).map_err(|_| Over::Gone)?;
        }
        self.queue.sent(std::mem::take(&mut self.gone));
        if let Ok(portion) = self.queue.portions.try_recv() {
            self.take(*portion);
            return Ok(());
        }
        self.taken(sink.flush()).await?;
        self.gathered = 0;
        flow.sent.store(true, Ordering::Relaxed);
        tokio::select! {
            portion = self.queue.portions.recv() => {
                flow.sent.store(false, Ordering::Relaxed);
                self.take(*portion.ok_or(Over::Gone)?);
            }
            _ = self.ping.tick() => {
                flow.sent.store(false, Ordering::Relaxed);
                self.taken(poll_fn(|cx| sink.poll_ready_unpin(cx))).await?;
                let ping = Message::Ping(Bytes::new());
                sink.start_send_unpin(ping).map_err(|_| Over::Gone)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, portion: Vec<Frame>) {
        self.queue.left(&portion);
        self.portion = portion.into_iter();
    }

    /// Whether a frame has gone in part: no other message may come now.
    pub(super) fn is_within_a_message(&self) -> bool {
        self.begun.as_ref().is_some_and(|(_, from)| *from > 0)
    }

    /// Whether there is something of this portion that is still to go.
    fn begin_next(&mut self) -> bool {
        if self.begun.is_none() {
            self.begun = self.portion.next().map(|frame| (frame, 0));
        }
        self.begun.is_some()
    }

    /// The next piece of the frame that was begun (RFC 6455, 5.4).
    fn next_piece(&mut self, flow: &Flow) -> Option<Message> {
        let (frame, from) = self.begun.take()?;
        let until = from + PIECE_BYTES;
        if frame.bytes.len() > until {
            let sent = piece(&frame.bytes.slice(from..until), from == 0, false);
            self.begun = Some((frame, until));
            return Some(sent);
        }
        let Frame { bytes, kind, cost } = frame;
        if let FrameKind::Answer { weight } = kind {
            flow.window.add_permits(weight as usize);
        }
        self.gone += cost;
        if self.gone >= COUNTED_AT_ONCE {
            self.queue.sent(std::mem::take(&mut self.gone));
        }
        Some(match from {
            0 => Message::Binary(bytes),
            _ => piece(&bytes.slice(from..), false, true),
        })
    }

    /// Waits until the other side has taken something.
    async fn taken<E>(&self, sending: impl Future<Output = Result<(), E>>) -> Result<(), Over> {
        match timeout(self.patience, sending).await {
            Ok(sent) => sent.map_err(|_| Over::Gone),
            Err(_) => Err(Over::Stuck),
        }
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Frame(piece) => piece.payload().len(),
        whole => whole.len(),
    }
}

/// One of several frames of a message. A copy: the last one that is not taken stays with the connection while
/// that is closed, and must not keep all of the message in memory, which by then nobody counts.
fn piece(bytes: &[u8], is_first: bool, is_last: bool) -> Message {
    let kind = if is_first {
        Data::Binary
    } else {
        Data::Continue
    };
    let bytes = Bytes::copy_from_slice(bytes);
    Message::Frame(WireFrame::message(bytes, OpCode::Data(kind), is_last))
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::{self, Unsent};
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// The way to somebody who does not read.
    struct Stuck;

    impl Sink<Message> for Stuck {
        type Error = ();

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn start_send(self: Pin<&mut Self>, _: Message) -> Result<(), ()> {
            Err(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Pending
        }
    }

    /// The way to somebody to whom only every other attempt gets on, and the others must be given up.
    #[derive(Default)]
    struct Narrow {
        attempts: usize,
        lengths: Vec<usize>,
    }

    impl Sink<Message> for Narrow {
        type Error = ();

        fn poll_ready(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            self.attempts += 1;
            if self.attempts.is_multiple_of(2) {
                return Poll::Ready(Ok(()));
            }
            Poll::Pending
        }

        fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), ()> {
            self.lengths.push(length(&message));
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn flow() -> Flow {
        Flow {
            window: Semaphore::new(0),
            heavy: AtomicBool::new(false),
            sent: AtomicBool::new(false),
        }
    }

    fn frames(count: usize, bytes: usize) -> Vec<Frame> {
        let frame = |of: usize| Frame {
            bytes: Bytes::from(vec![of as u8; bytes]),
            cost: bytes,
            kind: FrameKind::Answer { weight: 1 },
        };
        (0..count).map(frame).collect()
    }

    #[tokio::test]
    async fn who_takes_nothing_is_let_go_of() {
        let ends = outgoing::queue(&Unsent::default());
        ends.outgoing.send(frames(1, 4)).unwrap();
        let flow = flow();
        let mut sending = Sending::new(ends.queue, Duration::from_millis(20));
        assert_eq!(sending.run(&mut Stuck, &flow).await, Over::Stuck);
        assert_eq!(flow.window.available_permits(), 0);
        assert!(!flow.sent.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn what_is_interrupted_goes_on_where_it_was() {
        let ends = outgoing::queue(&Unsent::default());
        ends.outgoing.send(frames(5, 4)).unwrap();
        ends.outgoing.send(frames(1, 2 * PIECE_BYTES + 1)).unwrap();
        let flow = flow();
        let mut sending = Sending::new(ends.queue, Duration::from_secs(60));
        let mut sink = Narrow::default();
        while sink.lengths.len() < 8 {
            let cut = Duration::from_millis(5);
            let _ = timeout(cut, sending.run(&mut sink, &flow)).await;
        }
        assert_eq!(sink.lengths, [4, 4, 4, 4, 4, PIECE_BYTES, PIECE_BYTES, 1]);
        let _ = timeout(Duration::from_millis(5), sending.run(&mut sink, &flow)).await;
        assert_eq!(flow.window.available_permits(), 6);
        assert!(flow.heavy.load(Ordering::Relaxed) && flow.sent.load(Ordering::Relaxed));
    }
}
