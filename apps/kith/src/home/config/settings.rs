//! Every setting of a home, once: as a flag, as a variable of the environment, and as a key of the
//! file.
//!
//! One rule names them: the key `section.some-name` is the flag `--section-some-name` and the
//! variable `KITH_HOME_SECTION_SOME_NAME` (a test holds all of them to it). A setting is added here,
//! in [`Settings::defaults`] if it has one, and in [`super::Config`].

use clap::Args;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

/// What one place says: flags and environment together, the file, or the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct Settings {
    /// Where to listen [default: 127.0.0.1:8440].
    #[arg(long, value_name = "ADDR", env = "KITH_HOME_LISTEN")]
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
    #[command(flatten)]
    #[serde(default)]
    pub(super) metrics: MetricsSettings,
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
            metrics: MetricsSettings::default(),
        }
    }

    /// Reads relative paths from `folder` on.
    pub(super) fn below(mut self, folder: &Path) -> Self {
        for path in [&mut self.data].into_iter().flatten() {
            *path = folder.join(&path);
        }
        self
    }
}
