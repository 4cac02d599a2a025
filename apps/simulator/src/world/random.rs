//! Choices of the world, from one seed.

use protocol::hash::sha256;

/// Numbers that one seed decides.
pub struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    /// Begins the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// The next 32 bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        self.drawn += 1;
        sha256(&[&self.seed.to_be_bytes(), &self.drawn.to_be_bytes()])
    }

    /// A number from 0 on, below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let [a, b, c, d, ..] = self.bytes();
        u32::from_be_bytes([a, b, c, d]) as usize % bound
    }
}
