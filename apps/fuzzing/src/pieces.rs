//! Small values out of bytes that nobody meant.

use std::borrow::Cow;

/// Takes them from the front; zeros and nothings once there is nothing left.
#[derive(Debug)]
pub(crate) struct Pieces<'a>(pub(crate) &'a [u8]);

impl<'a> Pieces<'a> {
    pub(crate) fn number(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// So many bytes as the first says, or all that are left.
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let many = usize::from(self.number());
        let (some, rest) = self.0.split_at_checked(many).unwrap_or((self.0, &[]));
        self.0 = rest;
        some
    }

    /// The same as text; what is no UTF-8 becomes �.
    pub(crate) fn text(&mut self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// Changes bytes as the rest says, three bytes each: where (little-endian), and what is added there; beyond the end
    /// it is cut.
    pub(crate) fn change(&mut self, bytes: &mut Vec<u8>) {
        let length = bytes.len().max(1);
        while let Some(([low, high, by], rest)) = self.0.split_first_chunk() {
            let at = usize::from(u16::from_le_bytes([*low, *high]));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = byte.wrapping_add(*by);
            } else {
                bytes.truncate(at % length);
            }
            self.0 = rest;
        }
    }
}
