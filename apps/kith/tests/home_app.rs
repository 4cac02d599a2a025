//! The app that browsers load: in which form it comes, for how long it is kept, and what browsers may
//! do with it. The bundle here is one that the tests make; a home does not look into it.

#[cfg(test)]
mod home_support;

use flate2::Compression;
use flate2::write::GzEncoder;
use home_support::{RunningHome, ended};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

#[cfg(test)]
const INDEX: &str =
    "<!doctype html><script type=\"module\" src=\"page.0123456789abcdef.js\"></script>";
#[cfg(test)]
const PAGE: &str = "page.0123456789abcdef.js";
#[cfg(test)]
const WORKER: &str = "worker.0123456789abcdef.js";
#[cfg(test)]
const MODULE: &str = "web_bg.0123456789abcdef.wasm";

#[cfg(test)]
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     connect-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What a home said.
#[cfg(test)]
struct Answer {
    head: String,
    body: Vec<u8>,
}

#[cfg(test)]
impl Answer {
    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(other, _)| *other == name);
        assert!(!lines.any(|(other, _)| other == name), "twice: {name}");
        found.map(|(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

#[cfg(test)]
fn ask(home: &RunningHome, method: &str, path: &str, headers: &[&str]) -> Answer {
    let mut stream = TcpStream::connect(&home.address).unwrap();
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: home\r\nConnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    Answer {
        head: String::from_utf8(answer[..end].to_vec()).unwrap(),
        body: answer[end + 4..].to_vec(),
    }
}

/// More than a piece that is handed on at once, and not a multiple of it.
#[cfg(test)]
fn module() -> Vec<u8> {
    (0..300_001_u32)
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

#[cfg(test)]
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A bundle with this text of the page.
#[cfg(test)]
fn bundle(folder: &Path, index: &str) -> PathBuf {
    let bundle = folder.join("bundle");
    std::fs::create_dir_all(&bundle).unwrap();
    let module = module();
    let files: [(&str, &str, &[u8]); 4] = [
        ("index.html", "text/html; charset=utf-8", index.as_bytes()),
        (PAGE, "text/javascript; charset=utf-8", b"1"),
        (WORKER, "text/javascript; charset=utf-8", b"2"),
        (MODULE, "application/wasm", &module),
    ];
    let list = files.map(|(name, media_type, bytes)| {
        // Nobody unpacks it here.
        std::fs::write(bundle.join(format!("{name}.br")), b"brotli of it").unwrap();
        std::fs::write(bundle.join(format!("{name}.gz")), gzip(bytes)).unwrap();
        json!({
            "name": name, "media_type": media_type, "worker": name == WORKER,
            "sha256": format!("{name} {bytes:?}"), "bytes": bytes.len(),
        })
    });
    let list = json!({ "stamp": "", "files": list }).to_string();
    std::fs::write(bundle.join("bundle.json"), list).unwrap();
    bundle
}

/// A home that serves [`bundle`], with these arguments.
#[cfg(test)]
fn home(folder: &Path, arguments: &[&str]) -> RunningHome {
    let bundle = bundle(folder, INDEX);
    let mut all = vec!["--app", bundle.to_str().unwrap()];
    all.extend(arguments);
    RunningHome::start_with(&folder.join("home"), &all)
}

#[cfg(test)]
#[track_caller]
fn check_headers_of_all(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{}", answer.head);
    }
    let permissions = answer.header("permissions-policy").unwrap();
    for one in [
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        "camera=()",
        "microphone=()",
        "geolocation=()",
    ] {
        assert!(permissions.contains(one), "{permissions}");
    }
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
}

#[test]
fn a_program_without_the_app_says_so() {
    if option_env!("KITH_WEB").is_some() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let answer = ask(&home, "GET", "/app/", &[]);
    assert_eq!(answer.status(), "404");
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        answer.text().contains("built without the app"),
        "{}",
        answer.text()
    );
    assert!(answer.text().contains("cargo xtask build"));
    check_headers_of_all(&answer);
    check_nothing_inline(&answer);
    assert_eq!(
        ask(&home, "GET", &format!("/app/{PAGE}"), &[]).status(),
        "404"
    );
}

/// The policy would stop what is inline, so nothing that needs it may be sent.
#[cfg(test)]
#[track_caller]
fn check_nothing_inline(answer: &Answer) {
    let text = answer.text().to_ascii_lowercase();
    assert!(
        !text.contains("style=") && !text.contains("<style"),
        "{text}"
    );
    for (at, _) in text.match_indices("<script") {
        let tag = text[at..].split('>').next().unwrap();
        assert!(tag.contains(" src="), "{tag}");
    }
}

#[test]
fn a_file_comes_in_the_form_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path(), &[]);
    let path = format!("/app/{MODULE}");
    let check = |accepted: &[&str], coding: Option<&str>, body: &[u8]| {
        let answer = ask(&home, "GET", &path, accepted);
        assert_eq!(answer.status(), "200");
        assert_eq!(answer.header("content-encoding"), coding, "{accepted:?}");
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        let length = body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length));
        assert!(answer.body == body, "{accepted:?}");
        check_headers_of_all(&answer);
        answer.header("etag").unwrap().to_owned()
    };
    let module = module();
    let tags = [
        check(
            &["Accept-Encoding: gzip, deflate, br, zstd"],
            Some("br"),
            b"brotli of it",
        ),
        check(
            &["Accept-Encoding: gzip, br;q=0"],
            Some("gzip"),
            &gzip(&module),
        ),
        check(&[], None, &module),
    ];
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[2] != tags[0]);
    check(&["Accept-Encoding: deflate"], None, &module);
    let answer = ask(&home, "GET", &path, &["Accept-Encoding: *;q=0"]);
    assert_eq!(answer.status(), "406");
    check_headers_of_all(&answer);
}

