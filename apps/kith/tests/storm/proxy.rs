//! Somebody on the way between clients and a home who carries bytes, and in a storm dawdles and
//! cuts: each connection may carry so many bytes each way, and then it ends.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::random::Random;

/// A connection that is cut carries less than 2 to one of these many bytes: between a part of a
/// handshake and many texts.
const MOST_BYTES_LOG2: std::ops::Range<u64> = 8..19;
/// The longest that bytes are held back, in milliseconds.
const LONGEST_DELAY_MS: u64 = 30;

struct Weather {
    stormy: AtomicBool,
    cuts: AtomicU32,
    random: Mutex<Random>,
    /// Counts how often all connections were cut.
    all_cut: watch::Sender<u32>,
}

pub struct Proxy {
    pub url: String,
    weather: Arc<Weather>,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// Before the home at this address, in calm weather.
    pub fn before(home: &str, random: Random) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let weather = Arc::new(Weather {
            stormy: AtomicBool::new(false),
            cuts: AtomicU32::new(0),
            random: Mutex::new(random),
            all_cut: watch::Sender::new(0),
        });
        let (home, over) = (home.to_owned(), Arc::clone(&weather));
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(between(client, home.clone(), Arc::clone(&over)));
            }
        });
        Self {
            url,
            weather,
            runtime: Some(runtime),
        }
    }

    /// Whether connections that begin from now on are slow and cut.
    pub fn set_stormy(&self, stormy: bool) {
        self.weather.stormy.store(stormy, Ordering::Relaxed);
    }

    /// Cuts every connection that there is.
    pub fn cut_all(&self) {
        self.weather.all_cut.send_modify(|times| *times += 1);
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> u32 {
        self.weather.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How one direction of a connection fares.
struct Fate {
    /// After so many bytes it is cut.
    bytes_left: u64,
    random: Random,
    stormy: bool,
}

impl Fate {
    fn draw(weather: &Weather) -> Self {
        let mut random = weather.random.lock().unwrap();
        let stormy = weather.stormy.load(Ordering::Relaxed);
        let spared = !stormy || !random.once_in(4);
        let spread = MOST_BYTES_LOG2.end - MOST_BYTES_LOG2.start;
        let most = 1 << (MOST_BYTES_LOG2.start + random.below(spread));
        Self {
            bytes_left: if spared { u64::MAX } else { random.below(most) },
            random: Random::of(random.next(), "direction"),
            stormy,
        }
    }
}

/// One connection, until either side or the storm ends it.
async fn between(mut client: TcpStream, home: String, weather: Arc<Weather>) {
    let Ok(mut home) = TcpStream::connect(home).await else {
        return;
    };
    let mut all_cut = weather.all_cut.subscribe();
    let (up, down) = (Fate::draw(&weather), Fate::draw(&weather));
    let reset = weather.random.lock().unwrap().once_in(2);
    let (from_client, to_client) = client.split();
    let (from_home, to_home) = home.split();
    let cut = tokio::select! {
        cut = carry(from_client, to_home, up) => cut,
        cut = carry(from_home, to_client, down) => cut,
        _ = all_cut.changed() => true,
    };
    if cut {
        weather.cuts.fetch_add(1, Ordering::Relaxed);
        if reset {
            // Half of them end as when a router forgets them, half as when somebody hangs up.
            let _ = (client.set_zero_linger(), home.set_zero_linger());
        }
    }
}

/// Carries bytes one way; whether it ended by being cut.
async fn carry(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, mut fate: Fate) -> bool {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let most = if fate.stormy {
            1 + fate.random.below(bytes.len() as u64)
        } else {
            bytes.len() as u64
        };
        let most = usize::try_from(most).unwrap();
        let Ok(read @ 1..) = from.read(&mut bytes[..most]).await else {
            return false;
        };
        if fate.stormy && fate.random.once_in(8) {
            let delay_ms = fate.random.below(LONGEST_DELAY_MS);
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        let cut = fate.bytes_left < read as u64;
        let passed = usize::try_from(fate.bytes_left).map_or(read, |left| left.min(read));
        if to.write_all(&bytes[..passed]).await.is_err() || cut {
            return cut;
        }
        fate.bytes_left = fate.bytes_left.saturating_sub(read as u64);
    }
}
