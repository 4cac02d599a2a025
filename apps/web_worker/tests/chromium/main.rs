//! The worker in a real Chromium, driven from outside. `cargo xtask web` builds what it runs.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod server;

use browser::Browser;
use client_core::{Engine, Now};
use client_store::{Store, StoreError, StoreKey};
use data_encoding::HEXLOWER;
use server::Server;
use std::path::Path;

const KEY: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];
const NOW: Now = Now {
    monotonic_ms: 0,
    unix_ms: 1_700_000_000_000,
};

fn open(key: &[u8; 32]) -> String {
    format!("{{act: 'open', key: bytes('{}')}}", HEXLOWER.encode(key))
}

#[cfg(test)]
fn engine(path: &Path) -> Engine {
    let store = Store::open(path, Some(&StoreKey::new(KEY))).unwrap();
    Engine::new(store, [1; 32], NOW)
}

#[cfg(test)]
fn names(engine: &Engine) -> Vec<String> {
    let personas = engine.personas().unwrap();
    personas.into_iter().map(|one| one.name).collect()
}

/// What lies in the browser's storage, as one text of hexadecimal digits.
const STORED: &str = "const texts = [];
    const walk = async (folder) => {
        for await (const entry of folder.values()) {
            if (entry.kind === 'directory') await walk(entry);
            else texts.push(new Uint8Array(await (await entry.getFile()).arrayBuffer()).toHex());
        }
    };
    await walk(await navigator.storage.getDirectory());
    return texts.join(' ');";

#[tokio::test]
async fn a_name_outlives_the_browser_sealed_and_not_without_its_key() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    page.done(&open(&KEY)).await;
    page.done("{act: 'newPersona', name: 'Ada Lovelace'}").await;
    page.done("{act: 'close'}").await;
    page.done(&open(&KEY)).await;
    assert_eq!(
        page.done("{act: 'personas'}").await,
        serde_json::json!(["Ada Lovelace"])
    );
    page.done("{act: 'close'}").await;
    page.leave().await;

    let page = browser.visit(&server).await;
    let refused = page.refused(&open(&OTHER)).await;
    assert_eq!(refused, StoreError::WrongKey.to_string());
    page.refused("{act: 'open'}").await;
    page.done(&open(&KEY)).await;
    assert_eq!(
        page.done("{act: 'personas'}").await,
        serde_json::json!(["Ada Lovelace"])
    );
    page.leave().await;

    let stored = browser.run(STORED).await;
    let stored = stored.as_str().unwrap();
    assert!(
        stored.len() > 100_000,
        "there is a profile: {}",
        stored.len()
    );
    assert!(!stored.contains(&HEXLOWER.encode(b"Lovelace")));
    browser.end().await;
}

#[tokio::test]
async fn what_is_not_sealed_is_found_in_the_storage() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    page.done("{act: 'open'}").await;
    page.done("{act: 'newPersona', name: 'Ada Lovelace'}").await;
    page.leave().await;
    let stored = browser.run(STORED).await;
    let name = HEXLOWER.encode(b"Lovelace");
    assert!(stored.as_str().unwrap().contains(&name));
    browser.end().await;
}

#[tokio::test]
async fn a_profile_is_the_same_file_in_the_browser_and_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kith.sqlite");
    let mut there = engine(&path);
    there.new_persona(NOW, "Ada").unwrap();
    drop(there);

    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let file = HEXLOWER.encode(&std::fs::read(&path).unwrap());
    page.done(&format!("{{act: 'import', file: bytes('{file}')}}"))
        .await;
    page.done(&open(&KEY)).await;
    page.done("{act: 'newPersona', name: 'Grace'}").await;
    assert_eq!(
        page.done("{act: 'personas'}").await,
        serde_json::json!(["Ada", "Grace"])
    );
    page.done("{act: 'close'}").await;
    let back = page.done("{act: 'export'}").await;
    let back = HEXLOWER.decode(back.as_str().unwrap().as_bytes()).unwrap();
    browser.end().await;

    let path = folder.path().join("back.sqlite");
    std::fs::write(&path, back).unwrap();
    let here = engine(&path);
    assert_eq!(names(&here), ["Ada", "Grace"]);
    assert_eq!(here.store().check().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_worker_is_told_that_the_storage_is_taken() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let _first = browser.visit(&server).await;
    let refused = browser.second_tab(&server).await;
    assert!(refused.contains("storage refused"), "{refused}");
    browser.end().await;
}
