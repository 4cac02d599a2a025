//! openmls's `StorageProvider`: which of its methods reads or writes which cell.
//!
//! One value per group is written, read and removed alike, so a table gives those methods by name;
//! what has another key, or other type parameters, follows by hand. The methods of openmls's draft
//! features (extensions, virtual clients) are not here: those features are off.

use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};

use super::label::Label;
use super::{Storage, StorageError};

/// The storage version of openmls that this module implements.
const V: u16 = CURRENT_VERSION;

/// The three methods of each value that a group has once.
macro_rules! one_per_group {
    ($($label:ident: $value:ident => $write:ident, $read:ident, $delete:ident;)*) => {$(
        fn $write<G: traits::GroupId<V>, T: traits::$value<V>>(
            &self,
            group_id: &G,
            value: &T,
        ) -> Result<(), StorageError> {
            self.write(Label::$label, (group_id,), value)
        }

        fn $read<G: traits::GroupId<V>, T: traits::$value<V>>(
            &self,
            group_id: &G,
        ) -> Result<Option<T>, StorageError> {
            self.read(Label::$label, (group_id,))
        }

        fn $delete<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), StorageError> {
            self.remove(Label::$label, (group_id,))
        }
    )*};
}

impl StorageProvider<V> for Storage<'_> {
    type Error = StorageError;

    one_per_group! {
        JoinConfig: MlsGroupJoinConfig
            => write_mls_join_config, mls_group_join_config, delete_group_config;
        Tree: TreeSync
            => write_tree, tree, delete_tree;
        GroupContext: GroupContext
            => write_context, group_context, delete_context;
        InterimTranscriptHash: InterimTranscriptHash
            => write_interim_transcript_hash, interim_transcript_hash,
               delete_interim_transcript_hash;
        ConfirmationTag: ConfirmationTag
            => write_confirmation_tag, confirmation_tag, delete_confirmation_tag;
        MessageSecrets: MessageSecrets
            => write_message_secrets, message_secrets, delete_message_secrets;
        ResumptionPskStore: ResumptionPskStore
            => write_resumption_psk_store, resumption_psk_store,
               delete_all_resumption_psk_secrets;
        OwnLeafIndex: LeafNodeIndex
            => write_own_leaf_index, own_leaf_index, delete_own_leaf_index;
        GroupEpochSecrets: GroupEpochSecrets
            => write_group_epoch_secrets, group_epoch_secrets, delete_group_epoch_secrets;
    }

    // Group state: openmls names the type parameters the other way round.

    fn write_group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group_id: &G,
        value: &T,
    ) -> Result<(), StorageError> {
        self.write(Label::GroupState, (group_id,), value)
    }

    fn group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group_id: &G,
    ) -> Result<Option<T>, StorageError> {
        self.read(Label::GroupState, (group_id,))
    }

    fn delete_group_state<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), StorageError> {
        self.remove(Label::GroupState, (group_id,))
    }

    // Own leaf nodes: a list.

    fn append_own_leaf_node<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group_id: &G,
        leaf_node: &T,
    ) -> Result<(), StorageError> {
        self.append(Label::OwnLeafNodes, (group_id,), leaf_node)
    }

    fn own_leaf_nodes<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group_id: &G,
    ) -> Result<Vec<T>, StorageError> {
        self.read_list(Label::OwnLeafNodes, (group_id,))
    }

    fn delete_own_leaf_nodes<G: traits::GroupId<V>>(
        &self,
        group_id: &G,
    ) -> Result<(), StorageError> {
        self.remove(Label::OwnLeafNodes, (group_id,))
    }

    // Queued proposals.

    fn queue_proposal<
        G: traits::GroupId<V>,
        R: traits::ProposalRef<V>,
        T: traits::QueuedProposal<V>,
    >(
        &self,
        group_id: &G,
        reference: &R,
        proposal: &T,
    ) -> Result<(), StorageError> {
        self.enqueue(group_id, reference, proposal)
    }

    fn queued_proposal_refs<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
    ) -> Result<Vec<R>, StorageError> {
        self.read_list(Label::ProposalQueue, (group_id,))
    }

    fn queued_proposals<
        G: traits::GroupId<V>,
        R: traits::ProposalRef<V>,
        T: traits::QueuedProposal<V>,
    >(
        &self,
        group_id: &G,
    ) -> Result<Vec<(R, T)>, StorageError> {
        self.queue(group_id)
    }

    fn remove_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
        reference: &R,
    ) -> Result<(), StorageError> {
        self.dequeue(group_id, reference)
    }

    fn clear_proposal_queue<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
    ) -> Result<(), StorageError> {
        self.clear_queue::<R>(group_id)
    }

    // Key pairs of an epoch: a list for each group, epoch and leaf.

    fn write_encryption_epoch_key_pairs<
        G: traits::GroupId<V>,
        E: traits::EpochKey<V>,
        T: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
        key_pairs: &[T],
    ) -> Result<(), StorageError> {
        self.write_list(
            Label::EpochKeyPairs,
            (group_id, epoch, leaf_index),
            key_pairs,
        )
    }

    fn encryption_epoch_key_pairs<
        G: traits::GroupId<V>,
        E: traits::EpochKey<V>,
        T: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<Vec<T>, StorageError> {
        self.read_list(Label::EpochKeyPairs, (group_id, epoch, leaf_index))
    }

    fn delete_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>>(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<(), StorageError> {
        self.remove(Label::EpochKeyPairs, (group_id, epoch, leaf_index))
    }

    // Keys that belong to no group.

    fn write_signature_key_pair<
        K: traits::SignaturePublicKey<V>,
        T: traits::SignatureKeyPair<V>,
    >(
        &self,
        public_key: &K,
        key_pair: &T,
    ) -> Result<(), StorageError> {
        self.write(Label::SignatureKeyPair, (public_key,), key_pair)
    }

    fn signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        public_key: &K,
    ) -> Result<Option<T>, StorageError> {
        self.read(Label::SignatureKeyPair, (public_key,))
    }

    fn delete_signature_key_pair<K: traits::SignaturePublicKey<V>>(
        &self,
        public_key: &K,
    ) -> Result<(), StorageError> {
        self.remove(Label::SignatureKeyPair, (public_key,))
    }

    fn write_encryption_key_pair<K: traits::EncryptionKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        public_key: &K,
        key_pair: &T,
    ) -> Result<(), StorageError> {
        self.write(Label::EncryptionKeyPair, (public_key,), key_pair)
    }

    fn encryption_key_pair<T: traits::HpkeKeyPair<V>, K: traits::EncryptionKey<V>>(
        &self,
        public_key: &K,
    ) -> Result<Option<T>, StorageError> {
        self.read(Label::EncryptionKeyPair, (public_key,))
    }

    fn delete_encryption_key_pair<K: traits::EncryptionKey<V>>(
        &self,
        public_key: &K,
    ) -> Result<(), StorageError> {
        self.remove(Label::EncryptionKeyPair, (public_key,))
    }

    fn write_key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        reference: &K,
        key_package: &T,
    ) -> Result<(), StorageError> {
        self.write(Label::KeyPackage, (reference,), key_package)
    }

    fn key_package<K: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        reference: &K,
    ) -> Result<Option<T>, StorageError> {
        self.read(Label::KeyPackage, (reference,))
    }

    fn delete_key_package<K: traits::HashReference<V>>(
        &self,
        reference: &K,
    ) -> Result<(), StorageError> {
        self.remove(Label::KeyPackage, (reference,))
    }

    fn write_psk<K: traits::PskId<V>, T: traits::PskBundle<V>>(
        &self,
        psk_id: &K,
        psk: &T,
    ) -> Result<(), StorageError> {
        self.write(Label::Psk, (psk_id,), psk)
    }

    fn psk<T: traits::PskBundle<V>, K: traits::PskId<V>>(
        &self,
        psk_id: &K,
    ) -> Result<Option<T>, StorageError> {
        self.read(Label::Psk, (psk_id,))
    }

    fn delete_psk<K: traits::PskId<V>>(&self, psk_id: &K) -> Result<(), StorageError> {
        self.remove(Label::Psk, (psk_id,))
    }
}
