//! The tree of hashes over the segments, in the shape of RFC 9162 §2.1.1: leaf SHA-256(00 ‖ sealed
//! segment), node SHA-256(01 ‖ left ‖ right), a left subtree always full.

use crate::key::BlobRoot;
use sha2::{Digest, Sha256};

/// A hash in the tree.
pub(crate) type Hash = [u8; 32];

pub(crate) fn leaf(sealed: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(sealed)
        .finalize()
        .into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The root over leaves in order. Of no leaves it is SHA-256 of nothing, but every blob has a segment.
pub(crate) fn root<'a>(leaves: impl Iterator<Item = &'a Hash>) -> BlobRoot {
    // Full subtrees from the left, each smaller than the one before, as the bits of a counter.
    let mut full: Vec<(u32, Hash)> = Vec::new();
    for leaf in leaves {
        let mut right = (0, *leaf);
        while let Some((height, left)) = full.pop_if(|(height, _)| *height == right.0) {
            right = (height + 1, node(&left, &right.1));
        }
        full.push(right);
    }
    let all = full
        .into_iter()
        .map(|(_, hash)| hash)
        .rev()
        .reduce(|right, left| node(&left, &right));
    BlobRoot::new(all.unwrap_or_else(|| Sha256::digest([]).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162 §2.1.1, word by word.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn the_root_is_the_one_that_the_rfc_defines() {
        let leaves: Vec<Hash> = (0..70_u8).map(|number| leaf(&[number])).collect();
        for count in 0..=leaves.len() {
            let root = root(leaves[..count].iter());
            assert_eq!(root.as_bytes(), &defined(&leaves[..count]), "{count}");
        }
    }

    /// The tree of no input and of one empty input, as certificate-transparency implementations
    /// have them.
    #[test]
    fn the_smallest_trees_are_the_known_ones() {
        let hex = |root: BlobRoot| data_encoding::HEXLOWER.encode(root.as_bytes());
        assert_eq!(
            hex(root([].iter())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(root([leaf(b"")].iter())),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
    }
}
