//! Follows a conversation and writes it to a file as JSON Lines, going on where it stopped.
//!
//! ```sh
//! cargo run -p client --example archiver -- PROFILE CONVERSATION FILE
//! ```
//!
//! CONVERSATION is a title or an id. A passphrase stands in `KITH_PASSPHRASE`; Ctrl-C ends it. Each item is a line with the
//! keys of `kith show --json`, apart from `at_ms` (Unix milliseconds by its author's clock). An item that changes gets
//! another line; the last one with an `item` counts. After each group of lines stands `{"archived_up_to":N}`: whatever comes
//! behind the last of these was cut off in the middle and is written anew.
//!
//! **The file is not sealed**, and it keeps what others take back later. Words belong to both; tell the other side that you
//! keep them.

use client::client_core::{ConversationId, Event, ItemId, ItemState, ItemView};
use client::{Client, ClientError, Profile};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The key of the lines up to which everything is whole.
const MARK: &str = "archived_up_to";

/// Why it ended.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not three arguments.
    #[error("name profile, conversation and file: archiver PROFILE CONVERSATION FILE")]
    Usage,
    /// No such conversation, or several.
    #[error("there is not one conversation called {0}; see: kith conversation list")]
    Conversation(String),
    /// The file.
    #[error("{} cannot be used: {source}; all up to its last mark is whole", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Profile, homes or store.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// The program.
#[tokio::main(flavor = "current_thread")]
pub async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let ended = match arguments.as_slice() {
        [profile, conversation, file] => tokio::select! {
            ended = run(profile.as_ref(), conversation.to_string_lossy().into_owned(), file.as_ref()) => ended,
            _ = tokio::signal::ctrl_c() => Ok(()),
        },
        _ => Err(ArchiveError::Usage),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// Archives what is there and what comes, until something is in the way.
///
/// # Errors
/// [`ArchiveError`]; the file is whole up to its last mark.
pub async fn run(profile: &Path, conversation: String, file: &Path) -> Result<(), ArchiveError> {
    let passphrase = std::env::var("KITH_PASSPHRASE").ok();
    let profile = Profile::open(profile, passphrase.as_deref(), Duration::from_secs(10))
        .map_err(ClientError::from)?;
    let mut client = Client::start(profile)?;
    let conversation = find(&client, &conversation)?;
    let failed = |source| ArchiveError::File {
        file: file.to_owned(),
        source,
    };
    let (mut archive, unstored) = Archive::open(file).map_err(failed)?;
    for id in unstored {
        let found = client.engine().items_beginning(&id);
        let found = found.map_err(ClientError::from)?;
        archive
            .unstored
            .extend(found.into_iter().map(|(item, _)| item));
    }
    loop {
        let (items, number) = news(&client, conversation, &archive)?;
        archive.write(&items, number).map_err(failed)?;
        for event in client.step(Duration::from_secs(60)).await? {
            if let Event::Unreachable(home) = event {
                say(format_args!(
                    "the home at {} does not answer; it is tried again",
                    home.host()
                ));
            }
        }
    }
}

/// What is to be written, and up to which item of the profile everything is written then.
fn news(
    client: &Client,
    conversation: ConversationId,
    archive: &Archive,
) -> Result<(Vec<ItemView>, i64), ClientError> {
    let engine = client.engine();
    let number = engine.last_item_number()?;
    let mut items = engine.items_since(conversation, archive.number)?;
    // The home took them meanwhile, which makes no new item.
    let since: BTreeSet<_> = items.iter().map(|item| item.id).collect();
    let unstored = engine.items_of(conversation, &archive.unstored)?;
    let stored = unstored
        .into_iter()
        .filter(|item| item.state == ItemState::Stored && !since.contains(&item.id));
    items.extend(stored);
    items.sort_by_key(|item| item.seq.unwrap_or(u64::MAX));
    Ok((items, number))
}

/// The file, and how far it is.
struct Archive {
    file: File,
    /// Up to which item of the profile everything is in the file.
    number: i64,
    /// What is in the file and was not at the home yet.
    unstored: BTreeSet<ItemId>,
}

impl Archive {
    /// Opens or begins a file and cuts off what was not finished; with the ids of what was not stored yet.
    fn open(path: &Path) -> io::Result<(Self, BTreeSet<String>)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path)?;
        let mut reader = BufReader::new(&mut file);
        let (mut whole_bytes, mut read_bytes, mut number) = (0, 0, 0);
        let (mut unstored, mut group, mut line) = (BTreeSet::new(), Vec::new(), Vec::new());
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            read_bytes += line.len() as u64;
            let value: Value = serde_json::from_slice(&line)?;
            if let Some(mark) = value.get(MARK).and_then(Value::as_i64) {
                (whole_bytes, number) = (read_bytes, mark);
                for (item, is_stored) in group.drain(..) {
                    if is_stored {
                        unstored.remove(&item);
                    } else {
                        unstored.insert(item);
                    }
                }
            }
            if let Some(item) = value.get("item").and_then(Value::as_str) {
                let is_stored = !value.get("seq").is_some_and(Value::is_null);
                group.push((item.to_owned(), is_stored));
            }
            line.clear();
        }
        file.set_len(whole_bytes)?;
        file.seek(SeekFrom::Start(whole_bytes))?;
        let archive = Self {
            file,
            number,
            unstored: BTreeSet::new(),
        };
        Ok((archive, unstored))
    }

    /// Writes items and the mark behind them; durable when this returns.
    fn write(&mut self, items: &[ItemView], number: i64) -> io::Result<()> {
        if items.is_empty() {
            // A mark alone would grow the file by what happens elsewhere.
            self.number = number;
            return Ok(());
        }
        let mut text = String::new();
        for item in items {
            text.push_str(&line(item).to_string());
            text.push('\n');
            if item.state == ItemState::Stored {
                self.unstored.remove(&item.id);
            } else {
                self.unstored.insert(item.id);
            }
        }
        text.push_str(&format!("{}\n", json!({ MARK: number })));
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.number = number;
        Ok(())
    }
}

fn line(item: &ItemView) -> Value {
    let reactions = item.reactions.iter();
    let reactions = reactions.map(|(sign, names)| (sign.clone(), json!(names)));
    json!({
        "item": item.id.to_string(),
        "seq": item.seq,
        "author": item.author,
        "mine": item.mine,
        "at_ms": item.at_ms,
        "text": item.text,
        "note": item.note,
        "reply_to": item.reply_to.map(|answered| answered.to_string()),
        "edited": item.edited,
        "retracted": item.retracted,
        "reactions": Value::Object(reactions.collect()),
    })
}

/// The one conversation with this title or id.
fn find(client: &Client, typed: &str) -> Result<ConversationId, ArchiveError> {
    let all = client.engine().conversations().map_err(ClientError::from)?;
    let mut found = all
        .into_iter()
        .filter(|one| one.title == typed || one.id.to_string() == typed);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.id),
        _ => Err(ArchiveError::Conversation(typed.to_owned())),
    }
}

fn say(what: std::fmt::Arguments<'_>) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "archiver: {what}");
}
