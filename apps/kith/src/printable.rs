//! What others wrote, as a terminal shows it without being steered by it.

/// First strong isolate and its end (Unicode UAX #9): what stands between does not reorder what stands around.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

/// Text with its line breaks and tabs; everything else that steers shows as �, and each line keeps its direction to
/// itself.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            shown.push('\n');
        }
        let is_plain = line.is_ascii();
        if !is_plain {
            shown.push(ISOLATE);
        }
        shown.extend(line.chars().map(|c| {
            if steers(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        }));
        if !is_plain {
            shown.push(END);
        }
    }
    shown
}

/// The same in one line.
pub fn printable_line(text: &str) -> String {
    printable(&text.replace(['\n', '\t', '\u{2028}', '\u{2029}'], " "))
}

/// Control characters, and those that embed, override or isolate a direction.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal_or_its_neighbours() {
        assert_eq!(printable("a\tb\nc"), "a\tb\nc");
        assert_eq!(printable("\u{1b}[2J\r\u{7}"), "\u{fffd}[2J\u{fffd}\u{fffd}");
        assert_eq!(
            printable("x\u{202e}y\nمرحبا"),
            "\u{2068}x\u{fffd}y\u{2069}\n\u{2068}مرحبا\u{2069}"
        );
        assert_eq!(printable("\u{2069}"), "\u{2068}\u{fffd}\u{2069}");
        assert_eq!(printable_line("a\nb\u{2028}c"), "a b c");
    }
}
