//! The certificate that is shown now.

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, PoisonError, RwLock};

/// What handshakes show. Connections that stand do not look here again.
#[derive(Debug, Default)]
pub(in crate::home) struct Certificates {
    shown: RwLock<Option<Arc<CertifiedKey>>>,
}

impl Certificates {
    /// Shows this one from now on.
    pub(super) fn show(&self, certificate: CertifiedKey) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(Arc::new(certificate));
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }
}
