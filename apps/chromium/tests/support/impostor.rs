//! Something else at a home's address: it speaks, but makes no sense.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

/// What it answers.
#[derive(Debug, Clone, Copy)]
pub enum Nonsense {
    /// Frames that are none, to everything that is asked.
    Frames,
    /// A page of somebody else, also where a socket was wanted.
    Page,
    /// Nothing: the connection ends.
    Nothing,
}

pub struct Impostor(Option<Runtime>);

impl Impostor {
    /// Takes the place of a home that was stopped.
    pub fn at(port: u16, nonsense: Nonsense) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(async {
            // Who had it may have just gone.
            loop {
                match TcpListener::bind(("127.0.0.1", port)).await {
                    Ok(listener) => return listener,
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                }
            }
        });
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, nonsense));
            }
        });
        Self(Some(runtime))
    }
}

async fn answer(mut stream: TcpStream, nonsense: Nonsense) {
    match nonsense {
        Nonsense::Nothing => {}
        Nonsense::Page => {
            let mut asked = [0; 4096];
            // Whatever it was.
            let _ = stream.read(&mut asked).await;
            let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
            let _ = stream.write_all(page.as_bytes()).await;
        }
        Nonsense::Frames => {
            let Ok(mut socket) = accept_async(stream).await else {
                return;
            };
            while let Some(Ok(_)) = socket.next().await {
                let garbage = Message::Binary(vec![0xf7; 200].into());
                if socket.send(garbage).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
