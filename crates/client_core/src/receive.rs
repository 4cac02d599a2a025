//! Entries: chain, own or others', unwrap, decrypt, compare histories, keep.
//!
//! Nothing here asks the clock: an entry's place is its place in the log.

use client_store::invitee::InviteeStep;
use client_store::item::{Act, ItemKind, ItemRow, MessageIdBytes};
use client_store::log::{LogRow, LogState};
use client_store::outbox::OutboxRow;
use client_store::removal::RemovalRow;
use content::{AttachedFile, Item, MessageId, MimiContent, RoomUri, SenderUri, TextMessage};
use minicbor::{Decode, Encode};
use mls::error::MlsError;
use mls::group::{Application, Decrypted};
use mls::persona::PersonaKey;
use mls::place::Kind;
use mls::wrap::{WrapKind, open_body};
use protocol::hash;
use protocol::id::{Chain, HeadId};
use protocol::response::{ENTRY_MESSAGE, Entry};

use crate::circles::{LEFT, is_leave};
use crate::effect::Event;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::files::can_be;
#[cfg(feature = "planted-bugs")]
use crate::planted::{Bug, is_planted};

/// What is said of a log whose entries do not follow from each other, or from what was answered.
pub(crate) const CONTRADICT: &str = "its home shows entries that contradict each other";

/// What is said of a log in which something is not to be found that was answered for.
pub(crate) const LOST: &str = "its home lost what it had said it stored";

/// What is said of files that no blob can hold.
const UNKNOWN_FILE: &str = "a file that this version cannot show";

/// The additional data of a message: the last entry that its author had read. Whoever was shown
/// another history by the home finds out here.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Seen {
    #[n(0)]
    pub head: HeadId,
    #[n(1)]
    pub seq: u64,
    #[n(2)]
    pub chain: Chain,
}

/// What of an item goes into the store's columns.
struct Meant {
    kind: ItemKind,
    act: Option<(Act, MessageIdBytes)>,
    reply_to: Option<MessageIdBytes>,
    text: String,
    note: Option<String>,
    files: Vec<AttachedFile>,
}

impl Meant {
    fn of(item: Item) -> Self {
        let other = |text| Self {
            kind: ItemKind::Other,
            act: None,
            reply_to: None,
            text,
            note: None,
            files: Vec::new(),
        };
        let text = |act: Option<_>, text: &TextMessage| Self {
            kind: if text.text().is_empty() && !text.files().is_empty() {
                ItemKind::Media
            } else {
                ItemKind::Message
            },
            // The files are those of the first version.
            files: if act.is_none() {
                text.files().to_vec()
            } else {
                Vec::new()
            },
            act,
            reply_to: text.in_reply_to.map(|id| *id.as_bytes()),
            text: text.text().to_owned(),
            note: text.note().map(ToOwned::to_owned),
        };
        let act = |act, target: MessageId, sign: &str| Self {
            kind: ItemKind::Message,
            act: Some((act, *target.as_bytes())),
            reply_to: None,
            text: sign.to_owned(),
            note: None,
            files: Vec::new(),
        };
        match item {
            Item::Text(message) if !message.files().iter().all(can_be) => {
                other(UNKNOWN_FILE.to_owned())
            }
            Item::Text(message) => text(None, &message),
            Item::Edit(of, message) => text(Some((Act::Edit, *of.as_bytes())), &message),
            Item::Retraction(retraction) => act(Act::Retraction, retraction.of, ""),
            Item::Reaction(reaction) => act(Act::Reaction, reaction.to, reaction.sign()),
            Item::Leave => other(LEFT.to_owned()),
            Item::Unknown(unknown) => other(unknown.to_string()),
        }
    }
}

impl Seen {
    pub fn to_bytes(&self) -> Vec<u8> {
        protocol::encoding::encoded(self)
    }
}

