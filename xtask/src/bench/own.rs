//! Measurements of a home that no peer has a counterpart of, as tables.

use serde_json::Value;

use super::figures::{Spread, at, is_long, of, shown, shown_spread, spread};
use super::plan::Medium;
use super::raw::{Raw, list, number, word};

/// All of them.
pub fn markdown(raw: &Raw) -> String {
    [
        append(raw),
        cold_start(raw),
        quiet(raw),
        latency(raw),
        blob(raw),
    ]
    .concat()
}

/// The cost of an append by the size of the store, in the order in which sizes were reached.
fn append(raw: &Raw) -> String {
    let mut text = "\n## Cost of an append\n\n| | logs | entries in the store | µs an entry | a batch and its commit, \
                    p50 ms | p99 ms |\n|---|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let mut told = false;
    for medium in Medium::ALL {
        let runs = of(raw, "append", medium);
        let Some((_, first)) = runs.first() else {
            continue;
        };
        for (index, point) in points(first).enumerate() {
            let all = |name: &str| -> Option<Spread> {
                let values = runs
                    .iter()
                    .filter_map(|(_, figures)| points(figures).nth(index)?.get(name)?.as_f64());
                spread(values.collect())
            };
            text.push_str(&row(medium.name(), point, all));
            told = true;
        }
    }
    for line in long(raw, "append") {
        for point in points(line.get("figures").unwrap_or(&Value::Null)) {
            let one = |name: &str| spread(number(point, name).into_iter().collect());
            text.push_str(&row("disk, once", point, one));
            told = true;
        }
    }
    if told { text } else { String::new() }
}

fn row(name: &str, point: &Value, figure: impl Fn(&str) -> Option<Spread>) -> String {
    let count = |name: &str| shown(number(point, name).unwrap_or_default());
    format!(
        "| {name} | {} | {} | {} | {} | {} |\n",
        count("logs"),
        count("entries"),
        shown_spread(figure("us_per_entry")),
        shown_spread(figure("batch_p50_ms")),
        shown_spread(figure("batch_p99_ms")),
    )
}

fn points(figures: &Value) -> impl Iterator<Item = &Value> {
    list(figures, "points")
}

fn long<'r>(raw: &'r Raw, task: &'static str) -> impl Iterator<Item = &'r Value> {
    raw.measured
        .iter()
        .filter(move |line| is_long(line) && word(line, "task") == Some(task))
}

fn cold_start(raw: &Raw) -> String {
    let mut rows = String::new();
    for medium in Medium::ALL {
        let figure = |pointer| at(raw, "cold-start", medium, pointer);
        let Some(entries) = figure("/entries") else {
            continue;
        };
        let (answered, listening) = (figure("/answered_ms"), figure("/listening_ms"));
        rows.push_str(&format!(
            "| {medium} | {} | {} | {} |\n",
            shown(entries.median),
            shown_spread(listening),
            shown_spread(answered)
        ));
    }
    for line in long(raw, "cold-start") {
        let figures = line.get("figures").unwrap_or(&Value::Null);
        let figure = |name: &str| shown(number(figures, name).unwrap_or_default());
        rows.push_str(&format!(
            "| disk, once | {} | {} | {} |\n",
            figure("entries"),
            figure("listening_ms"),
            figure("answered_ms")
        ));
    }
    headed(
        "Start with entries",
        "| | entries | until it listens, ms | until it greets, ms |\n|---|---:|---:|---:|\n",
        &rows,
    )
}

fn headed(title: &str, head: &str, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!("\n## {title}\n\n{head}{rows}")
}

/// One row for each medium, with these figures.
fn by_medium(raw: &Raw, task: &str, pointers: &[&str]) -> String {
    let mut rows = String::new();
    for medium in Medium::ALL {
        if of(raw, task, medium).is_empty() {
            continue;
        }
        rows.push_str(&format!("| {medium} |"));
        for pointer in pointers {
            let found = at(raw, task, medium, pointer);
            rows.push_str(&format!(" {} |", shown_spread(found)));
        }
        rows.push('\n');
    }
    rows
}

