//! Figures out of raw ones: medians, spreads, ratios.

use serde_json::Value;

use super::plan::Medium;
use super::raw::{Raw, word};

/// A median between the least and the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

/// None: there is no value.
pub fn spread(mut values: Vec<f64>) -> Option<Spread> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied()?;
    let median = if values.len().is_multiple_of(2) {
        (values.get(middle - 1)? + upper) / 2.0
    } else {
        upper
    };
    Some(Spread {
        median,
        min: *values.first()?,
        max: *values.last()?,
    })
}

/// The figures of one task on one medium, one for each repetition, in their order.
pub fn of<'r>(raw: &'r Raw, task: &str, medium: Medium) -> Vec<(u64, &'r Value)> {
    let mut found: Vec<(u64, &Value)> = raw
        .measured
        .iter()
        .filter(|line| word(line, "task") == Some(task))
        .filter(|line| word(line, "medium") == Some(medium.name()))
        .filter(|line| !is_long(line))
        .filter_map(|line| Some((line.get("rep")?.as_u64()?, line.get("figures")?)))
        .collect();
    found.sort_by_key(|(rep, _)| *rep);
    found
}

/// Whether a line is of a measurement that takes long.
pub fn is_long(line: &Value) -> bool {
    line.get("long").and_then(Value::as_bool) == Some(true)
}

/// A figure by its JSON pointer over all repetitions that have it.
pub fn at(raw: &Raw, task: &str, medium: Medium, pointer: &str) -> Option<Spread> {
    let values = of(raw, task, medium);
    let values = values
        .iter()
        .filter_map(|(_, figures)| figures.pointer(pointer)?.as_f64());
    spread(values.collect())
}

/// How many times the figure of `task` goes into that of `other`: for each repetition, then the median. Both were
/// measured within minutes of each other, so what changed on the machine meanwhile mostly cancels out.
pub fn ratio(raw: &Raw, (other, task): (&str, &str), medium: Medium, pointer: &str) -> Option<f64> {
    let divisors = of(raw, task, medium);
    let values = of(raw, other, medium)
        .into_iter()
        .filter_map(|(rep, figures)| {
            let (_, divisor) = divisors.iter().find(|(of, _)| *of == rep)?;
            let value = figures.pointer(pointer)?.as_f64()?;
            let divisor = divisor.pointer(pointer)?.as_f64()?;
            (divisor > 0.0).then_some(value / divisor)
        });
    Some(spread(values.collect())?.median)
}

/// A figure as a person reads it: three digits that mean something.
pub fn shown(value: f64) -> String {
    let size = value.abs();
    if size >= 1_000.0 {
        let whole = format!("{value:.0}");
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    } else if size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// With its spread, where there is one.
pub fn shown_spread(spread: Option<Spread>) -> String {
    match spread {
        None => "–".to_owned(),
        Some(Spread { median, min, max }) if min == max => shown(median),
        Some(Spread { median, min, max }) => {
            format!("{} ({}–{})", shown(median), shown(min), shown(max))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(values: &[f64], expected: Option<(f64, f64, f64)>) {
        let found = spread(values.to_vec()).map(|one| (one.min, one.median, one.max));
        assert_eq!(found, expected, "{values:?}");
    }

    #[test]
    fn a_median_is_the_middle_or_between_the_two() {
        check(&[], None);
        check(&[3.0], Some((3.0, 3.0, 3.0)));
        check(&[9.0, 1.0, 2.0], Some((1.0, 2.0, 9.0)));
        check(&[9.0, 1.0, 2.0, 4.0], Some((1.0, 3.0, 9.0)));
    }

    #[test]
    fn figures_are_short() {
        for (value, expected) in [
            (1_234_567.4, "1,234,567"),
            (1_000.0, "1,000"),
            (432.1, "432"),
            (43.21, "43.2"),
            (0.0214, "0.02"),
            (0.0, "0.00"),
        ] {
            assert_eq!(shown(value), expected);
        }
    }

    fn raw(rows: &[(&str, u64, f64)]) -> Raw {
        let lines = rows.iter().map(|(task, rep, rate)| {
            json!({"kind": "measured", "medium": "disk", "task": task, "rep": rep, "long": false,
                   "figures": {"sat": {"rate": rate}}})
            .to_string()
        });
        Raw::read(&lines.collect::<Vec<_>>().join("\n")).unwrap()
    }

    #[test]
    fn ratios_are_taken_within_a_repetition() {
        // The machine was twice as fast in the second; the third was not measured for both.
        let raw = raw(&[
            ("a", 1, 100.0),
            ("b", 1, 10.0),
            ("b", 2, 20.0),
            ("a", 2, 200.0),
            ("a", 3, 7.0),
        ]);
        let found = ratio(&raw, ("a", "b"), Medium::Disk, "/sat/rate");
        assert_eq!(found, Some(10.0));
        assert_eq!(ratio(&raw, ("a", "b"), Medium::Memory, "/sat/rate"), None);
        assert_eq!(ratio(&raw, ("a", "c"), Medium::Disk, "/sat/rate"), None);
        let spread = at(&raw, "a", Medium::Disk, "/sat/rate");
        assert_eq!(shown_spread(spread), "100 (7.00–200)");
        assert_eq!(shown_spread(None), "–");
    }
}
