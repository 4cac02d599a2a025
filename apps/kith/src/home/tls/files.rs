//! A certificate in files that somebody else renews: read at the start, at SIGHUP, and when a file
//! has changed. One that cannot be used is said, and the old one stays.

use super::certificates::Certificates;
use crate::home::error::HomeCommandError;
use crate::home::shutdown::hung_up;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::sign::CertifiedKey;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::interval;

/// How often it is looked whether a file has changed.
const LOOKING: Duration = Duration::from_secs(5);

/// The two files, and where what is in them is shown.
pub(in crate::home) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    certificates: Arc<Certificates>,
    seen: Seen,
}

/// By what it is seen that a file is another: when it was written, and its length.
type Seen = [Option<(SystemTime, u64)>; 2];

impl Files {
    /// Reads both files and shows what is in them.
    ///
    /// # Errors
    /// [`HomeCommandError::CertificateUnreadable`], [`HomeCommandError::CertificateInvalid`].
    pub(super) fn read(
        certificate: PathBuf,
        key: PathBuf,
        provider: &Arc<CryptoProvider>,
        certificates: Arc<Certificates>,
    ) -> Result<Self, HomeCommandError> {
        let mut files = Self {
            certificate,
            key,
            provider: Arc::clone(provider),
            certificates,
            seen: Seen::default(),
        };
        files.seen = files.look();
        files.certificates.show(files.load()?);
        Ok(files)
    }

    /// Reads them again whenever there is a reason to.
    pub(super) async fn watch(mut self) {
        let mut looks = interval(LOOKING);
        let mut hung_up = hung_up();
        loop {
            let asked = tokio::select! {
                () = hung_up.asked() => true,
                _ = looks.tick() => false,
            };
            let seen = self.look();
            if !asked && seen == self.seen {
                continue;
            }
            self.seen = seen;
            match self.load() {
                Ok(certificate) => {
                    self.certificates.show(certificate);
                    tracing::info!("the certificate was read again");
                }
                Err(error) => tracing::error!(%error, "the old certificate stays"),
            }
        }
    }

    fn look(&self) -> Seen {
        [&self.certificate, &self.key].map(|path| {
            let file = std::fs::metadata(path).ok()?;
            Some((file.modified().ok()?, Metadata::len(&file)))
        })
    }

    fn load(&self) -> Result<CertifiedKey, HomeCommandError> {
        let chain: Vec<_> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| unusable(&self.certificate, error))?;
        if chain.is_empty() {
            return Err(unusable(&self.certificate, pem::Error::NoItemsFound));
        }
        let key =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|error| unusable(&self.key, error))?;
        CertifiedKey::from_der(chain, key, &self.provider).map_err(|error| {
            HomeCommandError::CertificateInvalid {
                path: self.certificate.clone(),
                what: error.to_string(),
            }
        })
    }
}

pub(super) fn unusable(path: &Path, error: pem::Error) -> HomeCommandError {
    let path = path.to_owned();
    match error {
        pem::Error::Io(source) => HomeCommandError::CertificateUnreadable { path, source },
        pem::Error::NoItemsFound => HomeCommandError::CertificateInvalid {
            path,
            what: "nothing of that kind is in it".to_owned(),
        },
        other => HomeCommandError::CertificateInvalid {
            path,
            what: other.to_string(),
        },
    }
}
