//! What a home counts of itself for whoever runs it: numbers of connections, requests, flushes and
//! bytes, and never anything about people, ids or addresses. docs/operating.md explains each.
//!
//! Whoever counts only adds to an atomic number or, once for each flush, to a histogram; everything
//! that can be looked up is looked up when somebody asks (`observed.rs`).

mod observed;
mod page;
mod pulse;

pub(super) use observed::Observed;
pub(super) use page::router;
pub(super) use pulse::Pulse;

use home_core::RequestKind;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::{Duration, Instant};

/// Everything that is counted while the home runs.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// Connections that are WebSockets.
    pub(super) connections: Gauge,
    /// Connections that were taken.
    pub(super) accepted: Counter,
    /// Connections that were cut or broke before they were WebSockets.
    pub(super) cut: Counter,
    /// Connections for which there was no place.
    pub(super) turned_away: Counter,
    /// Connections and requests by HTTP that came too often.
    pub(super) limited_visits: Counter,
    /// Requests that were answered with `Retry` because too many came from one network.
    pub(super) limited_requests: Counter,
    /// Connections that were closed because they did not read what was sent.
    pub(super) fell_behind: Counter,
    /// Connections that were closed because a long message found no room, or came too slowly.
    pub(super) long_messages_refused: Counter,
    /// Frames that were no valid request.
    pub(super) invalid: Counter,
    /// When the certificate that is shown runs out, Unix time in seconds; 0 without one.
    pub(super) certificate_expires_s: Gauge,
    /// What the writer is at.
    pub(super) pulse: Pulse,
    requests: Requests,
    batches: Batches,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

/// One counter for each kind, in the order of [`RequestKind::ALL`].
#[derive(Debug)]
struct Requests {
    family: Family<KindLabel, Counter>,
    by_kind: Vec<Counter>,
}

impl Default for Requests {
    fn default() -> Self {
        let family = Family::<KindLabel, Counter>::default();
        let by_kind = RequestKind::ALL
            .iter()
            .map(|kind| {
                let kind = kind.name();
                family.get_or_create(&KindLabel { kind }).clone()
            })
            .collect();
        Self { family, by_kind }
    }
}

#[derive(Debug)]
struct Batches {
    seconds: Histogram,
    inputs: Histogram,
}

impl Default for Batches {
    fn default() -> Self {
        Self {
            // A quarter of a millisecond to four seconds.
            seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 15)),
            inputs: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
        }
    }
}

impl Metrics {
    /// Counts a request that is well-formed.
    pub(super) fn requested(&self, kind: RequestKind) {
        if let Some(counter) = self.requests.by_kind.get(kind as usize) {
            counter.inc();
        }
    }

    /// Notes that the writer begins with what is waiting.
    pub(super) fn batch_begins(&self) -> Instant {
        self.pulse.begins();
        Instant::now()
    }

    /// Notes that `inputs` are durable.
    pub(super) fn batch_ends(&self, begun: Instant, inputs: usize) {
        self.pulse.ends();
        self.batches.seconds.observe(begun.elapsed().as_secs_f64());
        let inputs = u32::try_from(inputs).unwrap_or(u32::MAX);
        self.batches.inputs.observe(f64::from(inputs));
    }

    /// For how long the writer has been at what it is at.
    pub(super) fn busy_for(&self) -> Duration {
        self.pulse.busy_for()
    }

    /// The names under which all of it is asked for. The library adds `_total` to counters.
    pub(super) fn register(&self, registry: &mut Registry) {
        for (name, help, counter) in [
            (
                "connections_accepted",
                "Connections that were taken, of any kind",
                &self.accepted,
            ),
            (
                "connections_cut",
                "Connections that were cut or broke before they were WebSockets",
                &self.cut,
            ),
            (
                "connections_turned_away",
                "Connections for which there was no place",
                &self.turned_away,
            ),
            (
                "visits_limited",
                "Connections and requests by HTTP that came too often from one network",
                &self.limited_visits,
            ),
            (
                "requests_limited",
                "Requests that came too often from one network",
                &self.limited_requests,
            ),
            (
                "readers_cut_off",
                "Connections that were closed because they did not read what was sent",
                &self.fell_behind,
            ),
            (
                "long_messages_refused",
                "Connections that were closed because a long message found no room, or came too slowly",
                &self.long_messages_refused,
            ),
            (
                "frames_invalid",
                "Frames that were no well-formed request",
                &self.invalid,
            ),
        ] {
            registry.register(name, help, counter.clone());
        }
        registry.register(
            "requests",
            "Well-formed requests by kind",
            self.requests.family.clone(),
        );
        registry.register(
            "connections",
            "WebSocket connections that are open",
            self.connections.clone(),
        );
        registry.register(
            "certificate_expiry_timestamp_seconds",
            "Unix time at which the certificate that is shown runs out; 0 without one",
            self.certificate_expires_s.clone(),
        );
        registry.register(
            "batch_seconds",
            "Time from taking waiting requests until all of them are durable",
            self.batches.seconds.clone(),
        );
        registry.register(
            "batch_inputs",
            "Requests and other inputs made durable at once",
            self.batches.inputs.clone(),
        );
    }
}
