//! What a client does that is measured, each in a process of its own, so that its memory is its own.

use ::client::client_core::{ConversationId, CoreError, Draft, Engine, Now};
use ::client::{Client, ClientError, Profile};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::BenchError;
use super::latency::median;
use load::{LoadError, peak_resident_kib};

/// A part of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Part {
    /// Queue so many texts, connected to nothing.
    Queue,
    /// Send what is queued.
    Flush,
    /// Take in what the others sent, until so many were received.
    CatchUp,
    /// Show the last fifty.
    Show,
    /// Search for the rare word.
    Search,
}

/// What one part showed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Figures {
    /// In all.
    pub seconds: f64,
    /// The median of what was done several times.
    pub median_ms: Option<f64>,
    /// The most resident memory.
    pub peak_kib: u64,
}

/// The word that is in one text of a hundred.
pub(super) const RARE: &str = "lantern";
/// How often the engine is asked for the same.
const RUNS: usize = 21;
/// What is shown and searched for at most.
const SHOWN: u64 = 50;

/// Does one part in this process.
pub(super) async fn run(part: Part, folder: &Path, count: u64) -> Result<Figures, BenchError> {
    let profile = Profile::open(folder, None, Duration::ZERO).map_err(ClientError::from)?;
    let mut client = match part {
        Part::Flush | Part::CatchUp => Client::start(profile)?,
        Part::Queue | Part::Show | Part::Search => Client::offline(profile)?,
    };
    let begun = Instant::now();
    let mut runs_ms = Vec::new();
    match part {
        Part::Queue => queue(&mut client, count)?,
        Part::Flush => while_waiting(&mut client).await?,
        Part::CatchUp => until_received(&mut client, count).await?,
        Part::Show | Part::Search => {
            for _ in 0..RUNS {
                let one = Instant::now();
                let found = look(&client, part)?;
                runs_ms.push(one.elapsed().as_secs_f64() * 1e3);
                if found as u64 != SHOWN {
                    return Err(LoadError::answer("a profile", "too little is in it").into());
                }
            }
        }
    }
    Ok(Figures {
        seconds: begun.elapsed().as_secs_f64(),
        median_ms: median(runs_ms),
        peak_kib: peak_resident_kib(&[std::process::id()]),
    })
}

fn look(client: &Client, part: Part) -> Result<usize, BenchError> {
    let engine = client.engine();
    if part == Part::Show {
        Ok(engine.items(only(client)?, 0, SHOWN).map_err(failed)?.len())
    } else {
        Ok(engine.search(RARE, None, SHOWN).map_err(failed)?.len())
    }
}

/// Several drafts to a transaction, as a person who writes a lot would not need.
fn queue(client: &mut Client, count: u64) -> Result<(), BenchError> {
    let conversation = only(client)?;
    let mut left = count;
    while left > 0 {
        let some = left.min(1_000);
        let texts: Vec<_> = (0..some).map(|number| text(left - number)).collect();
        let drafts: Vec<_> = texts.iter().map(|text| Draft::text(text)).collect();
        client.act(|engine: &mut Engine, now: Now| engine.send_all(now, conversation, &drafts))?;
        left -= some;
    }
    Ok(())
}

/// A text of some 80 bytes.
pub(super) fn text(number: u64) -> String {
    let word = |salt: u64| {
        const WORDS: [&str; 16] = [
            "evening", "train", "letter", "window", "quiet", "bread", "river", "sister", "window",
            "garden", "winter", "coffee", "music", "stairs", "harbour", "morning",
        ];
        let at = number
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(salt)
            >> 7;
        let at = usize::try_from(at.wrapping_mul(salt | 1) % 16).unwrap_or(0);
        WORDS.get(at).copied().unwrap_or_default()
    };
    let rare = if number % 100 == 1 { RARE } else { "candle" };
    format!(
        "{} {} {} {} {rare} {} {} {} number {number}",
        word(3),
        word(5),
        word(7),
        word(11),
        word(13),
        word(17),
        word(19)
    )
}

async fn while_waiting(client: &mut Client) -> Result<(), BenchError> {
    while client.engine().is_waiting().map_err(failed)? {
        client.step(Duration::from_secs(5)).await?;
    }
    Ok(())
}

async fn until_received(client: &mut Client, count: u64) -> Result<(), BenchError> {
    loop {
        let conversations = client.engine().conversations().map_err(failed)?;
        if conversations.iter().map(|one| one.unread).sum::<u64>() >= count {
            return Ok(());
        }
        client.step(Duration::from_secs(5)).await?;
    }
}

/// The only conversation of the profile.
pub(super) fn only(client: &Client) -> Result<ConversationId, BenchError> {
    let conversations = client.engine().conversations().map_err(failed)?;
    let first = conversations.first().map(|one| one.id);
    first.ok_or_else(|| LoadError::answer("a profile", "nobody is in it").into())
}

pub(super) fn failed(error: CoreError) -> BenchError {
    ClientError::from(error).into()
}

/// Does one part in a process of its own.
pub(super) fn elsewhere(part: Part, folder: &Path, count: u64) -> Result<Figures, BenchError> {
    let program = std::env::current_exe().map_err(LoadError::system("the path of this program"))?;
    let name = clap::ValueEnum::to_possible_value(&part);
    let mut command = Command::new(program);
    command.args(["bench", "client-part"]);
    command.args(name.iter().map(|name| name.get_name()));
    command.arg(folder).arg(count.to_string());
    let output = command
        .output()
        .map_err(LoadError::system("a part of the measurement"))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        LoadError::answer("a part of the measurement", said).into()
    })
}
