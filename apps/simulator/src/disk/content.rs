//! One file's bytes: as programs see them, and what of them a crash can take back.
//!
//! Changes since the last sync lie in a log that says what they overwrote, so that writing costs
//! little and a sync only clears the log. Only a crash walks it: back to what is durable, then forth
//! again, keeping, dropping or tearing each change by itself.
//!
//! A write never harms bytes beside its own range, which is what `SQLITE_IOCAP_POWERSAFE_OVERWRITE`
//! promises and what SQLite assumes of every disk under Unix.

use std::ops::Range;

/// What survives of a torn write is decided for so many bytes at once, aligned in the file.
pub const SECTOR: usize = 512;

/// Draws a number from 0 on, below its argument.
pub type Draw<'a> = dyn FnMut(usize) -> usize + 'a;

/// A file's bytes and the changes that are not durable.
#[derive(Default)]
pub struct Content {
    visible: Vec<u8>,
    changes: Vec<Change>,
    /// What the changes overwrote or cut off, in their order.
    overwritten: Vec<u8>,
    stranded: Option<Stranded>,
    /// Whether the folder durably has the file.
    named: bool,
}

struct Change {
    what: What,
    size_before: usize,
}

enum What {
    Write { offset: usize, length: usize },
    Truncate { size: usize },
}

/// The disk's side after a failed sync: what programs see is not what a later sync makes durable.
struct Stranded {
    durable: Vec<u8>,
    writes: u64,
}

/// A change with its own bytes, to be done again.
enum Redo {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate { size: usize },
}

/// What became of changes at a crash.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub kept: u64,
    pub lost: u64,
    pub torn: u64,
}

