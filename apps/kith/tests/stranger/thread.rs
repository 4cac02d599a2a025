//! One conversation through its log: prove, read, write, commit, follow the canonical child.

use std::collections::BTreeSet;
use std::time::Duration;

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::frame::{Request, Response};
use protocol::id::{HeadId, LogId, ReadKey, Signature, WriteKey};
use protocol::proof::Right;
use protocol::request::{Append, Commit, Read};
use protocol::response::{Child, Entry, Page};
use sha2::{Digest as _, Sha256};

use crate::content;
use crate::stranger::Refused;
use crate::stranger::inbox::fingerprint;
use crate::stranger::member::{Conversation, Examined, Keys};
use crate::stranger::signed::{cbor, public, statement};
use crate::stranger::wrap::{Spot, unwrap_commit, unwrap_message, wrap_commit, wrap_message};
use crate::wire::Connection;

/// SHA-256 over the parts.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

pub struct Thread {
    pub conversation: Conversation,
    pub connection: Connection,
    pub spot: Spot,
    persona: [u8; 32],
    device: SigningKey,
    /// The last entry at this head.
    seq: u64,
    pub chain: [u8; 32],
    /// H(body) of everything written here.
    own: BTreeSet<[u8; 32]>,
    /// Children of this head that are invalid for all.
    pub rejected: BTreeSet<[u8; 32]>,
    /// The body of an own commit that waits to be read back.
    pending: Option<Vec<u8>>,
}

impl Thread {
    /// At head₀ of the conversation's log.
    pub fn begin(
        conversation: Conversation,
        connection: Connection,
        persona: &SigningKey,
        device: &SigningKey,
    ) -> Self {
        let log = conversation.place.log;
        let head = sha256(&[b"kith/open", &log]);
        Self {
            spot: Spot { log, head },
            chain: sha256(&[b"kith/chain", &log, &head]),
            persona: public(persona),
            device: device.clone(),
            conversation,
            connection,
            seq: 0,
            own: BTreeSet::new(),
            rejected: BTreeSet::new(),
            pending: None,
        }
    }

    async fn prove(&mut self, right: Right) -> Keys {
        let keys = self.conversation.keys();
        let key = match right {
            Right::Read => &keys.read,
            Right::Write => &keys.write,
        };
        self.connection.prove(&self.spot, right, key).await;
        keys
    }

    /// Says something under the current head.
    pub async fn says(&mut self, text: &str) {
        let keys = self.prove(Right::Write).await;
        let room = self.conversation.place.conversation;
        let said = content::text(&fingerprint(&self.persona), &room, text);
        let seen = cbor(|encoder| {
            encoder.map(3)?.u8(0)?.bytes(&self.spot.head)?;
            encoder.u8(1)?.u64(self.seq)?.u8(2)?.bytes(&self.chain)?;
            Ok(())
        });
        let message = self.conversation.encrypt(seen, &said);
        let body = wrap_message(&keys, &self.spot, &message);
        self.own.insert(sha256(&[&body]));
        let append = Request::Append(Append {
            log: LogId::new(self.spot.log),
            head: HeadId::new(self.spot.head),
            body,
        });
        let first = self.connection.ask(&append).await;
        assert!(matches!(first, Response::Appended(_)), "{first:?}");
        assert_eq!(self.connection.ask(&append).await, first, "the same again");
    }

    /// Renews this device's keys and waits until that is canonical.
    pub async fn commits(&mut self) {
        let (message, next) = self.conversation.commit();
        let answer = self.posts(&message, &next).await;
        assert!(matches!(answer, Response::Committed(_)), "{answer:?}");
        let head = self.spot.head;
        self.hears().await.unwrap();
        assert_ne!(self.spot.head, head, "the own commit is canonical");
    }

