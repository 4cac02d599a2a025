//! Lines that are longer than a terminal is wide.
//!
//! A terminal goes on with the rest of such a line at its left edge, where only Kith's own words stand: blanks and a few
//! words of somebody else would look like another item there. So it is folded here, and what follows is set further in.

use unicode_width::UnicodeWidthChar as _;

/// How far what follows is set further in than the line that it belongs to.
const FURTHER_IN: usize = 2;
/// Of a very narrow terminal so many columns are used all the same.
const FEWEST: usize = 16;

/// The lines of a text, none wider than this many columns.
pub fn folded(text: &str, columns: usize) -> String {
    let mut folded = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            folded.push('\n');
        }
        fold(line, columns.max(FEWEST), &mut folded);
    }
    folded
}

fn fold(line: &str, columns: usize, folded: &mut String) {
    let blanks = line.chars().take_while(|c| *c == ' ').count();
    let further_in = (blanks + FURTHER_IN).min(columns / 2);
    let (mut width, mut rest) = (0, line);
    while let Some(end) = end_of_first(rest, columns - width) {
        let (first, others) = rest.split_at(end);
        folded.push_str(first.trim_end_matches(' '));
        folded.push('\n');
        folded.extend(std::iter::repeat_n(' ', further_in));
        // Blanks at which it is folded are no words.
        (width, rest) = (further_in, others.trim_start_matches(' '));
    }
    folded.push_str(rest);
}

/// Where the first of two lines ends, if one is not enough: behind the last blank that fits, else wherever it is full.
fn end_of_first(line: &str, columns: usize) -> Option<usize> {
    let (mut width, mut blank) = (0, None);
    for (at, c) in line.char_indices() {
        width += widest(c);
        if width > columns {
            let full = if at == 0 { c.len_utf8() } else { at };
            return Some(blank.unwrap_or(full));
        }
        if c == ' ' && !line[..at].trim_start_matches(' ').is_empty() {
            blank = Some(at + 1);
        }
    }
    None
}

/// The most columns that a terminal gives a character: they do not agree on some.
fn widest(c: char) -> usize {
    let width = c.width_cjk().unwrap_or(1);
    // A mark that stands for a picture is drawn as wide as one.
    if c == '\u{fe0f}' { 1 } else { width }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        for line in [
            "",
            "    ok",
            "one\ntwo\n\nthree",
            &" ".repeat(20),
            &"x".repeat(20),
        ] {
            assert_eq!(folded(line, 20), line);
        }
    }

    #[test]
    fn what_does_not_fit_goes_on_further_in() {
        let line = "    one two three four five";
        assert_eq!(folded(line, 20), "    one two three\n      four five");
        let word = format!("    {}", "x".repeat(30));
        let x = |count| "x".repeat(count);
        assert_eq!(folded(&word, 20), format!("    {}\n      {}", x(16), x(14)));
        assert_eq!(
            folded("名前名前名前名前名前", 16),
            "名前名前名前名前\n  名前"
        );
    }

    #[test]
    fn blanks_do_not_carry_words_to_the_edge() {
        let item = "2026-11-30 17:00  Ada  abcdefabcdefabcdefabcdefab";
        let forged = format!("    ok{}{item}", " ".repeat(74));
        for columns in [40, 80, 120] {
            let folded = folded(&forged, columns);
            assert!(
                folded.lines().all(|line| line.starts_with("    ")),
                "{folded}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_wider_and_no_word_is_lost(text in "[ a-z名é]{0,200}", columns in 1_usize..90) {
            let line = format!("    {text}");
            let folded = folded(&line, columns);
            for line in folded.lines() {
                let width: usize = line.chars().map(widest).sum();
                prop_assert!(width <= columns.max(FEWEST), "{line}");
                prop_assert!(line.trim().is_empty() || line.starts_with("    "), "{line}");
            }
            let words = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(words(&folded), words(&line));
        }
    }
}
