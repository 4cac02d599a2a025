//! The tables, as Markdown, out of raw figures alone.

use serde_json::Value;

use super::figures::{at, of, ratio, shown, shown_spread};
use super::plan::{HOME, Medium, PAIRS};
use super::raw::{Raw, list, word};
use super::{goals, own};

/// Columns of a medium's table: a heading, where the figure lies, by what it is multiplied to be in the heading's
/// unit, and whether it is also told as a multiple of the home's.
struct Column {
    heading: &'static str,
    pointer: &'static str,
    factor: f64,
    compared: bool,
}

/// How long the disk took for a sync just before the load that a row's figures are of.
const DISK_AT_MANY: Column = Column {
    heading: "disk: a sync, ms",
    pointer: "/sat_many/fdatasync_ms",
    factor: 1.0,
    compared: false,
};
const DISK_AT_RATE: Column = Column {
    heading: "disk: a sync, ms",
    pointer: "/rate/fdatasync_ms",
    factor: 1.0,
    compared: false,
};
/// Where raw figures of before lie that have no such probe: it was made once before all loads.
const DISK_BEFORE_ALL: &str = "/fdatasync_ms_before";

const THROUGHPUT: &[Column] = &[
    DISK_AT_MANY,
    Column {
        heading: "100 pairs, messages/s",
        pointer: "/sat_many/msgs_per_s",
        factor: 1.0,
        compared: true,
    },
    Column {
        heading: "1 pair, messages/s",
        pointer: "/sat_1pair/msgs_per_s",
        factor: 1.0,
        compared: true,
    },
    Column {
        heading: "CPU a message at 100 pairs, µs",
        pointer: "/sat_many/server_cpu_s_per_10k",
        factor: 100.0,
        compared: true,
    },
    Column {
        heading: "CPU of the clients, %",
        pointer: "/sat_many/gen_cpu_pct",
        factor: 1.0,
        compared: false,
    },
    Column {
        heading: "syncs a message",
        pointer: "/fsync_per_msg_saturated",
        factor: 1.0,
        compared: false,
    },
];

const LATENCY: &[Column] = &[
    DISK_AT_RATE,
    Column {
        heading: "p50 at 200/s, ms",
        pointer: "/rate/p50_ms",
        factor: 1.0,
        compared: true,
    },
    Column {
        heading: "p99 at 200/s, ms",
        pointer: "/rate/p99_ms",
        factor: 1.0,
        compared: false,
    },
    Column {
        heading: "p50 at 50/s, ms",
        pointer: "/rate_low/p50_ms",
        factor: 1.0,
        compared: false,
    },
    Column {
        heading: "syncs a message at 10/s",
        pointer: "/fsync_per_msg_at_10_per_s",
        factor: 1.0,
        compared: false,
    },
    Column {
        heading: "KiB an idle connection",
        pointer: "/idle/kb_per_conn",
        factor: 1.0,
        compared: false,
    },
    Column {
        heading: "start, ms",
        pointer: "/cold_start_s",
        factor: 1_000.0,
        compared: false,
    },
];

/// Everything that the raw figures tell; `file` is where they lie, from the table.
pub fn markdown(raw: &Raw, file: &str) -> String {
    let run = &raw.run;
    let told = |pointer: &str| match run.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => "unknown".to_owned(),
        Some(other) => other.to_string(),
    };
    let mut text = format!(
        "# A home beside its peers, {}\n\n\
         Written by `cargo xtask bench`; how to read it, and what it does not say, stands in [README.md](README.md). \
         Raw figures: [{file}]({file}).\n\n\
         Commit {}; {} cores of {}, {} GiB, Linux {}; disk: {}, memory: {}. {} repetitions, {} s a load; load of \
         the machine before it began: {}.\n",
        told("/date"),
        told("/commit"),
        told("/machine/cores"),
        told("/machine/processor"),
        told("/machine/memory_gib"),
        told("/machine/kernel"),
        told("/machine/disk"),
        told("/machine/memory"),
        told("/reps"),
        told("/secs"),
        told("/load"),
    );
    text.push_str(&goals::markdown(raw));
    for medium in Medium::ALL {
        text.push_str(&format!(
            "\n## On {medium}\n\nMedians (least–most); ×: as a multiple of the home's in the same repetition; disk: what a \
             sync of a page took just before.\n\n{}\n{}",
            table(raw, medium, THROUGHPUT),
            table(raw, medium, LATENCY),
        ));
    }
    text.push_str(&own::markdown(raw));
    text.push_str(&peers(raw));
    text.push_str(&failures(raw));
    text
}