impl Engine {
    /// Takes in the next entry of a log; `log` is moved on as the store is.
    pub(crate) fn receive_entry(
        &mut self,
        log: &mut LogRow,
        entry: Entry,
    ) -> Result<(), CoreError> {
        let chain = hash::chain_next(&log.chain, entry.seq, entry.kind, &entry.hash);
        let body_fits = entry
            .body
            .as_ref()
            .is_none_or(|body| hash::body_hash(body) == entry.hash);
        let answered = self
            .store
            .outbox_answered_at(&log.log, log.base + entry.seq)?;
        let fits_answer = answered
            .and_then(|row| row.sealed)
            .is_none_or(|sealed| sealed.body_hash == entry.hash);
        #[cfg(feature = "planted-bugs")]
        let entry = if is_planted(Bug::HistoriesNotCompared) {
            Entry { chain, ..entry }
        } else {
            entry
        };
        if chain != entry.chain || !body_fits || !fits_answer {
            log.state = LogState::Halted(String::new());
            return self.halt(log, CONTRADICT);
        }
        if let Some(row) = self.store.outbox_by_hash(&log.log, &entry.hash)? {
            self.stored(&row, log.base + entry.seq, &log.log)?;
            self.store.delete_outbox(row.number)?;
            self.leave_if_said(log, &row)?;
        } else if entry.kind == ENTRY_MESSAGE {
            match entry.body {
                Some(body) => self.receive_body(log, entry.seq, &body)?,
                None => self.event_unless_blocked(
                    log.conversation,
                    Event::PassedOver(
                        "something was said that its home does not hold any more".into(),
                    ),
                )?,
            }
        }
        if log.state != LogState::Open {
            return Ok(());
        }
        self.store
            .advance_log(&log.log, &log.head, entry.seq, &chain)?;
        log.next_seq = entry.seq + 1;
        log.chain = chain;
        Ok(())
    }

    /// Unwraps and decrypts; what does not hold is passed over, for every member alike.
    fn receive_body(&mut self, log: &mut LogRow, seq: u64, body: &[u8]) -> Result<(), CoreError> {
        let mut group = self.take_group(log)?;
        let decrypted = self.store.attempt(|| {
            self.with_mls(|provider| {
                let keys = group.keys(provider)?;
                let kind = WrapKind::Message;
                let message = open_body(keys.wrap(), &log.log, &log.head, kind, body)?;
                group.decrypt(provider, &message)
            })
        });
        match decrypted {
            Ok(Decrypted::Application(application)) => {
                self.keep_group(log, group);
                self.receive_application(log, seq, &application)
            }
            Ok(Decrypted::OwnLeaf) => {
                log.state = LogState::Halted(String::new());
                self.halt(log, "a copy of this profile writes to it from elsewhere")
            }
            Err(CoreError::Mls(MlsError::Invalid { .. })) => {
                let what = "something came that cannot be opened".to_owned();
                self.event_unless_blocked(log.conversation, Event::PassedOver(what))
            }
            Err(error) => Err(error),
        }
    }

    /// Compares histories, reads the content, keeps the item.
    fn receive_application(
        &mut self,
        log: &mut LogRow,
        seq: u64,
        application: &Application,
    ) -> Result<(), CoreError> {
        if !self.is_same_history(log, seq, &application.aad)? {
            log.state = LogState::Halted(String::new());
            return self.halt(
                log,
                "its home shows different histories to different people",
            );
        }
        let persona = application.sender.credential.persona();
        let Some((content, message_id)) = self.read_content(log, &persona, &application.content)?
        else {
            if !self.store.is_blocked(&persona.fingerprint())? {
                let what = "something came that is not well-formed".to_owned();
                self.event(Event::PassedOver(what));
            }
            return Ok(());
        };
        let read = Item::from_content(&content);
        if read == Item::Leave {
            self.somebody_leaves(log, &persona)?;
        }
        let mut meant = Meant::of(read);
        if let Some((Act::Reaction, target)) = &mut meant.act
            && let Some(first) = self.first_version(log.conversation, target)?
        {
            // A sign is for the item, whichever version was seen.
            *target = first.message_id;
        }
        let device = self.device_of(log.persona)?;
        let own = device.credential().persona();
        let author = persona.fingerprint();
        let at_ms = content::sent_at_ms(&content)
            .filter(|at_ms| i64::try_from(*at_ms).is_ok())
            .unwrap_or(self.now.unix_ms);
        let item = ItemRow {
            id: client_store::id::ItemId::new(self.entropy.bytes()),
            conversation: log.conversation,
            log: Some(log.log),
            seq: Some(log.base + seq),
            message_id,
            mine: persona == own,
            author,
            at_ms,
            kind: meant.kind,
            act: meant.act,
            reply_to: meant.reply_to,
            text: meant.text,
            note: meant.note,
            content: application.content.clone(),
            stored: true,
            held_until_s: None,
            edited: false,
            retracted_s: None,
            hidden: persona != own && self.is_hidden(&author, at_ms)?,
            kept_back: false,
        };
        if !self.store.insert_item(&item)? {
            #[cfg(feature = "planted-bugs")]
            self.plant_again(&item)?;
            return Ok(());
        }
        self.keep_files(item.id, meant.files)?;
        if !item.hidden {
            self.event(Event::Received(log.conversation, item.id));
            self.item_came(&item)?;
        }
        Ok(())
    }

