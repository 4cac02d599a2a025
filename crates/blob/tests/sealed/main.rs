//! What is sealed comes back, whole and in ranges, and nothing else does.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod ranges;

#[cfg(test)]
use blob::{BlobKey, Opener, Reference, Sealer};
#[cfg(test)]
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};
#[cfg(test)]
use protocol::id::BlobId;

/// A blob and what its members hold.
#[cfg(test)]
struct Sealed {
    reference: Reference,
    blob: Vec<u8>,
}

/// Bytes that do not repeat within any segment.
#[cfg(test)]
fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at % 251) as u8).collect()
}

#[cfg(test)]
fn seal_as(key: [u8; 32], id: [u8; 16], content: &[u8]) -> Sealed {
    let (key, id) = (BlobKey::new(key), BlobId::new(id));
    let mut sealer = Sealer::new(&key, &id, content.len() as u64).unwrap();
    let expected = sealer.blob_bytes();
    let (mut blob, mut rest) = (Vec::new(), content);
    while let Some(wanted) = sealer.wants() {
        let (piece, later) = rest.split_at(wanted as usize);
        blob.extend(sealer.segment(piece).unwrap());
        rest = later;
    }
    let (table, root) = sealer.finish().unwrap();
    blob.extend(table);
    assert_eq!(blob.len() as u64, expected);
    Sealed {
        reference: Reference {
            blob: id,
            key,
            root,
            content_bytes: content.len() as u64,
        },
        blob,
    }
}

#[cfg(test)]
fn seal(content: &[u8]) -> Sealed {
    seal_as([1; 32], [2; 16], content)
}

#[cfg(test)]
impl Sealed {
    fn table(&self) -> &[u8] {
        let table = self.reference.table().unwrap();
        &self.blob[table.start as usize..table.end as usize]
    }

    fn opener(&self) -> Opener {
        Opener::new(&self.reference, self.table()).unwrap()
    }

    /// The bytes of one sealed segment.
    fn segment(&self, index: u64) -> &[u8] {
        let start = index * (SEGMENT_BYTES + TAG_BYTES);
        let end = (start + SEGMENT_BYTES + TAG_BYTES).min(self.reference.table().unwrap().start);
        &self.blob[start as usize..end as usize]
    }
}