/// The home and the peers, those that are not installed too.
fn rows(raw: &Raw) -> Vec<(String, bool)> {
    let peers = list(&raw.run, "peers").filter_map(|peer| {
        let name = word(peer, "peer")?.to_owned();
        Some((name, word(peer, "version").is_some()))
    });
    std::iter::once((HOME.to_owned(), true))
        .chain(peers)
        .collect()
}

fn table(raw: &Raw, medium: Medium, columns: &[Column]) -> String {
    let mut head = "| |".to_owned();
    let mut line = "|---|".to_owned();
    for column in columns {
        head.push_str(&format!(" {} |", column.heading));
        line.push_str("---:|");
        if column.compared {
            head.push_str(" × |");
            line.push_str("---:|");
        }
    }
    let mut text = format!("{head}\n{line}\n");
    for (name, installed) in rows(raw) {
        if !installed {
            text.push_str(&format!("| {name} | not installed |\n"));
            continue;
        }
        if of(raw, &name, medium).is_empty() {
            text.push_str(&format!("| {name} | not measured |\n"));
            continue;
        }
        let mark = footnote(raw, &name, medium);
        let behind = behind(raw, &name, medium);
        text.push_str(&format!("| {name}{mark}{behind} |"));
        for column in columns {
            let mut found = at(raw, &name, medium, column.pointer);
            if found.is_none() && column.heading == DISK_AT_MANY.heading {
                found = at(raw, &name, medium, DISK_BEFORE_ALL);
            }
            if let Some(spread) = &mut found {
                spread.median *= column.factor;
                spread.min *= column.factor;
                spread.max *= column.factor;
            }
            text.push_str(&format!(" {} |", shown_spread(found)));
            if column.compared {
                let times = ratio(raw, (&name, HOME), medium, column.pointer);
                let times = times.filter(|_| name != HOME);
                text.push_str(&format!(" {} |", times.map_or("".to_owned(), shown)));
            }
        }
        text.push('\n');
    }
    text
}

/// A peer that was asked for less says so.
fn footnote(raw: &Raw, name: &str, medium: Medium) -> String {
    let (pairs, rate) = ("/sat_many/pairs", "/rate/rate");
    let figure = |pointer| at(raw, name, medium, pointer).map(|one| one.median);
    match (figure(pairs), figure(rate)) {
        (Some(pairs), Some(rate)) if pairs < f64::from(PAIRS) => {
            format!(" (asked for less: {pairs} pairs, {rate}/s)")
        }
        _ => String::new(),
    }
}

/// A peer that was behind after a load says so: it was begun anew, without data, before the next, if there was one.
fn behind(raw: &Raw, name: &str, medium: Medium) -> &'static str {
    let is_behind = |load: &&str| {
        let backlog = at(raw, name, medium, &format!("/{load}/backlog"));
        backlog.is_some_and(|backlog| backlog.max > 0.0)
    };
    let loads = ["rate_low", "rate", "sat_1pair", "sat_many"];
    match loads.iter().any(is_behind) {
        true => " (was behind after a load)",
        false => "",
    }
}

