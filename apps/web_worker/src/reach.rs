//! Which homes do not answer, and when a person is told: not of a blink, once, and again when they answer.

use std::collections::{BTreeMap, BTreeSet};

/// A home that answers again within this, in milliseconds, is not spoken of: a connection that is made anew is no news.
const BLINK_MS: u64 = 2_000;

/// What is known of homes that do not answer.
#[derive(Debug, Default)]
pub struct Reach {
    /// Since when, by host.
    failing: BTreeMap<String, u64>,
    told: BTreeSet<String>,
}

/// What there is to tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Hosts that do not answer.
    pub unreachable: Vec<String>,
    /// Hosts that answer again.
    pub reached: Vec<String>,
}

impl Reach {
    /// A connection to a home failed.
    pub fn failed(&mut self, host: &str, now_ms: u64) {
        self.failing.entry(host.to_owned()).or_insert(now_ms);
    }

    /// A home was spoken of already: nothing more is told until it answers.
    pub fn told(&mut self, host: &str) -> bool {
        self.failing.entry(host.to_owned()).or_insert(0);
        self.told.insert(host.to_owned())
    }

    /// Compares with the hosts that are not reached now.
    pub fn look(&mut self, unreached: &BTreeSet<String>, now_ms: u64) -> Told {
        let mut told = Told::default();
        self.failing.retain(|host, _| unreached.contains(host));
        for (host, since_ms) in &self.failing {
            if since_ms.saturating_add(BLINK_MS) <= now_ms && self.told.insert(host.clone()) {
                told.unreachable.push(host.clone());
            }
        }
        let failing = &self.failing;
        self.told.retain(|host| {
            let is_still = failing.contains_key(host);
            if !is_still {
                told.reached.push(host.clone());
            }
            is_still
        });
        told
    }

    /// When there may be something to tell, in monotonic milliseconds.
    pub fn next_ms(&self) -> Option<u64> {
        let untold = |host: &&String| !self.told.contains(*host);
        let untold = self.failing.iter().filter(|(host, _)| untold(host));
        untold.map(|(_, since_ms)| since_ms + BLINK_MS).min()
    }
}

#[cfg(test)]
mod tests {
    use super::{BLINK_MS, Reach, Told};
    use std::collections::BTreeSet;

    fn hosts(hosts: &[&str]) -> BTreeSet<String> {
        hosts.iter().map(|host| (*host).to_owned()).collect()
    }

    #[test]
    fn a_blink_is_not_told_and_silence_once_and_its_end_once() {
        let (mut reach, here) = (Reach::default(), hosts(&["a.example"]));
        reach.failed("a.example", 10);
        assert_eq!(reach.look(&here, 10), Told::default());
        assert_eq!(reach.look(&hosts(&[]), 20), Told::default());
        assert_eq!(reach.next_ms(), None);

        reach.failed("a.example", 30);
        reach.failed("a.example", 500);
        assert_eq!(reach.next_ms(), Some(30 + BLINK_MS));
        let told = reach.look(&here, 30 + BLINK_MS);
        assert_eq!(told.unreachable, ["a.example"]);
        assert_eq!(reach.look(&here, 90_000), Told::default());
        assert_eq!(reach.next_ms(), None);
        assert_eq!(reach.look(&hosts(&[]), 90_001).reached, ["a.example"]);
        assert_eq!(reach.look(&hosts(&[]), 90_002), Told::default());
    }

    #[test]
    fn a_home_that_is_not_believed_is_spoken_of_once() {
        let (mut reach, here) = (Reach::default(), hosts(&["a.example"]));
        assert!(reach.told("a.example"));
        assert!(!reach.told("a.example"));
        reach.failed("a.example", 1);
        assert_eq!(reach.look(&here, 1 + BLINK_MS), Told::default());
        assert_eq!(reach.look(&hosts(&[]), 2).reached, ["a.example"]);
    }
}
