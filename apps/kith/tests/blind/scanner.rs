//! Looks for many things at once, each in all the ways in which bytes are usually written.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};
use std::collections::HashMap;

use crate::needles::Needle;

/// Of long needles this much is looked for, from their beginning.
const LOOKED_FOR: usize = 48;
/// By so many bytes the places worth a look are found.
const KEY: usize = 4;

/// One way in which a needle may be written.
#[derive(Debug)]
pub struct Spelling {
    pub how: &'static str,
    pub bytes: Vec<u8>,
}

/// An encoding in blocks, for each way in which a needle may lie across them: without the
/// characters that what stands before and behind has a part in.
fn in_blocks(how: &'static str, encoding: &Encoding, bytes: &[u8], into: &mut Vec<Spelling>) {
    let bits = encoding.bit_width();
    let block = if bits == 5 { 5 } else { 3 };
    for shift in 0..block {
        let shifted = [&vec![0; shift][..], bytes].concat();
        let text = encoding.encode(&shifted);
        let first = (shift * 8).div_ceil(bits);
        let end = shifted.len() * 8 / bits;
        let bytes = text.as_bytes()[first..end].to_vec();
        into.push(Spelling { how, bytes });
    }
}

/// All spellings of these bytes.
pub fn spellings(bytes: &[u8]) -> Vec<Spelling> {
    let bytes = &bytes[..bytes.len().min(LOOKED_FOR)];
    let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
    let spelling = |how, bytes: Vec<u8>| Spelling { how, bytes };
    let mut all = vec![
        spelling("raw", bytes.to_vec()),
        spelling("hexadecimal", HEXLOWER.encode(bytes).into_bytes()),
        spelling("large hexadecimal", HEXUPPER.encode(bytes).into_bytes()),
        spelling("a list of numbers", numbers.join(", ").into_bytes()),
    ];
    in_blocks("large base32", &BASE32_NOPAD, bytes, &mut all);
    let small: Vec<_> = all
        .iter()
        .filter(|one| one.how == "large base32")
        .map(|one| spelling("base32", one.bytes.to_ascii_lowercase()))
        .collect();
    all.extend(small);
    in_blocks("base64", &BASE64_NOPAD, bytes, &mut all);
    in_blocks("base64url", &BASE64URL_NOPAD, bytes, &mut all);
    all
}

/// Something that was found.
#[derive(Debug)]
pub struct Found {
    pub what: &'static str,
    #[allow(dead_code, reason = "read in the messages of failing tests")]
    pub how: &'static str,
    #[allow(dead_code, reason = "read in the messages of failing tests")]
    pub at: usize,
}

pub struct Scanner {
    by_key: HashMap<[u8; KEY], Vec<(&'static str, Spelling)>>,
}

impl Scanner {
    pub fn new(needles: &[Needle]) -> Self {
        let mut by_key: HashMap<_, Vec<_>> = HashMap::new();
        for needle in needles {
            for spelling in spellings(&needle.bytes) {
                let key = spelling.bytes[..KEY].try_into().unwrap();
                by_key.entry(key).or_default().push((needle.what, spelling));
            }
        }
        Self { by_key }
    }

    pub fn find(&self, haystack: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, window) in haystack.windows(KEY).enumerate() {
            for (what, spelling) in self.by_key.get(window).into_iter().flatten() {
                if haystack[at..].starts_with(&spelling.bytes) {
                    let how = spelling.how;
                    found.push(Found { what, how, at });
                }
            }
        }
        found
    }
}
