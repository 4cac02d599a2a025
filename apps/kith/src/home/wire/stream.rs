//! The stream below a WebSocket: it knows where messages end, gives long ones room before it reads them, and
//! stops after each of them until the WebSocket's buffers are new.

use super::super::limits::Network;
use super::MAX_MESSAGE_BYTES;
use super::boundaries::{Boundaries, Reached};
use super::room::{Room, Taken};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a long message may take besides what its bytes do.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many bytes of a long message come in a second at least.
const SLOWEST_BYTES_A_SECOND: usize = 8 * 1024;
/// How long buffers are kept after a long message because they cannot be made anew.
const KEPT: Duration = Duration::from_secs(300);

/// What a connection and its stream tell each other.
#[derive(Debug, Default)]
pub(in crate::home) struct Course {
    between: AtomicBool,
    full: AtomicBool,
    refused: AtomicBool,
    moved: AtomicBool,
}

impl Course {
    /// Whether all that was read are whole messages.
    pub(in crate::home) fn is_between_messages(&self) -> bool {
        self.between.load(Ordering::Relaxed)
    }

    /// Whether a long message was the last that was read, and nothing follows until the buffers are new.
    pub(in crate::home) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Lets the stream read on although the buffers are not new.
    pub(in crate::home) fn go_on(&self) {
        self.full.store(false, Ordering::Relaxed);
    }

    /// Whether reading failed because a long message found no room, or took too long.
    pub(in crate::home) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Whether anything came since this was asked last, were it a byte.
    pub(in crate::home) fn has_moved(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed)
    }
}

/// A client's stream.
pub(in crate::home) struct Stream {
    inner: TokioIo<Upgraded>,
    boundaries: Boundaries,
    course: Arc<Course>,
    room: Arc<Room>,
    network: Option<Network>,
    /// Where a message is long; few are.
    long: Option<Box<Long>>,
}

/// A long message, and what is left of it in the buffers.
struct Long {
    state: State,
    /// How much room it has, or awaits.
    bytes: usize,
    /// Whether the buffers of one before it were still there, since they could not be made anew. It does not wait for
    /// that again.
    goes_on: bool,
    /// What was read from the last byte of that head on by which it is a long one. Without the byte, the WebSocket
    /// does not set memory aside for it.
    held: Vec<u8>,
}

/// How far a long message is.
enum State {
    /// It has no room yet.
    Awaited(Pin<Box<dyn Future<Output = Option<Taken>> + Send>>),
    /// It is coming.
    Coming {
        taken: Taken,
        since: Instant,
        /// Bytes that came since.
        came: usize,
        too_late: Pin<Box<Sleep>>,
    },
    /// It is over, and its buffers are still there.
    Kept {
        _taken: Taken,
        too_late: Pin<Box<Sleep>>,
    },
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("boundaries", &self.boundaries)
            .field("course", &self.course)
            .finish_non_exhaustive()
    }
}

impl Stream {
    pub(super) fn new(stream: Upgraded, room: Arc<Room>, network: Option<Network>) -> Self {
        Self {
            inner: TokioIo::new(stream),
            boundaries: Boundaries::default(),
            course: Arc::new(Course {
                between: AtomicBool::new(true),
                ..Course::default()
            }),
            room,
            network,
            long: None,
        }
    }

    pub(super) fn course(&self) -> Arc<Course> {
        Arc::clone(&self.course)
    }

    /// What the buffers took is given back.
    pub(super) fn buffers_are_new(&mut self) {
        self.long = None;
        self.course.full.store(false, Ordering::Relaxed);
    }

    /// A message is a long one by a head whose last byte is the first of these.
    fn long_begins(&mut self, held: &[u8]) {
        let bytes = self.boundaries.long_message().unwrap_or(MAX_MESSAGE_BYTES);
        // The buffers of one before it, if they are still there, are its own as well.
        let kept = self.long.take().map(|long| long.bytes);
        let bytes = bytes.max(kept.unwrap_or(0));
        let taking = Arc::clone(&self.room).take(self.network, bytes);
        self.long = Some(Box::new(Long {
            state: State::Awaited(Box::pin(taking)),
            bytes,
            goes_on: kept.is_some(),
            held: held.to_vec(),
        }));
    }