    /// Our own word that we leave was stored: this device reads no further.
    fn leave_if_said(&mut self, log: &mut LogRow, row: &OutboxRow) -> Result<(), CoreError> {
        if self
            .store
            .other_item(row.item)?
            .is_some_and(|item| is_leave(&item))
        {
            self.store.set_log_state(&log.log, &LogState::Left)?;
            self.forget_wishes(log)?;
            for removal in self.store.removals(log.conversation)? {
                self.store
                    .delete_removal(log.conversation, &removal.fingerprint)?;
            }
            log.state = LogState::Left;
            // What comes after is not for this device, which keeps no key to it.
            let group = self.take_group(log)?;
            self.with_mls(|provider| group.delete(provider))?;
            self.event(Event::Left(log.conversation));
            self.work.insert(Work::Connections);
        }
        Ok(())
    }

    /// Whoever leaves is to be gone before anybody here says more. A pair has its own ways to end.
    fn somebody_leaves(&mut self, log: &LogRow, persona: &PersonaKey) -> Result<(), CoreError> {
        if self.group_of(log)?.place().kind == Kind::Circle {
            let removal = RemovalRow {
                fingerprint: persona.fingerprint(),
                at_once: false,
            };
            self.store.insert_removal(log.conversation, &removal)?;
            // An invitation from before they left is not one to come back.
            for invitee in self.store.invitees_of(log.conversation)? {
                let is_waiting = invitee.step != InviteeStep::Knock && invitee.committing.is_none();
                if invitee.fingerprint == removal.fingerprint && is_waiting {
                    self.store.delete_invitee(&invitee.use_id)?;
                }
            }
        }
        Ok(())
    }

    /// What the author had read must be what was shown to us.
    fn is_same_history(&self, log: &LogRow, seq: u64, aad: &[u8]) -> Result<bool, CoreError> {
        #[cfg(feature = "planted-bugs")]
        if is_planted(Bug::HistoriesNotCompared) {
            return Ok(true);
        }
        // Saying nothing is allowed: not every client does.
        let Ok(seen) = minicbor::decode::<Seen>(aad) else {
            return Ok(true);
        };
        if seen.head == log.head && seen.seq >= seq {
            return Ok(false);
        }
        // No head has so many entries, and no store such a number.
        if i64::try_from(seen.seq).is_err() {
            return Ok(true);
        }
        let known = self.store.chain_at(&log.log, &seen.head, seen.seq)?;
        Ok(known.is_none_or(|known| known == seen.chain))
    }

    /// Decodes content and checks that it says what its authenticated way says: the sender and one
    /// of the conversation's rooms.
    fn read_content(
        &mut self,
        log: &LogRow,
        persona: &PersonaKey,
        bytes: &[u8],
    ) -> Result<Option<(MimiContent, [u8; 32])>, CoreError> {
        let Ok(content) = MimiContent::decode(bytes) else {
            return Ok(None);
        };
        let sender = SenderUri::from_fingerprint(*persona.fingerprint().as_bytes());
        let is_of = |room: [u8; 32]| {
            let room = RoomUri::from_conversation_key(room);
            let holds = content.check_origin(&sender, &room).is_ok();
            holds.then(|| *content.message_id(&sender, &room).as_bytes())
        };
        let room = self.group_of(log)?.place().conversation;
        let mut id = is_of(room);
        if id.is_none() {
            id = self.other_rooms(log)?.into_iter().find_map(is_of);
        }
        Ok(id.map(|id| (content, id)))
    }

    /// The rooms of a conversation's other logs.
    fn other_rooms(&mut self, log: &LogRow) -> Result<Vec<[u8; 32]>, CoreError> {
        let mut rooms = Vec::new();
        for row in self.store.logs_of(log.conversation)? {
            if row.log == log.log || !row.state.has_group() {
                continue;
            }
            if let Some(group) = self.group_if_there(&row)? {
                rooms.push(group.place().conversation);
            }
        }
        Ok(rooms)
    }
}
