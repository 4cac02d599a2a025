//! TLS in the home itself, without a proxy: which certificate is shown, and how a new one takes the
//! place of the old without a connection ending.

mod certificates;
mod files;

pub(super) use certificates::Certificates;
pub(super) use files::Files;

use super::config::Config;
use super::error::HomeCommandError;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// What is spoken inside.
const HTTP: &[u8] = b"http/1.1";

/// TLS as a home was told to speak it.
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    keeper: Files,
}

impl Tls {
    /// Reads the certificate, if one is configured.
    ///
    /// # Errors
    /// [`HomeCommandError`] if it cannot be used.
    pub(super) fn new(config: &Config) -> Result<Option<Self>, HomeCommandError> {
        let (certificate, key) = match (&config.tls.certificate, &config.tls.key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
            _ => return Err(HomeCommandError::HalfACertificate),
        };
        let provider = Arc::new(ring::default_provider());
        let certificates = Arc::new(Certificates::default());
        let keeper = Files::read(certificate, key, &provider, Arc::clone(&certificates))?;
        Ok(Some(Self {
            acceptor: acceptor(provider, certificates)?,
            keeper,
        }))
    }

    /// Keeps the certificate fresh for as long as it is polled.
    pub(super) async fn keep(self) {
        self.keeper.watch().await
    }
}

fn acceptor(
    provider: Arc<CryptoProvider>,
    certificates: Arc<Certificates>,
) -> Result<TlsAcceptor, HomeCommandError> {
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(HomeCommandError::Tls)?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