impl Content {
    /// A file that is durable as it is.
    pub fn durable(bytes: Vec<u8>) -> Self {
        Self {
            visible: bytes,
            named: true,
            ..Self::default()
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.visible
    }

    pub fn size(&self) -> usize {
        self.visible.len()
    }

    /// Fills `buffer` from `offset` on, with zeros past the end; whether the end was not met.
    pub fn read(&self, offset: usize, buffer: &mut [u8]) -> bool {
        let there = self.visible.get(offset..).unwrap_or_default();
        let length = there.len().min(buffer.len());
        let (filled, rest) = buffer.split_at_mut(length);
        filled.copy_from_slice(&there[..length]);
        rest.fill(0);
        rest.is_empty()
    }

    /// Writes; a gap before `offset` is filled with zeros.
    pub fn write(&mut self, offset: usize, bytes: &[u8]) {
        let size_before = self.visible.len();
        let overlap = overlap(offset, bytes.len(), size_before);
        self.overwritten
            .extend_from_slice(&self.visible[overlap.clone()]);
        let length = bytes.len();
        let what = What::Write { offset, length };
        self.changes.push(Change { what, size_before });
        put(&mut self.visible, offset, bytes);
    }

    /// Cuts the file off, or fills it with zeros, up to `size`.
    pub fn truncate(&mut self, size: usize) {
        let size_before = self.visible.len();
        let cut = self.visible.get(size..).unwrap_or_default();
        self.overwritten.extend_from_slice(cut);
        let what = What::Truncate { size };
        self.changes.push(Change { what, size_before });
        self.visible.resize(size, 0);
    }

    /// Everything that was not refused by an earlier sync becomes durable.
    pub fn sync(&mut self) {
        if let Some(stranded) = &mut self.stranded {
            let durable = &mut stranded.durable;
            for change in &self.changes {
                match change.what {
                    // The last writer of a byte is whose byte is visible.
                    What::Write { offset, length } => {
                        let seen = overlap(offset, length, self.visible.len());
                        put(durable, seen.start, &self.visible[seen]);
                    }
                    What::Truncate { size } => durable.resize(size, 0),
                }
            }
        }
        self.changes.clear();
        self.overwritten.clear();
        self.named = true;
    }

    /// A sync fails: as under Linux, what was to be written counts as clean from now on, so that no
    /// later sync makes it durable.
    pub fn fail_sync(&mut self) {
        let writes = self.changes.len() as u64;
        let visible = self.visible.clone();
        drop(self.rewind());
        let durable = std::mem::replace(&mut self.visible, visible);
        let stranded = self.stranded.get_or_insert(Stranded { durable, writes: 0 });
        stranded.writes += writes;
    }

    /// The machine crashes: decides what is left, which is durable then. Whether the file itself
    /// is still there.
    pub fn crash(&mut self, draw: &mut Draw<'_>, tally: &mut Tally) -> bool {
        let stranded = self.stranded.take();
        if self.changes.is_empty() && stranded.is_none() {
            return std::mem::replace(&mut self.named, true) || draw(2) == 0;
        }
        let mut changes = self.rewind();
        changes.reverse();
        if let Some(stranded) = stranded {
            tally.lost += stranded.writes;
            self.visible = stranded.durable;
        }
        let mood = Mood::draw(draw);
        for change in changes {
            self.redo(change, mood, draw, tally);
        }
        let named = std::mem::replace(&mut self.named, true);
        named || matches!(mood, Mood::Everything) || !self.visible.is_empty()
    }

    /// Flips bits in one sector that is durable, from `from` on; whether there was one.
    pub fn damage(&mut self, from: usize, draw: &mut Draw<'_>) -> bool {
        let sectors = self.visible.len().saturating_sub(from) / SECTOR;
        if sectors == 0 {
            return false;
        }
        let start = from + draw(sectors) * SECTOR;
        let first = draw(SECTOR);
        for number in first..=first + draw(8) {
            let (at, flipped) = (start + number % SECTOR, 1 + draw(255) as u8);
            self.visible[at] ^= flipped;
            let durable = self.stranded.as_mut().map(|stranded| &mut stranded.durable);
            if let Some(byte) = durable.and_then(|durable| durable.get_mut(at)) {
                *byte ^= flipped;
            }
        }
        true
    }

    /// Takes all changes back; what they were, the last one first.
    fn rewind(&mut self) -> Vec<Redo> {
        let mut redo = Vec::with_capacity(self.changes.len());
        while let Some(change) = self.changes.pop() {
            let before = change.size_before;
            let range = match change.what {
                What::Write { offset, length } => {
                    let bytes = self.visible[offset..offset + length].to_vec();
                    redo.push(Redo::Write { offset, bytes });
                    overlap(offset, length, before)
                }
                What::Truncate { size } => {
                    redo.push(Redo::Truncate { size });
                    size.min(before)..before
                }
            };
            self.visible.resize(before, 0);
            let kept = self.overwritten.len() - range.len();
            self.visible[range].copy_from_slice(&self.overwritten[kept..]);
            self.overwritten.truncate(kept);
        }
        redo
    }

    fn redo(&mut self, change: Redo, mood: Mood, draw: &mut Draw<'_>, tally: &mut Tally) {
        let fate = mood.fate(draw);
        match (change, fate) {
            (Redo::Truncate { size }, Fate::Kept) => {
                self.visible.resize(size, 0);
                tally.kept += 1;
            }
            (Redo::Truncate { .. }, _) => tally.lost += 1,
            (Redo::Write { offset, bytes }, Fate::Kept) => {
                put(&mut self.visible, offset, &bytes);
                tally.kept += 1;
            }
            (Redo::Write { offset, bytes }, Fate::Torn) => {
                self.tear(offset, &bytes, draw);
                tally.torn += 1;
            }
            (Redo::Write { offset, bytes }, Fate::Lost) => {
                let end = offset + bytes.len();
                // File systems may keep a new size without the bytes.
                if end > self.visible.len() && matches!(mood, Mood::Mixed) && draw(4) == 0 {
                    self.visible.resize(end, 0);
                }
                tally.lost += 1;
            }
        }
    }

    /// Does a part of a write: its beginning, or some of its sectors.
    fn tear(&mut self, offset: usize, bytes: &[u8], draw: &mut Draw<'_>) {
        if draw(2) == 0 {
            let survives = draw(bytes.len().max(1));
            return put(&mut self.visible, offset, &bytes[..survives]);
        }
        let end = offset + bytes.len();
        let mut at = offset;
        while at < end {
            let next = (at - at % SECTOR + SECTOR).min(end);
            if draw(2) == 0 {
                put(&mut self.visible, at, &bytes[at - offset..next - offset]);
            }
            at = next;
        }
    }
}

/// How a crash treats one file, so that also the extremes are met among many changes.
#[derive(Clone, Copy)]
enum Mood {
    /// Everything had just reached the disk.
    Everything,
    /// Nothing had.
    Nothing,
    /// Each change has a fate of its own.
    Mixed,
}

impl Mood {
    fn draw(draw: &mut Draw<'_>) -> Self {
        match draw(6) {
            0 => Self::Everything,
            1 => Self::Nothing,
            _ => Self::Mixed,
        }
    }

    fn fate(self, draw: &mut Draw<'_>) -> Fate {
        match self {
            Self::Everything => Fate::Kept,
            Self::Nothing => Fate::Lost,
            Self::Mixed => match draw(3) {
                0 => Fate::Kept,
                1 => Fate::Lost,
                _ => Fate::Torn,
            },
        }
    }
}

enum Fate {
    Kept,
    Lost,
    Torn,
}

/// The part of a write that lies within `size` bytes.
fn overlap(offset: usize, length: usize, size: usize) -> Range<usize> {
    offset.min(size)..(offset + length).min(size)
}

fn put(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if offset > file.len() && !bytes.is_empty() {
        file.resize(offset, 0);
    }
    let overlap = overlap(offset, bytes.len(), file.len());
    let (over, beyond) = bytes.split_at(overlap.len());
    file[overlap].copy_from_slice(over);
    file.extend_from_slice(beyond);
}

#[cfg(test)]
mod tests {
    use super::{Content, SECTOR, Tally};

