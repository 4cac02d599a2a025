//! Sealing a file piece by piece: what is to be read next, and what is to be kept of it.

use blob::{BlobError, Sealer};
use client_core::Secrets;
use content::{ContentKey, SealedFile};
use sha2::{Digest as _, Sha256};

/// A file that is being sealed.
pub struct Sealing {
    sealer: Sealer,
    secrets: Secrets,
    content_bytes: u64,
    done_bytes: u64,
    hasher: Sha256,
}

impl Sealing {
    /// Begins with a file of so many bytes.
    ///
    /// # Errors
    /// [`BlobError::TooLong`] if no blob is so large.
    pub fn new(secrets: Secrets, content_bytes: u64) -> Result<Self, BlobError> {
        Ok(Self {
            sealer: Sealer::new(&secrets.key, &secrets.blob, content_bytes)?,
            secrets,
            content_bytes,
            done_bytes: 0,
            hasher: Sha256::new(),
        })
    }

    /// How long it will be when it is sealed, in bytes.
    pub fn blob_bytes(&self) -> u64 {
        self.sealer.blob_bytes()
    }

    /// How many bytes of content are sealed.
    pub const fn done_bytes(&self) -> u64 {
        self.done_bytes
    }

    /// How many bytes the next segment takes, 0 where it only pads; none: all are sealed.
    pub fn wants(&self) -> Option<u64> {
        self.sealer.wants()
    }

    /// Seals the next bytes of the file and adds what is to be kept to `sealed`; without bytes, one segment that only pads.
    ///
    /// # Errors
    /// [`BlobError::Length`] where these are not as many as a number of segments wants.
    pub fn seal(&mut self, mut content: &[u8], sealed: &mut Vec<u8>) -> Result<(), BlobError> {
        let mut is_first = true;
        while let Some(wants) = self.sealer.wants()
            && (is_first || !content.is_empty())
        {
            is_first = false;
            let wants = usize::try_from(wants).unwrap_or(usize::MAX);
            let (segment, rest) = content
                .split_at_checked(wants)
                .unwrap_or((content, Default::default()));
            let kept = self.sealer.segment(segment)?;
            self.hasher.update(&kept);
            sealed.extend_from_slice(&kept);
            self.done_bytes += segment.len() as u64;
            content = rest;
        }
        Ok(())
    }

    /// All is sealed: the last bytes to keep, and what opens them.
    ///
    /// # Errors
    /// [`BlobError::Length`] if content is missing.
    pub fn finish(mut self) -> Result<(Vec<u8>, SealedFile), BlobError> {
        let (table, root) = self.sealer.finish()?;
        self.hasher.update(&table);
        let file = SealedFile {
            blob: *self.secrets.blob.as_bytes(),
            key: ContentKey::new(self.secrets.key.expose().to_vec()),
            root: *root.as_bytes(),
            hash: self.hasher.finalize().into(),
            content_bytes: self.content_bytes,
        };
        Ok((table, file))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Sealing;
    use blob::{BlobKey, BlobRoot, Opener, Reference};
    use client_core::Secrets;
    use protocol::id::BlobId;
    use protocol::secret::DeleteSecret;
    use sha2::{Digest as _, Sha256};

    fn secrets() -> Secrets {
        Secrets {
            blob: BlobId::new([1; 16]),
            key: BlobKey::new([2; 32]),
            delete_secret: DeleteSecret::new([3; 32]),
        }
    }

    /// A file of so many bytes, sealed in pieces of so many, and what opens it.
    pub(crate) fn sealed(content: &[u8], piece: usize) -> (Vec<u8>, Reference) {
        let mut sealing = Sealing::new(secrets(), content.len() as u64).unwrap();
        let mut kept = Vec::new();
        for piece in content.chunks(piece) {
            sealing.seal(piece, &mut kept).unwrap();
        }
        while let Some(wants) = sealing.wants() {
            assert_eq!(wants, 0);
            sealing.seal(&[], &mut kept).unwrap();
        }
        assert_eq!(sealing.done_bytes(), content.len() as u64);
        let blob_bytes = sealing.blob_bytes();
        let (table, file) = sealing.finish().unwrap();
        kept.extend(table);
        assert_eq!(kept.len() as u64, blob_bytes);
        assert_eq!(file.hash, <[u8; 32]>::from(Sha256::digest(&kept)));
        let reference = Reference {
            blob: BlobId::new(file.blob),
            key: BlobKey::new([2; 32]),
            root: BlobRoot::new(file.root),
            content_bytes: file.content_bytes,
        };
        (kept, reference)
    }

    #[test]
    fn whatever_is_sealed_opens_in_whichever_pieces_it_came() {
        for length in [0, 1, 65_535, 65_536, 65_537, 300_000] {
            let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let (kept, reference) = sealed(&content, 65_536);
            assert_eq!(
                sealed(&content, 2 * 65_536),
                (kept.clone(), reference.clone())
            );
            let place = reference.table().unwrap();
            let (segments, table) = kept.split_at(place.start as usize);
            let opener = Opener::new(&reference, table).unwrap();
            let mut opened = Vec::new();
            for (index, segment) in segments.chunks(65_552).enumerate() {
                opened.extend(opener.segment(index as u64, segment).unwrap());
            }
            assert_eq!(opened, content, "{length}");
        }
    }

    #[test]
    fn a_piece_that_is_too_short_is_refused() {
        let mut sealing = Sealing::new(secrets(), 100_000).unwrap();
        assert!(sealing.seal(&[0; 65_000], &mut Vec::new()).is_err());
        let mut sealing = Sealing::new(secrets(), 100_000).unwrap();
        sealing.seal(&[0; 65_536], &mut Vec::new()).unwrap();
        assert!(sealing.finish().is_err());
        assert!(Sealing::new(secrets(), u64::MAX).is_err());
    }
}
