//! Taking connections: a place for each from the first byte on, a short life until it is a
//! WebSocket, and a plain word to whoever finds no place.
//!
//! | who | what happens |
//! |---|---|
//! | says nothing, or its request line and headers drip | cut after [`HEADERS_WITHIN`] |
//! | sends longer headers than [`MAX_HEADER_BYTES`] | 431 |
//! | neither asks nor gets on | cut at the end of its [`Visit`] |
//! | does not end the handshake of TLS | cut after [`HEADERS_WITHIN`] |
//! | finds no place | 503; with TLS just closed |
//! | connects too often (`limits`) | 429; with TLS just closed |
//!
//! Invariant: a connection costs a place as long as it costs a descriptor.

use super::limits::Limits;
use super::metrics::Metrics;
use super::tls::ACME;
use super::visit::Visit;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

/// How long request line and headers may take, on a new connection and on one that is used again.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// The longest request line and headers.
const MAX_HEADER_BYTES: usize = 8 * 1024;
/// The largest buffer for one connection while it is HTTP.
const MAX_BUFFER_BYTES: usize = 16 * 1024;

/// Connections that are told at the same time that there is no place; others are just closed.
const TURNED_AWAY: usize = 64;
/// How long telling that may take.
const TELLING: Duration = Duration::from_secs(1);
/// What they are told.
const NO_PLACE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\n\
    content-type: text/plain\r\ncontent-length: 36\r\nconnection: close\r\n\r\n\
    All places here are taken for now.\r\n";
/// What those are told who connect too often.
const TOO_OFTEN: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\n\
    content-type: text/plain\r\ncontent-length: 38\r\nconnection: close\r\n\r\n\
    Too many connections from one place.\r\n";

/// The first pause after the system gave no connection; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause before the system is asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where connections come in: what they find and how many may be there at once.
pub(super) struct Doors {
    pub(super) router: Router,
    pub(super) places: Arc<Semaphore>,
    /// Where it is counted who comes.
    pub(super) metrics: Arc<Metrics>,
    /// How often the same people may come; none: as often as they like.
    pub(super) limits: Option<Arc<Limits>>,
    /// With it TLS is spoken.
    pub(super) tls: Option<TlsAcceptor>,
}

/// Takes connections for as long as it is polled; dropped, it ends all that are not WebSockets.
pub(super) async fn accept(listener: TcpListener, doors: Doors) {
    let mut pause = FIRST_PAUSE;
    let mut visits = JoinSet::new();
    let keeper = Keeper {
        http: http(),
        doors,
        turning_away: Arc::new(Semaphore::new(TURNED_AWAY)),
    };
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    pause = FIRST_PAUSE;
                    keeper.take(stream, address.ip(), &mut visits);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if pause == FIRST_PAUSE {
                        tracing::warn!(%error, "the system gives no connection; asking it again");
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            },
            Some(_) = visits.join_next() => {}
        }
    }
}

/// Whether it was the connection that failed, and not the system.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_header_size(MAX_HEADER_BYTES)
        .max_buf_size(MAX_BUFFER_BYTES);
    http
}

struct Keeper {
    http: http1::Builder,
    doors: Doors,
    turning_away: Arc<Semaphore>,
}

impl Keeper {
    fn take(&self, stream: TcpStream, from: IpAddr, visits: &mut JoinSet<()>) {
        // Frames are small and somebody waits for each; if it cannot be set they come later.
        let _ = stream.set_nodelay(true);
        let metrics = &self.doors.metrics;
        if self.comes_too_often(from) {
            metrics.limited_visits.inc();
            self.turn_away(stream, TOO_OFTEN, visits);
            return;
        }
        let Ok(place) = Arc::clone(&self.doors.places).try_acquire_owned() else {
            metrics.turned_away.inc();
            self.turn_away(stream, NO_PLACE, visits);
            return;
        };
        metrics.accepted.inc();
        let visit = Visit::begin(place, from);
        let entrance = Entrance {
            router: self.doors.router.clone(),
            visit: visit.clone(),
        };
        let serving = Serving {
            http: self.http.clone(),
            entrance,
            tls: self.doors.tls.clone(),
        };
        let cut = metrics.cut.clone();
        visits.spawn(async move {
            let ended = tokio::select! {
                served = serving.serve(stream) => served,
                () = visit.over() => false,
            };
            if !ended {
                cut.inc();
                tracing::debug!("a connection was cut or broke before it was a WebSocket");
            }
        });
    }

    fn comes_too_often(&self, from: IpAddr) -> bool {
        self.doors.limits.as_ref().is_some_and(|limits| {
            limits.are_known_at_once() && limits.visit(limits.network_of(from)).is_err()
        })
    }

    fn turn_away(&self, mut stream: TcpStream, words: &'static [u8], visits: &mut JoinSet<()>) {
        tracing::debug!("a connection was turned away");
        if self.doors.tls.is_some() {
            // A handshake would cost more than a place.
            return;
        }
        let Ok(telling) = Arc::clone(&self.turning_away).try_acquire_owned() else {
            return;
        };
        visits.spawn(async move {
            let tell = async {
                stream.write_all(words).await?;
                stream.shutdown().await?;
                // Closing with something unread would take the answer back.
                let mut unread = [0; 512];
                while stream.read(&mut unread).await? > 0 {}
                io::Result::Ok(())
            };
            // Whoever does not listen has no place all the same.
            let _ = timeout(TELLING, tell).await;
            drop(telling);
        });
    }
}

/// One connection until it is a WebSocket.
struct Serving {
    http: http1::Builder,
    entrance: Entrance,
    tls: Option<TlsAcceptor>,
}

impl Serving {
    /// Whether it ended in order.
    async fn serve(self, stream: TcpStream) -> bool {
        let Some(tls) = &self.tls else {
            return self.http(stream).await;
        };
        match timeout(HEADERS_WITHIN, tls.accept(stream)).await {
            // Whoever asks this way wanted to see the certificate, and has.
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(ACME) => true,
            Ok(Ok(stream)) => self.http(stream).await,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    async fn http(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> bool {
        self.http
            .serve_connection(TokioIo::new(stream), self.entrance)
            .with_upgrades()
            .await
            .is_ok()
    }
}

/// The router for one connection.
struct Entrance {
    router: Router,
    visit: Visit,
}

impl hyper::service::Service<Request<Incoming>> for Entrance {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Router as Service<Request<Body>>>::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.visit.renew();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.visit.clone());
        self.router.clone().call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_turned_away_is_told_as_many_bytes_as_announced() {
        for words in [NO_PLACE, TOO_OFTEN] {
            let text = std::str::from_utf8(words).unwrap();
            let (headers, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(headers.contains(&format!("content-length: {}\r\n", body.len())));
        }
    }
}
