//! How far somebody who follows a conversation was shown it, for whichever process goes on with that.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// What was shown of a conversation.
///
/// An item's number says when it came here, not when it was last shown: an own one waits for its home, and others that
/// came later are stored and shown before it. So those that may still change by themselves are remembered one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Of the profile's item that came last when this was so.
    pub number: i64,
    /// Items up to there that are not done with, by their ids: what they looked like, if they were seen.
    open: BTreeMap<String, Option<u64>>,
    /// Lines that were said since, as they are told apart.
    said: BTreeSet<u64>,
}

impl Followed {
    /// This item is to be shown.
    pub fn owe(&mut self, item: String) {
        self.open.insert(item, None);
    }

    /// This item looks so, and will change by itself.
    pub fn wait_for(&mut self, item: String, line: &str) {
        self.open.insert(item, Some(digest(line)));
    }

    /// Whatever comes of this item from now on has a number of its own.
    pub fn settle(&mut self, item: &str) {
        self.open.remove(item);
    }

    /// A line was said on the way to the next place.
    pub fn say(&mut self, line: &str) {
        self.said.insert(digest(line));
    }

    /// The ids of the items that are not done with.
    pub fn open(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }

    /// Whether an item that looks so now is to be shown: one that came later or was acted on, or one that is not done with.
    pub fn lacks(&self, item: &str, line: &str) -> bool {
        let line = digest(line);
        self.open.get(item) != Some(&Some(line)) && !self.said.contains(&line)
    }
}

/// Tells apart how one item looks at different times, to programs of the same version.
fn digest(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Followed;

    fn open(followed: &Followed) -> Vec<&str> {
        followed.open().collect()
    }

    #[test]
    fn what_waited_is_lacking_once_it_changed() {
        let mut followed = Followed::default();
        followed.wait_for("a".into(), "a queued");
        assert_eq!(open(&followed), ["a"]);
        assert!(!followed.lacks("a", "a queued"));
        assert!(followed.lacks("a", "a stored"));
        followed.settle("a");
        assert_eq!(open(&followed), [""; 0]);
        assert!(followed.lacks("a", "a with a sign"));
    }

    #[test]
    fn what_is_owed_is_lacking_until_it_was_said() {
        let mut followed = Followed::default();
        followed.owe("a".into());
        followed.owe("b".into());
        followed.say("a stored");
        assert_eq!(open(&followed), ["a", "b"]);
        assert!(!followed.lacks("a", "a stored"));
        assert!(followed.lacks("a", "a with a sign"));
        assert!(followed.lacks("b", "b stored"));
    }

    #[test]
    fn it_is_the_same_in_another_process() {
        let mut followed = Followed {
            number: 7,
            ..Followed::default()
        };
        followed.owe("a".into());
        followed.wait_for("b".into(), "b queued");
        followed.say("c");
        let text = serde_json::to_string(&followed).unwrap();
        assert_eq!(serde_json::from_str::<Followed>(&text).unwrap(), followed);
    }
}
