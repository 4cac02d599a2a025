//! `kith doctor`: looks at everything that a profile needs, and says what is wrong and what to do.

use client::client_core::{CoreError, Event, UnconfirmedHome};
use client::protocol::home_url::HomeUrl;
use client::{ReadOnly, Session};
use jiff::{SignedDuration, Timestamp};
use reqwest::Response;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use super::arguments::ProfileArguments;
use super::error::CommandError;
use super::{damage, profile, read_only, unanswered};
use crate::counted::counted;
use crate::output::Output;

/// How long homes are waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Below this much room on the disk, in bytes, it is said.
const LITTLE_ROOM: u64 = 100 * 1024 * 1024;
/// How far this machine's clock may be from a home's.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

/// What was looked at.
struct Finding {
    check: &'static str,
    found: String,
    /// What is wrong about it, if anything.
    wrong: Option<Wrong>,
}

struct Wrong {
    advice: String,
    /// How the command ends for it.
    ends: fn(String) -> CommandError,
}

impl Finding {
    const fn good(check: &'static str, found: String) -> Self {
        Self {
            check,
            found,
            wrong: None,
        }
    }

    fn bad(
        check: &'static str,
        found: String,
        advice: &str,
        ends: fn(String) -> CommandError,
    ) -> Self {
        let advice = advice.to_owned();
        Self {
            check,
            found,
            wrong: Some(Wrong { advice, ends }),
        }
    }
}

/// Looks at everything, a line each.
pub(super) async fn run(
    arguments: &ProfileArguments,
    output: Output<'_>,
) -> Result<(), CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    say(&Finding::good("program", format!("kith {version}")), output)?;
    let folder = profile::folder(arguments)?;
    let findings = match profile::look(arguments) {
        Ok(session) => all_of(&session, &folder, arguments).await?,
        Err(CommandError::Damaged(what)) => without_store(&what, &folder),
        // Where it only does not open, the error says why and what to do.
        Err(error) => return Err(error),
    };
    for finding in &findings {
        say(finding, output)?;
    }
    let mut wrong = findings.into_iter().filter_map(|finding| finding.wrong);
    let Some(first) = wrong.next() else {
        return Ok(());
    };
    let all = counted(
        1 + wrong.count() as u64,
        "thing is not as it should be",
        "things are not as they should be",
    );
    Err((first.ends)(format!(
        "{all}; nothing was changed. What to do stands beside each."
    )))
}

/// Everything of a profile that opens. A damaged one is not connected: nothing is to come into it.
async fn all_of(
    session: &Session,
    folder: &Path,
    arguments: &ProfileArguments,
) -> Result<Vec<Finding>, CommandError> {
    let store = store(session, folder, arguments.desk.read_only());
    let is_well = store.wrong.is_none();
    let mut findings = vec![store, seal(folder)?, room(folder)];
    if is_well {
        findings.extend(homes(&profile::start(arguments)?).await?);
    } else {
        findings.extend(homes_from_outside(session).await);
    }
    findings.extend(unless_damaged("conversation", conversations(session)));
    findings.extend(unless_damaged(
        "waiting",
        waiting(session).map(|one| vec![one]),
    ));
    Ok(findings)
}

/// What can be looked at where the profile does not even open, because it is damaged.
fn without_store(what: &str, folder: &Path) -> Vec<Finding> {
    let mut findings = vec![damaged(what, folder)];
    findings.extend(seal(folder));
    findings.push(room(folder));
    findings.extend(unless_damaged(
        "home",
        Err(CommandError::Damaged(
            "which homes you have stands in the profile".into(),
        )),
    ));
    findings
}

fn damaged(what: &str, folder: &Path) -> Finding {
    // What to do stands beside it, and says more.
    let what = what.split(';').next().unwrap_or(what).trim_end_matches('.');
    let advice = damage::advice(folder);
    Finding::bad("profile", what.to_owned(), &advice, CommandError::Damaged)
}

/// What was looked at; that it was not, if the damage is in the way.
fn unless_damaged(check: &'static str, looked: Result<Vec<Finding>, CommandError>) -> Vec<Finding> {
    looked.unwrap_or_else(|why| {
        let why = why.to_string();
        let why = why.split(';').next().unwrap_or(&why).trim_end_matches('.');
        vec![Finding::bad(
            check,
            format!("not looked at: {why}"),
            "Look again with kith doctor once the profile is made anew.",
            CommandError::Damaged,
        )]
    })
}

