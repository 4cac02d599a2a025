//! Bytes of blobs between clients and homes: not the bytes themselves, but how many have arrived.
//!
//! Here stands what `client::carrying` and `kith/src/home/blobs` do around the cores: tickets are shown, uploads grow piece
//! by piece and go on from where the home says, whatever breaks in between.

use super::World;
use super::wire::Way;
use client_core::{Errand, Input, Outcome, Transfer, TransferId};
use home_core::blob_index::BlobState;
use home_core::ticket::Act;
use home_core::{BlobAct, BlobWord};
use protocol::hash::sha256;
use protocol::id::{BlobHash, BlobId, DeleteHash};

/// A piece of an upload is a blob's length by this.
const PIECES: u64 = 3;

/// A transfer that runs.
pub(super) struct Carrying {
    client: &'static str,
    id: TransferId,
    transfer: Transfer,
}

impl World {
    pub(super) fn begin_transfer(
        &mut self,
        client: &'static str,
        id: TransferId,
        transfer: Transfer,
    ) {
        self.transfers.push(Carrying {
            client,
            id,
            transfer,
        });
    }

    pub(super) fn abandon_transfer(&mut self, client: &'static str, id: TransferId) {
        self.transfers
            .retain(|one| one.client != client || one.id != id);
    }

    /// Nobody is there any more who carries.
    pub(super) fn forget_transfers(&mut self, client: &'static str) {
        self.transfers.retain(|one| one.client != client);
    }

    /// Sometimes a transfer gets on before anything else happens; whether one did.
    pub(super) fn carries_by_chance(&mut self) -> bool {
        !self.transfers.is_empty() && self.random.below(4) == 0 && self.carry_some()
    }

    /// Lets one transfer get on by a piece; whether there is one.
    pub(super) fn carry_some(&mut self) -> bool {
        if self.transfers.is_empty() {
            return false;
        }
        let at = self.random.below(self.transfers.len());
        self.now_ms += 1;
        for fault in self.count_step() {
            self.suffer(&fault, 0, Way::Up);
        }
        if at >= self.transfers.len() {
            // It was lost with its client.
            return true;
        }
        let carrying = self.transfers.swap_remove(at);
        let (client, id) = (carrying.client, carrying.id);
        let blob = carrying.transfer.blob;
        self.story.mark("transfer", &[self.now_ms], blob.as_bytes());
        self.note(|| format!("{client} carries {blob:?}"));
        let input = match self.get_on(&carrying.transfer) {
            Ok(bytes) => {
                self.transfers.push(carrying);
                Input::Carried(id, bytes)
            }
            Err(outcome) => {
                self.count("recovery: transfers ended");
                Input::Transferred(id, outcome)
            }
        };
        self.input(client, vec![input]);
        true
    }

    /// How many bytes have arrived, or how it ended.
    fn get_on(&mut self, transfer: &Transfer) -> Result<u64, Outcome> {
        let homes = self.homes.values();
        let mut homes = homes.filter(|home| home.url == transfer.home);
        let home = homes.next().map(|home| home.name);
        let home = home.filter(|name| {
            let home = &self.homes[name];
            home.reachable && home.runs()
        });
        let name = home.ok_or(Outcome::BROKE)?;
        let bearer = transfer.bearer.expose();
        match &transfer.errand {
            Errand::Put {
                size_bytes, hash, ..
            } => {
                self.check_ticket(name, Act::Put, transfer)?;
                self.put_piece(name, &transfer.blob, *size_bytes, *hash)
            }
            Errand::Get(_) => {
                self.check_ticket(name, Act::Get, transfer)?;
                let state = self.tell_of_blob(name, BlobAct::Look(transfer.blob))?;
                Err(match state {
                    BlobWord::State(Some(BlobState::Whole(_))) => Outcome::Done,
                    _ => Outcome::Gone,
                })
            }
            Errand::Erase => {
                let secret = DeleteHash::new(sha256(&[bearer]));
                let word = self.tell_of_blob(name, BlobAct::Delete(transfer.blob, secret))?;
                Err(match word {
                    BlobWord::State(Some(_)) => Outcome::Done,
                    _ => Outcome::Gone,
                })
            }
        }
    }

    fn check_ticket(
        &self,
        home: &'static str,
        act: Act,
        transfer: &Transfer,
    ) -> Result<(), Outcome> {
        let now_s = self.now_of(home).unix_s();
        let ticket = self.homes[home].ticket(transfer.bearer.expose(), now_s);
        let ticket = ticket.ok_or(Outcome::BROKE)?;
        assert_eq!((ticket.act, ticket.blob), (act, transfer.blob));
        Ok(())
    }

    fn put_piece(
        &mut self,
        home: &'static str,
        blob: &BlobId,
        size: u64,
        hash: BlobHash,
    ) -> Result<u64, Outcome> {
        match self.tell_of_blob(home, BlobAct::Look(*blob))? {
            BlobWord::State(Some(BlobState::Awaited)) => {}
            BlobWord::State(Some(BlobState::Whole(_))) => return Err(Outcome::Done),
            _ => return Err(Outcome::Gone),
        }
        let arrived = &mut self.homes.get_mut(home).unwrap().arrived;
        let bytes = arrived.entry(*blob).or_default();
        *bytes = (*bytes + size.div_ceil(PIECES)).min(size);
        let bytes = *bytes;
        if bytes < size {
            return Ok(bytes);
        }
        match self.tell_of_blob(home, BlobAct::Whole(*blob, hash))? {
            BlobWord::State(Some(BlobState::Whole(_))) => Err(Outcome::Done),
            _ => Err(Outcome::Gone),
        }
    }

    /// What a home says about a blob, durably.
    fn tell_of_blob(&mut self, name: &'static str, act: BlobAct) -> Result<BlobWord, Outcome> {
        let now_s = self.now_of(name).unix_s();
        let home = self.homes.get_mut(name).unwrap();
        let (word, said) = home.blob(now_s, act);
        let failed = home.has_failed();
        self.deliver(said);
        if failed {
            self.take_home_away(name);
            return Err(Outcome::BROKE);
        }
        word.ok_or(Outcome::BROKE)
    }

    /// Whether a home has all of a blob; none if it knows none of this id.
    pub fn has_blob(&mut self, home: &'static str, blob: BlobId) -> Option<bool> {
        match self.tell_of_blob(home, BlobAct::Look(blob)) {
            Ok(BlobWord::State(state)) => state.map(|state| matches!(state, BlobState::Whole(_))),
            _ => None,
        }
    }

    /// A home lets go of blobs whose leases are over, as it does from time to time.
    pub fn sweep_blobs(&mut self, home: &'static str) {
        if let Ok(BlobWord::Erase(blobs)) = self.tell_of_blob(home, BlobAct::Sweep) {
            let erased = self.tell_of_blob(home, BlobAct::Erased(blobs));
            self.note(|| format!("{home} lets go of blobs: {}", erased.is_ok()));
        }
    }
}
