//! How much one network or one connection may ask of this process in a time, so that who asks too
//! much hinders nobody else.
//!
//! | what | for each | beyond it |
//! |---|---|---|
//! | connections, and requests by HTTP | network | 429 |
//! | OPEN, create-inbox, FETCH, KNOCK | network | `Retry` |
//! | frames that are no valid request, proofs that do not hold | network | read more slowly |
//! | bytes | connection | read more slowly |
//!
//! These are limits on load, by the time of this machine, so they stand here and not in `home_core`;
//! what a capability or a head allows is decided there. No limit is shared by those who know a log
//! or an inbox: whoever was removed from it could use it up for all. A pause in reading keeps the
//! order of what a connection wrote, which a `Retry` for one of many requests would not.
//!
//! Bounded: at most [`MAX_NETWORKS`] are remembered, and forgotten once they could do everything
//! anew; beyond that nobody new is limited until some are forgotten.

mod guest;
mod network;

pub(super) use guest::Guest;
pub(super) use network::Network;

use super::config::LimitsConfig;
use super::error::HomeCommandError;
use axum::http::{HeaderMap, HeaderName};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use home_core::RequestKind;
use protocol::frame::MAX_FRAME_BYTES;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Networks that are remembered for each limit.
const MAX_NETWORKS: usize = 100_000;
/// How often it is looked who can be forgotten.
pub(super) const FORGETTING: Duration = Duration::from_secs(10);
/// The longest time after which somebody is asked to try again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Bytes are counted in units, so that the counter holds much and a small frame costs something.
const UNIT_BYTES: usize = 64;
/// For how many seconds' worth of bytes a connection may be ahead.
const SECONDS_AHEAD: u32 = 32;

/// A limit for each network.
#[derive(Debug)]
struct PerNetwork {
    limiter: DefaultKeyedRateLimiter<Network>,
    full: AtomicBool,
}

impl PerNetwork {
    /// As many in a minute, all at once if need be; 0: no limit.
    fn a_minute(most: u32) -> Option<Self> {
        NonZeroU32::new(most).map(|most| Self {
            limiter: RateLimiter::keyed(Quota::per_minute(most)),
            full: AtomicBool::new(false),
        })
    }

    /// Counts one more, or says how long it is too early.
    fn count(&self, network: Network) -> Result<(), Duration> {
        if self.full.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.limiter
            .check_key(&network)
            .map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        let full = self.limiter.len() >= MAX_NETWORKS;
        if full && !self.full.swap(full, Ordering::Relaxed) {
            tracing::warn!("too many networks to remember; new ones are not limited for now");
        } else {
            self.full.store(full, Ordering::Relaxed);
        }
    }
}

/// All limits of a home.
#[derive(Debug)]
pub(super) struct Limits {
    visits: Option<PerNetwork>,
    costly: Option<PerNetwork>,
    invalid: Option<PerNetwork>,
    bytes: Option<Quota>,
    /// The header in which a proxy says from where somebody comes.
    header: Option<HeaderName>,
    /// Whether who comes from this machine is limited as well.
    loopback: bool,
}

impl Limits {
    /// The limits that are configured.
    ///
    /// # Errors
    /// [`HomeCommandError::AddressHeader`] for what is no name of a header.
    pub(super) fn new(config: &LimitsConfig) -> Result<Self, HomeCommandError> {
        let header = config.address_header.as_deref();
        let header = header
            .map(|name| {
                name.parse()
                    .map_err(|_| HomeCommandError::AddressHeader(name.to_owned()))
            })
            .transpose()?;
        Ok(Self {
            visits: PerNetwork::a_minute(config.visits_per_minute),
            costly: PerNetwork::a_minute(config.costly_per_minute),
            invalid: PerNetwork::a_minute(config.invalid_per_minute),
            bytes: bytes(config.bytes_per_second),
            header,
            loopback: config.loopback,
        })
    }

    /// The network of a connection as far as the connection itself shows it, if it is limited.
    pub(super) fn network_of(&self, address: IpAddr) -> Option<Network> {
        let limited = self.loopback || !address.to_canonical().is_loopback();
        limited.then(|| Network::of(address))
    }

    /// The network from which a request comes, if it is limited.
    pub(super) fn network(&self, address: IpAddr, headers: &HeaderMap) -> Option<Network> {
        let told = self
            .header
            .as_ref()
            .and_then(|name| network::told(headers, name));
        match told {
            Some(told) => Some(Network::of(told)),
            None => self.network_of(address),
        }
    }

    /// Whether connections show themselves from where they come; else their requests do.
    pub(super) fn are_known_at_once(&self) -> bool {
        self.header.is_none()
    }

    /// Counts a connection or a request by HTTP.
    ///
    /// # Errors
    /// How long it is too early.
    pub(super) fn visit(&self, network: Option<Network>) -> Result<(), Duration> {
        count(self.visits.as_ref(), network)
    }

