//! One connection: frames in, the first stage, the writer, frames out, pings.
//!
//! | what happens | close code |
//! |---|---|
//! | the home stops | 1001 |
//! | a text frame | 1003, after an `Invalid` |
//! | a message longer than any frame, or no WebSocket message | 1002, after an `Invalid` |
//! | the store failed | 1011 |
//! | the reader fell behind, or has most in memory where all have too much | 1013 |
//! | a long message found no room for 30 seconds, or came too slowly | 1013 |
//! | nothing of what is sent was taken for 90 seconds | 1013 |
//! | no life for 90 seconds | none, the connection is dropped |

use super::limits::Guest;
use super::outgoing::{self, Ends, Frame, Outgoing};
use super::sending::{Flow, Over, Sending};
use super::server::Shared;
use super::waiting::Waiter;
use super::wire::{self, Course, Halves, WireSink, WireStream};
use super::writer::ToWriter;
use axum::body::Bytes;
use futures_util::{SinkExt, StreamExt};
use home_core::{ConnectionId, admit};
use hyper::upgrade::Upgraded;
use protocol::frame::Response;
use protocol::id::Nonce;
use protocol::refusal::HomeError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

/// How long a connection may show no life.
const SILENCE: Duration = Duration::from_secs(90);
/// How long a connection that is heavy must be quiet to give its buffers back.
const QUIET: Duration = Duration::from_secs(2);
/// How often it is looked whether a message gets on.
const WATCHING: Duration = Duration::from_secs(10);
/// How long nothing must come then, were it only pings, to be sure that nothing was read that is still to be got.
const BREATH: Duration = Duration::from_millis(1);
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
    /// Not at all: its buffers are worth giving back, and nothing is in them that was read.
    Light,
}

/// Serves one connection until it ends.
pub(super) async fn serve(stream: Upgraded, shared: Arc<Shared>, guest: Guest) {
    let mut nonce = [0; 32];
    if getrandom::fill(&mut nonce).is_err() {
        // Without randomness no proof can be bound to this connection.
        tracing::error!("the system gives no randomness");
        return;
    }
    let nonce = Nonce::new(nonce);
    let connection = shared.next_connection();
    let ends = outgoing::queue(&shared.unsent);
    let Ends {
        outgoing,
        hold,
        queue,
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
    let room = Arc::clone(&shared.room);
    let (halves, course) = wire::begin(stream, room, guest.network()).await;
    let flow = Flow {
        window: Semaphore::new(WINDOW as usize),
        heavy: AtomicBool::new(false),
        sent: AtomicBool::new(true),
    };
    let mut sending = Sending::new(queue, SILENCE);
    let mut reader = Reader {
        connection,
        nonce,
        shared: &shared,
        guest,
        flow: &flow,
        outgoing,
        course: &course,
        alive: Instant::now(),
        asked: Instant::now(),
    };
    let both = until_it_ends(halves, &mut reader, &mut sending, let_go).await;
    drop(reader);
    if let Some((mut sink, end)) = both {
        if let End::Closed(CloseCode::Away) = end {
            // The writer has flushed and let go; what it answered still goes out.
            let _ = timeout(LAST_WORDS, sending.run(&mut sink, &flow)).await;
        }
        let is_within = sending.is_within_a_message();
        // What lies there is not to wait for somebody who may take nothing.
        drop(sending);
        close(&mut sink, end, is_within).await;
    }
    let _ = shared
        .writer
        .send(ToWriter::Waiter(connection, Waiter::Gone))
        .await;
}

/// Reads and sends until the connection ends, over as many WebSockets as it takes; what is left of the
/// last of them, and how it ends.
async fn until_it_ends(
    (mut sink, mut stream): Halves,
    reader: &mut Reader<'_>,
    sending: &mut Sending,
    mut let_go: oneshot::Receiver<()>,
) -> Option<(WireSink, End)> {
    let flow = reader.flow;
    loop {
        let end = tokio::select! {
            end = reader.read(&mut stream) => end,
            over = sending.run(&mut sink, flow) => match over {
                Over::Gone => End::Gone,
                Over::Stuck => End::Closed(CloseCode::Again),
            },
            _ = &mut let_go => reader.shared.why_let_go(),
        };
        if !matches!(end, End::Light) {
            return Some((sink, end));
        }
        // What is on its way out belongs to the buffers. Meanwhile nothing is read.
        let begun = Instant::now();
        let flushed = tokio::select! {
            flushed = timeout(CLOSING, Box::pin(all_out(&mut sink))) => flushed,
            _ = &mut let_go => return Some((sink, reader.shared.why_let_go())),
        };
        reader.alive += begun.elapsed();
        match flushed {
            Ok(Ok(())) => {
                flow.heavy.store(false, Ordering::Relaxed);
                (sink, stream) = Box::pin(wire::made_anew((sink, stream))).await?;
            }
            Ok(Err(_)) => return Some((sink, End::Gone)),
            // Who takes nothing while sending would wait for the home, and the home for them.
            Err(_) => {
                flow.heavy.store(true, Ordering::Relaxed);
                reader.course.go_on();
            }
        }
    }
}

/// Flushes, twice: the answer to a ping that found no room in the buffer lies there only after the first.
async fn all_out(sink: &mut WireSink) -> Result<(), tungstenite::Error> {
    sink.flush().await?;
    sink.flush().await
}

impl Shared {
    fn why_let_go(&self) -> End {
        End::Closed(if self.is_stopping() {
            CloseCode::Away
        } else if self.writer.is_closed() {
            CloseCode::Error
        } else {
            CloseCode::Again
        })
    }
}

struct Reader<'a> {
    connection: ConnectionId,
    nonce: Nonce,
    shared: &'a Shared,
    guest: Guest,
    flow: &'a Flow,
    outgoing: Outgoing,
    course: &'a Course,
    /// When anything was got last.
    alive: Instant,
    /// When anything was asked last.
    asked: Instant,
}

