//! `kith bench append`: what an append costs as the store grows, in one log and over many.

use super::BenchError;
use super::filling::{BATCH, Batch, Filling};
use load::LoadError;
use serde_json::{Value, json};
use std::path::Path;

/// Logs of the second series.
const MANY_LOGS: usize = 10_000;
/// The first size at which the cost is looked at; the others are ten times the one before.
const FIRST_SIZE: usize = 10_000;
/// Entries before anything is looked at, a second's work or two.
const WARM_UP: usize = 50_000;

/// The figures up to a store of so many entries.
pub(super) fn measure(folder: &Path, entries: usize) -> Result<Value, BenchError> {
    warm_up(folder, WARM_UP.min(entries))?;
    let mut points = Vec::new();
    for logs in [1, MANY_LOGS.min(entries)] {
        // One series at a time, so that the disk has to hold only one.
        let series = folder.join(format!("logs-{logs}"));
        std::fs::create_dir_all(&series).map_err(LoadError::system("the folder of the data"))?;
        let mut filling = Filling::new(&series, logs)?;
        let mut held = 0;
        for size in sizes(entries) {
            while held < size {
                held += filling.batch(BATCH.min(size - held))?.entries;
            }
            let until = held + looked_at(size);
            let mut batches = Vec::new();
            while held < until {
                let batch = filling.batch(BATCH.min(until - held))?;
                held += batch.entries;
                batches.push(batch);
            }
            points.push(point(logs, size, &batches));
        }
        drop(filling);
        // What stays behind is removed with the folder above.
        let _ = std::fs::remove_dir_all(&series);
    }
    Ok(json!({
        "bench": "append",
        "batch": BATCH,
        "dearest_over_cheapest": dearest_over_cheapest(&points),
        "points": points,
    }))
}

/// Fills a store that is thrown away. The first entries of a process are dearer, whatever the size of the store: its
/// code and its memory are touched for the first time, and the processor is not at its pace.
fn warm_up(folder: &Path, entries: usize) -> Result<(), BenchError> {
    let thrown_away = folder.join("warming-up");
    std::fs::create_dir_all(&thrown_away).map_err(LoadError::system("the folder of the data"))?;
    let mut filling = Filling::new(&thrown_away, 1)?;
    let mut held = 0;
    while held < entries {
        held += filling.batch(BATCH.min(entries - held))?.entries;
    }
    drop(filling);
    std::fs::remove_dir_all(&thrown_away).map_err(LoadError::system("the folder of the data"))?;
    Ok(())
}

/// Sizes up to this one, which is always among them.
fn sizes(entries: usize) -> Vec<usize> {
    let steps = std::iter::successors(Some(FIRST_SIZE), |size| size.checked_mul(10));
    let mut sizes: Vec<usize> = steps.take_while(|size| *size < entries).collect();
    sizes.push(entries);
    sizes
}

/// At how many entries after a size was reached it is looked: a tenth, and never fewer than the first size.
fn looked_at(size: usize) -> usize {
    (size / 10).max(FIRST_SIZE.min(size))
}

fn point(logs: usize, size: usize, batches: &[Batch]) -> Value {
    let entries: usize = batches.iter().map(|batch| batch.entries).sum();
    let per_entry_us = |seconds: f64| seconds * 1e6 / entries.max(1) as f64;
    let appends_s: f64 = batches.iter().map(|one| one.appends.as_secs_f64()).sum();
    let flush_s: f64 = batches.iter().map(|one| one.flush.as_secs_f64()).sum();
    let mut whole_ms: Vec<f64> = batches
        .iter()
        .map(|batch| (batch.appends + batch.flush).as_secs_f64() * 1e3)
        .collect();
    whole_ms.sort_by(f64::total_cmp);
    let last = whole_ms.len().saturating_sub(1) as f64;
    let percentile = |share: f64| whole_ms.get((last * share) as usize).copied();
    json!({
        "logs": logs,
        "entries": size,
        "us_per_entry": per_entry_us(appends_s + flush_s),
        "us_per_entry_before_commit": per_entry_us(appends_s),
        "batch_p50_ms": percentile(0.5),
        "batch_p99_ms": percentile(0.99),
    })
}

/// The cost at the dearest point over that at the cheapest.
fn dearest_over_cheapest(points: &[Value]) -> Option<f64> {
    let costs = points
        .iter()
        .filter_map(|point| point.get("us_per_entry")?.as_f64());
    let (least, most) = costs.fold((f64::INFINITY, 0.0_f64), |(least, most), cost| {
        (least.min(cost), most.max(cost))
    });
    (least > 0.0 && least.is_finite()).then_some(most / least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn warming_up_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        warm_up(folder.path(), 300).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn sizes_grow_tenfold_up_to_the_last() {
        assert_eq!(sizes(1_000_000), [10_000, 100_000, 1_000_000]);
        assert_eq!(sizes(50_000), [10_000, 50_000]);
        assert_eq!(sizes(500), [500]);
        assert_eq!(looked_at(500), 500);
        assert_eq!(looked_at(1_000_000), 100_000);
    }

    #[test]
    fn a_point_is_the_time_of_all_batches_by_their_entries() {
        let batch = |ms| Batch {
            entries: 100,
            appends: Duration::from_millis(1),
            flush: Duration::from_millis(ms),
        };
        let found = point(1, 200, &[batch(1), batch(5)]);
        assert_eq!(found["us_per_entry"], 40.0);
        assert_eq!(found["us_per_entry_before_commit"], 10.0);
        assert_eq!(found["batch_p50_ms"], 2.0);
        assert_eq!(dearest_over_cheapest(&[found]), Some(1.0));
        assert_eq!(dearest_over_cheapest(&[]), None);
    }
}
