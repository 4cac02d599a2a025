//! Between libFuzzer and what is tried, which stands in `apps/fuzzing`.

/// Tries some bytes on the target of this name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = fuzzing::target(name);
    assert!(target.is_some(), "{name}");
    if let Some(target) = target {
        (target.run)(bytes.get(..target.max_bytes).unwrap_or(bytes));
    }
}
