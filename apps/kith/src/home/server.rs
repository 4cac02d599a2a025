//! Listening, and stopping in order: no new connections, one last flush, every socket closed, and
//! then the process.

use super::config::Config;
use super::error::HomeCommandError;
use super::output::Output;
use super::socket::{self, MAX_MESSAGE_BYTES};
use super::visit::Visit;
use super::writer::{self, ToWriter, Writer};
use super::{accept, descriptors, identity, page, shutdown};
use axum::Router;
use axum::extract::{Extension, State, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use home_core::{ConnectionId, Home, Identity};
use home_store::HomeFolder;
use protocol::home_url::{HomeUrl, SOCKET_PATH};
use protocol::id::HomeKey;
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{interval, timeout};

/// What the WebSocket reads at once. Each connection holds a buffer of this size, so it is small; a
/// longer message gets one of its own.
const READ_BUFFER_BYTES: usize = 2 * 1024;
/// How much a WebSocket gathers before it writes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// How long connections get to close once the home stops.
const CLOSING: Duration = Duration::from_millis(4_000);

/// How often the home looks at its clock when nobody asks for anything.
const TICK: Duration = Duration::from_secs(60 * 60);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) home: HomeKey,
    pub(super) writer: mpsc::Sender<ToWriter>,
    connections: AtomicU64,
    stopping: AtomicBool,
}

impl Shared {
    pub(super) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

/// Runs a home until it is asked to stop.
///
/// # Errors
/// [`HomeCommandError`]; whatever was confirmed to anybody is durable in each case.
pub(super) fn serve(config: &Config, output: Output) -> Result<(), HomeCommandError> {
    let url = config
        .url
        .as_deref()
        .map(HomeUrl::parse)
        .transpose()
        .map_err(HomeCommandError::Url)?;
    let folder = HomeFolder::lock(&config.data)?;
    let identity = Identity::new(&*identity::seed(&config.data)?, config.open);
    let key = *identity.key();
    let home = Home::new(identity, folder.logs()?, folder.inboxes()?);
    let places = descriptors::places(usize::try_from(config.max_connections).unwrap_or(usize::MAX));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| HomeCommandError::System {
            what: "threads",
            source,
        })?;
    let result = runtime.block_on(async {
        let (listener, address) = listen(config.listen).await?;
        let writer = writer::start(home)?;
        // Whoever reads the announcement may ask it to stop at once.
        let asked = shutdown::asked()?;
        announce(output, address, url, config.open, &folder)?;
        run(listener, writer, key, places, asked).await
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), HomeCommandError> {
    let refused = |source| HomeCommandError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

fn announce(
    output: Output,
    address: SocketAddr,
    url: Option<HomeUrl>,
    open: bool,
    folder: &HomeFolder,
) -> Result<(), HomeCommandError> {
    // Without --url only this machine can be told an address that clients accept.
    let url = url.or_else(|| HomeUrl::parse(&format!("http://{address}")).ok());
    let place = match &url {
        Some(url) => url.as_str().to_owned(),
        None => format!("http://{address}"),
    };
    let data = folder.path().display();
    output
        .result(
            &json!({
                "listening": address.to_string(),
                "url": url.as_ref().map(HomeUrl::as_str),
                "open": open,
            }),
            format_args!("Home at {place} (data in {data})"),
        )
        .map_err(|source| HomeCommandError::System {
            what: "standard output",
            source,
        })
}

async fn run(
    listener: TcpListener,
    writer: Writer,
    home: HomeKey,
    most: usize,
    asked: impl Future<Output = ()>,
) -> Result<(), HomeCommandError> {
    let shared = Arc::new(Shared {
        home,
        writer: writer.inputs,
        connections: AtomicU64::new(1),
        stopping: AtomicBool::new(false),
    });
    let places = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
    tracing::info!(places = most, "the home listens");
    tokio::select! {
        () = accept::accept(listener, router(&shared), Arc::clone(&places)) => {}
        () = asked => {
            tracing::info!("asked to stop");
            shared.stopping.store(true, Ordering::Release);
        }
        _ = writer.ended => {}
        () = tick(shared.writer.clone()) => {}
    }
    // The writer answers what is waiting, flushes and lets go of all connections. It may have
    // ended by itself; then there is nothing to tell it.
    let _ = shared.writer.send(ToWriter::Stop).await;
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    if timeout(CLOSING, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some connections did not close in time");
    }
    let ended = tokio::task::spawn_blocking(move || writer.thread.join()).await;
    match ended {
        Ok(Ok(result)) => Ok(result?),
        _ => Err(HomeCommandError::System {
            what: "the writer's thread",
            source: io::Error::other("it ended without a result"),
        }),
    }
}

/// Lets the home look at its clock for as long as its writer lives, so that quiet days count too.
async fn tick(writer: mpsc::Sender<ToWriter>) {
    let mut ticks = interval(TICK);
    while writer.send(ToWriter::Tick).await.is_ok() {
        ticks.tick().await;
    }
}

/// Everything that can be asked for by HTTP.
fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(page::page))
        .route("/style.css", get(page::style))
        .route(SOCKET_PATH, get(upgrade))
        .with_state(Arc::clone(shared))
}

async fn upgrade(
    State(shared): State<Arc<Shared>>,
    Extension(visit): Extension<Visit>,
    socket: WebSocketUpgrade,
) -> Response {
    socket
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(async move |socket| {
            tracing::debug!("a connection begins");
            socket::serve(socket, shared).await;
            drop(visit);
            tracing::debug!("a connection ended");
        })
}