#[test]
fn what_has_a_hash_in_its_name_is_kept_and_all_else_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path(), &[]);
    for (path, cached) in [
        ("", "no-cache"),
        (PAGE, "public, max-age=31536000, immutable"),
        (MODULE, "public, max-age=31536000, immutable"),
        // The policy that goes with it is kept along with it, and is the home's.
        (WORKER, "no-cache"),
    ] {
        let path = format!("/app/{path}");
        let answer = ask(&home, "GET", &path, &[]);
        assert_eq!(answer.header("cache-control"), Some(cached), "{path}");
        let etag = answer.header("etag").unwrap();
        assert!(etag.starts_with('"'), "{etag}");
        for (known, status) in [(etag, "304"), ("\"other\"", "200")] {
            let known = format!("If-None-Match: {known}");
            let again = ask(&home, "GET", &path, &[&known]);
            assert_eq!(again.status(), status, "{path}");
            assert_eq!(again.header("etag"), Some(etag));
            assert_eq!(again.header("cache-control"), Some(cached));
            let policy = "content-security-policy";
            assert_eq!(again.header(policy), answer.header(policy));
            check_headers_of_all(&again);
            assert_eq!(again.body.is_empty(), status == "304");
        }
        // Another form is another answer.
        let known = format!("If-None-Match: {etag}");
        let other = ask(&home, "GET", &path, &[&known, "Accept-Encoding: br"]);
        assert_eq!(other.status(), "200");
    }
}

