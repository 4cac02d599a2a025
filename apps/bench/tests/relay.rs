//! The relay as a process: what it acknowledged is kept, and a load can be measured on it.

#[cfg(test)]
mod relay {
    use futures_util::{SinkExt, StreamExt};
    use std::net::{SocketAddr, TcpListener};
    use std::path::Path;
    use std::process::{Child, Command};
    use std::time::{Duration, Instant};
    use tokio::net::TcpStream;
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::Message;

    struct Running {
        child: Child,
        address: SocketAddr,
    }

    impl Running {
        fn start(folder: &Path) -> Self {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = free.local_addr().unwrap();
            drop(free);
            let child = Command::new(env!("CARGO_BIN_EXE_bench-peers"))
                .arg("relay")
                .arg("--data")
                .arg(folder)
                .args(["--listen", &address.to_string()])
                .spawn()
                .unwrap();
            let started = Instant::now();
            while std::net::TcpStream::connect(address).is_err() {
                assert!(started.elapsed() < Duration::from_secs(60), "no relay");
                std::thread::sleep(Duration::from_millis(5));
            }
            Self { child, address }
        }

        async fn connect(&self, path: &str) -> WebSocketStream<TcpStream> {
            let stream = TcpStream::connect(self.address).await.unwrap();
            let url = format!("ws://{}{path}", self.address);
            let opened = tokio_tungstenite::client_async(url, stream).await;
            opened.unwrap().0
        }
    }

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    async fn next(socket: &mut WebSocketStream<TcpStream>) -> Vec<u8> {
        let waiting = tokio::time::timeout(Duration::from_secs(60), socket.next());
        waiting
            .await
            .unwrap()
            .unwrap()
            .unwrap()
            .into_data()
            .to_vec()
    }

    fn message(channel: u64, body: &[u8]) -> Message {
        let mut frame = channel.to_be_bytes().to_vec();
        frame.extend_from_slice(body);
        Message::Binary(frame.into())
    }

    #[tokio::test]
    async fn what_was_acknowledged_is_kept_through_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let relay = Running::start(folder.path());
        let mut sender = relay.connect("/").await;
        let mut listener = relay.connect("/channel/7").await;
        // A listener is there once it hears itself.
        listener.send(message(7, b"first")).await.unwrap();
        assert_eq!(next(&mut listener).await, b"first");
        assert_eq!(next(&mut listener).await, 1_u64.to_be_bytes());
        for (channel, seq) in [(8, 1), (7, 2_u64)] {
            let body = format!("to {channel}");
            let frame = message(channel, body.as_bytes());
            sender.send(frame).await.unwrap();
            assert_eq!(next(&mut sender).await, seq.to_be_bytes());
        }
        assert_eq!(next(&mut listener).await, b"to 7");
        drop(relay);
        let relay = Running::start(folder.path());
        let mut sender = relay.connect("/").await;
        sender.send(message(7, b"after")).await.unwrap();
        assert_eq!(next(&mut sender).await, 3_u64.to_be_bytes());
    }

    #[test]
    fn a_measurement_of_the_relay_is_one_line_of_figures() {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_bench-peers"))
            .args(["measure", "relay", "--no-syncs", "--secs", "0.2"])
            .args(["--idle", "3", "--pairs", "2", "--folder"])
            .arg(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(figures["peer"], "relay");
        assert_eq!(figures["idle"]["idle_n"], 3);
        assert_eq!(figures["sat_many"]["pairs"], 2);
        for load in ["rate_low", "rate", "sat_1pair", "sat_many"] {
            assert!(
                figures[load]["total_delivered"].as_u64() > Some(0),
                "{load}: {figures}"
            );
        }
        let left: Vec<_> = folder.path().read_dir().unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
