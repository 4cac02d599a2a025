//! One connection: frames in, the first stage, the writer, frames out, pings.
//!
//! | what happens | close code |
//! |---|---|
//! | the home stops | 1001 |
//! | a text frame | 1003, after an `Invalid` |
//! | a message longer than any frame, or no WebSocket message | 1002, after an `Invalid` |
//! | the store failed | 1011 |
//! | the reader fell behind | 1013 |
//! | nothing of what is sent was taken for 90 seconds | 1013 |
//! | no life for 90 seconds | none, the connection is dropped |

use super::limits::Guest;
use super::outgoing::{self, Ends, Frame, FrameKind, Outgoing, Queue};
use super::server::Shared;
use super::waiting::Waiter;
use super::writer::ToWriter;
use axum::body::Bytes;
use axum::extract::ws::{CloseCode, CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{Sink, SinkExt, StreamExt};
use home_core::{ConnectionId, admit};
use protocol::frame::{MAX_FRAME_BYTES, Response};
use protocol::id::Nonce;
use protocol::refusal::HomeError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// How often the home asks whether somebody is there.
const PING_EVERY: Duration = Duration::from_secs(30);
/// How long a connection may show no life.
const SILENCE: Duration = Duration::from_secs(90);
/// How long a close may take.
const CLOSING: Duration = Duration::from_secs(2);
/// How long the last answers may take once the home stops.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// The window: how much may be under way on one connection.
const WINDOW: u32 = 256;
/// Bytes of a request for each unit of the window.
const BYTES_PER_UNIT: usize = 32 * 1024;
/// Units of a request whose answer can hold a page.
const PAGE_UNITS: u32 = 32;
/// What the WebSocket itself does not take.
const UNREADABLE: &str = "the message is longer than any frame, or no WebSocket message";

/// How a connection ends.
enum End {
    /// The other side is gone or has closed.
    Gone,
    /// Closed by the home.
    Closed(CloseCode),
    /// Closed by the home after it said why.
    Broken(CloseCode, &'static str),
}

/// Serves one connection until it ends.
pub(super) async fn serve(socket: WebSocket, shared: Arc<Shared>, guest: Guest) {
    let mut nonce = [0; 32];
    if getrandom::fill(&mut nonce).is_err() {
        // Without randomness no proof can be bound to this connection.
        tracing::error!("the system gives no randomness");
        return;
    }
    let nonce = Nonce::new(nonce);
    let connection = shared.next_connection();
    let ends = outgoing::queue();
    let Ends {
        outgoing,
        hold,
        mut queue,
        let_go,
    } = ends;
    let connected = ToWriter::Connected {
        connection,
        nonce,
        outgoing: outgoing.clone(),
        hold,
    };
    if shared.writer.send(connected).await.is_err() {
        return;
    }
    let (mut sink, mut stream) = socket.split();
    let window = Semaphore::new(WINDOW as usize);
    let mut reader = Reader {
        connection,
        nonce,
        shared: &shared,
        guest,
        window: &window,
        outgoing,
    };
    let end = tokio::select! {
        end = reader.read(&mut stream) => end,
        end = write(&mut sink, &mut queue, &window, SILENCE) => end,
        _ = let_go => shared.why_let_go(),
    };
    drop(reader);
    if let End::Closed(close_code::AWAY) = end {
        // The writer has flushed and let go; what it answered still goes out.
        let _ = timeout(LAST_WORDS, write(&mut sink, &mut queue, &window, SILENCE)).await;
    }
    close(&mut sink, end).await;
    let _ = shared
        .writer
        .send(ToWriter::Waiter(connection, Waiter::Gone))
        .await;
}

impl Shared {
    fn why_let_go(&self) -> End {
        End::Closed(if self.is_stopping() {
            close_code::AWAY
        } else if self.writer.is_closed() {
            close_code::ERROR
        } else {
            close_code::AGAIN
        })
    }
}

struct Reader<'a> {
    connection: ConnectionId,
    nonce: Nonce,
    shared: &'a Shared,
    guest: Guest,
    window: &'a Semaphore,
    outgoing: Outgoing,
}

impl Reader<'_> {
    async fn read(&mut self, stream: &mut SplitStream<WebSocket>) -> End {
        loop {
            let Ok(next) = timeout(SILENCE, stream.next()).await else {
                return End::Gone;
            };
            match next {
                Some(Ok(Message::Binary(bytes))) => {
                    if let Some(end) = self.frame(&bytes).await {
                        return end;
                    }
                }
                Some(Ok(Message::Text(_))) => {
                    return End::Broken(close_code::UNSUPPORTED, "frames are binary");
                }
                // They cost little, but whoever sends nothing else would send them without a limit.
                Some(Ok(Message::Ping(bytes) | Message::Pong(bytes))) => {
                    self.guest.wrote(bytes.len()).await;
                }
                // Too long, broken or gone: whoever is still there is told, then closed.
                Some(Err(_)) => return End::Broken(close_code::PROTOCOL, UNREADABLE),
                Some(Ok(Message::Close(_))) | None => return End::Gone,
            }
        }
    }

    async fn frame(&mut self, bytes: &Bytes) -> Option<End> {
        self.guest.wrote(bytes.len()).await;
        match admit(bytes, &self.shared.home, &self.nonce) {
            Ok((id, request)) => {
                let kind = request.kind();
                self.shared.metrics.requested(kind);
                if let Err(after_ms) = self.shared.limits.request(&self.guest, kind) {
                    self.shared.metrics.limited_requests.inc();
                    return self.refuse(id, HomeError::Retry { after_ms }).await;
                }
                let weight = weight(bytes.len(), request.is_answered_at_length());
                // Waiting here stops reading, and the other side's sending in turn.
                self.window.acquire_many(weight).await.ok()?.forget();
                let place = Arc::clone(&self.shared.waiting);
                let waiter = Waiter::Request {
                    id,
                    request,
                    weight,
                    place: place.acquire_many_owned(weight).await.ok()?,
                };
                let request = ToWriter::Waiter(self.connection, waiter);
                let gone = self.shared.writer.send(request).await.is_err();
                gone.then(|| self.shared.why_let_go())
            }
            Err((id, error)) => {
                self.shared.metrics.invalid.inc();
                tracing::debug!("a frame was refused");
                self.shared.limits.invalid(&self.guest).await;
                self.refuse(id, error).await
            }
        }
    }

    async fn refuse(&mut self, id: u64, error: HomeError) -> Option<End> {
        // Waiting here keeps whoever reads no refusals from filling the queue with them.
        self.window.acquire().await.ok()?.forget();
        let frame = Frame {
            bytes: Response::Error(error).to_frame(id).into(),
            kind: FrameKind::Answer { weight: 1 },
        };
        let sent = self.outgoing.send(vec![frame]);
        sent.is_err().then_some(End::Gone)
    }
}