    /// Draws these numbers, then zeros.
    fn drawn(numbers: &[usize]) -> impl FnMut(usize) -> usize + use<'_> {
        let mut numbers = numbers.iter().copied();
        move |bound| numbers.next().unwrap_or_default().min(bound - 1)
    }

    fn tally(kept: u64, lost: u64, torn: u64) -> Tally {
        Tally { kept, lost, torn }
    }

    /// A durable file of `before`, changed by `change`, after a crash with these draws.
    #[track_caller]
    fn check(
        before: &[u8],
        change: impl FnOnce(&mut Content),
        draws: &[usize],
        after: &[u8],
        expected: Tally,
    ) {
        let mut content = Content::durable(before.to_vec());
        change(&mut content);
        let mut found = Tally::default();
        assert!(content.crash(&mut drawn(draws), &mut found));
        assert_eq!(content.bytes(), after);
        assert_eq!(found, expected);
        assert!(content.crash(&mut drawn(&[1]), &mut found));
        assert_eq!(content.bytes(), after, "is durable after the crash");
    }

    fn write_twice(content: &mut Content) {
        content.write(1, b"xx");
        content.write(2, b"yyyy");
    }

    #[test]
    fn a_crash_may_keep_everything() {
        check(b"abc", write_twice, &[0], b"axyyyy", tally(2, 0, 0));
    }

    #[test]
    fn a_crash_may_lose_everything_since_the_sync() {
        check(b"abc", write_twice, &[1], b"abc", tally(0, 2, 0));
        let synced = |content: &mut Content| {
            content.write(0, b"X");
            content.sync();
            write_twice(content);
        };
        check(b"abc", synced, &[1], b"Xbc", tally(0, 2, 0));
    }

    #[test]
    fn a_later_write_may_survive_where_an_earlier_did_not() {
        let draws = [2, 1, 0];
        check(b"abc", write_twice, &draws, b"abyyyy", tally(1, 1, 0));
        let draws = [2, 0, 1, 1];
        check(b"abc", write_twice, &draws, b"axx", tally(1, 1, 0));
    }

    #[test]
    fn a_size_may_survive_without_its_bytes() {
        let draws = [2, 1, 1, 0];
        check(b"abc", write_twice, &draws, b"abc\0\0\0", tally(0, 2, 0));
    }

    #[test]
    fn a_torn_write_leaves_its_beginning_or_some_sectors() {
        let write = |content: &mut Content| content.write(1, b"xyz");
        check(b"abcd", write, &[2, 2, 0, 2], b"axyd", tally(0, 0, 1));
        let (old, new) = (vec![b'o'; 3 * SECTOR], vec![b'n'; 2 * SECTOR]);
        let write = |content: &mut Content| content.write(10, &new);
        let mut torn = old.clone();
        torn[SECTOR..2 * SECTOR].fill(b'n');
        check(&old, write, &[2, 2, 1, 1, 0, 1], &torn, tally(0, 0, 1));
    }

    #[test]
    fn a_truncation_is_kept_or_lost() {
        let cut = |content: &mut Content| {
            content.truncate(1);
            content.write(2, b"z");
            content.truncate(5);
        };
        check(b"abc", cut, &[0], b"a\0z\0\0", tally(3, 0, 0));
        check(b"abc", cut, &[1], b"abc", tally(0, 3, 0));
        check(b"abc", cut, &[2, 0, 1, 1, 1], b"a", tally(1, 2, 0));
    }

    #[test]
    fn what_a_failed_sync_left_out_no_later_sync_makes_durable() {
        let change = |content: &mut Content| {
            content.write(0, b"XY");
            content.fail_sync();
            content.write(1, b"Z");
            content.write(4, b"!");
            content.sync();
            assert_eq!(content.bytes(), b"XZc\0!");
        };
        check(b"abc", change, &[0], b"aZc\0!", tally(0, 1, 0));
    }

    #[test]
    fn a_file_that_was_never_synced_may_vanish() {
        let mut content = Content::default();
        content.write(0, b"x");
        assert!(!content.crash(&mut drawn(&[1]), &mut Tally::default()));
        let mut content = Content::default();
        content.sync();
        assert!(content.crash(&mut drawn(&[1]), &mut Tally::default()));
    }

    #[test]
    fn reading_past_the_end_gives_zeros_and_says_so() {
        let content = Content::durable(b"abc".to_vec());
        let mut buffer = *b"????";
        assert!(!content.read(1, &mut buffer));
        assert_eq!(&buffer, b"bc\0\0");
        assert!(content.read(0, &mut buffer[..3]));
        assert!(!content.read(9, &mut buffer));
        assert_eq!(&buffer, b"\0\0\0\0");
    }
}