    /// The message is over, and somebody reads on before the buffers are new.
    fn long_is_kept(&mut self) {
        self.long = self.long.take().map(|long| match *long {
            Long {
                state: State::Coming { taken, .. },
                bytes,
                goes_on,
                held,
            } => Box::new(Long {
                state: State::Kept {
                    _taken: taken,
                    too_late: Box::pin(sleep(KEPT)),
                },
                bytes,
                goes_on,
                held,
            }),
            other => Box::new(other),
        });
    }

    /// Waits for the room of a long message, if there is one.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(long) = &mut self.long else {
            return Poll::Ready(Ok(()));
        };
        if let State::Awaited(taking) = &mut long.state {
            let Some(taken) = ready!(taking.as_mut().poll(cx)) else {
                return Poll::Ready(Err(self.refuse()));
            };
            self.course.moved.store(true, Ordering::Relaxed);
            long.state = State::Coming {
                taken,
                since: Instant::now(),
                came: 0,
                too_late: Box::pin(sleep(PATIENCE)),
            };
        }
        let is_late = match &mut long.state {
            State::Coming {
                since,
                came,
                too_late,
                ..
            } => {
                let until = *since + time_for(*came);
                // It is looked at only when the time is up, and not for each of the bytes.
                if too_late.as_mut().poll(cx).is_ready() && until > Instant::now() {
                    too_late.as_mut().reset(until);
                }
                until <= Instant::now() || too_late.as_mut().poll(cx).is_ready()
            }
            State::Kept { too_late, .. } => too_late.as_mut().poll(cx).is_ready(),
            State::Awaited(_) => false,
        };
        Poll::Ready(if is_late { Err(self.refuse()) } else { Ok(()) })
    }

    /// Gives what was held back; whether there was any of it.
    fn give_held(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let Some(long) = self.long.as_mut().filter(|long| !long.held.is_empty()) else {
            return false;
        };
        let most = buf.remaining().min(long.held.len());
        let given: Vec<u8> = long.held.drain(..most).collect();
        buf.put_slice(&given);
        true
    }

    /// Reads on, and gives as much of it as may be given; whether that is all.
    fn poll_more(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let surely = self.boundaries.surely().unwrap_or(usize::MAX);
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(surely.min(buf.remaining())));
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut part))?;
        let read = part.filled();
        if !read.is_empty() {
            self.course.moved.store(true, Ordering::Relaxed);
        }
        if let Some(State::Coming { came, .. }) = self.long.as_mut().map(|long| &mut long.state) {
            *came += read.len();
        }
        let given = match self.boundaries.pass(read) {
            Reached::On => read.len(),
            Reached::LongEnds => {
                let goes_on = self.long.as_ref().is_some_and(|long| long.goes_on);
                self.course.full.store(!goes_on, Ordering::Relaxed);
                read.len()
            }
            Reached::LongBegins(at) => {
                let (given, held) = read.split_at(at.saturating_sub(1));
                // All of it is of this message: as much as is read at once is no long one.
                self.boundaries.pass(held.get(1..).unwrap_or_default());
                self.long_begins(held);
                given.len()
            }
        };
        let is_all = given == read.len();
        let between = self.boundaries.is_between_messages();
        self.course.between.store(between, Ordering::Relaxed);
        buf.advance(given);
        Poll::Ready(Ok(is_all))
    }

    fn refuse(&self) -> io::Error {
        self.course.refused.store(true, Ordering::Relaxed);
        io::Error::from(io::ErrorKind::TimedOut)
    }
}

/// How long a message may take of which so many bytes came.
fn time_for(bytes: usize) -> Duration {
    let seconds = (bytes / SLOWEST_BYTES_A_SECOND) as u64;
    PATIENCE + Duration::from_secs(seconds)
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.course.is_full() {
            // Whoever makes the buffers anew reads again.
            return Poll::Pending;
        }
        if self.boundaries.is_lost() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        if self.long.is_some() && self.boundaries.long_message().is_none() {
            self.long_is_kept();
        }
        loop {
            ready!(self.poll_room(cx))?;
            let before = buf.filled().len();
            // Nothing at all would be the end of the stream.
            if self.give_held(buf)
                || ready!(self.poll_more(cx, buf))?
                || buf.filled().len() > before
            {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
