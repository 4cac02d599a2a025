//! Decides whether bytes are one CBOR item in deterministic encoding, without interpreting it.
//!
//! In: bytes and the deepest nesting permitted. Out: nothing, or the first fault by name. Rules: RFC 8949 §4.2.1 and
//! draft-ietf-mimi-content-08 §6. The walk keeps its own stack of at most `max_depth` frames and allocates nothing
//! else, so a length that promises more than the input holds costs nothing.

use crate::error::DecodeError;

/// Largest integer key: what a double float represents exactly (draft §6.2).
pub(crate) const MAX_INTEGER_KEY: u64 = (1 << 53) - 1;

/// Checks that `bytes` is exactly one item, at most `max_depth` containers (arrays, maps and tags) deep.
pub(crate) fn check(bytes: &[u8], max_depth: usize) -> Result<(), DecodeError> {
    let mut walk = Walk { bytes, at: 0 };
    let mut stack: Vec<Frame<'_>> = Vec::new();
    loop {
        let at = walk.at;
        if let Some(frame) = walk.item()? {
            if stack.len() == max_depth {
                return Err(DecodeError::TooDeep { at });
            }
            stack.push(frame);
        }
        while stack.last().is_some_and(|frame| frame.remaining == 0) {
            stack.pop();
        }
        let Some(frame) = stack.last_mut() else {
            break;
        };
        frame.remaining -= 1;
        if frame.is_map {
            frame.last_key = Some(walk.key(frame.last_key)?);
        }
    }
    if walk.at == bytes.len() {
        Ok(())
    } else {
        Err(DecodeError::TrailingBytes { at: walk.at })
    }
}

/// A container that is still open.
struct Frame<'b> {
    /// Items, or pairs of key and value, still to come.
    remaining: u64,
    is_map: bool,
    /// The encoding of the key before the next one.
    last_key: Option<&'b [u8]>,
}

impl Frame<'_> {
    fn sequence(remaining: u64) -> Self {
        Frame {
            remaining,
            is_map: false,
            last_key: None,
        }
    }
}

/// The first octets of an item: major type, additional information, argument (RFC 8949 §3).
struct Head {
    at: usize,
    major: u8,
    info: u8,
    argument: u64,
}

struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Walk<'b> {
    /// Reads one item; a container is only opened.
    fn item(&mut self) -> Result<Option<Frame<'b>>, DecodeError> {
        let head = self.head()?;
        match head.major {
            0 | 1 => Ok(None),
            2 | 3 => self.string(&head).map(|()| None),
            4 => self
                .promised(&head, head.argument)
                .map(|()| Some(Frame::sequence(head.argument))),
            5 => {
                // A pair takes two octets at the least.
                self.promised(&head, head.argument.saturating_mul(2))?;
                Ok(Some(Frame {
                    remaining: head.argument,
                    is_map: true,
                    last_key: None,
                }))
            }
            6 => self.tag(&head).map(|()| Some(Frame::sequence(1))),
            _ => check_simple(&head).map(|()| None),
        }
    }

    /// Reads a map key and returns its encoding, which must come after `previous`.
    fn key(&mut self, previous: Option<&'b [u8]>) -> Result<&'b [u8], DecodeError> {
        let at = self.at;
        let head = self.head()?;
        match head.major {
            0 if head.argument > MAX_INTEGER_KEY => return Err(DecodeError::KeyOutOfRange { at }),
            // The argument of a negative integer is −1 − value.
            1 if head.argument >= MAX_INTEGER_KEY => return Err(DecodeError::KeyOutOfRange { at }),
            0 | 1 => {}
            2 | 3 => self.string(&head)?,
            _ => return Err(DecodeError::InvalidKeyType { at }),
        }
        let key = self.bytes.get(at..self.at).unwrap_or_default();
        match previous.map(|previous| previous.cmp(key)) {
            Some(std::cmp::Ordering::Equal) => Err(DecodeError::DuplicateKey { at }),
            Some(std::cmp::Ordering::Greater) => Err(DecodeError::KeysOutOfOrder { at }),
            _ => Ok(key),
        }
    }

    fn head(&mut self) -> Result<Head, DecodeError> {
        let at = self.at;
        let first = self.take(1, at)?.first().copied().unwrap_or_default();
        let (major, info) = (first >> 5, first & 0x1f);
        let width = match info {
            0..=23 => {
                return Ok(Head {
                    at,
                    major,
                    info,
                    argument: u64::from(info),
                });
            }
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 if matches!(major, 2..=5 | 7) => return Err(DecodeError::IndefiniteLength { at }),
            _ => return Err(DecodeError::ReservedHead { at }),
        };
        let argument = self
            .take(width, at)?
            .iter()
            .fold(0_u64, |sum, octet| (sum << 8) | u64::from(*octet));
        let shortest_from = match width {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        // In major type 7 the argument is a simple value or a float, judged apart.
        if major != 7 && argument < shortest_from {
            return Err(DecodeError::NotShortest { at });
        }
        Ok(Head {
            at,
            major,
            info,
            argument,
        })
    }

    fn string(&mut self, head: &Head) -> Result<(), DecodeError> {
        let length =
            usize::try_from(head.argument).map_err(|_| DecodeError::Truncated { at: head.at })?;
        let content = self.take(length, head.at)?;
        if head.major == 3 && std::str::from_utf8(content).is_err() {
            return Err(DecodeError::InvalidUtf8 { at: head.at });
        }
        Ok(())
    }

    /// Tags 2 and 3 are big integers: only those that no plain integer can hold, without leading zeros (§6.1).
    fn tag(&mut self, head: &Head) -> Result<(), DecodeError> {
        if !matches!(head.argument, 2 | 3) {
            return Ok(());
        }
        let mut ahead = Walk {
            bytes: self.bytes,
            at: self.at,
        };
        let content = ahead.head()?;
        if content.major != 2 {
            return Err(DecodeError::InvalidTag { at: head.at });
        }
        let first = self.bytes.get(ahead.at).copied().unwrap_or_default();
        if content.argument <= 8 || first == 0 {
            return Err(DecodeError::NotShortest { at: head.at });
        }
        Ok(())
    }

    /// Refuses a container that promises more items than octets are left.
    fn promised(&self, head: &Head, least_octets: u64) -> Result<(), DecodeError> {
        let left = self.bytes.len().saturating_sub(self.at);
        match usize::try_from(least_octets) {
            Ok(octets) if octets <= left => Ok(()),
            _ => Err(DecodeError::Truncated { at: head.at }),
        }
    }

    fn take(&mut self, length: usize, item_at: usize) -> Result<&'b [u8], DecodeError> {
        let end = self.at.checked_add(length);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(DecodeError::Truncated { at: item_at })?;
        self.at += length;
        Ok(taken)
    }
}

/// Simple values and floats: the shortest float that keeps the value, and one NaN only.
fn check_simple(head: &Head) -> Result<(), DecodeError> {
    let at = head.at;
    let (is_nan, has_shorter) = match head.info {
        // RFC 8949 §3.3: simple values below 32 have no two-octet form.
        24 if head.argument < 32 => return Err(DecodeError::ReservedHead { at }),
        25 => (
            head.argument & 0x7c00 == 0x7c00 && head.argument & 0x03ff != 0,
            false,
        ),
        26 => {
            let value = f32::from_bits(u32::try_from(head.argument).unwrap_or_default());
            (value.is_nan(), fits_half(value))
        }
        27 => {
            let value = f64::from_bits(head.argument);
            (value.is_nan(), f64::from(value as f32) == value)
        }
        _ => return Ok(()),
    };
    if is_nan && !(head.info == 25 && head.argument == 0x7e00) {
        return Err(DecodeError::InvalidNan { at });
    }
    if has_shorter {
        Err(DecodeError::NotShortest { at })
    } else {
        Ok(())
    }
}

