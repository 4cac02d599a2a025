//! A map in one piece of memory, sorted by its keys.
//!
//! Most connections have a few of each thing, of which a tree would make room for eleven. Of very many, adding one
//! moves those behind it, some microseconds for ten thousand.

/// See the module.
#[derive(Debug)]
pub(crate) struct Sorted<K, V = ()>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// Where a key stands, or where it would.
    fn find(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }

    /// Adds a key, or replaces its value; whether it is new.
    pub(crate) fn insert(&mut self, key: K, value: V) -> bool {
        match self.find(&key) {
            Ok(at) => {
                if let Some((_, old)) = self.0.get_mut(at) {
                    *old = value;
                }
                false
            }
            Err(at) => {
                if self.0.is_empty() {
                    // Most have one, and would get room for four.
                    self.0.reserve_exact(1);
                }
                self.0.insert(at, (key, value));
                true
            }
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Ok(at) = self.find(key) {
            self.0.remove(at);
        }
    }

    /// Keeps the keys of which `which` is true.
    pub(crate) fn retain(&mut self, which: impl Fn(&K) -> bool) {
        self.0.retain(|(key, _)| which(key));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_holds_what_a_tree_holds(acts in prop::collection::vec((0..20_u8, any::<Option<u8>>()), 0..200)) {
            let (mut sorted, mut tree) = (Sorted::default(), BTreeMap::new());
            for (key, value) in acts {
                match value {
                    Some(value) => {
                        let is_new = tree.insert(key, value).is_none();
                        prop_assert_eq!(sorted.insert(key, value), is_new);
                    }
                    None => {
                        tree.remove(&key);
                        sorted.remove(&key);
                    }
                }
                prop_assert_eq!(sorted.get(&key), tree.get(&key));
                prop_assert_eq!(sorted.contains(&key), tree.contains_key(&key));
            }
            prop_assert!(sorted.keys().eq(tree.keys()));
            prop_assert_eq!(sorted.len(), tree.len());
            sorted.retain(|key| key % 3 == 0);
            tree.retain(|key, _| key % 3 == 0);
            prop_assert!(sorted.keys().eq(tree.keys()));
        }
    }
}
