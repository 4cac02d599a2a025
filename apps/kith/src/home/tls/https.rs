//! Asking a certificate authority: TLS alone, bounded in time and bytes, nothing of where it leads on.

use axum::body::Bytes;
use axum::http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::redirect::Policy;
use reqwest::{Body, Client};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The longest answer.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// How long one exchange may take.
const EXCHANGE: Duration = Duration::from_secs(30);

/// A client that trusts these roots.
pub(super) struct Https {
    client: Client,
}

impl Https {
    /// Trusts these roots and no others.
    ///
    /// # Errors
    /// What rustls says of the provider, or that there is no client to be had.
    pub(super) fn new(
        roots: RootCertStore,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let config = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(config)
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(EXCHANGE)
            .build()?;
        Ok(Self { client })
    }
}

impl HttpClient for Https {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(exchange(self.client.clone(), request))
    }
}

async fn exchange(
    client: Client,
    request: Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(other)?.to_bytes();
    let request = Request::from_parts(parts, body).try_into().map_err(other)?;
    let answer = client.execute(request).await.map_err(other)?;
    let (parts, body) = Response::<Body>::from(answer).into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
    let body = body.map_err(Error::Other)?.to_bytes();
    Ok(BytesResponse {
        parts,
        body: Box::new(body),
    })
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Other(error.into())
}
