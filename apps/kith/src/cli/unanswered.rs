//! A home that has never answered: what is said of it, and what stands at its address instead.
//!
//! Somebody who mistyped an address waits for ever, so each sentence says how to correct it. What stands there is only
//! looked at, without anything of the person's: it is asked for the card that every home shows to everybody.

use client::Session;
use client::client_core::UnconfirmedHome;
use client::protocol::home_url::HomeUrl;
use serde::Deserialize;
use std::error::Error;
use std::io;
use std::time::Duration;

/// How long is waited for what stands at an address: whoever asks has waited for the home already.
const PATIENCE: Duration = Duration::from_secs(2);
/// No card is longer, in bytes.
const LONGEST_CARD: usize = 64 * 1024;

/// What stands at an address at which no home answered.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Nothing, or nothing that can be told apart from it.
    Nothing,
    /// Something else than a home.
    NoHome,
    /// Something that does not speak https.
    NoHttps,
    /// Something whose certificate is not for this address.
    NoProof,
    /// A home, under the same name and another scheme.
    HomeAt(HomeUrl),
}

/// What is needed of a home's card to know it for one (docs/protocol.md, *Card*).
#[derive(Deserialize)]
struct Card {
    #[serde(rename = "open")]
    _open: bool,
}

/// The name that waits for a home which has never answered, if one does.
pub(super) fn waits_for(client: &Session, home: &HomeUrl) -> Option<UnconfirmedHome> {
    let homes = client.engine().unconfirmed_homes().unwrap_or_default();
    let mut homes = homes.into_iter();
    homes.find(|one| one.home == *home && one.never_answered)
}

/// The sentence for it.
pub(super) fn sentence(waits: &UnconfirmedHome) -> String {
    let home = &waits.home;
    format!(
        "The home at {home} has never answered. What you asked is kept and goes out once it does. {}",
        correction(waits, "URL")
    )
}

/// How its address is corrected.
fn correction(waits: &UnconfirmedHome, right: &str) -> String {
    format!(
        "If the address is mistyped: kith persona join {} --home {right}{}.",
        typed(waits),
        again(waits)
    )
}

/// What is to be typed once more behind the right address.
const fn again(waits: &UnconfirmedHome) -> &'static str {
    if waits.by_invitation {
        " --invitation TEXT"
    } else {
        ""
    }
}

/// A name as it can be typed behind a command.
fn typed(waits: &UnconfirmedHome) -> String {
    let name = &waits.name;
    if name.chars().all(char::is_alphanumeric) {
        name.clone()
    } else if name.chars().all(|c| c == ' ' || c.is_alphanumeric()) {
        format!("\"{name}\"")
    } else {
        waits.persona.to_string()
    }
}

/// The sentence for a home that was just tried in vain, after a look at what stands there.
pub(super) async fn looked_up(waits: &UnconfirmedHome) -> String {
    let home = &waits.home;
    let kept = format!("{} is kept here.", legible::name(&waits.name));
    match look(home).await {
        Found::Nothing => sentence(waits),
        Found::NoHome => format!(
            "What answers at {home} is no home. {kept} {}",
            correction(waits, "URL")
        ),
        Found::NoHttps => format!(
            "What answers at {home} does not speak https. {kept} {}",
            correction(waits, "URL")
        ),
        Found::NoProof => format!(
            "What answers at {home} cannot prove that it is {}: its certificate does not hold, so nothing was said to \
             it. {kept} {}",
            home.host(),
            correction(waits, "URL")
        ),
        Found::HomeAt(right) => format!(
            "No home answers at {home}, but one does at {right}. {kept} Let it join there: kith persona join {} --home \
             {right}{}.",
            typed(waits),
            again(waits)
        ),
    }
}

/// What stands at its address instead, in half a sentence.
pub(super) async fn what_is_there(home: &HomeUrl) -> String {
    match look(home).await {
        Found::Nothing => "it does not answer".into(),
        Found::NoHome => "what answers there is no home".into(),
        Found::NoHttps => "what answers there does not speak https".into(),
        Found::NoProof => "the certificate of what answers there does not hold".into(),
        Found::HomeAt(right) => format!("a home answers at {right} instead"),
    }
}

async fn look(home: &HomeUrl) -> Found {
    let Ok(client) = super::doctor::client(PATIENCE) else {
        return Found::Nothing;
    };
    let other = with_other_scheme(home);
    let at_other = async {
        match &other {
            Some(other) => is_home(&client, other).await.is_ok_and(|is| is),
            None => false,
        }
    };
    let (here, is_at_other) = tokio::join!(is_home(&client, home), at_other);
    match (here, other) {
        // It was away a moment ago.
        (Ok(true), _) => Found::Nothing,
        (_, Some(other)) if is_at_other => Found::HomeAt(other),
        (Ok(false), _) => Found::NoHome,
        (Err(error), _) => match tls_error(&error) {
            None => Found::Nothing,
            Some(rustls::Error::InvalidCertificate(_)) => Found::NoProof,
            Some(_) => Found::NoHttps,
        },
    }
}

/// The same address by https instead of http, or the other way round. Plain http is for this machine alone, so there may be
/// none.
fn with_other_scheme(home: &HomeUrl) -> Option<HomeUrl> {
    let other = match home.as_str().split_once("://")? {
        ("https", rest) => format!("http://{rest}"),
        (_, rest) => format!("https://{rest}"),
    };
    HomeUrl::parse(&other).ok()
}

/// Whether what answers there shows a home's card.
async fn is_home(client: &reqwest::Client, home: &HomeUrl) -> reqwest::Result<bool> {
    let mut answer = client.get(format!("{home}/card.json")).send().await?;
    let mut card = Vec::new();
    while let Some(bytes) = answer.chunk().await? {
        card.extend_from_slice(&bytes);
        if card.len() > LONGEST_CARD {
            return Ok(false);
        }
    }
    Ok(answer.status().is_success() && serde_json::from_slice::<Card>(&card).is_ok())
}

/// What TLS complained about, if it was that.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What is packed into an error of the system is not its source.
        let packed = error.downcast_ref::<io::Error>();
        source = match packed.and_then(io::Error::get_ref) {
            Some(packed) => Some(packed),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_certificate_that_nobody_vouches_for_is_no_proof() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let key = made.signing_key.serialize_der().try_into().unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let _ = acceptor.accept(stream).await;
            }
        });
        let home = HomeUrl::parse(&format!("https://localhost:{port}")).unwrap();
        assert_eq!(look(&home).await, Found::NoProof);
        serving.abort();
        let _ = serving.await;
        assert_eq!(look(&home).await, Found::Nothing);
    }
}
