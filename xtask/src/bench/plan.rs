//! What is measured in which order: everything once, in another order, and again, so that what changes on the
//! machine meanwhile falls on all alike.

use std::fmt;

/// Where the data lie meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    Disk,
    Memory,
}

impl Medium {
    pub const ALL: [Self; 2] = [Self::Disk, Self::Memory];

    pub fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Memory => "memory",
        }
    }
}

impl fmt::Display for Medium {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Measurements of a home that no peer has a counterpart of: `kith bench NAME`.
pub const OWN: [&str; 5] = ["append", "cold-start", "quiet", "latency", "blob"];
/// Measured on the disk alone, since it is the disk that it is beside.
const ON_DISK: &str = "blob";
/// The home beside the peers.
pub const HOME: &str = "kith";
/// How often the own measurements are made at most.
const OWN_REPS: u32 = 3;
/// Idle connections of a home and of the relay, so many that what a process takes by itself does not show.
pub const IDLE: u32 = 10_000;
/// Those of others, of whom each has an account that has to be made first.
pub const IDLE_WITH_ACCOUNTS: u32 = 1_000;
/// Pairs in the load of many.
pub const PAIRS: u32 = 100;
/// Entries of the measurements that take long.
pub const LONG_ENTRIES: u64 = 10_000_000;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub medium: Medium,
    /// From 1.
    pub rep: u32,
    pub task: String,
    /// With ten million entries, on the disk alone, once.
    pub long: bool,
}

impl Step {
    /// By this a line of raw figures belongs to it.
    pub fn key(&self) -> (String, u32, String, bool) {
        let medium = self.medium.name().to_owned();
        (medium, self.rep, self.task.clone(), self.long)
    }

    /// Memory of connections and syncs hardly vary; they are measured once.
    pub fn is_whole(&self) -> bool {
        self.rep == 1
    }
}

/// All steps in their order; what takes long comes last.
pub fn steps(tasks: &[String], reps: u32, long: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    for rep in 1..=reps {
        let mut turn = tasks.to_vec();
        let by = (rep as usize - 1) % tasks.len().max(1);
        turn.rotate_left(by);
        turn.retain(|task| rep <= OWN_REPS || !OWN.contains(&task.as_str()));
        for task in turn {
            let media = Medium::ALL.into_iter();
            let media = media.filter(|medium| *medium == Medium::Disk || task != ON_DISK);
            steps.extend(media.map(|medium| Step {
                medium,
                rep,
                task: task.clone(),
                long: false,
            }));
        }
    }
    if long {
        let with_many = tasks
            .iter()
            .filter(|task| ["append", "cold-start"].contains(&task.as_str()));
        steps.extend(with_many.map(|task| Step {
            medium: Medium::Disk,
            rep: 1,
            task: task.clone(),
            long: true,
        }));
    }
    steps
}

/// About how long a step takes, in seconds: what it waits for by design, and what the slow ones among the peers
/// took to start, to make accounts and to drain.
pub fn estimate_s(step: &Step, secs: f64) -> f64 {
    if step.long {
        return 400.0;
    }
    match step.task.as_str() {
        "append" => 20.0,
        "cold-start" | ON_DISK => 30.0,
        "quiet" => 2.0 * (secs + 5.0) + 5.0,
        "latency" => 3.0 * (secs + 6.0) + 5.0,
        peer => {
            // Warming up and draining take three seconds a load.
            let loads = 4.0 * (secs + 3.0);
            let watched = if step.is_whole() {
                2.0 * (secs + 5.0) + 12.0
            } else {
                0.0
            };
            let slow = match peer {
                "kith" | "relay" if step.is_whole() => 20.0,
                "synapse" => 25.0,
                "ejabberd" | "ejabberd-mnesia" => 15.0,
                _ => 6.0,
            };
            loads + watched + slow
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn each_repetition_begins_with_another_task_on_both_media() {
        let steps = steps(&tasks(&["a", "b", "c"]), 2, false);
        let order: Vec<String> = steps
            .iter()
            .map(|step| format!("{}{}{}", step.rep, step.task, step.medium))
            .collect();
        assert_eq!(
            order,
            [
                "1adisk", "1amemory", "1bdisk", "1bmemory", "1cdisk", "1cmemory", "2bdisk",
                "2bmemory", "2cdisk", "2cmemory", "2adisk", "2amemory",
            ]
        );
    }

    #[test]
    fn own_measurements_are_made_three_times_and_long_ones_once_at_the_end() {
        let steps = steps(&tasks(&["kith", "append", "quiet", "blob"]), 5, true);
        let count = |task: &str| steps.iter().filter(|step| step.task == task).count();
        assert_eq!(count("kith"), 10);
        assert_eq!(count("quiet"), 6);
        assert_eq!(count("append"), 7);
        assert_eq!(count("blob"), 3);
        let last = steps.last().unwrap();
        assert_eq!((last.task.as_str(), last.long), ("append", true));
    }

    #[test]
    fn a_longer_load_takes_longer() {
        for step in steps(&tasks(&["kith", "synapse", "quiet", "latency"]), 2, false) {
            assert!(estimate_s(&step, 6.0) > estimate_s(&step, 1.0), "{step:?}");
        }
    }
}
