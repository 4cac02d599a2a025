//! Every setting of a home, once: as a flag, as a variable of the environment, and as a key of the
//! file.
//!
//! One rule names them: the key `section.some-name` is the flag `--section-some-name` and the
//! variable `KITH_HOME_SECTION_SOME_NAME` (a test holds all of them to it). A setting is added here,
//! in [`Settings::defaults`] if it has one, and in [`super::Config`].

use super::blobs::BlobsSettings;
use super::keep::{KeepDays, KeepSettings};
use crate::home::tls::LETS_ENCRYPT;
use clap::{Args, ValueEnum};
use home_core::bounds::BODY_DAYS;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "it takes an address and a port, as 127.0.0.1:8440")
}

/// What one place says: flags and environment together, the file, or the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct Settings {
    /// Where to listen [default: 127.0.0.1:8440].
    #[arg(long, value_name = "ADDR", env = "KITH_HOME_LISTEN", value_parser = address)]
    pub(super) listen: Option<SocketAddr>,
    /// The home's folder [default: in the platform's data folder].
    #[arg(long, value_name = "DIR", env = "KITH_HOME_DATA")]
    pub(super) data: Option<PathBuf>,
    /// The address by which others reach the home, https://example.org.
    #[arg(long, value_name = "PUBLIC_URL", env = "KITH_HOME_URL")]
    pub(super) url: Option<String>,
    /// Let whoever reaches the home open an inbox; else a home invitation is needed.
    #[arg(long, value_name = "BOOL", env = "KITH_HOME_OPEN",
          num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(super) open: Option<bool>,
    /// Connections at once; fewer where the system gives fewer open files [default: 100000].
    #[arg(long, value_name = "N", env = "KITH_HOME_MAX_CONNECTIONS")]
    pub(super) max_connections: Option<NonZeroU32>,
    /// A folder whose app is served instead of the program's own, read anew each time, for whoever
    /// changes it [default: none].
    #[arg(long, value_name = "DIR", env = "KITH_HOME_APP")]
    pub(super) app: Option<PathBuf>,
    #[command(flatten)]
    #[serde(default)]
    pub(super) metrics: MetricsSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) blobs: BlobsSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) limits: LimitsSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) card: CardSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) tls: TlsSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) acme: AcmeSettings,
    #[command(flatten)]
    #[serde(default)]
    pub(super) keep: KeepSettings,
}

/// `[tls]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct TlsSettings {
    /// The certificate with its chain, PEM; with it the home speaks TLS [default: none].
    #[arg(
        id = "tls_certificate",
        long = "tls-certificate",
        value_name = "FILE",
        env = "KITH_HOME_TLS_CERTIFICATE"
    )]
    pub(super) certificate: Option<PathBuf>,
    /// The certificate's key, PEM [default: none].
    #[arg(
        id = "tls_key",
        long = "tls-key",
        value_name = "FILE",
        env = "KITH_HOME_TLS_KEY"
    )]
    pub(super) key: Option<PathBuf>,
}

/// `[acme]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct AcmeSettings {
    /// Get a certificate from a certificate authority, whose terms you accept [default: false].
    #[arg(
        id = "acme_accept_terms",
        long = "acme-accept-terms",
        value_name = "BOOL",
        env = "KITH_HOME_ACME_ACCEPT_TERMS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(super) accept_terms: Option<bool>,
    /// A mail address that the authority is told [default: none].
    #[arg(
        id = "acme_contact",
        long = "acme-contact",
        value_name = "MAIL",
        env = "KITH_HOME_ACME_CONTACT"
    )]
    pub(super) contact: Option<String>,
    /// The authority's directory [default: that of Let's Encrypt].
    #[arg(
        id = "acme_directory",
        long = "acme-directory",
        value_name = "URL",
        env = "KITH_HOME_ACME_DIRECTORY"
    )]
    pub(super) directory: Option<String>,
    /// The root certificate of a private authority, PEM [default: those of the public ones].
    #[arg(
        id = "acme_root",
        long = "acme-root",
        value_name = "FILE",
        env = "KITH_HOME_ACME_ROOT"
    )]
    pub(super) root: Option<PathBuf>,
}

/// `[card]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct CardSettings {
    /// Who runs the home, as they want to be called [default: not said].
    #[arg(
        id = "card_operator",
        long = "card-operator",
        value_name = "TEXT",
        env = "KITH_HOME_CARD_OPERATOR"
    )]
    pub(super) operator: Option<String>,
    /// How to reach them [default: not said].
    #[arg(
        id = "card_contact",
        long = "card-contact",
        value_name = "TEXT",
        env = "KITH_HOME_CARD_CONTACT"
    )]
    pub(super) contact: Option<String>,
    /// A sentence about the home [default: not said].
    #[arg(
        id = "card_about",
        long = "card-about",
        value_name = "TEXT",
        env = "KITH_HOME_CARD_ABOUT"
    )]
    pub(super) about: Option<String>,
    /// For people of which age it is [default: not said].
    #[arg(
        id = "card_age",
        long = "card-age",
        value_name = "AGE",
        env = "KITH_HOME_CARD_AGE"
    )]
    pub(super) age: Option<Age>,
}

