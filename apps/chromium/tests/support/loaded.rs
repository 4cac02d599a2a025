//! Which files a page and its workers loaded, and how much came (Resource Timing).

use super::browser::Browser;
use super::devtools::in_workers;
use serde_json::Value;
use std::collections::BTreeMap;

const ENTRIES: &str = "performance.getEntriesByType('navigation')
    .concat(performance.getEntriesByType('resource'))
    .map((entry) => [entry.name.split('#')[0], entry.encodedBodySize])";

/// Each address, once, and how many bytes its body had on the way.
pub fn loaded(browser: &Browser) -> BTreeMap<String, u64> {
    let page = browser.script(&format!("return {ENTRIES};"));
    let workers = in_workers(browser, ENTRIES);
    let mut files = BTreeMap::new();
    for entry in [page]
        .iter()
        .chain(&workers)
        .filter_map(Value::as_array)
        .flatten()
    {
        let (Some(name), Some(bytes)) = (entry[0].as_str(), entry[1].as_u64()) else {
            continue;
        };
        // Of two entries of a worker's script, one knows no length.
        let known = files.entry(name.to_owned()).or_insert(0);
        *known = bytes.max(*known);
    }
    files.retain(|name, _| name.starts_with("http"));
    files
}
