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
fn a_folder_that_is_not_there_is_said() {
    let output = kith()
        .args(["bench", "home", "--folder", "/proc/none"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("nothing was measured"), "{said}");
}