/// For people of which age a home is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(in crate::home) enum Age {
    /// From 13 years on.
    #[value(name = "13+")]
    #[serde(rename = "13+")]
    Teenagers,
    /// From 18 years on.
    #[value(name = "18+")]
    #[serde(rename = "18+")]
    Adults,
}

impl Age {
    /// As it is written.
    pub(in crate::home) const fn words(self) -> &'static str {
        match self {
            Self::Teenagers => "13+",
            Self::Adults => "18+",
        }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct LimitsSettings {
    /// Connections and requests by HTTP of one network in a minute, 0: no limit [default: 600].
    #[arg(
        id = "limits_visits_per_minute",
        long = "limits-visits-per-minute",
        value_name = "N",
        env = "KITH_HOME_LIMITS_VISITS_PER_MINUTE"
    )]
    pub(super) visits_per_minute: Option<u32>,
    /// OPEN, create-inbox, FETCH and KNOCK of one network in a minute, 0: no limit [default: 600].
    #[arg(
        id = "limits_costly_per_minute",
        long = "limits-costly-per-minute",
        value_name = "N",
        env = "KITH_HOME_LIMITS_COSTLY_PER_MINUTE"
    )]
    pub(super) costly_per_minute: Option<u32>,
    /// Frames of one network that are no valid request in a minute, 0: no limit [default: 600].
    #[arg(
        id = "limits_invalid_per_minute",
        long = "limits-invalid-per-minute",
        value_name = "N",
        env = "KITH_HOME_LIMITS_INVALID_PER_MINUTE"
    )]
    pub(super) invalid_per_minute: Option<u32>,
    /// Bytes that are read of one connection in a second, 0: no limit [default: 2097152].
    #[arg(
        id = "limits_bytes_per_second",
        long = "limits-bytes-per-second",
        value_name = "N",
        env = "KITH_HOME_LIMITS_BYTES_PER_SECOND"
    )]
    pub(super) bytes_per_second: Option<u32>,
    /// The header in which a proxy says from where somebody comes [default: none].
    #[arg(
        id = "limits_address_header",
        long = "limits-address-header",
        value_name = "NAME",
        env = "KITH_HOME_LIMITS_ADDRESS_HEADER"
    )]
    pub(super) address_header: Option<String>,
    /// Limit who comes from this machine as well [default: false].
    #[arg(
        id = "limits_loopback",
        long = "limits-loopback",
        value_name = "BOOL",
        env = "KITH_HOME_LIMITS_LOOPBACK",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(super) loopback: Option<bool>,
}

/// `[metrics]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct MetricsSettings {
    /// Where whoever runs the home may ask for /metrics [default: nowhere].
    #[arg(
        id = "metrics_listen",
        long = "metrics-listen",
        value_name = "ADDR",
        env = "KITH_HOME_METRICS_LISTEN"
    )]
    pub(super) listen: Option<SocketAddr>,
}

impl Settings {
    /// What holds where nothing else is said.
    pub(super) fn defaults() -> Self {
        Self {
            listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8440))),
            data: None,
            url: None,
            open: Some(false),
            max_connections: NonZeroU32::new(100_000),
            app: None,
            metrics: MetricsSettings::default(),
            blobs: BlobsSettings::defaults(),
            limits: LimitsSettings {
                visits_per_minute: Some(600),
                costly_per_minute: Some(600),
                invalid_per_minute: Some(600),
                bytes_per_second: Some(2 * 1024 * 1024),
                address_header: None,
                loopback: Some(false),
            },
            card: CardSettings::default(),
            tls: TlsSettings::default(),
            acme: AcmeSettings {
                accept_terms: Some(false),
                contact: None,
                directory: Some(LETS_ENCRYPT.to_owned()),
                root: None,
            },
            keep: KeepSettings {
                days: KeepDays::try_from(BODY_DAYS).ok(),
                bytes: None,
            },
        }
    }

    /// Reads relative paths from `folder` on.
    pub(super) fn below(mut self, folder: &Path) -> Self {
        let paths = [
            &mut self.data,
            &mut self.app,
            &mut self.tls.certificate,
            &mut self.tls.key,
            &mut self.blobs.folder,
            &mut self.acme.root,
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&path);
        }
        self
    }
}
