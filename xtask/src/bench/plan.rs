//! What is measured in which order: everything once, in another order, and again, so that what changes on the
//! machine meanwhile falls on all alike, and what one leaves behind does not always fall on the same next one.

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
        shuffle(&mut turn, rep);
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

/// Shuffles the tasks of a repetition (Fisher and Yates), by its number alone: a run that was cut off goes on in the
/// order in which it was begun.
fn shuffle(tasks: &mut [String], rep: u32) {
    let mut state = u64::from(rep);
    for last in (1..tasks.len()).rev() {
        // SplitMix64 (Steele, Lea, Flood 2014): neighbouring seeds give orders that have nothing in common.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let below = last as u64 + 1;
        tasks.swap(last, (mixed % below) as usize);
    }
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
            // Warming up and draining take three seconds a load, where the server keeps up.
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
    use std::collections::BTreeSet;

    fn tasks(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn each_repetition_has_every_task_once_on_both_media() {
        let names = ["a", "b", "c", "d"];
        for rep in 1..=5 {
            let steps = steps(&tasks(&names), 5, false);
            let turn: Vec<&Step> = steps.iter().filter(|step| step.rep == rep).collect();
            let mut seen: Vec<&str> = Vec::new();
            for both in turn.chunks(2) {
                assert_eq!(both[0].task, both[1].task);
                let media = (both[0].medium, both[1].medium);
                assert_eq!(media, (Medium::Disk, Medium::Memory));
                seen.push(&both[0].task);
            }
            seen.sort_unstable();
            assert_eq!(seen, names);
        }
    }

    #[test]
    fn nobody_always_comes_after_the_same_one_and_the_order_is_the_same_each_time() {
        let names = ["kith", "relay", "prosody", "ejabberd", "nats", "synapse"];
        let order = |rep: u32| -> Vec<String> {
            let steps = steps(&tasks(&names), 5, false);
            let turn = steps.iter().filter(|step| step.rep == rep);
            let on_disk = turn.filter(|step| step.medium == Medium::Disk);
            on_disk.map(|step| step.task.clone()).collect()
        };
        for name in names {
            let before: BTreeSet<Option<String>> = (1..=5)
                .map(|rep| {
                    let order = order(rep);
                    let at = order.iter().position(|task| task == name).unwrap();
                    at.checked_sub(1).map(|at| order[at].clone())
                })
                .collect();
            assert!(before.len() >= 3, "{name} after {before:?}");
        }
        assert_eq!(order(2), order(2));
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