fn say(finding: &Finding, output: Output<'_>) -> Result<(), CommandError> {
    let Finding {
        check,
        found,
        wrong,
    } = finding;
    let advice = wrong.as_ref().map(|wrong| wrong.advice.as_str());
    let text = match advice {
        None => format!("{check}: {found}"),
        Some(advice) => format!("{check}: {found}\n  {advice}"),
    };
    output.result(
        &json!({ "check": check, "ok": wrong.is_none(), "found": found, "advice": advice }),
        text,
    )?;
    Ok(())
}

fn store(session: &Session, folder: &Path, read_only: Option<ReadOnly>) -> Finding {
    let wrong = match session.engine().check() {
        Ok(wrong) => wrong,
        Err(error) => return damaged(&CommandError::from(error).to_string(), folder),
    };
    match (wrong.as_slice(), read_only) {
        ([], None) => Finding::good("profile", "all of it reads".into()),
        ([], Some(why)) => Finding::bad(
            "profile",
            "all of it reads, and nothing can be kept in it".into(),
            read_only::sentence(why),
            CommandError::Storage,
        ),
        ([only], _) => damaged(&format!("1 thing is damaged: {only}"), folder),
        ([first, ..], _) => {
            let all = wrong.len();
            damaged(
                &format!("{all} things are damaged, the first: {first}"),
                folder,
            )
        }
    }
}

fn seal(folder: &Path) -> Result<Finding, CommandError> {
    let found = if client::Profile::is_sealed_at(folder)? {
        "sealed by a passphrase"
    } else {
        "not sealed: whoever reads this disk reads it (kith profile passphrase)"
    };
    Ok(if is_private(folder) {
        Finding::good("seal", found.into())
    } else {
        Finding::bad(
            "seal",
            format!("{found}; others on this machine may open the folder"),
            &format!("Keep them out: chmod 700 {}", folder.display()),
            CommandError::Storage,
        )
    })
}

/// Whether nobody but the owner may open the folder.
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(folder).is_ok_and(|data| data.mode() & 0o077 == 0)
}

fn room(folder: &Path) -> Finding {
    let free = rustix::fs::statvfs(folder)
        .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
        .unwrap_or(0);
    let found = format!("{} MiB free", free / 1024 / 1024);
    if free >= LITTLE_ROOM {
        return Finding::good("disk", found);
    }
    let advice = "Make room: without it nothing that you write can be kept.";
    Finding::bad("disk", found, advice, CommandError::Storage)
}

/// Why a home is not reached; nothing if it is.
async fn unreached(session: &Session) -> Result<BTreeMap<HomeUrl, String>, CommandError> {
    let until = Instant::now() + PATIENCE;
    let mut why = BTreeMap::new();
    loop {
        let open = session.engine().unreached();
        why.retain(|home, _| open.contains(home));
        let left = until.saturating_duration_since(Instant::now());
        if open.iter().all(|home| why.contains_key(home)) || left.is_zero() {
            for home in open {
                why.entry(home)
                    .or_insert_with(|| "it does not answer".into());
            }
            return Ok(why);
        }
        for event in session.step(left).await? {
            match event {
                Event::Unreachable(home) => {
                    why.insert(home, "it does not answer".to_owned());
                }
                Event::Distrusted(home, because) => {
                    why.insert(home, because.to_owned());
                }
                _ => {}
            }
        }
    }
}

/// The homes of names, and of conversations.
fn known_homes(session: &Session) -> [Result<Vec<HomeUrl>, CoreError>; 2] {
    let engine = session.engine();
    let of_names = engine.personas().map(|all| {
        let homes = all.into_iter().filter_map(|persona| persona.home);
        homes.map(|(home, _)| home).collect()
    });
    let of_conversations = engine
        .conversations()
        .map(|all| all.into_iter().filter_map(|one| one.home).collect());
    [of_names, of_conversations]
}

