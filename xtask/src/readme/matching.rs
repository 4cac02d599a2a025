//! Whether what a command printed is what a document says it prints.
//!
//! `…` stands for any text within a line; a line that is only `…` stands for any number of lines.
//! Everything else must agree to the letter, blanks at the end of a line aside.

/// What stands for anything.
const ANYTHING: &str = "…";

/// Whether the whole output agrees.
pub fn agrees(expected: &[String], printed: &str) -> bool {
    let mut printed: Vec<&str> = printed.lines().collect();
    while printed.last().is_some_and(|line| line.trim().is_empty()) {
        printed.pop();
    }
    lines_agree(expected, &printed)
}

/// Whether the output agrees so far: its beginning has everything that is expected.
pub fn has_begun(expected: &[String], printed: &str) -> bool {
    let mut open = expected.to_vec();
    open.push(ANYTHING.to_owned());
    agrees(&open, printed)
}

/// Expected and printed output under each other, for a person to compare.
pub fn difference(expected: &[String], printed: &str) -> String {
    let block = |lines: &mut dyn Iterator<Item = &str>| {
        let lines: Vec<String> = lines.map(|line| format!("  | {line}\n")).collect();
        if lines.is_empty() {
            "  (nothing)\n".to_owned()
        } else {
            lines.concat()
        }
    };
    format!(
        "printed\n{}where the document says\n{}",
        block(&mut printed.lines()),
        block(&mut expected.iter().map(String::as_str)),
    )
}

/// The first part stands at the start, the last at the end, and each between them at the first
/// place behind the one before: if anything agrees, this does.
fn lines_agree(expected: &[String], printed: &[&str]) -> bool {
    let same = |parts: &[String], lines: &[&str]| {
        parts.len() == lines.len()
            && parts
                .iter()
                .zip(lines)
                .all(|(part, line)| line_agrees(part, line))
    };
    let mut parts: Vec<&[String]> = expected.split(|line| line.trim() == ANYTHING).collect();
    let Some(last) = parts.pop() else {
        return printed.is_empty();
    };
    if parts.is_empty() {
        return same(last, printed);
    }
    let mut rest = printed;
    for (index, part) in parts.iter().enumerate() {
        let furthest = if index == 0 { 0 } else { rest.len() };
        let place = (0..=furthest)
            .filter_map(|skipped| rest.get(skipped..)?.split_at_checked(part.len()))
            .find(|(here, _)| same(part, here));
        let Some((_, after)) = place else {
            return false;
        };
        rest = after;
    }
    rest.len()
        .checked_sub(last.len())
        .and_then(|at| rest.get(at..))
        .is_some_and(|end| same(last, end))
}

fn line_agrees(expected: &str, printed: &str) -> bool {
    let (expected, printed) = (expected.trim_end(), printed.trim_end());
    let Some((first, others)) = expected.split_once(ANYTHING) else {
        return expected == printed;
    };
    let (between, last) = others.rsplit_once(ANYTHING).unwrap_or(("", others));
    let Some(mut rest) = printed.strip_prefix(first) else {
        return false;
    };
    for part in between.split(ANYTHING) {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(expected: &str, printed: &str, result: bool) {
        assert_eq!(
            agrees(&lines(expected), printed),
            result,
            "{expected:?} and {printed:?}"
        );
    }

    #[test]
    fn text_agrees_to_the_letter() {
        check("", "", true);
        check("a\nb", "a\nb\n", true);
        check("a\nb", "a  \nb\n\n", true);
        check("a", "b", false);
        check("a", "a\nb", false);
        check("a\nb", "a", false);
        check("", "a", false);
        check("  a", "a", false);
    }

    #[test]
    fn an_ellipsis_stands_for_any_text_in_a_line() {
        check("a … c", "a b c", true);
        check("a…", "a", true);
        check("…c", "abc", true);
        check("a…b…c", "a1b2b3c", true);
        check("a … c", "a b d", false);
        check("a…b…c", "acb", false);
        check("ab…bc", "abc", false);
    }

    #[test]
    fn an_ellipsis_alone_stands_for_any_number_of_lines() {
        check("…", "", true);
        check("…", "a\nb", true);
        check("a\n…\nd", "a\nb\nc\nd", true);
        check("a\n…\nd", "a\nd", true);
        check("…\nb\n…\nb", "a\nb\nb", true);
        check("…\nb\n…\nb", "a\nb", false);
        check("a\n…\nb\n…\nd", "a\nc\nb\nd", true);
        check("a\n…", "b\na", false);
        check("a\n…\nd", "a\nb\nd\ne", false);
        check("a\n…\na", "a", false);
    }

    #[test]
    fn a_beginning_is_enough_while_a_command_runs() {
        assert!(has_begun(&lines("a\n…\nc"), "a\nb\nc\nd\n"));
        assert!(has_begun(&[], ""));
        assert!(!has_begun(&lines("a\nb"), "a\n"));
    }

    #[test]
    fn a_difference_shows_both_sides() {
        assert_eq!(
            difference(&lines("a"), ""),
            "printed\n  (nothing)\nwhere the document says\n  | a\n"
        );
    }
}
