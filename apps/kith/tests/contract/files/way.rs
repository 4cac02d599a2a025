//! Somebody on the way between people and a home, who counts the bytes of files, holds them up, cuts and changes them.
//! What is said on sockets passes as it is.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Bytes that are carried at a time.
const PIECE: usize = 16 * 1024;
/// How long a piece is held up.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Default)]
struct Orders {
    up: AtomicU64,
    down: AtomicU64,
    slow: AtomicBool,
    /// After so many bytes down a connection is cut; 0 for never.
    cut_down_after: AtomicU64,
    /// The byte with this number behind the first head down a connection is changed; 0 for none.
    changed_down: AtomicU64,
}

pub struct Way {
    pub url: String,
    orders: Arc<Orders>,
}

impl Way {
    /// Before the home at this address.
    pub fn to(home: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let orders = Arc::<Orders>::default();
        let (home, over) = (home.to_owned(), Arc::clone(&orders));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (home, orders) = (home.clone(), Arc::clone(&over));
                std::thread::spawn(move || between(client, &home, &orders));
            }
        });
        Self { url, orders }
    }

    /// Bytes of requests about files so far.
    pub fn up(&self) -> u64 {
        self.orders.up.load(Ordering::Relaxed)
    }

    /// Bytes of answers about files so far.
    pub fn down(&self) -> u64 {
        self.orders.down.load(Ordering::Relaxed)
    }

    /// Whether files are held up.
    pub fn set_slow(&self, slow: bool) {
        self.orders.slow.store(slow, Ordering::Relaxed);
    }

    /// Cuts connections that bring files after so many bytes; 0 for never.
    pub fn cut_down_after(&self, bytes: u64) {
        self.orders.cut_down_after.store(bytes, Ordering::Relaxed);
    }

    /// Changes the byte with this number behind the first head that a connection brings; 0 for none.
    pub fn change_down(&self, number: u64) {
        self.orders.changed_down.store(number, Ordering::Relaxed);
    }
}

fn between(client: TcpStream, home: &str, orders: &Arc<Orders>) {
    let Ok(home) = TcpStream::connect(home) else {
        return;
    };
    let mut head = [0; 11];
    while !matches!(client.peek(&mut head), Ok(0 | 11) | Err(_)) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let is_socket = &head == b"GET /socket";
    let (from_client, to_client) = (client.try_clone().unwrap(), client);
    let (from_home, to_home) = (home.try_clone().unwrap(), home);
    let over = Arc::clone(orders);
    std::thread::spawn(move || {
        carry(from_client, to_home, |_, piece| {
            if !is_socket {
                over.up.fetch_add(piece.len() as u64, Ordering::Relaxed);
                hold_up(&over);
            }
            true
        });
    });
    let mut head_bytes = 0;
    carry(from_home, to_client, |before, piece| {
        if is_socket {
            return true;
        }
        orders.down.fetch_add(piece.len() as u64, Ordering::Relaxed);
        hold_up(orders);
        let changed = orders.changed_down.load(Ordering::Relaxed);
        if head_bytes == 0 {
            let end = piece.windows(4).position(|four| four == b"\r\n\r\n");
            head_bytes = end.map_or(0, |end| end as u64 + 4);
        }
        let at = (head_bytes + changed).wrapping_sub(before);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        if let Some(byte) = piece.get_mut(at).filter(|_| changed > 0) {
            *byte ^= 1;
        }
        let most = orders.cut_down_after.load(Ordering::Relaxed);
        most == 0 || before + piece.len() as u64 <= most
    });
}

fn hold_up(orders: &Orders) {
    if orders.slow.load(Ordering::Relaxed) {
        std::thread::sleep(PAUSE);
    }
}

/// Carries bytes one way for as long as `passes` says so; it hears how many were before.
fn carry(mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut(u64, &mut [u8]) -> bool) {
    let mut bytes = vec![0; PIECE];
    let mut before = 0;
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if !passes(before, &mut bytes[..read]) || to.write_all(&bytes[..read]).is_err() {
            break;
        }
        before += read as u64;
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
