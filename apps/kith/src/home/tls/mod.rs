//! TLS in the home itself, without a proxy: which certificate is shown, and how a new one takes the
//! place of the old without a connection ending.

mod acme;
mod certificates;
mod files;
mod https;

pub(super) use acme::LETS_ENCRYPT;
pub(super) use certificates::ACME;

use super::config::Config;
use super::error::HomeCommandError;
use acme::{Acme, Told};
use certificates::Certificates;
use files::Files;
use prometheus_client::metrics::gauge::Gauge;
use protocol::home_url::HomeUrl;
use rustls::ServerConfig;
use rustls::crypto::ring;
use std::net::IpAddr;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// What is spoken inside.
const HTTP: &[u8] = b"http/1.1";

/// TLS as a home was told to speak it.
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    keeper: Keeper,
}

/// From where certificates come.
enum Keeper {
    Files(Files),
    Authority(Box<Acme>),
}

impl Tls {
    /// Reads the certificate, if one is configured or was got before. `expires_s` says from now on
    /// when the one that is shown runs out.
    ///
    /// # Errors
    /// [`HomeCommandError`] if it cannot be used.
    pub(super) fn new(
        config: &Config,
        url: Option<&HomeUrl>,
        expires_s: Gauge,
    ) -> Result<Option<Self>, HomeCommandError> {
        let provider = Arc::new(ring::default_provider());
        let certificates = Arc::new(Certificates::new(expires_s));
        let shown = Arc::clone(&certificates);
        let keeper = match (&config.tls.certificate, &config.tls.key) {
            (None, None) if config.acme.accept_terms => {
                let acme = Acme::new(told(config, url)?, Arc::clone(&provider), shown)?;
                Keeper::Authority(Box::new(acme))
            }
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => {
                if config.acme.accept_terms {
                    let what = "tls.certificate is set as well; choose one of the two";
                    return Err(HomeCommandError::Acme(what));
                }
                let (certificate, key) = (certificate.clone(), key.clone());
                Keeper::Files(Files::read(certificate, key, &provider, shown)?)
            }
            _ => return Err(HomeCommandError::HalfACertificate),
        };
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(HomeCommandError::Tls)?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        server.alpn_protocols = vec![HTTP.to_vec()];
        if matches!(keeper, Keeper::Authority(_)) {
            server.alpn_protocols.push(ACME.to_vec());
        }
        Ok(Some(Self {
            acceptor: TlsAcceptor::from(Arc::new(server)),
            keeper,
        }))
    }

    /// Keeps the certificate fresh for as long as it is polled.
    pub(super) async fn keep(self) {
        match self.keeper {
            Keeper::Files(files) => files.watch().await,
            Keeper::Authority(acme) => acme.watch().await,
        }
    }
}

fn told(config: &Config, url: Option<&HomeUrl>) -> Result<Told, HomeCommandError> {
    let host = url
        .filter(|url| url.as_str().starts_with("https://"))
        .map(HomeUrl::host)
        .ok_or(HomeCommandError::Acme(
            "url has to be set, to https:// and the domain for which the certificate is",
        ))?;
    let domain = match host.rsplit_once(':') {
        Some((domain, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => domain,
        _ => host,
    };
    if domain.starts_with('[') || domain.parse::<IpAddr>().is_ok() {
        let what = "url names an address and not a domain, and gets no certificate";
        return Err(HomeCommandError::Acme(what));
    }
    Ok(Told {
        domain: domain.to_owned(),
        directory: config.acme.directory.clone(),
        contact: config.acme.contact.clone(),
        root: config.acme.root.clone(),
        folder: config.data.join("acme"),
    })
}