/// Those homes that can be read of a profile that is not to be connected.
async fn homes_from_outside(session: &Session) -> Vec<Finding> {
    let (mut all, mut findings) = (BTreeSet::new(), Vec::new());
    for known in known_homes(session) {
        match known {
            Ok(homes) => all.extend(homes),
            Err(error) => findings.extend(unless_damaged("home", Err(error.into()))),
        }
    }
    for home in all {
        match asked(&home).await {
            Some(answer) => {
                findings.push(Finding::good("home", format!("{home} answers")));
                findings.extend(clock(&home, &answer));
            }
            None => findings.push(missed(&home, "it does not answer", None)),
        }
    }
    findings
}

async fn homes(session: &Session) -> Result<Vec<Finding>, CommandError> {
    let why = unreached(session).await?;
    let unconfirmed = session.engine().unconfirmed_homes()?;
    let mut all: BTreeSet<_> = why.keys().cloned().collect();
    for known in known_homes(session) {
        all.extend(known?);
    }
    let mut findings = Vec::new();
    for home in all {
        match why.get(&home) {
            Some(why) => {
                let waits = unconfirmed.iter().find(|one| one.home == home);
                let why = match waits {
                    Some(waits) if waits.never_answered => unanswered::what_is_there(&home).await,
                    _ => why.clone(),
                };
                findings.push(missed(&home, &why, waits));
            }
            None => {
                findings.push(Finding::good("home", format!("{home} answers")));
                let answer = asked(&home).await;
                findings.extend(answer.and_then(|answer| clock(&home, &answer)));
            }
        }
    }
    Ok(findings)
}

/// A home that is not reached. What is printed here is shown to those who help, so it names nobody.
fn missed(home: &HomeUrl, why: &str, waits: Option<&UnconfirmedHome>) -> Finding {
    const ONLINE: &str =
        "Look whether this machine is online, and ask whoever runs the home. What waits is kept.";
    let (found, advice) = match waits {
        Some(waits) if waits.never_answered => (
            format!("{home} has never been reached: {why}"),
            format!(
                "If the address is mistyped: kith persona join NAME --home URL (kith persona list says whose). {ONLINE}"
            ),
        ),
        Some(waits) if waits.may_be_left => (
            format!("{home} is not reached, and never confirmed a name that waits for it: {why}"),
            format!(
                "{ONLINE} If you do not want it any more: kith persona leave NAME --home {home}."
            ),
        ),
        _ => (format!("{home} is not reached: {why}"), ONLINE.to_owned()),
    };
    Finding::bad("home", found, &advice, CommandError::Unreachable)
}

/// What a home answers to whoever asks for nothing.
async fn asked(home: &HomeUrl) -> Option<Response> {
    client(PATIENCE).ok()?.head(home.as_str()).send().await.ok()
}

/// How this machine's clock stands to a home's; nothing where the home does not say (RFC 9110 §6.6.1).
fn clock(home: &HomeUrl, answer: &Response) -> Option<Finding> {
    let date = answer.headers().get("date")?.to_str().ok()?;
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    let off = Timestamp::now().duration_since(theirs);
    let host = home.host();
    if off.abs() <= NEAR {
        let found = format!("within {} minutes of that of {host}", NEAR.as_mins());
        return Some(Finding::good("clock", found));
    }
    let way = if off.is_positive() {
        "ahead of"
    } else {
        "behind"
    };
    Some(Finding::bad(
        "clock",
        format!("{} minutes {way} that of {host}", off.abs().as_mins()),
        "Set the clock of this machine, or tell whoever runs the home. What waits for a time leaves by this clock.",
        CommandError::Invalid,
    ))
}

/// A client for what homes show to everybody.
pub(super) fn client(patience: Duration) -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(patience)
        .build()?)
}

fn conversations(session: &Session) -> Result<Vec<Finding>, CommandError> {
    let halted = session.engine().conversations()?.into_iter();
    let halted = halted.filter_map(|one| Some((one.title, one.halted?)));
    Ok(halted
        .map(|(title, why)| {
            Finding::bad(
                "conversation",
                format!("{} cannot go on: {why}", legible::name(&title)),
                "What was said in it is safe. To go on, invite each other anew.",
                CommandError::Invalid,
            )
        })
        .collect())
}

fn waiting(session: &Session) -> Result<Finding, CommandError> {
    let waiting = session.engine().waiting()?.total();
    Ok(Finding::good(
        "waiting",
        format!(
            "{} for a home",
            counted(waiting, "thing waits", "things wait")
        ),
    ))
}
