//! Where in a client's messages the bytes read so far end (RFC 6455, 5.2 and 5.4).
//!
//! The heads of frames are read twice, here and by the WebSocket itself, because that tells nobody how long
//! a message is until all of it lies in memory.

use super::{LONG_BYTES, MAX_MESSAGE_BYTES};
use std::io::Cursor;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::OpCode;

/// The most bytes of a frame's head.
const HEAD_BYTES: usize = 14;
/// Those that tell how long it is.
const FIRST_BYTES: usize = 2;
/// The mask, which every frame of a client has.
const MASK_BYTES: usize = 4;
/// The most bytes of a frame that may come between others.
const MAX_CONTROL_BYTES: u64 = 125;
/// The most frames that a message may come in: each costs as much as a short message.
const MOST_PIECES: usize = 1_024;

/// The place that was reached.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    /// Of the head of the next frame, what has come of it.
    head: [u8; HEAD_BYTES],
    head_bytes: usize,
    /// Bytes of the payload of this frame that are still to come.
    left: u64,
    /// Whether this frame is one of those that may come between others.
    is_control: bool,
    message: Option<Begun>,
    /// Whether nothing more can be read as frames, or as frames that anybody should send.
    is_lost: bool,
}

/// A message of which a head has come.
#[derive(Debug, Default, Clone, Copy)]
struct Begun {
    /// Bytes of its frames so far, as their heads say.
    announced: u64,
    /// Whether the frame is here that is its last.
    is_last: bool,
    /// Whether it comes in several frames.
    is_in_pieces: bool,
    /// Of which so many have begun.
    pieces: usize,
}

impl Begun {
    fn is_long(self) -> bool {
        self.announced > LONG_BYTES as u64
    }
}

/// What stands in what was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// Nothing that asks for anything.
    On,
    /// A head by which a message is a long one: it ends after so many of the bytes, and those behind it were
    /// not looked at.
    LongBegins(usize),
    /// The end of a long message, which is the end of what was read.
    LongEnds,
}