    /// Posts a commit with the keys that it is said to bring.
    pub async fn posts(&mut self, message: &[u8], next: &Keys) -> Response {
        let keys = self.prove(Right::Write).await;
        let body = wrap_commit(&keys, &self.spot, &self.device, message, next);
        let (write, read) = (public(&next.write), public(&next.read));
        let hash = sha256(&[&body]);
        let home = self.connection.home_key;
        let parts: [&[u8]; 6] = [&home, &self.spot.log, &self.spot.head, &hash, &write, &read];
        let possession = next
            .write
            .sign(&statement("kith/commit", &parts))
            .to_bytes();
        let commit = Request::Commit(Commit {
            log: LogId::new(self.spot.log),
            parent: HeadId::new(self.spot.head),
            body: body.clone(),
            write_key: WriteKey::new(write),
            read_key: ReadKey::new(read),
            possession: Signature::new(possession),
            rejected: self.rejected.iter().copied().map(HeadId::new).collect(),
        });
        self.pending = Some(body);
        self.connection.ask(&commit).await
    }

    /// Reads everything there is, through all heads; the texts of others.
    pub async fn hears(&mut self) -> Result<Vec<String>, Refused> {
        let mut texts = Vec::new();
        loop {
            let keys = self.prove(Right::Read).await;
            let page = self.page().await;
            for entry in page.entries {
                texts.extend(self.entry(&keys, entry)?);
            }
            if !page.end {
                continue;
            }
            if !self.children(&keys, page.children) {
                return Ok(texts);
            }
        }
    }

    /// Reads until something was said, for a while.
    pub async fn waits(&mut self) -> Vec<String> {
        for _ in 0..100 {
            let texts = self.hears().await.unwrap();
            if !texts.is_empty() {
                return texts;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nobody says anything");
    }

    async fn page(&mut self) -> Page {
        let read = Request::Read(Read {
            log: LogId::new(self.spot.log),
            head: HeadId::new(self.spot.head),
            from: self.seq + 1,
            children_from: 0,
            repairs_after: 0,
        });
        match self.connection.ask(&read).await {
            Response::Page(page) => page,
            other => panic!("no page: {other:?}"),
        }
    }

    fn entry(&mut self, keys: &Keys, entry: Entry) -> Result<Option<String>, Refused> {
        let body = entry.body.ok_or("the body is gone")?;
        let hash = sha256(&[&body]);
        let seq = self.seq + 1;
        let link: [&[u8]; 5] = [
            b"kith/link",
            &self.chain,
            &seq.to_be_bytes(),
            &[entry.kind],
            &hash,
        ];
        self.chain = sha256(&link);
        self.seq = seq;
        assert_eq!(entry.seq, seq);
        assert_eq!(entry.hash.as_bytes(), &hash);
        assert_eq!(entry.chain.as_bytes(), &self.chain, "the home lies");
        if self.own.contains(&hash) {
            return Ok(None);
        }
        let message = unwrap_message(keys, &self.spot, &body)?;
        let message = self.conversation.decrypt(&message)?;
        let room = self.conversation.place.conversation;
        let persona = fingerprint(&message.sender.persona);
        content::read(&persona, &room, &message.content).map(Some)
    }

    /// Enters the canonical child, if there is one.
    fn children(&mut self, keys: &Keys, children: Vec<Child>) -> bool {
        for child in children {
            let head = sha256(&[&child.body]);
            if self.rejected.contains(&head) {
                continue;
            }
            if self.pending.as_ref() == Some(&child.body) {
                self.conversation.merge();
            } else {
                match self.examine(keys, &child) {
                    Ok(examined) => self.conversation.follow(examined),
                    Err(_) => {
                        self.rejected.insert(head);
                        continue;
                    }
                }
            }
            self.pending = None;
            self.rejected.clear();
            self.spot.head = head;
            self.seq = 0;
            self.chain = sha256(&[b"kith/below", &self.chain, &head]);
            return true;
        }
        false
    }

    fn examine(&self, keys: &Keys, child: &Child) -> Result<Examined, Refused> {
        let commit = unwrap_commit(keys, &self.spot, &child.body)?;
        let examined = self.conversation.examine(&commit.message)?;
        let (write, read) = (child.write_key.as_bytes(), child.read_key.as_bytes());
        commit.check(&examined.sender.device, &self.spot, write, read)?;
        let derived = (public(&examined.next.write), public(&examined.next.read));
        if derived != (*write, *read) {
            return Err("other keys were posted".into());
        }
        Ok(examined)
    }

    /// Forgets an own commit that nobody will take.
    pub fn gives_up(&mut self, before: Conversation) {
        let body = self.pending.take().unwrap();
        self.rejected.insert(sha256(&[&body]));
        self.conversation = before;
        self.conversation.clear();
    }
}