fn peers(raw: &Raw) -> String {
    let mut text = "\n## What a message's sender may count on\n\n\
                    | | version | where it is kept when it is delivered |\n|---|---|---|\n"
        .to_owned();
    let version = word(&raw.run, "commit").unwrap_or("unknown");
    text.push_str(&format!(
        "| {HOME} | {version} | SQLite, WAL, synchronous=FULL; one transaction for all that waits, synced before \
         answer and delivery; rights are proven |\n"
    ));
    for peer in list(&raw.run, "peers") {
        let told = |name| word(peer, name).unwrap_or_default();
        let version = match word(peer, "version") {
            Some(version) => version.to_owned(),
            None => format!("not installed; type: `{}`", told("install")),
        };
        text.push_str(&format!(
            "| {} | {version} | {} |\n",
            told("peer"),
            told("kept")
        ));
    }
    text
}

fn failures(raw: &Raw) -> String {
    if raw.failed.is_empty() {
        return String::new();
    }
    let mut text = "\n## What could not be measured\n\n".to_owned();
    for line in &raw.failed {
        let told = |name| word(line, name).unwrap_or_default();
        let rep = line.get("rep").and_then(Value::as_u64).unwrap_or_default();
        text.push_str(&format!(
            "- {} on {}, repetition {rep}: {}\n",
            told("task"),
            told("medium"),
            told("error"),
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn raw() -> Raw {
        let mut lines = vec![json!({
            "kind": "run", "date": "2026-01-01", "commit": "abc", "reps": 1, "secs": 6.0,
            "machine": {"cores": 2, "processor": "Fast One"},
            "peers": [
                {"peer": "prosody", "version": "1", "install": "", "kept": "here"},
                {"peer": "nats", "version": null, "install": "get it", "kept": "there"},
                {"peer": "synapse", "version": "2", "install": "", "kept": "everywhere"},
            ],
        })];
        for (task, rate, pairs) in [
            ("kith", 5_000.0, 100),
            ("prosody", 50.0, 100),
            ("synapse", 5.0, 20),
        ] {
            lines.push(json!({
                "kind": "measured", "medium": "disk", "rep": 1, "task": task, "long": false,
                "figures": {
                    "fdatasync_ms_before": 0.5,
                    "sat_1pair": {"backlog": if task == "prosody" { 1 } else { 0 }},
                    "sat_many": {"msgs_per_s": rate, "pairs": pairs, "server_cpu_s_per_10k": 1.0 / rate},
                    "rate": {"rate": 20.0, "p50_ms": 2.0, "fdatasync_ms": 0.25},
                },
            }));
        }
        lines.push(json!({
            "kind": "failed", "medium": "memory", "rep": 1, "task": "prosody", "long": false,
            "error": "no server",
        }));
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        Raw::read(&lines.join("\n")).unwrap()
    }

    #[track_caller]
    fn check(text: &str, start: &str) {
        let found = text.lines().any(|line| line.starts_with(start));
        assert!(found, "no line starts with {start:?}:\n{text}");
    }

    #[test]
    fn a_table_tells_of_each_peer_whatever_came_of_it() {
        let text = markdown(&raw(), "raw/x.jsonl");
        check(&text, "Commit abc; 2 cores of Fast One, unknown GiB");
        check(&text, "| kith | 0.50 | 5,000 |  | – |");
        let prosody = "| prosody (was behind after a load) |";
        check(&text, &format!("{prosody} 0.50 | 50.0 | 0.01 | – |"));
        check(&text, &format!("{prosody} 0.25 | 2.00 | 1.00 |"));
        check(&text, "| nats | not installed |");
        check(
            &text,
            "| synapse (asked for less: 20 pairs, 20/s) | 0.50 | 5.00 | 0.00 |",
        );
        check(&text, "| nats | not installed; type: `get it` | there |");
        check(&text, "- prosody on memory, repetition 1: no server");
        let on_memory = text.split("## On memory").nth(1).unwrap();
        check(on_memory, "| prosody | not measured |");
    }

    #[test]
    fn rows_of_a_table_are_no_wider_than_its_head() {
        let text = table(&raw(), Medium::Disk, THROUGHPUT);
        let bars: Vec<usize> = text.lines().map(|line| line.matches('|').count()).collect();
        assert!(bars.iter().all(|count| *count <= bars[0]), "{text}");
    }
}
