//! Asking a certificate authority: one request, one connection, TLS alone, bounded.

use axum::body::Bytes;
use axum::http::header::HOST;
use axum::http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// The longest answer.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// How long one exchange may take.
const EXCHANGE: Duration = Duration::from_secs(30);

/// A client that trusts these roots.
pub(super) struct Https {
    tls: TlsConnector,
}

impl Https {
    /// Trusts these roots and no others.
    ///
    /// # Errors
    /// What rustls says of the provider.
    pub(super) fn new(
        roots: RootCertStore,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
        })
    }
}

impl HttpClient for Https {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let tls = self.tls.clone();
        Box::pin(async move {
            timeout(EXCHANGE, exchange(tls, request))
                .await
                .unwrap_or(Err(Error::Str("an answer in time")))
        })
    }
}

async fn exchange(
    tls: TlsConnector,
    mut request: Request<BodyWrapper<Bytes>>,
) -> Result<BytesResponse, Error> {
    let uri = request.uri().clone();
    let host = uri.host().ok_or(Error::Str("a host in the address"))?;
    if uri.scheme_str() != Some("https") {
        return Err(Error::Str("an address that begins with https"));
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned()).map_err(other)?;
    let stream = TcpStream::connect((bare, uri.port_u16().unwrap_or(443)))
        .await
        .map_err(other)?;
    let stream = tls.connect(name, stream).await.map_err(other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(other)?;
    let authority = uri.authority().map_or(host, |authority| authority.as_str());
    let named = HeaderValue::from_str(authority).map_err(other)?;
    request.headers_mut().insert(HOST, named);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse::<Uri>()?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(other)?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
        let body = body.map_err(Error::Other)?.to_bytes();
        Ok(BytesResponse {
            parts,
            body: Box::new(body),
        })
    };
    let mut answer = pin!(answer);
    tokio::select! {
        answer = &mut answer => return answer,
        // What it brought before it ended, the answer has; else the answer says what is missing.
        _ = connection => {}
    }
    answer.await
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Other(error.into())
}
