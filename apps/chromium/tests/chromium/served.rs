//! What a home gives to a browser: headers, files, and how much of them.

use reqwest::header::HeaderMap;

use crate::support::home::Home;
use crate::support::loaded::loaded;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;
use crate::support::wait_for;

/// The invitation page may weigh this much before the app is loaded, and the app this much, in bytes.
const LANDING_BYTES: u64 = 30_000;
const APP_BYTES: u64 = 1_400_000;

fn get(url: &str, coding: &str) -> (u16, HeaderMap, Vec<u8>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let asked = client.get(url).header("accept-encoding", coding);
        let response = asked.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.bytes().await.unwrap().to_vec())
    })
}

#[track_caller]
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {headers:?}"));
    value.to_str().unwrap()
}

/// What every answer says (Content Security Policy Level 3; Fetch, X-Content-Type-Options). The worker's script alone may
/// let it connect to other homes.
#[track_caller]
fn is_guarded(url: &str, headers: &HeaderMap) {
    let policy = header(headers, "content-security-policy");
    let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
    for rule in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(rules.contains(&rule), "{url}: {rule} is missing: {policy}");
    }
    for rule in rules {
        if url.contains("/app/worker.") && rule.starts_with("connect-src") {
            continue;
        }
        for hole in [
            "'unsafe-inline'",
            "'unsafe-eval'",
            "*",
            "data:",
            "http:",
            "https:",
            "ws:",
            "wss:",
        ] {
            assert!(!rule.contains(hole), "{url}: {hole} is a hole: {policy}");
        }
    }
    assert_eq!(header(headers, "x-content-type-options"), "nosniff");
    assert_eq!(header(headers, "referrer-policy"), "no-referrer");
}

#[test]
fn every_file_of_the_app_is_guarded_and_kept_by_its_name() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.visit(&home.app_url());
    ada.heading("How should this browser keep what you write?");
    let files = loaded(ada.browser());
    assert!(files.len() >= 3, "{files:?}");
    for url in files.keys() {
        let (status, headers, _) = get(url, "br");
        assert_eq!(status, 200, "{url}");
        is_guarded(url, &headers);
        if url.trim_end_matches('/').ends_with("/app") {
            continue;
        }
        // With the worker's script goes a policy that is the home's, and would be kept along with it.
        let is_worker = url.contains("/app/worker.");
        let policy = header(&headers, "content-security-policy");
        assert_eq!(policy.contains("wss:"), is_worker, "{url}: {policy}");
        let expected = if is_worker { "no-cache" } else { "immutable" };
        let caching = header(&headers, "cache-control");
        assert!(caching.contains(expected), "{url}: {caching}");
    }
    let (status, headers, index) = get(&home.app_url(), "br");
    assert_eq!(status, 200);
    assert!(
        header(&headers, "cache-control").contains("no-"),
        "{headers:?}"
    );
    assert!(
        header(&headers, "content-encoding").contains("br"),
        "{headers:?}"
    );
    drop(index);
    let missing = format!("{}no-such-file.js", home.app_url());
    let (status, headers, _) = get(&missing, "br");
    assert_eq!(status, 404);
    is_guarded(&missing, &headers);
}

#[test]
fn nothing_stands_inline_in_a_page() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.visit("about:blank");
    for url in [home.app_url(), format!("{}/", home.url())] {
        let page = String::from_utf8(get(&url, "identity").2).unwrap();
        let page = serde_json::json!(page);
        let inline = ada.browser().script(&format!(
            "const page = new DOMParser().parseFromString({page}, 'text/html');
             const found = [...page.querySelectorAll('style, [style], script:not([src])')];
             for (const one of page.querySelectorAll('*'))
                for (const attribute of one.attributes)
                    if (attribute.name.startsWith('on')) found.push(one);
             return [page.querySelectorAll('script').length, found.map((one) => one.outerHTML)];"
        ));
        assert!(inline[0].as_u64().unwrap() > 0, "{url} has scripts");
        assert_eq!(inline[1].as_array().unwrap().len(), 0, "{url}: {inline}");
    }
}

#[test]
fn the_first_load_of_the_app_is_small() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Openly);
    let files = loaded(ada.browser());
    let bytes: u64 = files.values().sum();
    println!(
        "{bytes} bytes in {} requests of the page: {files:#?}",
        files.len()
    );
    assert!(bytes > 10_000 && bytes <= APP_BYTES, "{files:?}");
}

#[test]
fn an_invitation_is_a_small_page_that_works_without_script() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.visit(&link);
    ada.reads("Cleo");
    let files = loaded(ada.browser());
    let bytes: u64 = files.values().sum();
    println!("{bytes} bytes: {files:#?}");
    assert!(bytes > 500 && bytes <= LANDING_BYTES, "{files:?}");
    for url in files.keys() {
        is_guarded(url, &get(url, "br").1);
    }
    ada.browser().devtools(
        "Emulation.setScriptExecutionDisabled",
        serde_json::json!({"value": true}),
    );
    ada.browser().reload();
    ada.press("Open in Kith");
    let there = || ada.browser().url().contains("/app/#/i/").then_some(());
    wait_for("the app with the invitation", there);
    ada.browser().devtools(
        "Emulation.setScriptExecutionDisabled",
        serde_json::json!({"value": false}),
    );
}