impl Boundaries {
    /// Goes on over what was read.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> Reached {
        let mut rest = bytes;
        let mut ended = false;
        while !rest.is_empty() && !self.is_lost {
            if self.left == 0 {
                let was_long = self.long_message().is_some();
                rest = self.head(rest);
                if !was_long && self.long_message().is_some() {
                    return Reached::LongBegins(bytes.len() - rest.len());
                }
            } else {
                let left = usize::try_from(self.left).unwrap_or(usize::MAX);
                let (here, after) = rest.split_at(left.min(rest.len()));
                self.left -= here.len() as u64;
                rest = after;
            }
            if self.left == 0 && self.head_bytes == 0 {
                ended |= self.frame_ends();
            }
        }
        if ended {
            Reached::LongEnds
        } else {
            Reached::On
        }
    }

    /// Whether all that was read are whole messages.
    pub(super) fn is_between_messages(&self) -> bool {
        self.left == 0 && self.head_bytes == 0 && self.message.is_none() && !self.is_lost
    }

    /// Whether nothing more is worth reading. The WebSocket would wait for a control frame of any length, and go on for
    /// ever with the pieces of a message.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// The bytes of memory that the message that is coming will take, if it is a long one. One in pieces is
    /// put together of them, and may be as long as any.
    pub(super) fn long_message(&self) -> Option<usize> {
        let begun = self
            .message
            .filter(|begun| begun.is_long() && !self.is_lost)?;
        Some(if begun.is_in_pieces {
            2 * MAX_MESSAGE_BYTES
        } else {
            usize::try_from(begun.announced)
                .map_or(MAX_MESSAGE_BYTES, |all| all.min(MAX_MESSAGE_BYTES))
        })
    }

    /// How many bytes surely belong to the message that is coming, where it is a long one or may become one:
    /// only so many are read at once, so that such a message is the last thing that was read.
    pub(super) fn surely(&self) -> Option<usize> {
        let begun = self.message.filter(|_| !self.is_lost)?;
        if !begun.is_in_pieces && !begun.is_long() {
            return None;
        }
        Some(match self.left {
            0 => self.of_the_head(),
            left => usize::try_from(left).unwrap_or(usize::MAX),
        })
    }

    /// Bytes of the head that are surely still to come.
    fn of_the_head(&self) -> usize {
        if self.head_bytes < FIRST_BYTES {
            return FIRST_BYTES + MASK_BYTES - self.head_bytes;
        }
        let length = match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        (FIRST_BYTES + length + MASK_BYTES).saturating_sub(self.head_bytes)
    }

    /// Reads on in a frame's head; what follows it.
    fn head<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let before = self.head_bytes;
        for (place, byte) in self.head.iter_mut().skip(before).zip(bytes) {
            *place = *byte;
        }
        let until = HEAD_BYTES.min(before + bytes.len());
        let mut cursor = Cursor::new(self.head.get(..until).unwrap_or_default());
        match FrameHeader::parse(&mut cursor) {
            Ok(Some((header, length))) => {
                let here = usize::try_from(cursor.position()).unwrap_or(HEAD_BYTES);
                self.head_bytes = 0;
                self.frame_begins(&header, length);
                bytes.get(here - before..).unwrap_or_default()
            }
            Ok(None) => {
                // No head is longer than there is place for.
                self.head_bytes = until;
                &[]
            }
            Err(_) => {
                self.is_lost = true;
                &[]
            }
        }
    }

    fn frame_begins(&mut self, header: &FrameHeader, length: u64) {
        self.left = length;
        self.is_control = matches!(header.opcode, OpCode::Control(_));
        if self.is_control {
            self.is_lost = length > MAX_CONTROL_BYTES || !header.is_final;
            return;
        }
        let begun = self.message.get_or_insert_default();
        begun.announced = begun.announced.saturating_add(length);
        begun.is_last = header.is_final;
        begun.is_in_pieces |= !header.is_final;
        begun.pieces += 1;
        self.is_lost = length > MAX_MESSAGE_BYTES as u64 || begun.pieces > MOST_PIECES;
    }

    /// Whether a long message ended with this frame.
    fn frame_ends(&mut self) -> bool {
        let ends = !self.is_control && self.message.is_some_and(|begun| begun.is_last);
        ends && self.message.take().is_some_and(Begun::is_long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::Data;

    const LONG: usize = LONG_BYTES + 1;

    fn frame(bytes: usize, kind: Data, is_last: bool) -> Vec<u8> {
        let mut frame = Frame::message(vec![7; bytes], OpCode::Data(kind), is_last);
        frame.header_mut().mask = Some([0; 4]);
        written(frame)
    }

    fn written(frame: Frame) -> Vec<u8> {
        let mut wire = Vec::new();
        frame.format(&mut wire).unwrap();
        wire
    }

    fn ping() -> Vec<u8> {
        let mut ping = Frame::ping(vec![7; 125]);
        ping.header_mut().mask = Some([0; 4]);
        written(ping)
    }

    /// A message in so many pieces, pings between them.
    fn message(pieces: &[usize]) -> Vec<u8> {
        let last = pieces.len() - 1;
        let of = |(at, bytes): (usize, &usize)| {
            let kind = if at == 0 {
                Data::Binary
            } else {
                Data::Continue
            };
            let pings = if at == 0 { Vec::new() } else { ping() };
            [pings, frame(*bytes, kind, at == last)].concat()
        };
        pieces.iter().enumerate().flat_map(of).collect()
    }

    /// Reads as a connection does: what surely belongs to a long message, or all that there is. Where the
    /// long messages ended.
    fn read(mut wire: &[u8], at_once: &[usize]) -> Vec<usize> {
        let whole = wire.len();
        let mut boundaries = Boundaries::default();
        let mut ended = Vec::new();
        for most in at_once.iter().cycle() {
            if wire.is_empty() {
                break;
            }
            let most = boundaries.surely().unwrap_or(usize::MAX).min(*most);
            let (here, rest) = wire.split_at(most.min(wire.len()));
            wire = rest;
            match boundaries.pass(here) {
                Reached::On => {}
                Reached::LongBegins(at) => {
                    assert!(boundaries.long_message().is_some());
                    assert_eq!(boundaries.pass(&here[at..]), Reached::On);
                }
                Reached::LongEnds => ended.push(whole - wire.len()),
            }
        }
        assert!(boundaries.is_between_messages());
        ended
    }

    proptest! {
        #[test]
        fn a_long_message_is_the_last_that_was_read_and_no_other_stops_anything(
            messages in vec(vec(prop_oneof![0..300usize, LONG - 3..LONG + 3], 1..4), 1..5),
            at_once in vec(1..2048usize, 1..6),
        ) {
            let mut wire = Vec::new();
            let mut expected = Vec::new();
            for pieces in &messages {
                wire.extend(message(pieces));
                if pieces.iter().sum::<usize>() > LONG_BYTES {
                    expected.push(wire.len());
                }
            }
            prop_assert_eq!(read(&wire, &at_once), expected);
        }

        #[test]
        fn nothing_is_read_as_frames_that_is_none(bytes in vec(any::<u8>(), 0..64)) {
            let mut boundaries = Boundaries::default();
            boundaries.pass(&bytes);
            prop_assert!(boundaries.surely().is_none_or(|surely| surely > 0));
        }
    }

    #[test]
    fn a_message_is_long_from_the_head_on_that_says_so() {
        let mut boundaries = Boundaries::default();
        let whole = frame(LONG, Data::Binary, true);
        assert_eq!(boundaries.pass(&whole[..7]), Reached::On);
        assert_eq!(boundaries.long_message(), None);
        assert_eq!(boundaries.pass(&whole[7..20]), Reached::LongBegins(1));
        assert_eq!(boundaries.long_message(), Some(LONG));
        let mut pieces = Boundaries::default();
        pieces.pass(&frame(LONG_BYTES, Data::Binary, false));
        assert_eq!(pieces.long_message(), None);
        pieces.pass(&frame(1, Data::Continue, false)[..6]);
        assert_eq!(pieces.long_message(), Some(2 * MAX_MESSAGE_BYTES));
    }

    #[test]
    fn neither_long_control_frames_nor_pieces_without_end_are_read_on() {
        let mut long = Boundaries::default();
        let mut bytes = ping();
        bytes[1] = 0x80 | 126;
        long.pass(&bytes);
        assert!(long.is_lost());
        let mut in_pieces = Boundaries::default();
        in_pieces.pass(&[9, 0x80, 0, 0, 0, 0]);
        assert!(in_pieces.is_lost());
        let mut pieces = Boundaries::default();
        for at in 0..MOST_PIECES {
            let kind = if at == 0 {
                Data::Binary
            } else {
                Data::Continue
            };
            pieces.pass(&frame(0, kind, false));
        }
        assert!(!pieces.is_lost());
        pieces.pass(&frame(0, Data::Continue, true));
        assert!(pieces.is_lost());
    }

    #[test]
    fn of_what_is_longer_than_any_nothing_is_waited_for() {
        let mut boundaries = Boundaries::default();
        boundaries.pass(&frame(MAX_MESSAGE_BYTES + 1, Data::Binary, true)[..20]);
        assert_eq!(boundaries.long_message(), None);
        assert_eq!(boundaries.surely(), None);
        assert!(!boundaries.is_between_messages());
    }
}
