//! Compressed once, here, as well as it goes, and never again where it is served.

use crate::named::Named;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::num::NonZero;
use std::sync::Mutex;

/// How much time compressing may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For people.
    Best,
    /// For whoever changes something and wants to see it.
    Quick,
}

impl Effort {
    /// Reads the word for it.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "best" => Some(Self::Best),
            "quick" => Some(Self::Quick),
            _ => None,
        }
    }
}

/// A file with its compressed forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub file: Named,
    pub brotli: Vec<u8>,
    pub gzip: Vec<u8>,
}

/// Compresses files, as many at once as there are cores, in the order of their names.
pub fn pack(files: Vec<Named>, effort: Effort) -> Vec<Packed> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut files = files;
    // The longest takes longest, so it goes first: from the end.
    files.sort_by_key(|file| file.bytes.len());
    let waiting = Mutex::new(files);
    let packed = Mutex::new(Vec::new());
    let next = || waiting.lock().ok()?.pop();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(file) = next() {
                    let file = pack_one(file, effort);
                    if let Ok(mut packed) = packed.lock() {
                        packed.push(file);
                    }
                }
            });
        }
    });
    let mut packed = packed.into_inner().unwrap_or_default();
    packed.sort_by(|one, other| one.file.name.cmp(&other.file.name));
    packed
}

fn pack_one(file: Named, effort: Effort) -> Packed {
    let brotli = brotli(&file.bytes, effort);
    let gzip = gzip(&file.bytes, effort);
    Packed { file, brotli, gzip }
}

fn brotli(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let parameters = BrotliEncoderParams {
        quality: if effort == Effort::Best { 11 } else { 1 },
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    // Memory alone is read and written.
    let _ = brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters);
    packed
}

fn gzip(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let level = match effort {
        Effort::Best => Compression::best(),
        Effort::Quick => Compression::fast(),
    };
    let mut packed = GzEncoder::new(Vec::new(), level);
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_packed_is_the_same_when_it_is_unpacked() {
        let text = "What is not needed now can come later. ".repeat(200);
        for effort in [Effort::Best, Effort::Quick] {
            let packed = brotli(text.as_bytes(), effort);
            let mut unpacked = Vec::new();
            brotli::BrotliDecompress(&mut &*packed, &mut unpacked).unwrap();
            assert_eq!(unpacked, text.as_bytes());
            assert!(packed.len() < 200);
            let packed = gzip(text.as_bytes(), effort);
            let mut unpacked = String::new();
            let mut reader = flate2::read::GzDecoder::new(&*packed);
            reader.read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, text);
            assert!(packed.len() < 400);
        }
    }
}
