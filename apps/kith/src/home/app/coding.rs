//! In which form a file goes out: by brotli or gzip, as it was compressed when it was built, or as it is,
//! unpacked on the way for the few who take neither. (So the program carries each file twice and not
//! three times; unpacking a few MB costs some milliseconds and no more memory than one piece.)
//!
//! `Accept-Encoding` (RFC 9110, 12.5.3) is read as a structured field (RFC 9651), whose lists it looks
//! like. One that is none is as if there were none, and gets the file as it is, which everybody can read.

use super::bundle::File;
use crate::home::visit::Visit;
use axum::body::Bytes;
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};
use flate2::read::GzDecoder;
use futures_util::stream::{self, Stream};
use sfv::{BareItem, List, ListEntry, Parser};
use std::io::{self, Read as _};

/// What is handed on at once: whoever takes less in the life of a connection is cut off.
const PIECE_BYTES: usize = 64 * 1024;

/// Thousandths, as many as a weight may have.
const WHOLE: i64 = 1000;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    AsIs,
}

/// How much each form is wanted, in thousandths; not said: none.
#[derive(Debug, Default)]
struct Wanted {
    brotli: Option<i64>,
    gzip: Option<i64>,
    as_is: Option<i64>,
    all_others: Option<i64>,
}

impl Coding {
    /// The form that is wanted most, and of those the shortest; none: the file is wanted in no form
    /// that there is.
    pub(super) fn chosen(headers: &HeaderMap) -> Option<Self> {
        let wanted = Wanted::read(headers);
        let others = wanted.all_others;
        let brotli = wanted.brotli.or(others).unwrap_or(0);
        let gzip = wanted.gzip.or(others).unwrap_or(0);
        let best = if brotli >= gzip {
            (brotli, Self::Brotli)
        } else {
            (gzip, Self::Gzip)
        };
        // What is not named may be sent as it is, and is preferred only by those who say so.
        match wanted.as_is {
            Some(as_is) if as_is > best.0 => Some(Self::AsIs),
            _ if best.0 > 0 => Some(best.1),
            as_is => (as_is.or(others) != Some(0)).then_some(Self::AsIs),
        }
    }

    /// As `Content-Encoding` has it.
    pub(super) fn word(self) -> Option<HeaderValue> {
        match self {
            Self::Brotli | Self::Gzip => Some(HeaderValue::from_static(self.name())),
            Self::AsIs => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::AsIs => "identity",
        }
    }

    /// How many bytes a file has in this form.
    pub(super) fn bytes_of(self, file: &File) -> usize {
        match self {
            Self::Brotli => file.brotli.len(),
            Self::Gzip => file.gzip.len(),
            Self::AsIs => file.bytes,
        }
    }

    /// A file as fast as it is taken, each piece a new life for the connection.
    pub(super) fn body(
        self,
        file: File,
        visit: Visit,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let mut packed = match self {
            Self::Brotli => file.brotli,
            Self::Gzip | Self::AsIs => file.gzip,
        };
        let mut unpacking = (self == Self::AsIs)
            .then(|| GzDecoder::new(io::Cursor::new(std::mem::take(&mut packed))));
        stream::iter(std::iter::from_fn(move || {
            visit.renew();
            let piece = match &mut unpacking {
                None => Ok(packed.split_to(packed.len().min(PIECE_BYTES))),
                Some(unpacking) => unpacked(unpacking),
            };
            piece
                .map(|piece| (!piece.is_empty()).then_some(piece))
                .transpose()
        }))
    }
}

fn unpacked(from: &mut GzDecoder<io::Cursor<Bytes>>) -> io::Result<Bytes> {
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    let most = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
    from.take(most).read_to_end(&mut piece)?;
    Ok(piece.into())
}

impl Wanted {
    fn read(headers: &HeaderMap) -> Self {
        let lines: Vec<&[u8]> = headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .map(HeaderValue::as_bytes)
            .collect();
        let list = Parser::new(&lines.join(&b", "[..])).parse::<List>();
        let mut wanted = Self::default();
        for entry in list.unwrap_or_default() {
            let ListEntry::Item(item) = entry else {
                continue;
            };
            let BareItem::Token(name) = &item.bare_item else {
                continue;
            };
            let weight = match item.params.get("q") {
                None => Some(WHOLE),
                Some(BareItem::Integer(whole)) => i64::from(*whole).checked_mul(WHOLE),
                Some(BareItem::Decimal(weight)) => Some(i64::from(weight.as_integer_scaled_1000())),
                Some(_) => None,
            };
            let weight = weight.filter(|weight| (0..=WHOLE).contains(weight));
            match name.as_str().to_ascii_lowercase().as_str() {
                "br" => wanted.brotli = weight,
                "gzip" | "x-gzip" => wanted.gzip = weight,
                "identity" => wanted.as_is = weight,
                "*" => wanted.all_others = weight,
                _ => {}
            }
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&'static str], expected: Option<Coding>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        assert_eq!(Coding::chosen(&headers), expected, "{lines:?}");
    }

    #[test]
    fn the_form_that_is_wanted_most_is_sent() {
        let (brotli, gzip, as_is) = (Some(Coding::Brotli), Some(Coding::Gzip), Some(Coding::AsIs));
        check(&[], as_is);
        check(&[""], as_is);
        check(&["gzip, deflate, br, zstd"], brotli);
        check(&["gzip, deflate"], gzip);
        check(&["GZip"], gzip);
        check(&["x-gzip;q=0.5"], gzip);
        check(&["br;q=0.5, gzip;q=0.8"], gzip);
        check(&["br; q=0.800,gzip;q=0.8"], brotli);
        check(&["gzip", "br"], brotli);
        check(&["br;q=0, gzip;q=0.001"], gzip);
        check(&["*"], brotli);
        check(&["*;q=0.1, br;q=0"], gzip);
        check(&["zstd"], as_is);
        check(&["br;q=0.5, identity"], as_is);
        check(&["br;q=0.5, identity;q=0.5"], brotli);
        check(&["br, *;q=0"], brotli);
        check(&["identity;q=0, gzip;q=0.2"], gzip);
        check(&["identity;q=0"], None);
        check(&["*;q=0"], None);
        check(&["*;q=0, identity;q=0.1"], as_is);
        check(&["zstd, identity;q=0, br;q=0.000"], None);
    }

    #[test]
    fn what_is_no_such_field_gets_the_file_as_it_is() {
        for line in [
            "br;q=",
            "br;q=2",
            "br;q=-1",
            "br gzip",
            ",",
            "br;q=\"1\"",
            "br;q=0.1234",
            "(br)",
            "\"br\"",
        ] {
            check(&[line], Some(Coding::AsIs));
        }
    }
}