#[test]
fn the_page_may_load_from_its_home_and_the_worker_may_reach_others() {
    let folder = tempfile::tempdir().unwrap();
    let of_worker = |home: &RunningHome| {
        for path in ["", PAGE, MODULE] {
            let answer = ask(home, "GET", &format!("/app/{path}"), &[]);
            let policy = answer.header("content-security-policy");
            assert_eq!(policy, Some(PAGE_POLICY), "{path}");
            if path.is_empty() {
                check_nothing_inline(&answer);
            }
        }
        let answer = ask(home, "GET", &format!("/app/{WORKER}"), &[]);
        let policy = answer.header("content-security-policy").unwrap();
        let (_, rest) = policy.split_once("connect-src ").unwrap();
        let etag = answer.header("etag").unwrap();
        (rest.split(';').next().unwrap().to_owned(), etag.to_owned())
    };
    let here = "'self' https: wss: http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*";
    let (alone, alone_tag) = of_worker(&home(folder.path(), &[]));
    assert_eq!(alone, here);
    let (local, _) = of_worker(&home(folder.path(), &["--url", "http://localhost:8440"]));
    assert_eq!(local, here);
    let behind_a_proxy = ["--url", "https://example.org"];
    let (others, tag) = of_worker(&home(folder.path(), &behind_a_proxy));
    assert_eq!(others, "'self' https: wss:");
    // Whoever kept it with the other policy must not go on with that.
    assert_ne!(tag, alone_tag);
}

#[test]
fn what_is_not_there_is_said_and_nothing_outside_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path(), &[]);
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    for path in [
        "page.js",
        "page.ffffffffffffffff.js",
        "index.html",
        "bundle.json",
        "page.0123456789abcdef.js.br",
        "../secret",
        "%2e%2e/secret",
        "..%2fsecret",
        "a/b",
        "page.0123456789abcdef.js/",
        "%ff",
        "%00",
    ] {
        let answer = ask(&home, "GET", &format!("/app/{path}"), &[]);
        let status = if path == "%ff" { "400" } else { "404" };
        assert_eq!(answer.status(), status, "{path}");
        if !path.starts_with("../") {
            check_headers_of_all(&answer);
        }
        assert!(!answer.text().contains("secret"), "{path}");
    }
    let answer = ask(&home, "GET", "/app/page.js", &[]);
    assert_eq!(
        answer.text(),
        "The app has no such file here; open it anew at /app/.\n"
    );
}

#[test]
fn other_ways_of_asking_are_answered_as_http_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path(), &[]);
    for path in ["/app/".to_owned(), format!("/app/{MODULE}")] {
        let got = ask(&home, "GET", &path, &[]);
        let head = ask(&home, "HEAD", &path, &[]);
        assert_eq!(head.status(), "200");
        assert!(head.body.is_empty());
        for name in ["content-length", "content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), got.header(name), "{name}");
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let answer = ask(&home, method, &path, &[]);
            assert_eq!(answer.status(), "405", "{method}");
            assert_eq!(answer.header("allow"), Some("GET,HEAD"));
            check_headers_of_all(&answer);
        }
    }
    let answer = ask(&home, "GET", "/app", &[]);
    assert_eq!(answer.status(), "308");
    assert_eq!(answer.header("location"), Some("/app/"));
    check_headers_of_all(&answer);
}

#[test]
fn whoever_asks_too_often_waits_here_too() {
    let folder = tempfile::tempdir().unwrap();
    let limits = ["--limits-visits-per-minute", "3", "--limits-loopback"];
    let home = home(folder.path(), &limits);
    let mut statuses = (0..10).map(|_| ask(&home, "GET", "/app/", &[]).status().to_owned());
    assert!(statuses.any(|status| status == "429"));
}

#[test]
fn a_folder_is_read_anew_each_time_and_one_without_an_app_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path(), &[]);
    let get = || ask(&home, "GET", "/app/", &[]);
    let first = get();
    assert_eq!(first.text(), INDEX);
    let other = format!("{INDEX}<p>New");
    let bundle = bundle(folder.path(), &other);
    let second = get();
    assert_eq!(second.text(), other);
    assert_ne!(first.header("etag"), second.header("etag"));
    std::fs::write(bundle.join("bundle.json"), "{").unwrap();
    let broken = get();
    assert_eq!(broken.status(), "500");
    assert!(
        broken.text().contains("cannot be used: bundle.json"),
        "{}",
        broken.text()
    );
    let data = folder.path().join("other");
    let how = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
        "--app",
        bundle.to_str().unwrap(),
    ];
    let refused = ended(&how);
    assert_eq!(refused.status.code(), Some(5));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("nothing was started"), "{said}");
    assert!(!data.exists());
}
