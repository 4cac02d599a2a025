//! TLS by files: spoken, renewed without a connection ending, and refused where it cannot be.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, body};
use home_support::{RunningHome, ended};
use protocol::frame::Response;
use rustls::pki_types::CertificateDer;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[cfg(test)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[cfg(test)]
impl Files {
    fn below(folder: &Path) -> Self {
        Self {
            certificate: folder.join("chain.pem"),
            key: folder.join("key.pem"),
        }
    }

    /// Puts a new certificate for localhost there, as those who renew do: one file after the other.
    fn renew(&self) -> CertificateDer<'static> {
        let new = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&self.certificate, new.cert.pem()).unwrap();
        std::fs::write(&self.key, new.signing_key.serialize_pem()).unwrap();
        new.cert.der().clone()
    }

    fn start(&self, data: &Path, more: &[&str]) -> RunningHome {
        let certificate = self.certificate.to_str().unwrap();
        let key = self.key.to_str().unwrap();
        let files = ["--open", "--tls-certificate", certificate, "--tls-key", key];
        RunningHome::start_with(data, &[&files, more].concat())
    }
}

#[cfg(test)]
fn hang_up(home: &RunningHome) {
    let pid = home.child.id().to_string();
    let sent = Command::new("kill").args(["-HUP", &pid]).status().unwrap();
    assert!(sent.success());
}

#[cfg(test)]
fn wait_for_log(home: &RunningHome, words: &str, times: usize) {
    let begun = Instant::now();
    while home.logged().matches(words).count() < times {
        assert!(begun.elapsed() < Duration::from_secs(40), "never: {words}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
async fn goes_on(client: &mut Client, of: u64) {
    let log = client.begin(of).await;
    let append = Client::append_request(&log, body(of));
    assert!(matches!(client.ask(&append).await, Response::Appended(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_takes_the_place_of_the_old_and_no_connection_ends() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::below(folder.path());
    let first = files.renew();
    let home = files.start(&folder.path().join("home"), &[]);
    assert!(
        home.announced["url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    let connect = |trusting: &CertificateDer<'static>| {
        Client::connect_trusting(&home.address, trusting.clone())
    };
    let mut old = connect(&first).await.unwrap();
    goes_on(&mut old, 1).await;

    let second = files.renew();
    hang_up(&home);
    wait_for_log(&home, "the certificate was read again", 1);
    goes_on(&mut connect(&second).await.unwrap(), 2).await;
    assert!(connect(&first).await.is_err());
    goes_on(&mut old, 3).await;

    std::fs::write(&files.certificate, "no certificate").unwrap();
    hang_up(&home);
    wait_for_log(&home, "the old certificate stays", 1);
    goes_on(&mut connect(&second).await.unwrap(), 4).await;

    // Without being told, the home looks itself.
    let third = files.renew();
    let begun = Instant::now();
    let mut seen = connect(&third).await;
    while seen.is_err() && begun.elapsed() < Duration::from_secs(40) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        seen = connect(&third).await;
    }
    goes_on(&mut seen.unwrap(), 5).await;
    goes_on(&mut old, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_speak_tls_is_cut_off_and_gives_the_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::below(folder.path());
    let certificate = files.renew();
    let home = files.start(&folder.path().join("home"), &["--max-connections", "1"]);
    let mut plain = TcpStream::connect(&home.address).unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP"));
    // Somebody silent has the one place until the time for the handshake is over.
    let _silent = TcpStream::connect(&home.address).unwrap();
    let begun = Instant::now();
    let mut connected = Client::connect_trusting(&home.address, certificate.clone()).await;
    while connected.is_err() && begun.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        connected = Client::connect_trusting(&home.address, certificate.clone()).await;
    }
    goes_on(&mut connected.unwrap(), 1).await;
}

#[test]
fn files_that_are_no_certificate_are_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let files = Files::below(folder.path());
    files.renew();
    std::fs::copy(&files.key, path("other.pem")).unwrap();
    files.renew();
    std::fs::write(path("text"), "nothing").unwrap();
    let data = path("home");
    for (certificate, key, code, words) in [
        (
            "chain.pem",
            Some("none.pem"),
            7,
            "none.pem cannot be read: ",
        ),
        ("none.pem", Some("key.pem"), 7, "none.pem cannot be read: "),
        ("text", Some("key.pem"), 5, "text cannot be used for TLS: "),
        (
            "chain.pem",
            Some("text"),
            5,
            "text cannot be used for TLS: ",
        ),
        (
            "chain.pem",
            Some("other.pem"),
            5,
            "chain.pem cannot be used for TLS: ",
        ),
        (
            "chain.pem",
            None,
            5,
            "tls.certificate and tls.key belong together",
        ),
    ] {
        let (certificate, key) = (path(certificate), key.map(path));
        let mut how = vec!["--listen", "127.0.0.1:0", "--data", &data];
        how.extend(["--tls-certificate", &certificate]);
        how.extend(key.iter().flat_map(|key| ["--tls-key", key]));
        let output = ended(&how);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert!(!Path::new(&data).exists());
}
