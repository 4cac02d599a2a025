//! The page at a home's address, as it comes over the wire: small, nothing inline, nothing from elsewhere.

#[cfg(test)]
mod home_support;

use home_support::{RunningHome, get};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// What whoever opens an invitation has to load at most, in bytes.
const MOST_BYTES: usize = 30_000;
/// The only way to anywhere else, taken by whoever leaves.
const NEUTRAL: &str = "https://www.wikipedia.org/";

/// What stands between two marks, wherever both do.
#[cfg(test)]
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let rests = text.split(before).skip(1);
    rests
        .map(|rest| rest.split_once(after).unwrap().0)
        .collect()
}

/// Whatever a browser may load or open because of this text.
#[cfg(test)]
fn references(text: &str) -> Vec<&str> {
    [
        (" href=\"", "\""),
        (" src=\"", "\""),
        (" action=\"", "\""),
        (" from \"", "\""),
        ("import(", ")"),
        ("import \"", "\""),
        ("@import", ";"),
        ("url(", ")"),
        ("fetch(", ")"),
        ("srcset=\"", "\""),
    ]
    .into_iter()
    .flat_map(|(before, after)| between(text, before, after))
    .filter(|reference| *reference != NEUTRAL)
    .collect()
}

/// Headers and body of everything that the page makes a browser load, by path.
#[cfg(test)]
fn everything(home: &RunningHome) -> BTreeMap<String, (String, String)> {
    let mut loaded = BTreeMap::new();
    let mut open = vec!["/".to_owned()];
    while let Some(path) = open.pop() {
        if loaded.contains_key(&path) {
            continue;
        }
        let answer = get(&home.address, &path);
        let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(headers.starts_with("HTTP/1.1 200 OK"), "{path}: {headers}");
        for reference in references(body) {
            // Modules name their neighbours, and all lie at the root.
            let path = reference.strip_prefix('.').unwrap_or(reference);
            let is_own = path.starts_with('/') && !path.starts_with("//");
            assert!(is_own, "{reference} is elsewhere");
            open.push(path.to_owned());
        }
        loaded.insert(path, (headers.to_owned(), body.to_owned()));
    }
    loaded
}

#[test]
fn an_invitation_opens_by_at_most_30_kb() {
    let folder = tempfile::tempdir().unwrap();
    let longest = "'".repeat(512);
    let card = [
        "--card-operator",
        &longest,
        "--card-contact",
        &longest,
        "--card-about",
        &longest,
        "--card-age",
        "18+",
    ];
    let home = RunningHome::start_with(&folder.path().join("home"), &card);
    let loaded = everything(&home);
    let paths: Vec<_> = loaded.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "/",
            "/icon.svg",
            "/invitation.js",
            "/legible.js",
            "/page.js",
            "/style.css"
        ]
    );
    let sizes = loaded
        .iter()
        .map(|(path, (headers, body))| (path, headers.len() + body.len()));
    let total: usize = sizes.clone().map(|(_, size)| size).sum();
    assert!(
        total <= MOST_BYTES,
        "{total} bytes: {:?}",
        sizes.collect::<Vec<_>>()
    );
    assert!(loaded["/"].1.contains(&"&#39;".repeat(512)));
}

#[test]
fn each_part_of_the_page_says_how_little_it_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    for (path, (headers, _)) in everything(&home) {
        let kind = match path.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "text/html; charset=utf-8",
        };
        for expected in [
            &format!("content-type: {kind}\r\n"),
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n",
            "x-content-type-options: nosniff\r\n",
            "referrer-policy: no-referrer\r\n",
            "cache-control: no-cache\r\n",
            "etag: \"",
        ] {
            assert!(headers.contains(expected), "{path}: no {expected}");
        }
    }
}

#[test]
fn nothing_on_the_page_is_inline_and_nothing_makes_markup_of_text() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let loaded = everything(&home);
    let page = &loaded["/"].1;
    for script in between(page, "<script", "</script>") {
        assert!(script.contains(" src=\"/") && script.ends_with('>'));
    }
    let tags = between(page, "<", ">");
    for tag in tags {
        let is_inline = [" style=", " on", "javascript:", " srcdoc"]
            .iter()
            .any(|what| tag.contains(what));
        assert!(!is_inline && !tag.starts_with("style"), "<{tag}>");
    }
    for (path, (_, body)) in &loaded {
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "DOMParser",
            "eval(",
            "Function(",
            "localStorage",
            "cookie",
            "sendBeacon",
            "WebSocket",
        ] {
            assert!(!body.contains(sink), "{path} has {sink}");
        }
    }
}

#[test]
fn whoever_wants_to_leave_comes_to_it_first() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let page = get(&home.address, "/");
    let (_, body) = page.split_once("<body>").unwrap();
    let first = ["<a ", "<button", "<input", "<summary", "tabindex"]
        .iter()
        .filter_map(|what| body.find(what))
        .min()
        .unwrap();
    let way = body[first..].split_once("</a>").unwrap().0;
    assert!(
        way.contains(NEUTRAL) && way.ends_with(">Leave this page"),
        "{way}"
    );
    for said in [
        "<html lang=\"en\"",
        "Open in Kith",
        "kith invite accept LINK",
        "Who runs this home",
        "stays in this browser’s history",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn the_form_leads_to_the_app_by_an_answer_that_keeps_the_fragment() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    let page = get(&home.address, "/");
    // Without action, or a browser would drop the fragment.
    assert!(page.contains("<form>") && page.contains("name=\"open\" value=\"app\""));
    let answer = get(&home.address, "/?open=app");
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    assert!(answer.contains("\r\nlocation: /app/\r\n"), "{answer}");
    for query in ["", "x=y", "open=//elsewhere.example", "open=app&x=y"] {
        let answer = get(&home.address, &format!("/?{query}"));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{query}: {answer}");
    }
    assert!(get(&home.address, "/other").starts_with("HTTP/1.1 404"));
}

/// The answer to a browser that has what bears this tag.
#[cfg(test)]
fn get_again(home: &RunningHome, path: &str, tag: &str) -> String {
    let mut stream = TcpStream::connect(&home.address).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: home\r\nIf-None-Match: {tag}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_a_browser_has_is_not_sent_again_until_it_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let home = RunningHome::start(&folder.path().join("home"));
    for (path, (headers, _)) in everything(&home) {
        let tag = between(&headers, "etag: ", "\r\n")[0];
        let answer = get_again(&home, &path, tag);
        assert!(answer.starts_with("HTTP/1.1 304 "), "{path}: {answer}");
        assert!(answer.ends_with("\r\n\r\n") && answer.contains("content-security-policy: "));
        let answer = get_again(&home, &path, "\"other\"");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    }
}