impl Reader<'_> {
    async fn read(&mut self, stream: &mut WireStream) -> End {
        loop {
            if self.course.is_full() {
                return End::Light;
            }
            let is_heavy = self.flow.heavy.load(Ordering::Relaxed);
            let patience = if is_heavy {
                QUIET.saturating_sub(self.asked.elapsed()).max(BREATH)
            } else if self.course.is_between_messages() {
                SILENCE
            } else {
                WATCHING
            };
            let Ok(next) = timeout(patience, stream.next()).await else {
                if self.course.has_moved() {
                    self.alive = Instant::now();
                }
                if self.alive.elapsed() >= SILENCE {
                    return End::Gone;
                }
                if is_heavy && self.course.is_between_messages() && self.nothing_is_under_way() {
                    return End::Light;
                }
                self.asked = Instant::now();
                continue;
            };
            match next {
                Some(Ok(Message::Binary(bytes))) => {
                    if let Some(end) = self.ask(&bytes).await {
                        return end;
                    }
                }
                Some(Ok(Message::Text(_))) => {
                    return End::Broken(CloseCode::Unsupported, "frames are binary");
                }
                // They cost little, but whoever sends nothing else would send them without a limit.
                Some(Ok(Message::Ping(bytes) | Message::Pong(bytes))) => {
                    self.guest.wrote(bytes.len()).await;
                }
                Some(Ok(Message::Frame(_))) => {}
                Some(Err(_)) if self.course.is_refused() => {
                    self.shared.metrics.long_messages_refused.inc();
                    return End::Closed(CloseCode::Again);
                }
                // Too long, broken or gone: whoever is still there is told, then closed.
                Some(Err(_)) => return End::Broken(CloseCode::Protocol, UNREADABLE),
                Some(Ok(Message::Close(_))) | None => return End::Gone,
            }
            // However long that took, meanwhile nothing was read.
            self.alive = Instant::now();
            self.course.has_moved();
        }
    }

    async fn ask(&mut self, bytes: &Bytes) -> Option<End> {
        self.asked = Instant::now();
        self.guest.wrote(bytes.len()).await;
        if !self.course.is_full() {
            return self.frame(bytes).await;
        }
        // The room of a long message is not to be held by answers that nobody takes.
        let asked = timeout(SILENCE, Box::pin(self.frame(bytes))).await;
        asked.unwrap_or(Some(End::Closed(CloseCode::Again)))
    }

    fn nothing_is_under_way(&self) -> bool {
        let answered = self.flow.window.available_permits() == WINDOW as usize;
        answered && self.flow.sent.load(Ordering::Relaxed)
    }

    async fn frame(&mut self, bytes: &Bytes) -> Option<End> {
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
                self.flow.window.acquire_many(weight).await.ok()?.forget();
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
        self.flow.window.acquire().await.ok()?.forget();
        let frame = Frame::answer(Response::Error(error).to_frame(id).into(), 1);
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

/// Closes; within a message there is nothing else to be said any more.
async fn close(sink: &mut WireSink, end: End, is_within_a_message: bool) {
    let (code, what) = match end {
        End::Gone | End::Light => return,
        End::Closed(code) => (code, None),
        End::Broken(code, what) => (code, Some(what)),
    };
    let say = async {
        if let Some(what) = what.filter(|_| !is_within_a_message) {
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
