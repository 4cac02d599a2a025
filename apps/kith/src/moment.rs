//! Moments to come on the command line: with a date, a time of the day, or so long from now.

use jiff::civil::{DateTime, Time};
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use crate::duration;

/// When the next day begins for most people.
const MORNING: Time = Time::constant(8, 0, 0, 0);
/// How far ahead a moment may be, in seconds: a century of Julian years.
const FARTHEST_S: u64 = 3_155_760_000;

/// Why something is no moment to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// It does not read.
    #[error(
        "a moment to come is needed, such as 18:00, 2h, \"2026-12-24 18:00\" or 2026-12-24T18:00:00+01:00, at most 100 years from now"
    )]
    Unread,
    /// It is not to come.
    #[error(
        "this is past; a moment to come is needed, such as 18:00 (today or tomorrow), 2h, or a date and time, at most 100 years from now"
    )]
    Past,
    /// It is too far.
    #[error("this is too far ahead; the farthest moment is 100 years from now")]
    TooFar,
}

/// Reads a moment after now, in Unix seconds: RFC 3339, a date and time of this machine's zone, the next time that the
/// clock shows that, or a length of time.
///
/// # Errors
/// [`MomentError`] if it does not read, is not to come, or is more than a century away.
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

/// A moment in Unix seconds for people, by the clock on their wall: `tomorrow at 08:00`.
pub fn said(at_s: u64) -> String {
    said_from(at_s, &ZonedDateTime::now())
}

fn said_from(at_s: u64, now: &ZonedDateTime) -> String {
    let at = i64::try_from(at_s)
        .ok()
        .and_then(|at_s| Timestamp::from_second(at_s).ok())
        // A clock beyond the year 9999 is a clock that is wrong.
        .unwrap_or(Timestamp::MAX)
        .to_zoned_datetime(now.time_zone().clone());
    let is_tomorrow = now.tomorrow().is_ok_and(|day| day.date() == at.date());
    let day = match at.date() {
        day if day == now.date() => "today".to_owned(),
        _ if is_tomorrow => "tomorrow".to_owned(),
        _ => at.strftime("on %A, %-d %B %Y").to_string(),
    };
    format!("{day} at {}", at.strftime("%H:%M"))
}

fn read(text: &str, now: &ZonedDateTime) -> Result<u64, MomentError> {
    let now_s = seconds(now.timestamp().as_second())?;
    let at_s = if let Ok(moment) = text.parse::<Timestamp>() {
        moment.as_second()
    } else if let Some(time) = time_of_day(text) {
        let today = on(now, time)?;
        if today > now_s {
            return Ok(today);
        }
        return next_day(now).and_then(|day| on(&day, time));
    } else if let Some(ahead_s) = duration::from_now(text) {
        now.timestamp().as_second().saturating_add(ahead_s)
    } else {
        let moment: DateTime = text.parse().map_err(|_| MomentError::Unread)?;
        let zoned = moment.to_zoned_datetime(now.time_zone().clone());
        zoned
            .map_err(|_| MomentError::TooFar)?
            .timestamp()
            .as_second()
    };
    let at_s = u64::try_from(at_s).unwrap_or(0);
    if at_s <= now_s {
        return Err(MomentError::Past);
    }
    if at_s - now_s > FARTHEST_S {
        return Err(MomentError::TooFar);
    }
    Ok(at_s)
}

/// A time as the clock shows it. The parser for times would also take a date before it, and forget that.
fn time_of_day(text: &str) -> Option<Time> {
    let is_clock = text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    is_clock.then(|| text.parse().ok()).flatten()
}

fn next_day(now: &ZonedDateTime) -> Result<ZonedDateTime, MomentError> {
    now.checked_add(1.day()).map_err(|_| MomentError::TooFar)
}

/// The moment at which the clock shows this on the day.
fn on(day: &ZonedDateTime, time: Time) -> Result<u64, MomentError> {
    let zoned = day
        .date()
        .to_datetime(time)
        .to_zoned_datetime(day.time_zone().clone());
    seconds(
        zoned
            .map_err(|_| MomentError::TooFar)?
            .timestamp()
            .as_second(),
    )
}

fn seconds(at_s: i64) -> Result<u64, MomentError> {
    u64::try_from(at_s).map_err(|_| MomentError::Past)
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
            ("2h", Some("2026-11-30T12:00:00+01:00")),
            ("36524d", Some("2126-11-30T10:00:00+01:00")),
        ] {
            assert_eq!(read(text, &now).ok(), expected.map(at), "{text}");
        }
        let tomorrow = next_day(&now).and_then(|day| on(&day, MORNING));
        assert_eq!(tomorrow, Ok(at("2026-12-01T08:00:00+01:00")));
        for (text, why) in [
            ("2020-01-01 18:00", MomentError::Past),
            ("2026-11-30 09:00", MomentError::Past),
            ("2020-01-01T00:00:00Z", MomentError::Past),
            ("1920-01-01T00:00:00Z", MomentError::Past),
            ("-1h", MomentError::Past),
            ("1h ago", MomentError::Past),
            ("0s", MomentError::Past),
            ("2126-12-24 18:00", MomentError::TooFar),
            ("9999-12-31 23:59", MomentError::TooFar),
            ("36600d", MomentError::TooFar),
            ("9000000w", MomentError::Unread),
            ("soon", MomentError::Unread),
            ("25:00", MomentError::Unread),
            ("", MomentError::Unread),
        ] {
            assert_eq!(read(text, &now), Err(why), "{text}");
        }
    }

    #[test]
    fn a_moment_is_said_with_its_day_by_the_clock_on_the_wall() {
        let now: ZonedDateTime = "2026-11-30T23:30:00+01:00[Europe/Berlin]".parse().unwrap();
        for (at, expected) in [
            ("2026-11-30T23:45:00+01:00", "today at 23:45"),
            ("2026-11-30T23:45:00Z", "tomorrow at 00:45"),
            ("2026-12-01T08:00:00+01:00", "tomorrow at 08:00"),
            (
                "2026-12-02T08:00:00+01:00",
                "on Wednesday, 2 December 2026 at 08:00",
            ),
            ("2027-07-01T16:00:00Z", "on Thursday, 1 July 2027 at 18:00"),
        ] {
            let at_s = at.parse::<Timestamp>().unwrap().as_second() as u64;
            assert_eq!(said_from(at_s, &now), expected, "{at}");
        }
    }
}
