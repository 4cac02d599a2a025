//! Moments to come on the command line: with a date, a time of the day, or so long from now.

use jiff::civil::{DateTime, Time};
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use crate::duration;

/// When the next day begins for most people.
const MORNING: Time = Time::constant(8, 0, 0, 0);

/// No moment that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a moment to come is needed, such as 2026-12-24T18:00:00+01:00, \"2026-12-24 18:00\", 18:00 or 2h"
)]
pub struct MomentError;

/// Reads a moment after now, in Unix seconds: RFC 3339, a date and time of this machine's zone, the next time that the
/// clock shows that, or a length of time.
///
/// # Errors
/// [`MomentError`] if it does not read, is not to come, or there is no such moment.
pub fn to_come(text: &str) -> Result<u64, MomentError> {
    read(text, &ZonedDateTime::now())
}

/// Tomorrow morning at eight, in Unix seconds.
///
/// # Errors
/// [`MomentError`] where the calendar ends.
pub fn tomorrow() -> Result<u64, MomentError> {
    next_day(&ZonedDateTime::now()).and_then(|day| on(&day, MORNING))
}

fn read(text: &str, now: &ZonedDateTime) -> Result<u64, MomentError> {
    let at_s = if let Ok(moment) = text.parse::<Timestamp>() {
        moment.as_second()
    } else if let Some(time) = time_of_day(text) {
        let today = on(now, time)?;
        if today > seconds(now.timestamp().as_second())? {
            return Ok(today);
        }
        return next_day(now).and_then(|day| on(&day, time));
    } else if let Ok(length) = duration::seconds(text) {
        return Ok(seconds(now.timestamp().as_second())? + length);
    } else {
        let moment: DateTime = text.parse().map_err(|_| MomentError)?;
        let zoned = moment.to_zoned_datetime(now.time_zone().clone());
        zoned.map_err(|_| MomentError)?.timestamp().as_second()
    };
    if at_s <= now.timestamp().as_second() {
        return Err(MomentError);
    }
    seconds(at_s)
}

/// A time as the clock shows it. The parser for times would also take a date before it, and forget that.
fn time_of_day(text: &str) -> Option<Time> {
    let is_clock = text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    is_clock.then(|| text.parse().ok()).flatten()
}

fn next_day(now: &ZonedDateTime) -> Result<ZonedDateTime, MomentError> {
    now.checked_add(1.day()).map_err(|_| MomentError)
}

/// The moment at which the clock shows this on the day.
fn on(day: &ZonedDateTime, time: Time) -> Result<u64, MomentError> {
    let zoned = day
        .date()
        .to_datetime(time)
        .to_zoned_datetime(day.time_zone().clone());
    seconds(zoned.map_err(|_| MomentError)?.timestamp().as_second())
}

fn seconds(at_s: i64) -> Result<u64, MomentError> {
    u64::try_from(at_s).map_err(|_| MomentError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_to_come_is_read_in_each_way_it_is_said() {
        let now: ZonedDateTime = "2026-11-30T10:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_second() as u64;
        for (text, expected) in [
            (
                "2026-12-24T18:00:00+01:00",
                Some("2026-12-24T18:00:00+01:00"),
            ),
            ("2026-12-24T18:00:00Z", Some("2026-12-24T18:00:00Z")),
            ("2026-12-24 18:00", Some("2026-12-24T18:00:00+01:00")),
            ("2027-07-01 18:00", Some("2027-07-01T18:00:00+02:00")),
            ("18:00", Some("2026-11-30T18:00:00+01:00")),
            ("09:30", Some("2026-12-01T09:30:00+01:00")),
            ("18:00:30", Some("2026-11-30T18:00:30+01:00")),
            ("2020-01-01 18:00", None),
            ("2h", Some("2026-11-30T12:00:00+01:00")),
            ("2026-11-30 09:00", None),
            ("2020-01-01T00:00:00Z", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(read(text, &now).ok(), expected.map(at), "{text}");
        }
        let tomorrow = next_day(&now).and_then(|day| on(&day, MORNING));
        assert_eq!(tomorrow, Ok(at("2026-12-01T08:00:00+01:00")));
    }
}
