//! The queue of proposals of a group: a list of references, and each proposal under its own.

use openmls_traits::storage::{CURRENT_VERSION, Entity, Key};

use super::encoding::encode;
use super::label::Label;
use super::{Storage, StorageError};

/// Shorthand for what openmls stores at this version.
pub trait Value: Entity<CURRENT_VERSION> {}
impl<T: Entity<CURRENT_VERSION>> Value for T {}

/// Shorthand for what openmls names values by at this version.
pub trait Name: Key<CURRENT_VERSION> {}
impl<T: Key<CURRENT_VERSION>> Name for T {}

impl Storage<'_> {
    /// Stores a proposal and adds it to the queue; one queued already keeps its place.
    pub(super) fn enqueue(
        &self,
        group_id: &impl Name,
        reference: &(impl Name + Value),
        proposal: &impl Value,
    ) -> Result<(), StorageError> {
        let name = (group_id, reference);
        let queued_already = self.contains(Label::QueuedProposal, name)?;
        self.write(Label::QueuedProposal, name, proposal)?;
        if queued_already {
            return Ok(());
        }
        self.append(Label::ProposalQueue, (group_id,), reference)
    }

    /// The queued proposals with their references, oldest first.
    pub(super) fn queue<R: Name + Value, P: Value>(
        &self,
        group_id: &impl Name,
    ) -> Result<Vec<(R, P)>, StorageError> {
        let references: Vec<R> = self.read_list(Label::ProposalQueue, (group_id,))?;
        references
            .into_iter()
            .map(|reference| {
                let proposal = self.read(Label::QueuedProposal, (group_id, &reference))?;
                let proposal = self.noting(|| proposal.ok_or(StorageError::MissingProposal))?;
                Ok((reference, proposal))
            })
            .collect()
    }

    /// Takes one proposal out of the queue; does nothing where it is not queued.
    pub(super) fn dequeue<R: Name + Value>(
        &self,
        group_id: &impl Name,
        reference: &R,
    ) -> Result<(), StorageError> {
        // References have no equality here, but equal ones have equal encodings.
        let wanted = encode(Label::ProposalQueue, reference)?;
        let mut kept = Vec::new();
        for queued in self.read_list::<R>(Label::ProposalQueue, (group_id,))? {
            if encode(Label::ProposalQueue, &queued)? != wanted {
                kept.push(queued);
            }
        }
        self.write_list(Label::ProposalQueue, (group_id,), &kept)?;
        self.remove(Label::QueuedProposal, (group_id, reference))
    }

    /// Removes all proposals of a group.
    pub(super) fn clear_queue<R: Name + Value>(
        &self,
        group_id: &impl Name,
    ) -> Result<(), StorageError> {
        for reference in self.read_list::<R>(Label::ProposalQueue, (group_id,))? {
            self.remove(Label::QueuedProposal, (group_id, &reference))?;
        }
        self.remove(Label::ProposalQueue, (group_id,))
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::key_value::MemoryKeyValue;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Bytes(Vec<u8>);

    impl Key<CURRENT_VERSION> for Bytes {}
    impl Entity<CURRENT_VERSION> for Bytes {}

    fn bytes(text: &str) -> Bytes {
        Bytes(text.as_bytes().to_vec())
    }

    fn queue_of(storage: &Storage<'_>, group: &str) -> Vec<(Bytes, Bytes)> {
        storage.queue(&bytes(group)).unwrap()
    }

    fn filled(store: &MemoryKeyValue) -> Storage<'_> {
        let storage = Storage::new(store);
        for (reference, proposal) in [("1", "add"), ("2", "remove"), ("3", "update")] {
            storage
                .enqueue(&bytes("group"), &bytes(reference), &bytes(proposal))
                .unwrap();
        }
        storage
    }

    #[test]
    fn proposals_come_back_in_the_order_in_which_they_came() {
        let store = MemoryKeyValue::default();
        let storage = filled(&store);
        assert_eq!(
            queue_of(&storage, "group"),
            [
                (bytes("1"), bytes("add")),
                (bytes("2"), bytes("remove")),
                (bytes("3"), bytes("update"))
            ]
        );
        assert!(queue_of(&storage, "other").is_empty());
    }

    #[test]
    fn a_proposal_that_comes_again_is_queued_once() {
        let store = MemoryKeyValue::default();
        let storage = filled(&store);
        storage
            .enqueue(&bytes("group"), &bytes("1"), &bytes("add"))
            .unwrap();
        assert_eq!(queue_of(&storage, "group").len(), 3);
    }

    #[test]
    fn taking_one_out_leaves_the_others_in_order() {
        let store = MemoryKeyValue::default();
        let storage = filled(&store);
        storage.dequeue(&bytes("group"), &bytes("2")).unwrap();
        storage.dequeue(&bytes("group"), &bytes("9")).unwrap();
        let left = queue_of(&storage, "group");
        assert_eq!(
            left,
            [(bytes("1"), bytes("add")), (bytes("3"), bytes("update"))]
        );
    }

    #[test]
    fn clearing_removes_the_proposals_of_one_group_only() {
        let store = MemoryKeyValue::default();
        let storage = filled(&store);
        storage
            .enqueue(&bytes("other"), &bytes("1"), &bytes("add"))
            .unwrap();
        storage.clear_queue::<Bytes>(&bytes("group")).unwrap();
        assert!(queue_of(&storage, "group").is_empty());
        assert_eq!(queue_of(&storage, "other").len(), 1);
        storage.clear_queue::<Bytes>(&bytes("other")).unwrap();
        assert!(store.is_empty());
    }

    #[test]
    fn a_queue_that_names_a_missing_proposal_is_an_error() {
        let store = MemoryKeyValue::default();
        let storage = filled(&store);
        storage
            .remove(Label::QueuedProposal, (bytes("group"), bytes("2")))
            .unwrap();
        let result: Result<Vec<(Bytes, Bytes)>, _> = storage.queue(&bytes("group"));
        assert!(matches!(result, Err(StorageError::MissingProposal)));
    }
}
