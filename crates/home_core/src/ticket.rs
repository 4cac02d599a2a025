//! Tickets: what a home gives on a socket to have it shown with the bytes of a blob, so that HTTP
//! needs no proofs of its own.
//!
//! ticket = act (1) ‖ BlobId (16) ‖ size (8) ‖ last second (8) ‖ HMAC-SHA256 over these (32), numbers
//! big-endian. Only the home that made one reads it, so this is no part of the protocol. Invariant:
//! nothing of a ticket is looked at before its code holds.

use hmac::{Hmac, KeyInit, Mac};
use protocol::id::BlobId;
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a ticket lets its bearer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Put bytes.
    Put,
    /// Get bytes.
    Get,
}

impl Act {
    const fn byte(self) -> u8 {
        match self {
            Self::Put => 1,
            Self::Get => 2,
        }
    }
}

/// The right to one act on one blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The act.
    pub act: Act,
    /// The blob.
    pub blob: BlobId,
    /// Its length, in bytes.
    pub size: u64,
}

/// Why a ticket is not taken. It does not say which: nobody but the home can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this ticket is not of this home or no longer good")]
pub struct BadTicket;

/// The key under which a home makes its tickets: random, for one run.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TicketKey([u8; 32]);

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketKey(redacted)")
    }
}

/// Bytes of a ticket before its code.
const SAID_BYTES: usize = 33;
const CODE_BYTES: usize = 32;

impl TicketKey {
    /// Takes 32 bytes from a cryptographic generator.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Makes a ticket that is good up to and with the Unix second `last_s`.
    pub fn issue(&self, ticket: &Ticket, last_s: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SAID_BYTES + CODE_BYTES);
        bytes.push(ticket.act.byte());
        bytes.extend_from_slice(ticket.blob.as_bytes());
        bytes.extend_from_slice(&ticket.size.to_be_bytes());
        bytes.extend_from_slice(&last_s.to_be_bytes());
        let code = self.code(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&code);
        bytes
    }

    /// Reads a ticket at the Unix second `now_s`.
    ///
    /// # Errors
    /// [`BadTicket`] if this key did not make it, or its time is over.
    pub fn read(&self, bytes: &[u8], now_s: u64) -> Result<Ticket, BadTicket> {
        let (said, code) = bytes.split_at_checked(SAID_BYTES).ok_or(BadTicket)?;
        self.code(said).verify_slice(code).map_err(|_| BadTicket)?;
        let (act, rest) = said.split_first().ok_or(BadTicket)?;
        let (blob, numbers) = rest.split_first_chunk().ok_or(BadTicket)?;
        let (numbers, _) = numbers.as_chunks::<8>();
        let [size, last_s] = numbers else {
            return Err(BadTicket);
        };
        if now_s > u64::from_be_bytes(*last_s) {
            return Err(BadTicket);
        }
        let act = [Act::Put, Act::Get]
            .into_iter()
            .find(|known| known.byte() == *act)
            .ok_or(BadTicket)?;
        Ok(Ticket {
            act,
            blob: BlobId::new(*blob),
            size: u64::from_be_bytes(*size),
        })
    }

    fn code(&self, said: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a key up to a block with zeros (RFC 2104 §2).
        let mut block = [0; 64];
        let (key, _) = block.split_at_mut(self.0.len());
        key.copy_from_slice(&self.0);
        Hmac::<Sha256>::new(&block.into()).chain_update(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TICKET: Ticket = Ticket {
        act: Act::Put,
        blob: BlobId::new([7; 16]),
        size: 4_144,
    };

    fn key() -> TicketKey {
        TicketKey::new([1; 32])
    }

    #[test]
    fn a_ticket_is_good_until_its_last_second_and_at_its_home_alone() {
        let ticket = key().issue(&TICKET, 1_000);
        assert!(ticket.len() <= protocol::response::MAX_TICKET_BYTES);
        assert_eq!(key().read(&ticket, 1_000), Ok(TICKET));
        assert_eq!(key().read(&ticket, 1_001), Err(BadTicket));
        let other = TicketKey::new([2; 32]);
        assert_eq!(other.read(&ticket, 1_000), Err(BadTicket));
        assert_eq!(format!("{other:?}"), "TicketKey(redacted)");
    }

    proptest! {
        #[test]
        fn a_changed_ticket_is_none(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut ticket = key().issue(&TICKET, 1_000);
            let byte = at.index(ticket.len());
            ticket[byte] ^= 1 << bit;
            prop_assert_eq!(key().read(&ticket, 1_000), Err(BadTicket));
        }

        #[test]
        fn a_cut_or_extended_ticket_is_none(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(key().read(&bytes, 0), Err(BadTicket));
            let ticket = key().issue(&TICKET, 1_000);
            prop_assert_eq!(key().read(&ticket[..bytes.len().min(64)], 0), Err(BadTicket));
            let longer = [&ticket[..], &[0]].concat();
            prop_assert_eq!(key().read(&longer, 0), Err(BadTicket));
        }
    }
}
