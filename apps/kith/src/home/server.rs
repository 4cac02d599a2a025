//! Listening, and stopping in order: no new connections, one last flush, every socket closed, and
//! then the process.

use super::accept::{Doors, accept};
use super::app::App;
use super::blobs::{self, Blobs};
use super::card::Card;
use super::config::Config;
use super::error::HomeCommandError;
use super::limits::{self, Limits};
use super::metrics::{self, Metrics, Observed};
use super::outgoing::Unsent;
use super::output::Output;
use super::tls::Tls;
use super::wire::Room;
use super::writer::{self, ToWriter, Writer};
use super::{descriptors, identity, routes, shutdown};
use home_core::{ConnectionId, Home, Identity, Retention};
use home_store::{HomeFolder, Standing};
use protocol::home_url::HomeUrl;
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

/// Connections at once that may ask for the metrics.
const METRICS_PLACES: usize = 16;
/// How long connections get to close once the home stops.
const CLOSING: Duration = Duration::from_millis(4_000);

/// How often the home looks at its clock when nobody asks for anything.
const TICK: Duration = Duration::from_secs(60 * 60);

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) home: HomeKey,
    pub(super) writer: mpsc::Sender<ToWriter>,
    /// Places for what waits for the writer, in units of a connection's window.
    pub(super) waiting: Arc<Semaphore>,
    /// What lies in memory because somebody has not taken it yet.
    pub(super) unsent: Unsent,
    /// Room for long messages while they come.
    pub(super) room: Arc<Room>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) limits: Arc<Limits>,
    pub(super) card: Card,
    pub(super) app: Arc<App>,
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
pub(super) fn serve(config: &Config, output: Output<'_>) -> Result<(), HomeCommandError> {
    let url = config
        .url
        .as_deref()
        .map(HomeUrl::parse)
        .transpose()
        .map_err(HomeCommandError::Url)?;
    let limits = Arc::new(Limits::new(&config.limits)?);
    let card = Card::new(&config.card, config.open)?;
    let app = Arc::new(App::new(config, url.as_ref())?);
    let metrics = Arc::new(Metrics::default());
    let expires_s = metrics.certificate_expires_s.clone();
    let tls = Tls::new(config, url.as_ref(), expires_s)?;
    try_to_listen(config)?;
    let folder = HomeFolder::lock(&config.data)?;
    // Whatever is missing where a home ran must not be made anew, and a key that is no key shows before anything is
    // opened.
    if Standing::of(&config.data)? == Standing::Home {
        identity::seed(&config.data)?;
    }
    let (logs, inboxes) = (folder.logs()?, folder.inboxes()?);
    let identity = Identity::new(&*identity::seed(&config.data)?, config.open);
    let key = *identity.key();
    let tickets = identity::ticket_key()?;
    let settings = config.blobs.settings(&config.data);
    let home = Home::new(identity, logs, inboxes)
        .keeping(Retention::new(config.keep.days, config.keep.bytes))
        .with_blobs(home_core::Blobs {
            key: tickets.clone(),
            limits: settings.limits,
        });
    let places = descriptors::places(usize::try_from(config.max_connections).unwrap_or(usize::MAX));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| HomeCommandError::System {
            what: "threads",
            source,
        })?;
    let result = runtime.block_on(async {
        let listening = Listening::begin(config, tls.is_some()).await?;
        let unsent = Unsent::default();
        let writer = writer::start(home, unsent.clone(), Arc::clone(&metrics))?;
        let blobs = Arc::new(Blobs::open(&settings, tickets, writer.inputs.clone())?);
        let shared = Arc::new(Shared {
            home: key,
            writer: writer.inputs.clone(),
            waiting: Arc::new(Semaphore::new(writer::MAX_WAITING_UNITS)),
            unsent,
            room: Arc::default(),
            metrics,
            limits,
            card,
            app,
            connections: AtomicU64::new(1),
            stopping: AtomicBool::new(false),
        });
        // Whoever reads the announcement may ask it to stop at once.
        let asked = shutdown::asked()?;
        announce(output, &listening, url, config.open, &folder)?;
        let observed = Observed::new(config.data.clone(), Arc::clone(&shared.waiting), places);
        run(listening, writer, shared, blobs, observed, tls, asked).await
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

/// The listeners, before anybody is served.
struct Listening {
    people: TcpListener,
    address: SocketAddr,
    metrics: Option<(TcpListener, SocketAddr)>,
    scheme: &'static str,
}

impl Listening {
    async fn begin(config: &Config, is_tls: bool) -> Result<Self, HomeCommandError> {
        let (people, address) = listen(config.listen).await?;
        let metrics = match config.metrics.listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        Ok(Self {
            people,
            address,
            metrics,
            scheme: if is_tls { "https" } else { "http" },
        })
    }
}

/// No folder is made for a home that cannot listen.
fn try_to_listen(config: &Config) -> Result<(), HomeCommandError> {
    let address = config.listen;
    if config.data.exists() {
        return Ok(());
    }
    let listener = std::net::TcpListener::bind(address);
    listener
        .map(drop)
        .map_err(|source| HomeCommandError::Listen { address, source })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), HomeCommandError> {
    let refused = |source| HomeCommandError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

fn announce(
    output: Output<'_>,
    listening: &Listening,
    url: Option<HomeUrl>,
    open: bool,
    folder: &HomeFolder,
) -> Result<(), HomeCommandError> {
    let address = listening.address;
    let metrics = listening.metrics.as_ref().map(|(_, address)| address);
    // Without --url only this machine can be told an address that clients accept.
    let here = format!("{}://{address}", listening.scheme);
    let url = url.or_else(|| HomeUrl::parse(&here).ok());
    let place = url.as_ref().map_or(here.as_str(), HomeUrl::as_str);
    let data = folder.path().display();
    output
        .result(
            &json!({
                "listening": address.to_string(),
                "url": url.as_ref().map(HomeUrl::as_str),
                "open": open,
                "metrics": metrics.map(ToString::to_string),
            }),
            format_args!("Home at {place} (data in {data})"),
        )
        .map_err(|source| HomeCommandError::System {
            what: "standard output",
            source,
        })
}

async fn run(
    listening: Listening,
    writer: Writer,
    shared: Arc<Shared>,
    blobs: Arc<Blobs>,
    observed: Observed,
    tls: Option<Tls>,
    asked: impl Future<Output = ()>,
) -> Result<(), HomeCommandError> {
    let most = observed.places().min(Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(most));
    tracing::info!(places = most, "the home listens");
    let people = Doors {
        router: routes::router(&shared, Arc::clone(&blobs)),
        places: Arc::clone(&places),
        metrics: Arc::clone(&shared.metrics),
        limits: Some(Arc::clone(&shared.limits)),
        tls: tls.as_ref().map(|tls| tls.acceptor.clone()),
    };
    let operator = Doors {
        router: metrics::router(&shared.metrics, observed),
        places: Arc::new(Semaphore::new(METRICS_PLACES)),
        metrics: Arc::default(),
        limits: None,
        tls: None,
    };
    tokio::select! {
        () = accept(listening.people, people) => {}
        () = accept_if_any(listening.metrics, operator) => {}
        () = asked => {
            tracing::info!("asked to stop");
            shared.stopping.store(true, Ordering::Release);
        }
        _ = writer.ended => {}
        () = tick(shared.writer.clone()) => {}
        () = blobs::sweep(blobs) => {}
        () = forget(&shared.limits) => {}
        () = keep_if_any(tls) => {}
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

async fn accept_if_any(listener: Option<(TcpListener, SocketAddr)>, doors: Doors) {
    match listener {
        Some((listener, _)) => accept(listener, doors).await,
        None => std::future::pending().await,
    }
}

async fn keep_if_any(tls: Option<Tls>) {
    match tls {
        Some(tls) => tls.keep().await,
        None => std::future::pending().await,
    }
}

/// Keeps what limits remember small.
async fn forget(limits: &Limits) {
    let mut ticks = interval(limits::FORGETTING);
    loop {
        ticks.tick().await;
        limits.forget();
    }
}

/// Lets the home look at its clock for as long as its writer lives, so that quiet days count too.
async fn tick(writer: mpsc::Sender<ToWriter>) {
    let mut ticks = interval(TICK);
    while writer.send(ToWriter::Tick).await.is_ok() {
        ticks.tick().await;
    }
}
