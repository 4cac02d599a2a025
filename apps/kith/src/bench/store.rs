//! `kith bench store`: a profile with many items: how soon the last are shown, and how soon a rare word is found.

use ::client::client_core::{ConversationId, Engine};
use ::client::{Client, ClientError, Profile};
use client_store::Store;
use client_store::id::ItemId;
use client_store::item::{Act, ItemKind, ItemRow};
use load::{LoadError, file_bytes};
use protocol::id::PersonaFingerprint;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::BenchError;
use super::client_part::{Part, elsewhere, failed, text};
use super::latency::median;

/// Items in a transaction while the profile is filled.
const BATCH: u64 = 10_000;
/// Starts of the program, of which the median is told.
const STARTS: usize = 21;
/// Of so many items one is a sign for the one before.
const SIGN_EVERY: u64 = 20;

/// The figures of a profile with so many items.
pub(super) fn measure(folder: &Path, items: u64) -> Result<Value, BenchError> {
    let folder = folder.join("profile");
    let begun = Instant::now();
    fill(&folder, items)?;
    let filled = begun.elapsed();
    let shown = elsewhere(Part::Show, &folder, 0)?;
    let found = elsewhere(Part::Search, &folder, 0)?;
    let starts = (0..STARTS).map(|_| start(&folder, &["show", "Notes", "--limit", "50"]));
    let show_ms = median(starts.collect::<Result<_, _>>()?);
    let starts = (0..STARTS).map(|_| start(&folder, &["--version"]));
    let start_ms = median(starts.collect::<Result<_, _>>()?);
    Ok(json!({
        "bench": "store",
        "items": items,
        "fill_s": filled.as_secs_f64(),
        "bytes": file_bytes(&folder),
        "start_to_end_ms": start_ms,
        "start_to_shown_ms": show_ms,
        "show_in_engine_ms": shown.median_ms,
        "show_peak_kib": shown.peak_kib,
        "search_in_engine_ms": found.median_ms,
        "search_peak_kib": found.peak_kib,
    }))
}

/// From the start of the program to its end.
fn start(folder: &Path, arguments: &[&str]) -> Result<f64, BenchError> {
    let program = std::env::current_exe().map_err(LoadError::system("the path of this program"))?;
    let mut command = Command::new(program);
    command.arg("--json").arg("--profile").arg(folder);
    command.args(arguments).stdout(Stdio::null());
    let begun = Instant::now();
    let status = command.status();
    let took = begun.elapsed();
    match status {
        Ok(status) if status.success() => Ok(took.as_secs_f64() * 1e3),
        _ => Err(LoadError::answer("a command", "it failed").into()),
    }
}

/// A conversation with oneself; what is read of it is read as of any.
fn fill(folder: &Path, items: u64) -> Result<(), BenchError> {
    let profile = Profile::init(folder, None).map_err(ClientError::from)?;
    let mut client = Client::offline(profile)?;
    let persona = client.act(|engine, now| engine.new_persona(now, "Ada"))?;
    let conversation = client.act(|engine, now| engine.new_own(now, persona, "Notes"))?;
    let engine: &Engine = client.engine();
    let personas = engine.personas().map_err(failed)?;
    let author = personas.first().map(|one| one.fingerprint);
    let author = author.ok_or_else(|| LoadError::answer("a profile", "nobody is in it"))?;
    let store = engine.store();
    let mut number = 0;
    while number < items {
        store.begin()?;
        for _ in 0..BATCH.min(items - number) {
            number += 1;
            insert(store, conversation, author, number)?;
        }
        store.commit()?;
    }
    Ok(())
}

fn insert(
    store: &Store,
    conversation: ConversationId,
    author: PersonaFingerprint,
    number: u64,
) -> Result<(), BenchError> {
    let message = |number: u64| {
        let mut id = [0; 32];
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bytes = [spread, number, spread, number].map(u64::to_be_bytes);
        id.copy_from_slice(bytes.as_flattened());
        id
    };
    let is_sign = number.is_multiple_of(SIGN_EVERY);
    let text = if is_sign {
        "🌱".to_owned()
    } else {
        text(number)
    };
    let mut id = [0; 16];
    id.copy_from_slice(message(number).first_chunk::<16>().unwrap_or(&[0; 16]));
    store.insert_item(&ItemRow {
        id: ItemId::new(id),
        conversation,
        log: None,
        seq: Some(number),
        message_id: message(number),
        author,
        mine: true,
        at_ms: 1_700_000_000_000 + number * 60_000,
        kind: ItemKind::Message,
        act: is_sign.then(|| (Act::Reaction, message(number - 1))),
        reply_to: (number % 10 == 3).then(|| message(number - 2)),
        note: None,
        // As long as the content of such a text.
        content: [text.as_bytes(), &[7; 160]].concat(),
        text,
        stored: true,
        held_until_s: None,
        edited: false,
        retracted_s: None,
        hidden: false,
        kept_back: false,
    })?;
    Ok(())
}
