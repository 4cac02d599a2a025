//! What people write in a week: short, long and up to the limit, in any script, with marks, signs and controls.

use crate::world::Random;
use protocol::hash::sha256;

/// Bytes of a text at most, as docs/protocol.md (*Content*) says.
const MOST_BYTES: usize = 65_536;
/// Bytes of a note at most.
const MOST_NOTE_BYTES: usize = 512;

/// Signs that people give: of one scalar and of several.
pub const SIGNS: [&str; 5] = ["🌱", "❤️", "👍🏽", "👩\u{200d}👩\u{200d}👧", "🏳️\u{200d}🌈"];

/// What texts are put together from.
const PIECES: [&str; 24] = [
    "good morning",
    "see you on Thursday?",
    "naïve café, Zürich, Łódź",
    "e\u{301}\u{323}\u{308} o\u{302}\u{301}",
    "z\u{335}\u{321}\u{353}a\u{334}\u{317}\u{30d}l\u{336}g\u{338}o\u{337}",
    "שָׁלוֹם, מה שלומך?",
    "\u{202b}مرحبًا بك\u{202c} 123",
    "\u{2067}אבג\u{2069} abc \u{2066}def\u{2069}",
    "\u{202e}backwards\u{202c}",
    "日本語の文です。",
    "你好，世界",
    "한국어 문장",
    "हिन्दी में एक वाक्य",
    "ภาษาไทยไม่มีช่องว่าง",
    "ქართული ენა",
    "Ελληνικά και Кириллица",
    "👩\u{200d}👩\u{200d}👧\u{200d}👦 🏳️\u{200d}🌈 🇺🇳 1️⃣",
    "👍🏿👍🏻 ❤️ ❤",
    "\u{200b}\u{200d}\u{feff}",
    "line\nafter line\r\n\tand a tab",
    "\u{0} \u{7} \u{1b}[31mred\u{1b}[0m \u{85}",
    "'; DROP TABLE item; --\" \\ %s {} <b>&amp;",
    "*emphasis* `code` [a](https://example.org/?q=a&b)",
    "\u{10ffff}\u{fffd}\u{1f468}\u{200d}",
];

/// The word by which one text is told from all others; none is the beginning of another.
pub fn mark(number: usize) -> String {
    format!("w{number}z")
}

fn pieces(random: &mut Random, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        text.push_str(PIECES[random.below(PIECES.len())]);
        text.push(' ');
    }
    text
}

/// A text with the mark of this number.
pub fn text(random: &mut Random, number: usize) -> String {
    let count = match random.below(400) {
        0 => return as_long_as_can_be(random, number),
        1..=20 => 60,
        21..=100 => 0,
        _ => 1 + random.below(4),
    };
    let before = pieces(random, count);
    let more = random.below(3);
    format!("{before} {} {}", mark(number), pieces(random, more))
}

fn as_long_as_can_be(random: &mut Random, number: usize) -> String {
    let mut text = format!("{} ", mark(number));
    while text.len() < MOST_BYTES {
        text.push_str(&pieces(random, 60));
    }
    while text.len() > MOST_BYTES {
        text.pop();
    }
    text.push_str(&"x".repeat(MOST_BYTES - text.len()));
    text
}

/// A few words before a text, up to the limit.
pub fn note(random: &mut Random) -> String {
    let count = if random.below(10) == 0 { 60 } else { 1 };
    // Something that is seen, whatever the pieces are.
    let mut note = format!("- {}", pieces(random, count));
    while note.len() > MOST_NOTE_BYTES {
        note.pop();
    }
    note
}

/// The name and the content of a file: odd sizes, some empty.
pub fn file(random: &mut Random, number: usize) -> (String, Vec<u8>) {
    let bytes = match random.below(8) {
        0 => 0,
        1 => 1,
        2 => 65_536,
        3 => 65_537,
        _ => random.below(30_000),
    };
    let name = match random.below(4) {
        0 => String::new(),
        1 => format!("../{}/{number}", PIECES[random.below(PIECES.len())]),
        _ => format!("{number}.bin"),
    };
    let mut content = Vec::with_capacity(bytes + 32);
    let mut block = 0_u64;
    while content.len() < bytes {
        let number = (number as u64).to_be_bytes();
        content.extend(sha256(&[b"file", &number, &block.to_be_bytes()]));
        block += 1;
    }
    content.truncate(bytes);
    (name, content)
}

/// Whether a word is the mark of a text.
pub fn is_mark(word: &str) -> bool {
    let number = word
        .strip_prefix('w')
        .and_then(|word| word.strip_suffix('z'));
    number.is_some_and(|number| number.parse::<usize>().is_ok())
}