/// A request's share of the window.
fn weight(bytes: usize, answered_at_length: bool) -> u32 {
    let own = u32::try_from(bytes / BYTES_PER_UNIT).unwrap_or(WINDOW) + 1;
    let answer = if answered_at_length { PAGE_UNITS } else { 1 };
    own.max(answer).min(WINDOW)
}

/// Sends what is queued, all that is there before each flush, and pings. Whoever takes nothing for as long
/// as `patience` is let go of: what waits for them would lie in memory for as long as they like.
async fn write<S: Sink<Message> + Unpin>(
    sink: &mut S,
    queue: &mut Queue,
    window: &Semaphore,
    patience: Duration,
) -> End {
    let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    loop {
        let mut next = tokio::select! {
            portion = queue.portions.recv() => match portion {
                Some(portion) => Some(portion),
                None => return End::Gone,
            },
            _ = ping.tick() => {
                if let Err(end) = taken(patience, sink.send(Message::Ping(Bytes::new()))).await {
                    return end;
                }
                None
            }
        };
        while let Some(portion) = next {
            queue.left(&portion);
            for frame in portion {
                let feed = sink.feed(Message::Binary(frame.bytes));
                if let Err(end) = taken(patience, feed).await {
                    return end;
                }
                if let FrameKind::Answer { weight } = frame.kind {
                    window.add_permits(weight as usize);
                }
            }
            next = queue.portions.try_recv().ok();
        }
        if let Err(end) = taken(patience, sink.flush()).await {
            return end;
        }
    }
}

/// Waits until the other side has taken something, or says how the connection ends.
async fn taken<E>(
    patience: Duration,
    sending: impl Future<Output = Result<(), E>>,
) -> Result<(), End> {
    match timeout(patience, sending).await {
        Ok(sent) => sent.map_err(|_| End::Gone),
        Err(_) => Err(End::Closed(close_code::AGAIN)),
    }
}

async fn close(sink: &mut SplitSink<WebSocket, Message>, end: End) {
    let (code, what) = match end {
        End::Gone => return,
        End::Closed(code) => (code, None),
        End::Broken(code, what) => (code, Some(what)),
    };
    let say = async {
        if let Some(what) = what {
            let what = what.to_owned();
            let error = Response::Error(HomeError::Invalid { what });
            sink.feed(Message::Binary(error.to_frame(0).into())).await?;
        }
        let reason = Utf8Bytes::from_static("");
        sink.send(Message::Close(Some(CloseFrame { code, reason })))
            .await
    };
    // The other side may be long gone; nothing depends on this.
    let _ = timeout(CLOSING, say).await;
}

/// The longest message that the WebSocket takes: what is longer is never held in memory.
pub(super) const MAX_MESSAGE_BYTES: usize = MAX_FRAME_BYTES;

#[cfg(test)]
mod tests {
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

    #[tokio::test]
    async fn who_takes_nothing_is_let_go_of_with_the_code_for_slow_readers() {
        let mut ends = outgoing::queue();
        let frame = Frame {
            bytes: Bytes::from_static(b"page"),
            kind: FrameKind::Answer { weight: 1 },
        };
        ends.outgoing.send(vec![frame]).unwrap();
        let window = Semaphore::new(0);
        let patience = Duration::from_millis(20);
        let end = write(&mut Stuck, &mut ends.queue, &window, patience).await;
        assert!(matches!(end, End::Closed(close_code::AGAIN)));
        assert_eq!(window.available_permits(), 0);
    }
}
