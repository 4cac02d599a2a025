//! `kith bench` on the real binary: that it measures something and says so as the contract has it. How
//! much is not looked at: that is for whoever runs it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test are part of the test"
)]

#[cfg(test)]
mod support;

use serde_json::Value;
use support::kith;
use support::said::Running;

#[test]
fn a_home_is_measured_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let quick = ["--secs", "0.5", "--idle", "3", "--pairs", "2", "--no-syncs"];
    let output = kith()
        .args(["--json", "bench", "home", "--folder"])
        .arg(folder.path())
        .args(quick)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().count(), 1, "one line: {said}");
    let figures: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(figures["idle"]["idle_n"], 3);
    for load in ["rate_low", "rate", "sat_1pair", "sat_many"] {
        let load = &figures[load];
        assert!(load["msgs_per_s"].as_f64().unwrap() > 0.0, "{figures}");
        assert!(load["p99_ms"].as_f64().unwrap() > 0.0, "{figures}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_blob_is_measured_beside_a_copy_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let output = kith()
        .args(["--json", "bench", "blob", "--bytes", "2000000", "--folder"])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let figures: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(figures["runs"].as_array().unwrap().len(), 3);
    for name in ["cp_sync_s", "up_s", "down_s", "resident_peak_kib"] {
        assert!(figures[name].as_f64().unwrap() > 0.0, "{figures}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let mut command = kith();
    command.args(["--json", "bench", "home", "--folder", "/proc/none"]);
    let message = Running::start(command, b"").said().failed_without_result(7);
    assert!(message.contains("nothing was measured"), "{message}");
}

/// The figures of `kith bench …` in a folder of its own, of which nothing is left.
fn figures(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = kith()
        .args(["--json", "bench"])
        .args(arguments)
        .arg("--folder")
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{complaint}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    serde_json::from_str(&said).unwrap()
}

#[test]
fn the_cost_of_an_append_is_told_by_the_size_of_the_store() {
    let figures = figures(&["append", "--entries", "300"]);
    let points = figures["points"].as_array().unwrap();
    let sizes: Vec<_> = points
        .iter()
        .map(|point| (point["logs"].as_u64(), point["entries"].as_u64()))
        .collect();
    assert_eq!(sizes, [(Some(1), Some(300)), (Some(300), Some(300))]);
    for point in points {
        assert!(point["us_per_entry"].as_f64().unwrap() > 0.0, "{figures}");
    }
    assert!(figures["dearest_over_cheapest"].as_f64().unwrap() >= 1.0);
}

#[test]
fn a_home_with_entries_starts_and_greets() {
    let figures = figures(&["cold-start", "--entries", "300"]);
    assert_eq!(figures["entries"], 300);
    let of = |name: &str| figures[name].as_f64().unwrap();
    assert!(of("answered_ms") > 0.0 && of("listening_ms") > 0.0);
}

#[test]
fn a_quiet_log_is_measured_alone_and_in_a_flood() {
    let figures = figures(&["quiet", "--secs", "0.5"]);
    assert!(figures["flood_per_s"].as_f64().unwrap() > 0.0, "{figures}");
    for when in ["alone", "flooded"] {
        assert!(figures[when]["p99_ms"].as_f64().unwrap() > 0.0, "{figures}");
    }
    assert!(figures["p99_ratio"].as_f64().unwrap() > 0.0, "{figures}");
}

#[test]
fn latency_stands_beside_a_commit() {
    let figures = figures(&["latency", "--secs", "0.2"]);
    let of = |name: &str| figures[name].as_f64().unwrap();
    assert!(of("wal_commit_p50_ms") > 0.0, "{figures}");
    assert!(of("bound_ms") > 1.0, "{figures}");
    assert!(of("p50_over_bound") > 0.0, "{figures}");
}

#[test]
fn a_client_that_sends_and_catches_up_is_measured() {
    let figures = figures(&["client", "--queued", "20", "--missed", "1"]);
    assert_eq!(figures["queued"], 20);
    for name in ["flush_per_s", "catch_up_per_s", "flush_peak_kib"] {
        assert!(figures[name].as_f64().unwrap() > 0.0, "{figures}");
    }
}

#[test]
fn a_profile_with_many_items_is_measured() {
    let figures = figures(&["store", "--items", "10000"]);
    assert_eq!(figures["items"], 10_000);
    for name in ["start_to_shown_ms", "search_in_engine_ms", "bytes"] {
        assert!(figures[name].as_f64().unwrap() > 0.0, "{figures}");
    }
}
