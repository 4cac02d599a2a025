//! Everywhere but the home: the browser's proxy for all other addresses, which notes them and answers none.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Whom Chromium asks for itself, whatever it is told: accounts, updates, time, its search page.
const ITS_OWN: &[&str] = &[
    "google.com",
    "googleapis.com",
    "gstatic.com",
    "gvt1.com",
    "duckduckgo.com",
];

/// Goes with the test program.
pub struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

fn note(stream: TcpStream, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut line = String::new();
    // A connection that was opened ahead and closed again named nobody.
    if BufReader::new(&stream).read_line(&mut line)? == 0 {
        return Ok(());
    }
    asked.lock().unwrap().push(line.trim_end().to_owned());
    (&stream)
        .write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

impl Elsewhere {
    /// Listens at a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let noted = Arc::clone(&noted);
                // Whoever hangs up early asked nothing.
                std::thread::spawn(move || drop(note(stream, &noted)));
            }
        });
        Self { address, asked }
    }

    /// How Chromium is told: all goes there but what goes to these hosts and ports.
    pub fn flags(&self, homes: &[String]) -> [String; 2] {
        [
            format!("--proxy-server=http://{}", self.address),
            // Without the first, loopback would never go to a proxy.
            format!("--proxy-bypass-list=<-loopback>;{}", homes.join(";")),
        ]
    }

    /// The first line of each request that was not Chromium's own.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|line| !is_its_own(line))
            .cloned()
            .collect()
    }
}

fn is_its_own(line: &str) -> bool {
    let target = line.split_whitespace().nth(1).unwrap_or_default();
    let target = target.strip_prefix("http://").unwrap_or(target);
    let host = target.split([':', '/']).next().unwrap_or_default();
    ITS_OWN
        .iter()
        .any(|own| host == *own || host.ends_with(&format!(".{own}")))
}
