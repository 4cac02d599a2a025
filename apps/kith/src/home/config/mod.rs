//! What a home is told: flags before the environment before the file before the defaults.
//!
//! The file is the one that `--config` names, else `home.toml` in the home's folder if there is one.
//! [`in_force`] says for each setting where its value comes from, which `kith home config` prints.

mod blobs;
mod file;
mod keep;
mod settings;
mod show;

pub(super) use settings::Age;
pub(super) use show::show;

use super::error::HomeCommandError;
use blobs::BlobsConfig;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use keep::KeepConfig;
use serde::Deserialize;
use serde_json::{Map, Value};
use settings::Settings;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is looked for in the home's folder.
const FILE: &str = "home.toml";
/// What the variables of the environment begin with.
const PREFIX: &str = "KITH_HOME_";

/// What flags and environment say.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// The configuration [default: home.toml in the home's folder].
    #[arg(long, value_name = "FILE", env = "KITH_HOME_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Where a home's folder is, for commands that need nothing else of its configuration.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The configuration that names the folder [default: none].
    #[arg(long, value_name = "FILE", env = "KITH_HOME_CONFIG")]
    config: Option<PathBuf>,
    /// The home's folder [default: in the platform's data folder].
    #[arg(long, value_name = "DIR", env = "KITH_HOME_DATA")]
    data: Option<PathBuf>,
}

/// All settings, as they are in force.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Config {
    pub(super) listen: SocketAddr,
    pub(super) data: PathBuf,
    pub(super) url: Option<String>,
    pub(super) open: bool,
    pub(super) app: Option<PathBuf>,
    pub(super) max_connections: u32,
    pub(super) metrics: MetricsConfig,
    pub(super) blobs: BlobsConfig,
    pub(super) limits: LimitsConfig,
    pub(super) card: CardConfig,
    pub(super) tls: TlsConfig,
    pub(super) acme: AcmeConfig,
    pub(super) keep: KeepConfig,
}

/// `[tls]`
#[derive(Debug, Deserialize)]
pub(super) struct TlsConfig {
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// `[acme]`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AcmeConfig {
    pub(super) accept_terms: bool,
    pub(super) contact: Option<String>,
    pub(super) directory: String,
    pub(super) root: Option<PathBuf>,
}

/// `[card]`
#[derive(Debug, Deserialize)]
pub(super) struct CardConfig {
    pub(super) operator: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) about: Option<String>,
    pub(super) age: Option<Age>,
}

/// `[limits]`; 0 is no limit.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct LimitsConfig {
    pub(super) visits_per_minute: u32,
    pub(super) costly_per_minute: u32,
    pub(super) invalid_per_minute: u32,
    pub(super) bytes_per_second: u32,
    pub(super) address_header: Option<String>,
    pub(super) loopback: bool,
}

/// `[metrics]`
#[derive(Debug, Deserialize)]
pub(super) struct MetricsConfig {
    pub(super) listen: Option<SocketAddr>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Flag,
    Environment,
    File(PathBuf),
    Default,
}

/// A setting in force; without a value it is not set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct InForce {
    value: Value,
    source: Source,
}

/// By key, `section.name`.
type AllInForce = BTreeMap<String, InForce>;

/// The configuration of a home.
///
/// # Errors
/// [`HomeCommandError`] if the file cannot be used or there is no folder.
pub(super) fn config(given: &Given, matches: &ArgMatches) -> Result<Config, HomeCommandError> {
    for variable in unknown_variables(matches) {
        tracing::warn!("{variable} in the environment is no setting and has no effect");
    }
    let all = in_force(given, matches)?;
    serde_json::from_value(nested(&all)).map_err(HomeCommandError::Settings)
}

/// The folder of a home.
///
/// # Errors
/// As [`config`].
pub(super) fn data_folder(place: &Place) -> Result<PathBuf, HomeCommandError> {
    let in_file = match (&place.data, &place.config) {
        (None, Some(path)) => named_file(path)?.data,
        _ => None,
    };
    folder(place.data.clone().or(in_file))
}

/// The folder that was named, else the platform's.
fn folder(named: Option<PathBuf>) -> Result<PathBuf, HomeCommandError> {
    named
        .or_else(|| {
            directories::ProjectDirs::from("", "", "kith")
                .map(|directories| directories.data_dir().join("home"))
        })
        .ok_or(HomeCommandError::NoDataFolder)
}