/// Whether a half-width float (11 bits of significand, exponents −24 to 15) holds `value` exactly.
fn fits_half(value: f32) -> bool {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 23) & 0xff, bits & 0x007f_ffff);
    match exponent {
        // Zero; the subnormal numbers of single width are far below those of half width.
        0 => fraction == 0,
        0xff => fraction == 0,
        // Biased by 127: 113 to 142 are the normal exponents −14 to 15.
        113..=142 => fraction.trailing_zeros() >= 13,
        // Subnormal in half width: each step below −14 costs a bit of the significand.
        103..=112 => (fraction | 0x0080_0000).trailing_zeros() >= 13 + (113 - exponent),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::DecodeError as E;
    use data_encoding::HEXLOWER;

    fn checked(hex: &str) -> Result<(), E> {
        check(&HEXLOWER.decode(hex.as_bytes()).unwrap(), 4)
    }

    #[test]
    fn deterministic_items_pass() {
        for hex in [
            "00",
            "17",
            "1818",
            "190100",
            "1a00010000",
            "1b0000000100000000",
            "3818",
            "40",
            "60",
            "80",
            "a0",
            "f4",
            "f6",
            "f7",
            "e0",
            "f820",
            "f97e00",
            "f93c00",
            "f90001",
            "f97c00",
            "fa47c35000",
            "fb3ff199999999999a",
            "fa33000000",
            "a201020304",
            "a301f620f66161f6",
            "a26162f6626161f6",
            "8181818100",
            "c11a514b67b0",
            "c249010000000000000000",
            "1bffffffffffffffff",
            "3bffffffffffffffff",
            "a11b001ffffffffffffff6",
            "a13b001ffffffffffffef6",
            "a14100f6",
        ] {
            assert_eq!(checked(hex), Ok(()), "{hex}");
        }
    }

    #[test]
    fn every_departure_has_its_name() {
        let at = 0;
        for (hex, error) in [
            ("", E::Truncated { at }),
            ("18", E::Truncated { at }),
            ("4401", E::Truncated { at }),
            ("9bffffffffffffffff", E::Truncated { at }),
            ("bbffffffffffffffff", E::Truncated { at }),
            ("5bffffffffffffffff", E::Truncated { at }),
            ("c1", E::Truncated { at: 1 }),
            ("0000", E::TrailingBytes { at: 1 }),
            ("9fff", E::IndefiniteLength { at }),
            ("bfff", E::IndefiniteLength { at }),
            ("5fff", E::IndefiniteLength { at }),
            ("7fff", E::IndefiniteLength { at }),
            ("ff", E::IndefiniteLength { at }),
            ("1f", E::ReservedHead { at }),
            ("1c", E::ReservedHead { at }),
            ("f800", E::ReservedHead { at }),
            ("f81f", E::ReservedHead { at }),
            ("1817", E::NotShortest { at }),
            ("1900ff", E::NotShortest { at }),
            ("1a0000ffff", E::NotShortest { at }),
            ("1b00000000ffffffff", E::NotShortest { at }),
            ("3817", E::NotShortest { at }),
            ("5800", E::NotShortest { at }),
            ("7800", E::NotShortest { at }),
            ("9800", E::NotShortest { at }),
            ("b800", E::NotShortest { at }),
            ("d80100", E::NotShortest { at }),
            ("fa3f800000", E::NotShortest { at }),
            ("fa33800000", E::NotShortest { at }),
            ("fb3ff8000000000000", E::NotShortest { at }),
            ("fb7ff0000000000000", E::NotShortest { at }),
            ("c24101", E::NotShortest { at }),
            ("c249000000000000000001", E::NotShortest { at }),
            ("c200", E::InvalidTag { at }),
            ("f97e01", E::InvalidNan { at }),
            ("fa7fc00000", E::InvalidNan { at }),
            ("fb7ff8000000000000", E::InvalidNan { at }),
            ("61ff", E::InvalidUtf8 { at }),
            ("a201020102", E::DuplicateKey { at: 3 }),
            ("a203040102", E::KeysOutOfOrder { at: 3 }),
            ("a220f601f6", E::KeysOutOfOrder { at: 3 }),
            ("a2626161f66162f6", E::KeysOutOfOrder { at: 5 }),
            ("a1f6f6", E::InvalidKeyType { at: 1 }),
            ("a180f6", E::InvalidKeyType { at: 1 }),
            ("a11b0020000000000000f6", E::KeyOutOfRange { at: 1 }),
            ("a13b001ffffffffffffff6", E::KeyOutOfRange { at: 1 }),
            ("818181818100", E::TooDeep { at: 4 }),
            ("8181a101c1c100", E::TooDeep { at: 5 }),
            ("8181818180", E::TooDeep { at: 4 }),
        ] {
            assert_eq!(checked(hex), Err(error), "{hex}");
        }
    }
}
