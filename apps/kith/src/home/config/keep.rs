//! `[keep]`: for how long bodies are kept.

use clap::Args;
use home_core::bounds::SEEN_DAYS;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

/// `[keep]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::home) struct KeepSettings {
    /// Days for which bodies are kept, at least 7 [default: 90].
    #[arg(
        id = "keep_days",
        long = "keep-days",
        value_name = "N",
        env = "KITH_HOME_KEEP_DAYS"
    )]
    pub(super) days: Option<KeepDays>,
    /// Bytes that logs may take before bodies older than 7 days go, oldest first [default: no bound].
    #[arg(
        id = "keep_bytes",
        long = "keep-bytes",
        value_name = "N",
        env = "KITH_HOME_KEEP_BYTES"
    )]
    pub(super) bytes: Option<NonZeroU64>,
}

/// For how many days bodies are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub(in crate::home) struct KeepDays(u64);

/// Not a number of days, or too few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number of days is needed, at least {SEEN_DAYS}")]
pub(in crate::home) struct KeepDaysError;

impl TryFrom<u64> for KeepDays {
    type Error = KeepDaysError;

    fn try_from(days: u64) -> Result<Self, KeepDaysError> {
        if days < SEEN_DAYS {
            return Err(KeepDaysError);
        }
        Ok(Self(days))
    }
}

impl From<KeepDays> for u64 {
    fn from(days: KeepDays) -> Self {
        days.0
    }
}

impl std::str::FromStr for KeepDays {
    type Err = KeepDaysError;

    fn from_str(text: &str) -> Result<Self, KeepDaysError> {
        let days: u64 = text.parse().map_err(|_| KeepDaysError)?;
        Self::try_from(days)
    }
}

/// What is in force.
#[derive(Debug, Deserialize)]
pub(in crate::home) struct KeepConfig {
    pub(in crate::home) days: u64,
    pub(in crate::home) bytes: Option<u64>,
}
