//! What others wrote, as a terminal shows it without being steered by it.

use crate::characters::{flag, is_control, is_hidden, turns_what_follows};
use crate::names::seen;

/// First strong isolate and its end (Unicode UAX #9): what stands between does not reorder what stands around.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

/// Text with its line breaks and tabs; everything else that steers or hides shows as �, and each line keeps its direction
/// to itself. Marks of direction, soft hyphens and the like stay: languages need them, and they reach nowhere else.
pub fn text(text: &str) -> String {
    let lines = text.split(['\n', '\u{2028}', '\u{2029}']);
    let lines: Vec<_> = lines.map(|line| isolated(&harmless(line))).collect();
    lines.join("\n")
}

/// The same in one line.
pub fn line(line: &str) -> String {
    text(&line.replace(['\n', '\t', '\u{2028}', '\u{2029}'], " "))
}

/// A name, a title, a label: [`seen`], and its direction kept to itself.
pub fn name(name: &str) -> String {
    isolated(&seen(name))
}

/// Words of this program, with whatever is in them: what steers a terminal shows as �, but for isolates, line breaks and
/// tabs. It is no replacement for [`name`] and [`line`], which also keep apart what stands side by side.
pub fn words(words: &str) -> String {
    let steers = |c: char| {
        let is_isolate = matches!(c, ISOLATE | END);
        (is_control(c) && !matches!(c, '\n' | '\t')) || (turns_what_follows(c) && !is_isolate)
    };
    words.replace(steers, "\u{fffd}")
}

fn isolated(line: &str) -> String {
    if line.is_ascii() {
        line.to_owned()
    } else {
        format!("{ISOLATE}{line}{END}")
    }
}

fn harmless(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let bytes = flag(rest).unwrap_or(c.len_utf8());
        let (some, after) = rest.split_at_checked(bytes).unwrap_or((rest, ""));
        let steers = (is_control(c) && c != '\t') || turns_what_follows(c) || is_hidden(c);
        if steers {
            shown.push(char::REPLACEMENT_CHARACTER);
        } else {
            shown.push_str(some);
        }
        rest = after;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_steers_the_terminal_or_its_neighbours() {
        assert_eq!(text("a\tb\nc"), "a\tb\nc");
        assert_eq!(text("\u{1b}[2J\r\u{7}\u{9b}"), "\u{2068}�[2J���\u{2069}");
        assert_eq!(
            text("x\u{202e}y\nمرحبا"),
            "\u{2068}x�y\u{2069}\n\u{2068}مرحبا\u{2069}"
        );
        assert_eq!(text("\u{2069}"), "\u{2068}�\u{2069}");
        assert_eq!(text("a\u{2029}\u{2028}b"), "a\n\nb");
        assert_eq!(text("a\u{e0041}\u{e0042}"), "\u{2068}a��\u{2069}");
        let scotland = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
        assert_eq!(text(scotland), format!("\u{2068}{scotland}\u{2069}"));
        assert_eq!(line("a\nb\u{2028}c\td"), "a b c d");
        assert_eq!(name("A\u{200b}da"), "\u{2068}A�da\u{2069}");
        assert_eq!(name("Ada"), "Ada");
        let said = format!("{}\u{9b}2J\t{}\u{202e}\n", name("é"), line("\u{2069}"));
        let expected = "\u{2068}é\u{2069}�2J\t\u{2068}�\u{2069}�\n";
        assert_eq!(words(&said), expected);
    }

    proptest! {
        #[test]
        fn whatever_is_written_every_line_closes_what_it_opens(written in any::<String>()) {
            for shown in [text(&written), line(&written), name(&written)] {
                for line in shown.split('\n') {
                    let inside = line.strip_prefix(ISOLATE).and_then(|line| line.strip_suffix(END));
                    let inside = inside.unwrap_or(line);
                    prop_assert!(inside.len() < line.len() || line.is_ascii());
                    prop_assert!(!inside.chars().any(|c| turns_what_follows(c) || is_hidden(c)));
                    prop_assert!(!inside.chars().any(|c| is_control(c) && c != '\t'));
                }
            }
            prop_assert!(!line(&written).contains(['\n', '\t']) && !name(&written).contains(['\n', '\t']));
        }
    }
}
