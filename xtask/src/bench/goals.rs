//! What the project wants of a home beside its peers, and what was found.

use super::figures::{at, ratio, shown};
use super::plan::{HOME, Medium};
use super::raw::Raw;

const MANY: &str = "/sat_many/msgs_per_s";
const ONE: &str = "/sat_1pair/msgs_per_s";
const CPU: &str = "/sat_many/server_cpu_s_per_10k";
const XMPP: [&str; 3] = ["prosody", "ejabberd", "ejabberd-mnesia"];

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

struct Goal {
    what: String,
    wanted: Wanted,
    found: Option<f64>,
}

/// The least of the multiples, which is that of the best peer; none: no peer was measured.
fn over_best(raw: &Raw, peers: &[&str], medium: Medium, pointer: &str) -> Option<f64> {
    peers
        .iter()
        .filter_map(|peer| ratio(raw, (HOME, peer), medium, pointer))
        .min_by(f64::total_cmp)
}

/// The least saving: how many times the home's processor time goes into that of the most frugal peer.
fn saving(raw: &Raw, medium: Medium) -> Option<f64> {
    XMPP.iter()
        .filter_map(|peer| ratio(raw, (peer, HOME), medium, CPU))
        .min_by(f64::total_cmp)
}

fn goals(raw: &Raw) -> Vec<Goal> {
    use Medium::{Disk, Memory};
    use Wanted::{AtLeast, AtMost};
    let goal = |what: String, wanted, found| Goal {
        what,
        wanted,
        found,
    };
    let mut goals = Vec::new();
    for (medium, times) in [(Disk, 50.0), (Memory, 20.0)] {
        goals.push(goal(
            format!("100 pairs on {medium}: times the best XMPP server"),
            AtLeast(times),
            over_best(raw, &XMPP, medium, MANY),
        ));
    }
    goals.push(goal(
        "100 pairs on disk: times NATS JetStream as it comes".to_owned(),
        AtLeast(1.0),
        over_best(raw, &["nats"], Disk, MANY),
    ));
    for medium in Medium::ALL {
        for (pairs, pointer, times) in [("100 pairs", MANY, 0.7), ("1 pair", ONE, 0.6)] {
            goals.push(goal(
                format!("{pairs} on {medium}: times the bare relay"),
                AtLeast(times),
                over_best(raw, &["relay"], medium, pointer),
            ));
        }
        goals.push(goal(
            format!("CPU a message on {medium}: the most frugal XMPP server's in the home's"),
            AtLeast(30.0),
            saving(raw, medium),
        ));
    }
    let median = |task, pointer| Some(at(raw, task, Disk, pointer)?.median);
    for (what, most, pointer) in [
        ("syncs a message at 10/s", 1.0, "/fsync_per_msg_at_10_per_s"),
        (
            "syncs a message, 100 pairs",
            0.02,
            "/fsync_per_msg_saturated",
        ),
        ("KiB an idle connection", 10.0, "/idle/kb_per_conn"),
    ] {
        goals.push(goal(what.to_owned(), AtMost(most), median(HOME, pointer)));
    }
    goals.push(goal(
        "p50 at 200/s on disk over 1.5 commits of a WAL + 1 ms".to_owned(),
        AtMost(1.0),
        median("latency", "/p50_over_bound"),
    ));
    goals.push(goal(
        "p99 of a quiet log during a flood on another over that without".to_owned(),
        AtMost(3.0),
        median("quiet", "/p99_ratio"),
    ));
    goals.push(goal(
        "cost of an append: the dearest size of store over the cheapest".to_owned(),
        AtMost(1.25),
        median("append", "/dearest_over_cheapest"),
    ));
    for (way, pointer) in [("up", "/up_of_cp_sync"), ("down", "/down_of_cp_sync")] {
        goals.push(goal(
            format!("a blob of 1 GiB {way}: times as fast as `cp` and a sync of the same file"),
            AtLeast(0.6),
            median("blob", pointer),
        ));
    }
    goals
}

/// A table; what was not measured is left open.
pub fn markdown(raw: &Raw) -> String {
    let mut text =
        "\n## What is wanted\n\n| | wanted | found | |\n|---|---:|---:|---|\n".to_owned();
    for goal in goals(raw) {
        let (sign, bound) = match goal.wanted {
            Wanted::AtLeast(bound) => ("≥", bound),
            Wanted::AtMost(bound) => ("≤", bound),
        };
        let found = goal.found.map_or("–".to_owned(), shown);
        text.push_str(&format!(
            "| {} | {sign} {bound} | {found} | {} |\n",
            goal.what,
            verdict(goal.wanted, goal.found)
        ));
    }
    text
}

fn verdict(wanted: Wanted, found: Option<f64>) -> &'static str {
    let is_met = found.map(|found| match wanted {
        Wanted::AtLeast(bound) => found >= bound,
        Wanted::AtMost(bound) => found <= bound,
    });
    match is_met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "not measured",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_goal_is_met_missed_or_open() {
        for (wanted, found, expected) in [
            (Wanted::AtLeast(2.0), Some(2.0), "met"),
            (Wanted::AtLeast(2.0), Some(1.9), "**missed**"),
            (Wanted::AtMost(2.0), Some(2.0), "met"),
            (Wanted::AtMost(2.0), Some(2.1), "**missed**"),
            (Wanted::AtMost(2.0), None, "not measured"),
        ] {
            assert_eq!(verdict(wanted, found), expected, "{wanted:?} {found:?}");
        }
    }

    #[test]
    fn the_best_peer_counts() {
        let rows = [
            ("kith", 1_000.0, 0.1),
            ("prosody", 10.0, 4.0),
            ("ejabberd", 25.0, 9.0),
        ];
        let lines = rows.map(|(task, rate, cpu)| {
            json!({"kind": "measured", "medium": "disk", "task": task, "rep": 1, "long": false,
                   "figures": {"sat_many": {"msgs_per_s": rate, "server_cpu_s_per_10k": cpu}}})
            .to_string()
        });
        let raw = Raw::read(&lines.join("\n")).unwrap();
        assert_eq!(over_best(&raw, &XMPP, Medium::Disk, MANY), Some(40.0));
        assert_eq!(saving(&raw, Medium::Disk), Some(40.0));
        let text = markdown(&raw);
        let line = "| 100 pairs on disk: times the best XMPP server | ≥ 50 | 40.0 | **missed** |";
        assert!(text.lines().any(|found| found == line), "{text}");
        let line = "| 100 pairs on memory: times the best XMPP server | ≥ 20 | – | not measured |";
        assert!(text.lines().any(|found| found == line), "{text}");
    }
}