    /// Counts a request, if it is of a costly kind.
    ///
    /// # Errors
    /// In how many milliseconds to ask again.
    pub(super) fn request(&self, guest: &Guest, kind: RequestKind) -> Result<(), u64> {
        let costly = matches!(
            kind,
            RequestKind::Open | RequestKind::CreateInbox | RequestKind::Fetch | RequestKind::Knock
        );
        if !costly {
            return Ok(());
        }
        count(self.costly.as_ref(), guest.network()).map_err(|early| {
            let after = early.min(LONGEST_WAIT).as_millis();
            u64::try_from(after).unwrap_or(u64::MAX).max(1)
        })
    }

    /// Counts a frame that is no valid request, and lasts as long as it is too early for it.
    pub(super) async fn invalid(&self, guest: &Guest) {
        while let Err(early) = count(self.invalid.as_ref(), guest.network()) {
            tokio::time::sleep(early).await;
        }
    }

    /// Somebody from this network, with a limit of their own on bytes if networks limit them at all.
    pub(super) fn guest(&self, network: Option<Network>) -> Guest {
        Guest::new(network, network.and(self.bytes))
    }

    /// Forgets those who could do everything anew.
    pub(super) fn forget(&self) {
        for limit in [&self.visits, &self.costly, &self.invalid] {
            limit.iter().for_each(PerNetwork::forget);
        }
    }
}

fn count(limit: Option<&PerNetwork>, network: Option<Network>) -> Result<(), Duration> {
    match (limit, network) {
        (Some(limit), Some(network)) => limit.count(network),
        _ => Ok(()),
    }
}

/// As many bytes in a second; 0: no limit.
fn bytes(a_second: u32) -> Option<Quota> {
    if a_second == 0 {
        return None;
    }
    let units = NonZeroU32::new(a_second.div_ceil(u32::try_from(UNIT_BYTES).unwrap_or(1)))?;
    // However slow, the longest frame must fit.
    let longest = u32::try_from(MAX_FRAME_BYTES / UNIT_BYTES + 1).unwrap_or(u32::MAX);
    let ahead = units.get().saturating_mul(SECONDS_AHEAD).max(longest);
    Some(Quota::per_second(units).allow_burst(NonZeroU32::new(ahead)?))
}

/// The clock by which all limits count.
pub(super) fn clock() -> DefaultClock {
    DefaultClock::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> LimitsConfig {
        LimitsConfig {
            visits_per_minute: 2,
            costly_per_minute: 1,
            invalid_per_minute: 1,
            bytes_per_second: 1,
            address_header: None,
            loopback: false,
        }
    }

    fn network(text: &str) -> Option<Network> {
        let limits = Limits::new(&config()).unwrap();
        limits.network_of(text.parse().unwrap())
    }

    #[test]
    fn each_network_has_a_limit_of_its_own_and_this_machine_none() {
        let limits = Limits::new(&config()).unwrap();
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
            let network = network(address);
            assert_eq!(limits.visit(network), Ok(()));
            assert_eq!(limits.visit(network), Ok(()));
            let early = limits.visit(network).unwrap_err();
            assert!(early <= Duration::from_secs(30), "{early:?}");
        }
        // Another address of the same network.
        assert!(limits.visit(network("2001:db8::2")).is_err());
        for _ in 0..10 {
            assert_eq!(limits.visit(network("127.0.0.1")), Ok(()));
            assert_eq!(limits.visit(network("::ffff:127.0.0.1")), Ok(()));
        }
    }

    #[test]
    fn only_costly_requests_are_counted() {
        let limits = Limits::new(&config()).unwrap();
        let guest = limits.guest(network("192.0.2.1"));
        for kind in [
            RequestKind::Append,
            RequestKind::Prove,
            RequestKind::Subscribe,
        ] {
            for _ in 0..10 {
                assert_eq!(limits.request(&guest, kind), Ok(()));
            }
        }
        assert_eq!(limits.request(&guest, RequestKind::Fetch), Ok(()));
        let after_ms = limits.request(&guest, RequestKind::Knock).unwrap_err();
        assert!((1..=60_000).contains(&after_ms));
    }

    #[test]
    fn a_limit_of_nothing_is_none() {
        assert!(PerNetwork::a_minute(0).is_none());
        assert!(bytes(0).is_none());
    }

    #[test]
    fn who_could_do_everything_anew_is_forgotten_and_memory_is_bounded() {
        let limit = PerNetwork::a_minute(60_000).unwrap();
        for of in 0..100 {
            limit
                .count(Network::of(IpAddr::from([192, 0, 2, of])))
                .unwrap();
        }
        // A thousandth of a second each.
        std::thread::sleep(Duration::from_millis(50));
        limit.forget();
        assert_eq!(limit.limiter.len(), 0);
        let limit = PerNetwork::a_minute(1).unwrap();
        for of in 0..=MAX_NETWORKS as u32 {
            limit
                .count(Network::of(IpAddr::from(of.to_be_bytes())))
                .unwrap();
        }
        limit.forget();
        let new = Network::of(IpAddr::from([192, 0, 2, 1]));
        assert_eq!(limit.count(new), Ok(()));
        assert_eq!(limit.count(new), Ok(()));
        assert_eq!(limit.limiter.len(), MAX_NETWORKS + 1);
    }
}
