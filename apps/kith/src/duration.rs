//! Lengths of time on the command line, such as `7d` or `1h 30m`.

use jiff::{Span, SpanRelativeTo, Unit};

/// Not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a length of time above 0 is needed, such as 30m, 12h, 7d or 2w")]
pub struct DurationError;

/// Reads a length of time, in seconds. A day has 24 hours, a week 7 days.
///
/// # Errors
/// [`DurationError`] if it does not read, is not above 0, or is longer than a century.
pub fn seconds(text: &str) -> Result<u64, DurationError> {
    let span: Span = text.parse().map_err(|_| DurationError)?;
    let seconds = span
        .total((Unit::Second, SpanRelativeTo::days_are_24_hours()))
        .map_err(|_| DurationError)?;
    if !(1.0..=3_200_000_000.0).contains(&seconds) {
        return Err(DurationError);
    }
    // In range, so neither cut off nor negative.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked above"
    )]
    Ok(seconds as u64)
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
