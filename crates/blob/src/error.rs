//! Why something is not sealed or not opened.

/// Why something was not sealed or opened. Only [`BlobError::Length`] and [`BlobError::TooLong`] are
/// the caller's doing; all others mean that a home, or whoever sent the reference, does not keep to
/// the format: the blob is to be had again, or is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// Content that no blob can hold.
    #[error("an attachment has at most {most} bytes, found {found}")]
    TooLong {
        /// Bytes at most.
        most: u64,
        /// Bytes that it has.
        found: u64,
    },
    /// A piece of another length than the one that is next.
    #[error("this piece has {expected} bytes, found {found}")]
    Length {
        /// Bytes that it must have.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// Content that the blob does not have was asked for, or sealing went on after its end.
    #[error("this attachment has nothing there")]
    OutOfRange,
    /// The table of hashes does not lead to the root.
    #[error("the attachment's table of hashes is not the one that was sent")]
    Table,
    /// A segment's hash is not the one in the table, or its tag does not hold.
    #[error("segment {index} of the attachment is not the one that was sent")]
    Segment {
        /// Which, from 0.
        index: u64,
    },
    /// What pads the content is not all zeros.
    #[error("the attachment's padding does not hold")]
    Padding,
}
