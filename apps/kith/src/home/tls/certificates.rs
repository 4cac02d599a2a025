//! The certificates that are shown now.

use prometheus_client::metrics::gauge::Gauge;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, PoisonError, RwLock};
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// The protocol by which a certificate authority looks whether a domain is served here (RFC 8737).
pub(in crate::home) const ACME: &[u8] = b"acme-tls/1";

/// What handshakes show. Connections that stand do not look here again.
#[derive(Debug, Default)]
pub(in crate::home) struct Certificates {
    shown: RwLock<Option<Arc<CertifiedKey>>>,
    /// For the authority alone, while it looks.
    challenge: RwLock<Option<Arc<CertifiedKey>>>,
    /// When the one that is shown runs out, for the metrics.
    expires_s: Gauge,
}

/// What a certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Validity {
    /// Unix times in seconds.
    pub(super) from_s: i64,
    pub(super) until_s: i64,
    pub(super) domains: Vec<String>,
}

impl Certificates {
    /// Nothing to show yet; `expires_s` will say until when the one that is shown is good.
    pub(super) fn new(expires_s: Gauge) -> Self {
        Self {
            expires_s,
            ..Self::default()
        }
    }

    /// Shows this one from now on.
    pub(super) fn show(&self, certificate: CertifiedKey) {
        let until_s = validity(&certificate).map_or(0, |validity| validity.until_s);
        self.expires_s.set(until_s);
        set(&self.shown, Some(certificate));
    }

    /// Shows this one to the authority, or nothing any more.
    pub(super) fn prove(&self, challenge: Option<CertifiedKey>) {
        set(&self.challenge, challenge);
    }
}

fn set(place: &RwLock<Option<Arc<CertifiedKey>>>, certificate: Option<CertifiedKey>) {
    let mut shown = place.write().unwrap_or_else(PoisonError::into_inner);
    *shown = certificate.map(Arc::new);
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let is_authority = hello
            .alpn()
            .is_some_and(|mut protocols| protocols.any(|one| one == ACME));
        let place = if is_authority {
            &self.challenge
        } else {
            &self.shown
        };
        let shown = place.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }
}

/// What a certificate says of itself; nothing if it cannot be read.
pub(super) fn validity(certificate: &CertifiedKey) -> Option<Validity> {
    let (_, read) = parse_x509_certificate(certificate.end_entity_cert().ok()?).ok()?;
    let names = read.subject_alternative_name().ok().flatten();
    let domains = names
        .map(|names| &names.value.general_names)
        .into_iter()
        .flatten()
        .filter_map(|name| match name {
            GeneralName::DNSName(domain) => Some((*domain).to_owned()),
            _ => None,
        })
        .collect();
    Some(Validity {
        from_s: read.validity().not_before.timestamp(),
        until_s: read.validity().not_after.timestamp(),
        domains,
    })
}
