//! Lengths of time on the command line, such as `7d` or `1h 30m`.

use jiff::{Span, SpanRelativeTo, Unit};

/// The longest, in seconds: a century and a little.
const LONGEST_S: u64 = 3_200_000_000;

/// Not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a length of time above 0 is needed, such as 30m, 12h, 7d or 2w, at most 100 years")]
pub struct DurationError;

/// Reads a length of time, in seconds. A day has 24 hours, a week 7 days.
///
/// # Errors
/// [`DurationError`] if it does not read, is not above 0, or is longer than a century.
pub fn seconds(text: &str) -> Result<u64, DurationError> {
    let seconds = from_now(text).and_then(|seconds| u64::try_from(seconds).ok());
    seconds
        .filter(|seconds| (1..=LONGEST_S).contains(seconds))
        .ok_or(DurationError)
}

/// Reads how many seconds ahead something is; below 0 if it is past. None if it is no length of time.
pub fn from_now(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let seconds = span
        .total((Unit::Second, SpanRelativeTo::days_are_24_hours()))
        .ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a span has at most some 10^12 seconds; parts of one are cut off"
    )]
    Some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, expected) in [
            ("1s", Ok(1)),
            ("30m", Ok(1_800)),
            ("2h", Ok(7_200)),
            ("7d", Ok(604_800)),
            ("1w", Ok(604_800)),
            ("1h 30m", Ok(5_400)),
            ("0d", Err(DurationError)),
            ("7", Err(DurationError)),
            ("-1d", Err(DurationError)),
            ("9000y", Err(DurationError)),
            ("d", Err(DurationError)),
            ("", Err(DurationError)),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
