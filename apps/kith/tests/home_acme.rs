//! A certificate from an authority: a real one for tests (Let's Encrypt's pebble) on this machine.

#[cfg(test)]
mod home_support;

use home_support::client::{Client, body};
use home_support::{RunningHome, command, ended};
use protocol::frame::Response;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// A port that nobody has, outside of those that systems give away by themselves.
#[cfg(test)]
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let own = u16::try_from(std::process::id() % 1_000).unwrap() * 8;
        let port = 20_000 + (own + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

#[cfg(test)]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The authority; it ends with the test.
#[cfg(test)]
struct Authority {
    child: Child,
    directory: String,
    root: PathBuf,
}

#[cfg(test)]
impl Authority {
    /// One that looks for homes at this port, whose certificates are good for so many seconds.
    fn start(folder: &Path, home_port: u16, seconds: u64) -> Self {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let root = folder.join("authority.pem");
        std::fs::write(&root, own.cert.pem()).unwrap();
        let key = folder.join("authority.key.pem");
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        let (port, management) = (free_port(), free_port());
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": root,
            "privateKey": key,
            "httpPort": free_port(),
            "tlsPort": home_port,
            "certificateValidityPeriod": seconds,
        }});
        let path = folder.join("authority.json");
        std::fs::write(&path, config.to_string()).unwrap();
        let log = std::fs::File::create(folder.join("authority.log")).unwrap();
        let child = Command::new("pebble")
            .args(["-config", path.to_str().unwrap()])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .stdout(log)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let authority = Self {
            child,
            directory: format!("https://localhost:{port}/dir"),
            root,
        };
        wait_until("the authority listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        authority
    }

    fn home(&self, port: u16, data: &Path) -> RunningHome {
        let url = format!("https://localhost:{port}");
        let mut home = command(&["--open", "--url", &url, "--acme-accept-terms"]);
        home.args(["--acme-directory", &self.directory]);
        home.args(["--acme-root", self.root.to_str().unwrap()]);
        home.args(["--acme-contact", "cleo@example.org"]);
        RunningHome::spawn_at(&format!("127.0.0.1:{port}"), home, data)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether there is an authority for tests; says so where there is none.
#[cfg(test)]
fn is_skipped() -> bool {
    let found = Command::new("pebble")
        .arg("-help")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_err() {
        // Past what the test runner keeps to itself.
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: pebble is not installed");
    }
    found.is_err()
}

/// Whoever signed the certificate that the home has kept.
#[cfg(test)]
fn issuer(home: &RunningHome) -> CertificateDer<'static> {
    let pem = home.data.join("acme/certificate.pem");
    let chain = CertificateDer::pem_file_iter(pem).unwrap();
    chain.collect::<Result<Vec<_>, _>>().unwrap()[1].clone()
}

#[cfg(test)]
async fn goes_on(client: &mut Client, of: u64) {
    let log = client.begin(of).await;
    let append = Client::append_request(&log, body(of));
    assert!(matches!(client.ask(&append).await, Response::Appended(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_gets_its_certificate_and_shows_it_again_without_the_authority() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let authority = Authority::start(folder.path(), port, 90 * 86_400);
    let data = folder.path().join("home");
    let mut home = authority.home(port, &data);
    wait_until("a certificate", || {
        data.join("acme/certificate.pem").exists()
    });
    let connect = |home: &RunningHome| {
        let (address, issuer) = (home.address.clone(), issuer(home));
        async move { Client::connect_trusting(&address, issuer).await }
    };
    goes_on(&mut connect(&home).await.unwrap(), 1).await;
    #[cfg(unix)]
    for file in ["account.json", "certificate.pem"] {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(data.join("acme").join(file)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
    }
    home.kill();
    let address = format!("127.0.0.1:{port}");
    let how = ["--acme-accept-terms", "--acme-root"];
    let mut again = command(&[&how[..], &[authority.root.to_str().unwrap()]].concat());
    again.args(["--url", &format!("https://localhost:{port}")]);
    drop(authority);
    let home = RunningHome::spawn_at(&address, again, &data);
    assert!(connect(&home).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_in_time_and_no_connection_ends() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let authority = Authority::start(folder.path(), port, 12);
    let home = authority.home(port, &folder.path().join("home"));
    let news = |times| home.logged().matches("there is a new certificate").count() >= times;
    wait_until("a certificate", || news(1));
    let mut old = Client::connect_trusting(&home.address, issuer(&home))
        .await
        .unwrap();
    goes_on(&mut old, 1).await;
    wait_until("another", || news(2));
    goes_on(&mut old, 2).await;
    let mut new = Client::connect_trusting(&home.address, issuer(&home))
        .await
        .unwrap();
    goes_on(&mut new, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_the_authority_does_not_reach_says_so_and_runs_on() {
    if is_skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::start(folder.path(), free_port(), 90 * 86_400);
    let mut home = authority.home(free_port(), &folder.path().join("home"));
    wait_until("a word", || {
        home.logged().contains("there is no new certificate")
    });
    assert!(!home.data.join("acme/certificate.pem").exists());
    assert!(home.child.try_wait().unwrap().is_none());
    home.ask_to_stop();
    assert_eq!(home.ends_within(Duration::from_secs(5)).code(), Some(0));
}

#[test]
fn a_home_without_a_domain_gets_no_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let data = data.to_str().unwrap();
    for url in [
        &[][..],
        &["--url", "https://192.0.2.1"],
        &["--url", "http://localhost"],
    ] {
        let how = [
            "--listen",
            "127.0.0.1:0",
            "--data",
            data,
            "--acme-accept-terms",
        ];
        let output = ended(&[&how[..], url].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{said}");
        assert!(said.contains("No certificate is asked for: url "), "{said}");
    }
    assert!(!Path::new(data).exists());
}
