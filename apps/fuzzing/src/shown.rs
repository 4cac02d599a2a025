//! What a person is shown of what others wrote: nothing in it steers a terminal, and every line closes what it opens.

/// The longest text that is tried.
const MOST_BYTES: usize = 4096;

/// Ends the program where something that is shown could deceive.
pub(crate) fn check(written: &str) {
    // What is longer is the same again and again, and takes too long to be tried often.
    if written.len() > MOST_BYTES {
        return;
    }
    let (line, name) = (legible::line(written), legible::name(written));
    assert!(
        !line.contains('\n') && !name.contains(['\n', '\t']),
        "{written:?}"
    );
    for shown in [&legible::text(written), &line, &name] {
        shown.split('\n').for_each(isolated);
        assert_eq!(legible::words(shown), *shown);
    }
    let seen = legible::seen(written);
    assert_eq!(legible::check(&seen), Ok(()), "{written:?}");
    assert_eq!(legible::seen(&seen), seen);
    assert_eq!(legible::check(written).is_ok(), seen == written);
    let like = legible::likeness(written);
    assert_eq!(legible::likeness(&like), like, "{written:?}");
}

fn isolated(line: &str) {
    let inside = line
        .strip_prefix('\u{2068}')
        .and_then(|line| line.strip_suffix('\u{2069}'));
    assert!(inside.is_some() || line.is_ascii(), "{line:?}");
    let steers = |c: char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let breaks = matches!(c, '\u{2028}' | '\u{2029}');
        turns || breaks || (c.is_control() && c != '\t')
    };
    assert!(!inside.unwrap_or(line).contains(steers), "{line:?}");
}
