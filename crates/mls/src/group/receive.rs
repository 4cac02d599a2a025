//! What comes out of the log: application messages and others' commits.
//!
//! A commit is *invalid for all* when anybody would find so (parse, signature, proposals, our
//! policy, confirmation tag, next keys after the path decrypted); it is *undecidable for me* when
//! only my own path secret fails (docs/protocol.md, *Choosing the canonical child*).

use openmls::group::StageCommitError;
use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    MlsMessageIn, OpenMlsProvider as _, ProcessMessageError, ProcessedMessage,
    ProcessedMessageContent, Proposal, ProposalOrRefType, Sender, StagedCommit,
};
use openmls::treesync::errors::ApplyUpdatePathError;

use super::{Group, GroupMember};
use crate::credential::DeviceCredential;
use crate::epoch_keys::EpochKeys;
use crate::error::MlsError;
use crate::key_package::check_leaf;
use crate::persona::PersonaKey;
use crate::place::Kind;
use crate::provider::Provider;

/// A decrypted application message.
#[derive(Clone, PartialEq, Eq)]
pub struct Application {
    /// Who wrote it.
    pub sender: GroupMember,
    /// The additional data, authenticated.
    pub aad: Vec<u8>,
    /// The content.
    pub content: Vec<u8>,
}

/// What people say to each other is as secret as any key.
impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Application(redacted)")
    }
}

/// What an appended message turned out to be.
pub enum Decrypted {
    /// A message of another member.
    Application(Application),
    /// It claims to come from this device, whose own messages cannot be decrypted: either it was
    /// recognised before by its hash, or a copy of this device wrote it.
    OwnLeaf,
}

/// Another member's commit that holds and waits to be merged or dropped.
pub struct ReceivedCommit {
    /// Who committed.
    pub sender: GroupMember,
    /// The keys of the epoch it begins; none if it removes this device.
    pub next: Option<EpochKeys>,
    staged: Box<StagedCommit>,
}

impl Group {
    fn process(
        &mut self,
        provider: &Provider<'_>,
        message: &[u8],
    ) -> Result<ProcessedMessage, MlsError> {
        let what = "the message does not hold";
        let message = MlsMessageIn::tls_deserialize_exact(message)
            .map_err(|error| MlsError::invalid_because(what)(&error))?
            .try_into_protocol_message()
            .map_err(|error| MlsError::invalid_because(what)(&error))?;
        self.inner
            .process_message(provider, message)
            .map_err(|error| match error {
                ProcessMessageError::StorageError(error) => MlsError::bug("processing", &error),
                ProcessMessageError::LibraryError(error) => MlsError::bug("processing", &error),
                ProcessMessageError::GroupStateError(_) => MlsError::Evicted,
                ProcessMessageError::InvalidCommit(StageCommitError::UpdatePathError(
                    // What is sealed to each of the others may be right: they alone can tell.
                    ApplyUpdatePathError::UnableToDecrypt
                    | ApplyUpdatePathError::PathMismatch
                    | ApplyUpdatePathError::MissingCiphertext,
                )) => MlsError::Undecidable,
                error => MlsError::invalid_because(what)(&error),
            })
    }

    fn sender(&self, sender: &Sender) -> Result<GroupMember, MlsError> {
        match sender {
            Sender::Member(leaf) => self.member(leaf.u32()),
            _ => Err(MlsError::invalid("the sender is no member")),
        }
    }

    /// Decrypts an application message of another member.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] if it is none or does not hold.
    pub fn decrypt(
        &mut self,
        provider: &Provider<'_>,
        message: &[u8],
    ) -> Result<Decrypted, MlsError> {
        let processed = self.process(provider, message)?;
        let sender = self.sender(processed.sender())?;
        let aad = processed.aad().to_vec();
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let content = message.into_bytes();
                Ok(Decrypted::Application(Application {
                    sender,
                    aad,
                    content,
                }))
            }
            ProcessedMessageContent::OwnPrivateMessage => Ok(Decrypted::OwnLeaf),
            _ => Err(MlsError::invalid(
                "something else than a message was appended",
            )),
        }
    }

    /// Checks another member's commit without entering its epoch.
    ///
    /// Looking at the same commit a second time fails (its ratchet secret is gone), so the caller
    /// keeps the verdict in the same transaction.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] or [`MlsError::Undecidable`], see the module's words.
    pub fn examine_commit(
        &mut self,
        provider: &Provider<'_>,
        message: &[u8],
    ) -> Result<ReceivedCommit, MlsError> {
        let processed = self.process(provider, message)?;
        let sender = self.sender(processed.sender())?;
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            return Err(MlsError::invalid(
                "something else than a commit was committed",
            ));
        };
        self.check_policy(&sender, &staged)?;
        let next = if staged.self_removed() {
            None
        } else {
            Some(EpochKeys::derive(&self.place.log, |label, context| {
                staged
                    .export_secret(provider.crypto(), label, context, 32)
                    .map_err(|error| MlsError::bug("exporting a secret", &error))
            })?)
        };
        Ok(ReceivedCommit {
            sender,
            next,
            staged,
        })
    }

    /// Our own rules for commits, the same for every member.
    fn check_policy(&self, sender: &GroupMember, staged: &StagedCommit) -> Result<(), MlsError> {
        let mut personas = self.personas()?;
        for queued in staged.queued_proposals() {
            if queued.proposal_or_ref_type() != ProposalOrRefType::Proposal {
                return Err(MlsError::invalid(
                    "the commit takes a proposal by reference",
                ));
            }
            match queued.proposal() {
                Proposal::Add(add) => {
                    check_leaf(add.key_package())?;
                    let leaf = add.key_package().leaf_node();
                    let credential = DeviceCredential::from_leaf(
                        leaf.credential(),
                        leaf.signature_key().as_slice(),
                    )?;
                    personas.push(credential.persona());
                }
                Proposal::Remove(remove) => {
                    let removed = self.member(remove.removed().u32())?.credential.persona();
                    if let Some(at) = personas.iter().position(|persona| *persona == removed) {
                        personas.swap_remove(at);
                    }
                }
                _ => {
                    return Err(MlsError::invalid(
                        "the commit holds a proposal of a wrong kind",
                    ));
                }
            }
        }
        if self.place.kind == Kind::Pair && distinct(personas) != distinct(self.personas()?) {
            return Err(MlsError::invalid("the commit changes who is in this pair"));
        }
        if let Some(leaf) = staged.update_path_leaf_node() {
            let key = leaf.signature_key().as_slice();
            let credential = DeviceCredential::from_leaf(leaf.credential(), key)?;
            if credential.persona() != sender.credential.persona() {
                return Err(MlsError::invalid(
                    "the committer's leaf changes its persona",
                ));
            }
        }
        Ok(())
    }

    fn personas(&self) -> Result<Vec<PersonaKey>, MlsError> {
        Ok(self
            .members()?
            .into_iter()
            .map(|member| member.credential.persona())
            .collect())
    }

    /// The examined commit is canonical: enter its epoch.
    ///
    /// # Errors
    /// [`MlsError::Bug`] or [`MlsError::Store`].
    pub fn merge_received_commit(
        &mut self,
        provider: &Provider<'_>,
        commit: ReceivedCommit,
    ) -> Result<(), MlsError> {
        self.inner
            .merge_staged_commit(provider, *commit.staged)
            .map_err(|error| MlsError::bug("merging a commit", &error))?;
        self.entered()
    }
}

/// Who is there, without how many devices each has.
fn distinct(mut personas: Vec<PersonaKey>) -> Vec<PersonaKey> {
    personas.sort_unstable();
    personas.dedup();
    personas
}
