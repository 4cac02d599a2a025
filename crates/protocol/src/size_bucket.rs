//! The sizes that a body may have at a home.
//!
//! Bodies are padded up to a power of two so that a home, and whoever watches it, learns a size
//! class and no length. Below 512 bytes everything looks alike; above 1 MiB nothing is accepted.

/// The smallest body, in bytes.
pub const SMALLEST_BYTES: usize = 512;
/// The largest body, in bytes.
pub const LARGEST_BYTES: usize = 1024 * 1024;
/// The largest body of a repair, in bytes: all that a log may keep go in one page.
pub const LARGEST_REPAIR_BYTES: usize = 8 * 1024;
/// The largest body of a signal, in bytes.
pub const LARGEST_SIGNAL_BYTES: usize = 4 * 1024;

/// The bucket that `length` bytes go into, or `None` if they fit in no bucket.
pub fn bucket_for(length: usize) -> Option<usize> {
    (length <= LARGEST_BYTES).then(|| length.max(SMALLEST_BYTES).next_power_of_two())
}

/// Whether a body of `length` bytes is of a size that a home accepts.
pub fn is_bucket(length: usize) -> bool {
    (SMALLEST_BYTES..=LARGEST_BYTES).contains(&length) && length.is_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_up_to_the_largest_has_the_next_bucket() {
        assert_eq!(bucket_for(0), Some(512));
        assert_eq!(bucket_for(512), Some(512));
        assert_eq!(bucket_for(513), Some(1024));
        assert_eq!(bucket_for(LARGEST_BYTES), Some(LARGEST_BYTES));
        assert_eq!(bucket_for(LARGEST_BYTES + 1), None);
        assert!(bucket_for(700).is_some_and(is_bucket));
        assert!(!is_bucket(256) && !is_bucket(600) && !is_bucket(2 * LARGEST_BYTES));
    }
}
