//! `kith bench client`: two people at a home on loopback. What one has queued goes out, what the other missed comes in.

use ::client::client_core::Engine;
use ::client::protocol::home_url::HomeUrl;
use ::client::protocol::request::Admission;
use ::client::{Client, ClientError, Profile};
use load::{LoadError, Peer as _, Server, free_port};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

use super::BenchError;
use super::client_part::{Part, elsewhere, failed};
use super::home::KithHome;
use super::latency::median;

/// How often what is queued is sent; the figures are medians.
const FLUSHES: usize = 3;

/// The figures: so many texts in a queue, so many to catch up on.
pub(super) async fn measure(folder: &Path, queued: u64, missed: u64) -> Result<Value, BenchError> {
    let port = free_port()?;
    let server = Server::start(KithHome::new().command(folder, port)?, folder, port)?;
    let (ada, ben) = (folder.join("ada"), folder.join("ben"));
    acquaint(&ada, &ben, port).await?;
    let (mut seconds, mut peaks) = (Vec::new(), Vec::new());
    let mut sent = 0;
    while sent < missed || seconds.len() < FLUSHES {
        elsewhere(Part::Queue, &ada, queued)?;
        let flushed = elsewhere(Part::Flush, &ada, 0)?;
        seconds.push(flushed.seconds);
        peaks.push(flushed.peak_kib);
        sent += queued;
    }
    let caught_up = elsewhere(Part::CatchUp, &ben, sent)?;
    drop(server);
    let flush_s = median(seconds);
    Ok(json!({
        "bench": "client",
        "queued": queued,
        "flush_s": flush_s,
        "flush_per_s": flush_s.map(|seconds| queued as f64 / seconds),
        "flush_peak_kib": peaks.iter().max(),
        "caught_up": sent,
        "catch_up_s": caught_up.seconds,
        "catch_up_per_s": sent as f64 / caught_up.seconds,
        "catch_up_peak_kib": caught_up.peak_kib,
    }))
}

/// Ada has an inbox at the home; Ben accepts her link.
async fn acquaint(ada: &Path, ben: &Path, port: u16) -> Result<(), BenchError> {
    let url = format!("http://127.0.0.1:{port}");
    let url = HomeUrl::parse(&url).map_err(|error| LoadError::answer("a link", error))?;
    let mut ada = made(ada)?;
    let mut ben = made(ben)?;
    let persona = ada.act(|engine, now| engine.new_persona(now, "Ada"))?;
    ada.act(|engine, now| engine.join_home(now, persona, url, Admission::Open))?;
    let invitation = ada.act(|engine, now| engine.new_invitation(now, persona, 1, None, None))?;
    let link = loop {
        if let Some(link) = ada.engine().invitation(invitation).map_err(failed)?.link
            && !ada.engine().is_waiting().map_err(failed)?
        {
            break link;
        }
        ada.step(Duration::from_secs(5)).await?;
    };
    let persona = ben.act(|engine, now| engine.new_persona(now, "Ben"))?;
    ben.act(|engine, now| engine.accept(now, persona, &link))?;
    while ben.engine().is_waiting().map_err(failed)? {
        ben.step(Duration::from_secs(5)).await?;
    }
    while ada.engine().conversations().map_err(failed)?.is_empty() {
        ada.step(Duration::from_secs(5)).await?;
    }
    Ok(())
}

fn made(folder: &Path) -> Result<Client, BenchError> {
    let profile = Profile::init(folder, None).map_err(ClientError::from)?;
    let mut client = Client::offline(profile)?;
    client.act(Engine::go_online)?;
    Ok(client)
}