fn quiet(raw: &Raw) -> String {
    let pointers = [
        "/alone/p50_ms",
        "/alone/p99_ms",
        "/flooded/p50_ms",
        "/flooded/p99_ms",
        "/p99_ratio",
        "/flood_per_s",
    ];
    headed(
        "A quiet log while another is flooded",
        "| | p50 alone, ms | p99 alone, ms | p50 in the flood, ms | p99 in the flood, ms | p99 over p99 | flood, \
         appends/s |\n|---|---:|---:|---:|---:|---:|---:|\n",
        &by_medium(raw, "quiet", &pointers),
    )
}

fn latency(raw: &Raw) -> String {
    let pointers = [
        "/wal_commit_p50_ms",
        "/p50_ms",
        "/bound_ms",
        "/p50_over_bound",
    ];
    headed(
        "Latency beside one commit of SQLite",
        "| | commit of a WAL, p50 ms | p50 at 200/s, ms | 1.5 commits + 1 ms | p50 over that |\n\
         |---|---:|---:|---:|---:|\n",
        &by_medium(raw, "latency", &pointers),
    )
}

fn blob(raw: &Raw) -> String {
    let pointers = [
        "/up_s",
        "/down_s",
        "/cp_sync_s",
        "/up_of_cp_sync",
        "/down_of_cp_sync",
        "/resident_peak_kib_before",
        "/resident_peak_kib",
    ];
    headed(
        "A blob of 1 GiB beside `cp` and a sync of the same file",
        "| | up, s | down, s | `cp` and sync, s | as fast up, × | as fast down, × | the home's memory before, KiB | \
         at most, KiB |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
        &by_medium(raw, "blob", &pointers),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn raw(rows: &[(&str, u64, bool, Value)]) -> Raw {
        let lines = rows.iter().map(|(task, rep, long, figures)| {
            json!({"kind": "measured", "medium": "disk", "task": task, "rep": rep, "long": long,
                   "figures": figures})
            .to_string()
        });
        Raw::read(&lines.collect::<Vec<_>>().join("\n")).unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert!(
            text.lines().any(|line| line == expected),
            "{expected}\n{text}"
        );
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        assert_eq!(markdown(&Raw::default()), "");
    }

    #[test]
    fn points_of_all_runs_are_put_together_and_long_runs_follow() {
        let points = |us: f64| {
            json!({"points": [{"logs": 1, "entries": 10_000, "us_per_entry": us,
                               "batch_p50_ms": 1.0, "batch_p99_ms": 2.0}]})
        };
        let raw = raw(&[
            ("append", 1, false, points(4.0)),
            ("append", 2, false, points(6.0)),
            ("append", 1, true, points(9.0)),
        ]);
        let text = markdown(&raw);
        check(
            &text,
            "| disk | 1.00 | 10,000 | 5.00 (4.00–6.00) | 1.00 | 2.00 |",
        );
        check(&text, "| disk, once | 1.00 | 10,000 | 9.00 | 1.00 | 2.00 |");
    }

    #[test]
    fn the_others_have_a_row_a_medium() {
        let raw = raw(&[
            (
                "cold-start",
                1,
                false,
                json!({"entries": 1_000, "listening_ms": 8.0, "answered_ms": 9.0}),
            ),
            (
                "cold-start",
                1,
                true,
                json!({"entries": 10_000_000, "listening_ms": 80.0, "answered_ms": 90.0}),
            ),
            (
                "quiet",
                1,
                false,
                json!({"p99_ratio": 2.0, "alone": {"p50_ms": 1.0}}),
            ),
            (
                "latency",
                1,
                false,
                json!({"p50_ms": 2.0, "p50_over_bound": 0.8}),
            ),
            ("blob", 1, false, json!({"up_s": 1.0, "up_of_cp_sync": 0.9})),
        ]);
        let text = markdown(&raw);
        check(&text, "| disk | 1.00 | – | – | 0.90 | – | – | – |");
        check(&text, "| disk | 1,000 | 8.00 | 9.00 |");
        check(&text, "| disk, once | 10,000,000 | 80.0 | 90.0 |");
        check(&text, "| disk | 1.00 | – | – | – | 2.00 | – |");
        check(&text, "| disk | – | 2.00 | – | 0.80 |");
    }
}