fn named_file(path: &Path) -> Result<Settings, HomeCommandError> {
    file::read(path)?.ok_or_else(|| HomeCommandError::ConfigMissing {
        path: path.to_owned(),
    })
}

/// The file that counts and what it says.
fn counting_file(given: &Given) -> Result<(PathBuf, Settings), HomeCommandError> {
    if let Some(path) = &given.config {
        return Ok((path.clone(), named_file(path)?));
    }
    let path = folder(given.settings.data.clone())?.join(FILE);
    let settings = file::read(&path)?.unwrap_or_default();
    if settings.data.is_some() {
        let what = "`data` cannot be set in the folder that it would name".to_owned();
        return Err(HomeCommandError::ConfigInvalid { path, what });
    }
    Ok((path, settings))
}

fn in_force(given: &Given, matches: &ArgMatches) -> Result<AllInForce, HomeCommandError> {
    let (path, in_file) = counting_file(given)?;
    let mut all = AllInForce::new();
    let mut say =
        |settings: &Settings, source: &dyn Fn(&str) -> Source| -> Result<(), HomeCommandError> {
            for (key, value) in flat(settings)? {
                let source = source(&key);
                if !value.is_null() || !all.contains_key(&key) {
                    all.insert(key, InForce { value, source });
                }
            }
            Ok(())
        };
    say(&Settings::defaults(), &|_| Source::Default)?;
    say(&in_file, &|_| Source::File(path.clone()))?;
    say(&given.settings, &|key| match source_of(key, matches) {
        Some(ValueSource::EnvVariable) => Source::Environment,
        _ => Source::Flag,
    })?;
    if let Some(data) = all.get_mut("data").filter(|data| data.value.is_null()) {
        data.value = folder(None)?.to_string_lossy().into();
    }
    Ok(all)
}

fn source_of(key: &str, matches: &ArgMatches) -> Option<ValueSource> {
    matches.value_source(&key.replace(['.', '-'], "_"))
}

/// All settings by key, those that are not set as null.
fn flat(settings: &Settings) -> Result<Vec<(String, Value)>, HomeCommandError> {
    let value = serde_json::to_value(settings).map_err(HomeCommandError::Settings)?;
    let mut flat = Vec::new();
    let Value::Object(top) = value else {
        return Ok(flat);
    };
    for (key, value) in top {
        match value {
            Value::Object(section) => flat.extend(
                section
                    .into_iter()
                    .map(|(name, value)| (format!("{key}.{name}"), value)),
            ),
            value => flat.push((key, value)),
        }
    }
    Ok(flat)
}

fn nested(all: &AllInForce) -> Value {
    let mut top = Map::new();
    for (key, InForce { value, .. }) in all {
        match key.split_once('.') {
            None => {
                top.insert(key.clone(), value.clone());
            }
            Some((section, name)) => {
                let section = top
                    .entry(section)
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(section) = section {
                    section.insert(name.to_owned(), value.clone());
                }
            }
        }
    }
    Value::Object(top)
}

/// Names in the environment that look like settings and are none. They may be somebody else's, so
/// they stop nothing.
fn unknown_variables(matches: &ArgMatches) -> Vec<String> {
    let known: Vec<String> = matches
        .ids()
        .map(|id| format!("{PREFIX}{}", id.as_str().to_uppercase()))
        .collect();
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(PREFIX) && !known.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_key_a_flag_and_a_variable_by_one_rule() {
        let command = Given::augment_args(clap::Command::new("home"));
        let keys = flat(&Settings::default()).unwrap();
        for (key, _) in &keys {
            let id = key.replace(['.', '-'], "_");
            let found = command.get_arguments().find(|one| one.get_id() == &id);
            let argument = found.unwrap_or_else(|| panic!("{key} is no argument"));
            assert_eq!(argument.get_long(), Some(&*key.replace('.', "-")));
            let variable = format!("{PREFIX}{}", id.to_uppercase());
            assert_eq!(argument.get_env(), Some(variable.as_ref()));
        }
        assert_eq!(command.get_arguments().count(), keys.len() + 1);
    }

    #[test]
    fn what_is_flattened_is_nested_again() {
        let mut all = AllInForce::new();
        for (key, value) in flat(&Settings::defaults()).unwrap() {
            let source = Source::Default;
            all.insert(key, InForce { value, source });
        }
        let again: Settings = serde_json::from_value(nested(&all)).unwrap();
        assert_eq!(again, Settings::defaults());
    }
}
