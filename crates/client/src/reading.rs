//! A part of a file as the body of a request, and how far a transfer is.

use client_core::{Input, TransferId};
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Bytes that are read at a time.
const PIECE_BYTES: u64 = 64 * 1024;
/// How often progress is told at most.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// How far one transfer is, told now and then.
#[derive(Clone)]
pub(crate) struct Progress {
    id: TransferId,
    inputs: mpsc::Sender<Input>,
    last: Arc<Mutex<Last>>,
}

struct Last {
    moved: Instant,
    told: Option<Instant>,
}

impl Progress {
    pub fn new(id: TransferId, inputs: mpsc::Sender<Input>) -> Self {
        let last = Last {
            moved: Instant::now(),
            told: None,
        };
        Self {
            id,
            inputs,
            last: Arc::new(Mutex::new(last)),
        }
    }

    /// So many bytes are where they belong.
    pub fn at(&self, bytes: u64) {
        let now = Instant::now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.moved = now;
        if last.told.is_none_or(|told| now - told >= TOLD_EVERY) {
            last.told = Some(now);
            // Who has too much to do needs not know.
            let _ = self.inputs.try_send(Input::Carried(self.id, bytes));
        }
    }

    /// Ends once nothing has moved for so long.
    pub async fn stalls(&self, most: Duration) {
        loop {
            let moved = self
                .last
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .moved;
            match most.checked_sub(moved.elapsed()) {
                None | Some(Duration::ZERO) => return,
                Some(left) => tokio::time::sleep(left).await,
            }
        }
    }
}

/// A part of a file, read as it is sent.
pub(crate) struct Reading {
    file: File,
    at: u64,
    end: u64,
    progress: Progress,
}

impl Reading {
    /// These bytes of a file.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut file: File, bytes: Range<u64>, progress: Progress) -> io::Result<Self> {
        file.seek(SeekFrom::Start(bytes.start))?;
        Ok(Self {
            file,
            at: bytes.start,
            end: bytes.end,
            progress,
        })
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        // Everything before is with the connection by now.
        this.progress.at(this.at);
        if this.at == this.end {
            return Poll::Ready(None);
        }
        let most = PIECE_BYTES.min(this.end - this.at);
        let mut piece = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
        let read = (&mut this.file).take(most).read_to_end(&mut piece);
        Poll::Ready(Some(match read {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                this.at += read as u64;
                Ok(Frame::data(piece.into()))
            }
            Err(error) => Err(error),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.at == self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end - self.at)
    }
}
