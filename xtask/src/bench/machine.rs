//! The machine that figures are of.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// What it is.
pub fn describe(disk: &Path, memory: &Path) -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory_kib = value_of(&read("/proc/meminfo"), "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let mounts = read("/proc/mounts");
    json!({
        "processor": value_of(&read("/proc/cpuinfo"), "model name"),
        "cores": cores,
        "memory_gib": memory_kib.map(|kib| (kib / 1_048_576.0).round()),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "disk": file_system(&mounts, disk),
        "memory": file_system(&mounts, memory),
    })
}

/// The load of the machine in the last minute.
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

fn value_of(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    let (_, value) = line.split_once(':')?;
    Some(value.trim().to_owned())
}

/// The kind of the file system that a folder lies in.
fn file_system(mounts: &str, folder: &Path) -> Option<String> {
    let holding = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        folder.starts_with(place).then_some((place.len(), kind))
    });
    let (_, kind) = holding.max_by_key(|(length, _)| *length)?;
    Some(kind.to_owned())
}

/// Whether a folder lies in memory; then it says nothing about a disk.
pub fn is_in_memory(folder: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    file_system(&mounts, folder).is_some_and(|kind| kind == "tmpfs" || kind == "ramfs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lies_in_the_closest_file_system() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n/dev/b /dev xfs rw 0 0\n";
        let kind = |folder| file_system(mounts, Path::new(folder)).unwrap();
        assert_eq!(kind("/home/ada"), "ext4");
        assert_eq!(kind("/dev/shm/kith"), "tmpfs");
        assert_eq!(kind("/dev/other"), "xfs");
    }

    #[test]
    fn a_value_stands_after_its_name() {
        let text = "processor\t: 0\nmodel name\t: Fast One\n";
        assert_eq!(value_of(text, "model name").as_deref(), Some("Fast One"));
        assert_eq!(value_of(text, "colour"), None);
    }
}
