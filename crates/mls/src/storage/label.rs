//! The first byte of every key: what kind of value lies under it and how that value is encoded.

/// What a stored value is.
///
/// The numbers are on disk: they never change and are never given to another meaning. A value
/// whose encoding has to change gets a new label, and a migration moves what lies under the old
/// one. Numbers below 0x80 are this module's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Label {
    /// How a group is run locally: `MlsGroupJoinConfig`.
    JoinConfig = 0x01,
    /// The public ratchet tree: `TreeSync`.
    Tree = 0x02,
    /// The `GroupContext` of the current epoch.
    GroupContext = 0x03,
    /// The interim transcript hash of the current epoch.
    InterimTranscriptHash = 0x04,
    /// The confirmation tag of the current epoch.
    ConfirmationTag = 0x05,
    /// Whether a commit of one's own is pending, and that commit: `MlsGroupState`.
    GroupState = 0x06,
    /// The secret tree and its ratchets, written with every message: `MessageSecretsStore`.
    MessageSecrets = 0x07,
    /// Resumption secrets of past epochs.
    ResumptionPskStore = 0x08,
    /// One's own leaf index.
    OwnLeafIndex = 0x09,
    /// Epoch secrets other than the message secrets.
    GroupEpochSecrets = 0x0a,
    /// List: leaf nodes proposed in one's own Update proposals.
    OwnLeafNodes = 0x0b,
    /// List: references of queued proposals, oldest first.
    ProposalQueue = 0x0c,
    /// One queued proposal, under group and reference.
    QueuedProposal = 0x0d,
    /// HPKE key pairs of one epoch, under group, epoch and leaf index.
    EpochKeyPairs = 0x0e,
    /// A signature key pair, under its public key.
    SignatureKeyPair = 0x20,
    /// An HPKE key pair, under its public key.
    EncryptionKeyPair = 0x21,
    /// A KeyPackage with its private keys, under its hash reference.
    KeyPackage = 0x22,
    /// An external pre-shared key, under its identifier.
    Psk = 0x23,
}

/// How a value is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// postcard: compact and fast, but not self-describing.
    Postcard,
    /// JSON, for types that can be read from a self-describing format only.
    Json,
}

impl Label {
    /// The encoding of all values under this label.
    pub(super) fn encoding(self) -> Encoding {
        match self {
            // openmls reads the past-epoch policy inside with `#[serde(untagged)]`, to accept an
            // older form too; that asks the format what comes next, which postcard cannot say.
            // It is small and written once a group.
            Self::JoinConfig => Encoding::Json,
            _ => Encoding::Postcard,
        }
    }

    /// Every label, in ascending order.
    #[cfg(test)]
    pub(super) const ALL: [Self; 18] = [
        Self::JoinConfig,
        Self::Tree,
        Self::GroupContext,
        Self::InterimTranscriptHash,
        Self::ConfirmationTag,
        Self::GroupState,
        Self::MessageSecrets,
        Self::ResumptionPskStore,
        Self::OwnLeafIndex,
        Self::GroupEpochSecrets,
        Self::OwnLeafNodes,
        Self::ProposalQueue,
        Self::QueuedProposal,
        Self::EpochKeyPairs,
        Self::SignatureKeyPair,
        Self::EncryptionKeyPair,
        Self::KeyPackage,
        Self::Psk,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_numbers() {
        let numbers: Vec<u8> = Label::ALL.iter().map(|label| *label as u8).collect();
        assert_eq!(
            numbers,
            [
                0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
                0x20, 0x21, 0x22, 0x23
            ]
        );
    }

    #[test]
    fn every_number_is_below_the_range_left_to_others() {
        assert!(Label::ALL.iter().all(|label| (*label as u8) < 0x80));
    }
}
