//! A certificate from an authority, got and renewed by the home itself (RFC 8555), which shows the
//! authority by TLS that the domain is served here (RFC 8737): no other port is needed.
//!
//! | what | where, below the home's folder |
//! |---|---|
//! | the account at the authority | `acme/account.json` |
//! | the certificate with its chain and key | `acme/certificate.pem` |
//!
//! It is renewed after two thirds of its time. What fails is said and tried again, ever more seldom,
//! so that the authority's limits are kept; the old certificate is shown meanwhile.

use super::certificates::{Certificates, validity};
use super::https::Https;
use crate::home::error::HomeCommandError;
use crate::home::private_file::keep;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The authority that is asked unless another is configured.
pub(in crate::home) const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// How often it is looked whether it is time.
const LOOKING: Duration = Duration::from_secs(60 * 60);
/// The first pause after a failure: five tries in the first hour, as many as authorities allow.
const FIRST_PAUSE: Duration = Duration::from_secs(2 * 60);
/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);
/// How long the authority may take to look and to issue.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(120));

/// What a home is told of its authority.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) domain: String,
    pub(super) directory: String,
    pub(super) contact: Option<String>,
    /// The only root that is trusted for the authority itself, if it is a private one.
    pub(super) root: Option<PathBuf>,
    pub(super) folder: PathBuf,
}

/// Gets and renews the certificate.
pub(in crate::home) struct Acme {
    told: Told,
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
    certificates: Arc<Certificates>,
    /// Unix time in seconds at which the present certificate is to be renewed.
    due_s: i64,
}

/// The account as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    directory: String,
    credentials: AccountCredentials,
}

impl Acme {
    /// Shows the certificate that is there already, if there is one for this domain.
    ///
    /// # Errors
    /// [`HomeCommandError`] for a root that cannot be used.
    pub(super) fn new(
        told: Told,
        provider: Arc<CryptoProvider>,
        certificates: Arc<Certificates>,
    ) -> Result<Self, HomeCommandError> {
        let mut roots = RootCertStore::empty();
        match &told.root {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let root = CertificateDer::from_pem_file(path)
                    .map_err(|error| super::files::unusable(path, error))?;
                roots
                    .add(root)
                    .map_err(|error| HomeCommandError::CertificateInvalid {
                        path: path.clone(),
                        what: error.to_string(),
                    })?;
            }
        }
        let mut acme = Self {
            told,
            roots,
            provider,
            certificates,
            due_s: 0,
        };
        if let Ok(pem) = std::fs::read(acme.certificate_path())
            && acme.show(&pem).is_err()
        {
            tracing::warn!("the certificate that was kept cannot be used; asking for another");
        }
        Ok(acme)
    }

    /// Renews the certificate whenever it is time.
    pub(super) async fn watch(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            if let Ok(early_s @ 1..) = u64::try_from(self.due_s - now_s()) {
                sleep(LOOKING.min(Duration::from_secs(early_s))).await;
                continue;
            }
            let renewed = self.renew().await;
            self.certificates.prove(None);
            match renewed {
                Ok(()) => {
                    tracing::info!("there is a new certificate");
                    pause = FIRST_PAUSE;
                }
                Err(error) => {
                    let minutes = pause.as_secs() / 60;
                    tracing::error!(%error, "there is no new certificate; trying again in {minutes} minutes");
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn renew(&mut self) -> Result<(), Error> {
        let account = self.account().await?;
        let identifiers = [Identifier::Dns(self.told.domain.clone())];
        let mut order = account.new_order(&NewOrder::new(&identifiers)).await?;
        self.prove(&mut order).await?;
        if order.poll_ready(&PATIENCE).await? != OrderStatus::Ready {
            return Err(why_not(&mut order).await);
        }
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&PATIENCE).await?;
        let pem = format!("{chain}\n{key}");
        self.show(pem.as_bytes())?;
        keep(&self.certificate_path(), pem.as_bytes()).map_err(other)
    }

    /// Shows the authority what it asks for.
    async fn prove(&self, order: &mut Order) -> Result<(), Error> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            let mut challenge = authorization
                .challenge(ChallengeType::TlsAlpn01)
                .ok_or(Error::Unsupported("tls-alpn-01"))?;
            let digest = challenge.key_authorization().digest();
            let shown = self.challenge(digest.as_ref()).map_err(other)?;
            self.certificates.prove(Some(shown));
            challenge.set_ready().await?;
        }
        Ok(())
    }

    fn challenge(
        &self,
        digest: &[u8],
    ) -> Result<CertifiedKey, Box<dyn std::error::Error + Send + Sync>> {
        let mut certificate = CertificateParams::new(vec![self.told.domain.clone()])?;
        certificate.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate()?;
        let chain = vec![certificate.self_signed(&key)?.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        // Not compared with its key: what reads it for that knows no challenges.
        let key = self.provider.key_provider.load_private_key(key)?;
        Ok(CertifiedKey::new(chain, key))
    }

    /// The account that is kept, or a new one.
    async fn account(&self) -> Result<Account, Error> {
        let path = self.told.folder.join("account.json");
        let kept = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok())
            .filter(|kept| kept.directory == self.told.directory);
        let http = Https::new(self.roots.clone(), &self.provider).map_err(other)?;
        let builder = Account::builder_with_http(Box::new(http));
        if let Some(kept) = kept {
            return builder.from_credentials(kept.credentials).await;
        }
        let contact = self
            .told
            .contact
            .as_ref()
            .map(|mail| format!("mailto:{mail}"));
        let new = NewAccount {
            contact: &contact.iter().map(String::as_str).collect::<Vec<_>>(),
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let directory = self.told.directory.clone();
        let (account, credentials) = builder.create(&new, directory.clone(), None).await?;
        let kept = Kept {
            directory,
            credentials,
        };
        std::fs::create_dir_all(&self.told.folder).map_err(other)?;
        keep(&path, &serde_json::to_vec(&kept)?).map_err(other)?;
        Ok(account)
    }

    /// Shows a certificate and notes when it is to be renewed.
    fn show(&mut self, pem: &[u8]) -> Result<(), Error> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(other)?;
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(other)?;
        let shown = CertifiedKey::from_der(chain, key, &self.provider).map_err(other)?;
        let validity = validity(&shown)
            .filter(|validity| validity.domains.contains(&self.told.domain))
            .ok_or(Error::Str("a certificate for this domain"))?;
        self.due_s = validity.from_s + (validity.until_s - validity.from_s) / 3 * 2;
        self.certificates.show(shown);
        Ok(())
    }

    fn certificate_path(&self) -> PathBuf {
        Path::join(&self.told.folder, "certificate.pem")
    }
}

/// What the authority says of an order that came to nothing.
async fn why_not(order: &mut Order) -> Error {
    let mut authorizations = order.authorizations();
    while let Some(Ok(authorization)) = authorizations.next().await {
        let mut problems = authorization.challenges.iter().map(|one| &one.error);
        if let Some(Some(problem)) = problems.find(|problem| problem.is_some()) {
            return Error::Other(problem.to_string().into());
        }
    }
    Error::Str("the authority's word for why it refuses")
}

fn now_s() -> i64 {
    i64::try_from(crate::home::writer::now_s()).unwrap_or(i64::MAX)
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Other(error.into())
}
