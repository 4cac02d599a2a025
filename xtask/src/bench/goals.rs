//! What the project wants of a home beside its peers, and what was found.

use serde_json::Value;

use super::figures::{at, is_long, ratio, shown};
use super::plan::{HOME, Medium};
use super::raw::{Raw, word};

const MANY: &str = "/sat_many/msgs_per_s";
const ONE: &str = "/sat_1pair/msgs_per_s";
const CPU: &str = "/sat_many/server_cpu_s_per_10k";
const XMPP: [&str; 4] = ["prosody", "prosody-internal", "ejabberd", "ejabberd-mnesia"];

/// Of the one core that clients have: with more, they may be what is measured.
const BUSY_PERCENT: f64 = 80.0;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

struct Goal {
    what: String,
    wanted: Wanted,
    found: Found,
}

/// What was found; where `undecided` says why, the goal is not met.
#[derive(Debug, Default, PartialEq)]
struct Found {
    figure: Option<f64>,
    /// What the reader should know of the figure.
    aside: Option<String>,
    undecided: Option<String>,
}

/// One figure of one medium.
#[derive(Debug, Clone, Copy)]
struct Of {
    medium: Medium,
    /// As a JSON pointer.
    pointer: &'static str,
}

/// Why nothing can be said that stands on all of these tasks: one failed, or is missing from the raw figures. Without
/// one of the peers, "the best of them" would be another.
fn undecided(raw: &Raw, tasks: &[&str], of: Of) -> Option<String> {
    let reasons: Vec<String> = tasks
        .iter()
        .filter_map(|task| {
            let is_it = |line: &&Value| {
                let medium = word(line, "medium") == Some(of.medium.name());
                medium && word(line, "task") == Some(task) && !is_long(line)
            };
            if raw.failed.iter().any(|line| is_it(&line)) {
                Some(format!("{task} failed"))
            } else if at(raw, task, of.medium, of.pointer).is_none() {
                Some(format!("{task} was not measured"))
            } else {
                None
            }
        })
        .collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

/// The least of the multiples: of the home's in that of the best peer (`over`), or of that of the most frugal in the
/// home's.
fn least(raw: &Raw, peers: &[&'static str], of: Of, over: bool) -> Found {
    let all: Vec<&str> = [HOME].into_iter().chain(peers.iter().copied()).collect();
    let ratios = peers.iter().filter_map(|peer| {
        let pair = if over { (HOME, *peer) } else { (*peer, HOME) };
        Some((*peer, ratio(raw, pair, of.medium, of.pointer)?))
    });
    let Some((peer, figure)) = ratios.min_by(|one, other| one.1.total_cmp(&other.1)) else {
        let never = || Some("never measured in one repetition".to_owned());
        return Found {
            undecided: undecided(raw, &all, of).or_else(never),
            ..Found::default()
        };
    };
    Found {
        figure: Some(figure),
        aside: clients(raw, &[HOME, peer], of),
        undecided: undecided(raw, &all, of),
    }
}

/// Says whose clients used most of their core while the figure was measured: there the server might do more.
fn clients(raw: &Raw, tasks: &[&str], of: Of) -> Option<String> {
    let (load, _) = of.pointer.rsplit_once('/')?;
    let busy: Vec<String> = tasks
        .iter()
        .filter_map(|task| {
            let of_core = at(raw, task, of.medium, &format!("{load}/gen_cpu_pct"))?;
            let percent = of_core.median;
            (percent > BUSY_PERCENT).then(|| format!("clients of {task} at {percent:.0} %"))
        })
        .collect();
    (!busy.is_empty()).then(|| busy.join(", "))
}

/// The median of a task's figure on the disk.
fn median(raw: &Raw, task: &str, pointer: &'static str) -> Found {
    let medium = Medium::Disk;
    let of = Of { medium, pointer };
    Found {
        figure: at(raw, task, medium, pointer).map(|spread| spread.median),
        aside: None,
        undecided: undecided(raw, &[task], of),
    }
}

fn goals(raw: &Raw) -> Vec<Goal> {
    let mut goals = beside_peers(raw);
    goals.extend(of_the_home(raw));
    goals
}

fn beside_peers(raw: &Raw) -> Vec<Goal> {
    use Medium::{Disk, Memory};
    let mut goals = Vec::new();
    let mut goal = |what: String, times, found| {
        let wanted = Wanted::AtLeast(times);
        goals.push(Goal {
            what,
            wanted,
            found,
        });
    };
    let over = |peers: &[&'static str], medium, pointer| {
        let of = Of { medium, pointer };
        least(raw, peers, of, true)
    };
    for (medium, times) in [(Disk, 50.0), (Memory, 20.0)] {
        let what = format!("100 pairs on {medium}: times the best XMPP server");
        goal(what, times, over(&XMPP, medium, MANY));
    }
    let what = "100 pairs on disk: times NATS JetStream as it comes".to_owned();
    goal(what, 1.0, over(&["nats"], Disk, MANY));
    for medium in Medium::ALL {
        for (pairs, pointer, times) in [("100 pairs", MANY, 0.7), ("1 pair", ONE, 0.6)] {
            let what = format!("{pairs} on {medium}: times the bare relay");
            goal(what, times, over(&["relay"], medium, pointer));
        }
        let what =
            format!("CPU a message on {medium}: the most frugal XMPP server's in the home's");
        let pointer = CPU;
        goal(what, 30.0, least(raw, &XMPP, Of { medium, pointer }, false));
    }
    goals
}

fn of_the_home(raw: &Raw) -> Vec<Goal> {
    use Wanted::{AtLeast, AtMost};
    let rows = [
        (
            "syncs a message at 10/s",
            AtMost(1.0),
            (HOME, "/fsync_per_msg_at_10_per_s"),
        ),
        (
            "syncs a message, 100 pairs",
            AtMost(0.02),
            (HOME, "/fsync_per_msg_saturated"),
        ),
        (
            "KiB an idle connection",
            AtMost(10.0),
            (HOME, "/idle/kb_per_conn"),
        ),
        (
            "p50 at 200/s on disk over 1.5 commits of a WAL + 1 ms",
            AtMost(1.0),
            ("latency", "/p50_over_bound"),
        ),
        (
            "p99 of a quiet log during a flood on another over that without",
            AtMost(3.0),
            ("quiet", "/p99_ratio"),
        ),
        (
            "cost of an append: the dearest size of store over the cheapest",
            AtMost(1.25),
            ("append", "/dearest_over_cheapest"),
        ),
        (
            "a blob of 1 GiB up: times as fast as `cp` and a sync of the same file",
            AtLeast(0.6),
            ("blob", "/up_of_cp_sync"),
        ),
        (
            "a blob of 1 GiB down: times as fast as `cp` and a sync of the same file",
            AtLeast(0.6),
            ("blob", "/down_of_cp_sync"),
        ),
    ];
    let goals = rows.map(|(what, wanted, (task, pointer))| Goal {
        what: what.to_owned(),
        wanted,
        found: median(raw, task, pointer),
    });
    goals.into()
}

/// A table; what cannot be decided says why.
pub fn markdown(raw: &Raw) -> String {
    let mut text =
        "\n## What is wanted\n\n| | wanted | found | |\n|---|---:|---:|---|\n".to_owned();
    for goal in goals(raw) {
        let (sign, bound) = match goal.wanted {
            Wanted::AtLeast(bound) => ("≥", bound),
            Wanted::AtMost(bound) => ("≤", bound),
        };
        let figure = goal.found.figure.map_or("–".to_owned(), shown);
        let aside = goal.found.aside.as_ref();
        let aside = aside.map_or(String::new(), |aside| format!(" ({aside})"));
        text.push_str(&format!(
            "| {} | {sign} {bound} | {figure}{aside} | {} |\n",
            goal.what,
            verdict(goal.wanted, &goal.found)
        ));
    }
    text
}

fn verdict(wanted: Wanted, found: &Found) -> String {
    let is_met = found.figure.map(|figure| match wanted {
        Wanted::AtLeast(bound) => figure >= bound,
        Wanted::AtMost(bound) => figure <= bound,
    });
    match (is_met, &found.undecided) {
        // Who is missing could only have made it worse.
        (Some(false), _) => "**missed**".to_owned(),
        (_, Some(why)) => format!("undecided: {why}"),
        (Some(true), None) => "met".to_owned(),
        (None, None) => "undecided: not measured".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_goal_is_met_missed_or_undecided() {
        for (wanted, figure, expected) in [
            (Wanted::AtLeast(2.0), Some(2.0), "met"),
            (Wanted::AtLeast(2.0), Some(1.9), "**missed**"),
            (Wanted::AtMost(2.0), Some(2.0), "met"),
            (Wanted::AtMost(2.0), Some(2.1), "**missed**"),
            (Wanted::AtMost(2.0), None, "undecided: not measured"),
        ] {
            let mut found = Found {
                figure,
                ..Found::default()
            };
            assert_eq!(verdict(wanted, &found), expected, "{wanted:?} {figure:?}");
            found.undecided = Some("nats failed".to_owned());
            let expected = match expected {
                "**missed**" => expected,
                _ => "undecided: nats failed",
            };
            assert_eq!(verdict(wanted, &found), expected);
        }
    }

    /// A home and peers on the disk; each with its messages a second, the server's processor time and the clients'.
    fn raw(rows: &[(&str, f64, f64, f64)], failed: &[&str]) -> Raw {
        let measured = rows.iter().map(|(task, rate, cpu, clients)| {
            json!({"kind": "measured", "medium": "disk", "task": task, "rep": 1, "long": false,
                   "figures": {"sat_many": {"msgs_per_s": rate, "server_cpu_s_per_10k": cpu,
                                            "gen_cpu_pct": clients}}})
            .to_string()
        });
        let failed = failed.iter().map(|task| {
            json!({"kind": "failed", "medium": "disk", "task": task, "rep": 2, "long": false,
                   "error": "the server closed it"})
            .to_string()
        });
        let lines: Vec<String> = measured.chain(failed).collect();
        Raw::read(&lines.join("\n")).unwrap()
    }

    const ALL: [(&str, f64, f64, f64); 5] = [
        ("kith", 1_000.0, 0.1, 91.2),
        ("prosody", 10.0, 4.0, 3.0),
        ("prosody-internal", 15.0, 5.0, 3.0),
        ("ejabberd", 25.0, 9.0, 80.0),
        ("ejabberd-mnesia", 20.0, 9.0, 95.0),
    ];

    #[track_caller]
    fn check(raw: &Raw, expected: &str) {
        let text = markdown(raw);
        let found = text.lines().any(|found| found == expected);
        assert!(found, "{expected}\n{text}");
    }

    #[test]
    fn the_best_peer_counts_and_busy_clients_of_those_two_are_told() {
        let raw = raw(&ALL, &[]);
        check(
            &raw,
            "| 100 pairs on disk: times the best XMPP server | ≥ 50 | 40.0 (clients of kith at 91 %) | **missed** |",
        );
        check(
            &raw,
            "| CPU a message on disk: the most frugal XMPP server's in the home's | ≥ 30 | 40.0 (clients of kith at \
             91 %) | met |",
        );
    }

    #[test]
    fn a_goal_that_needs_a_peer_that_is_missing_or_failed_is_undecided() {
        check(
            &raw(&ALL[..4], &[]),
            "| CPU a message on disk: the most frugal XMPP server's in the home's | ≥ 30 | 40.0 (clients of kith at \
             91 %) | undecided: ejabberd-mnesia was not measured |",
        );
        check(
            &raw(&ALL, &["prosody"]),
            "| CPU a message on disk: the most frugal XMPP server's in the home's | ≥ 30 | 40.0 (clients of kith at \
             91 %) | undecided: prosody failed |",
        );
        check(
            &raw(&ALL[..4], &["prosody"]),
            "| 100 pairs on disk: times the best XMPP server | ≥ 50 | 40.0 (clients of kith at 91 %) | **missed** |",
        );
        check(
            &raw(&ALL, &["relay"]),
            "| 100 pairs on disk: times the bare relay | ≥ 0.7 | – | undecided: relay failed |",
        );
        check(
            &raw(&ALL, &[]),
            "| KiB an idle connection | ≤ 10 | – | undecided: kith was not measured |",
        );
        check(
            &raw(&[], &["quiet"]),
            "| p99 of a quiet log during a flood on another over that without | ≤ 3 | – | undecided: quiet failed |",
        );
    }
}
