//! What the two do: each act of the client, and its line in the list.

use super::attempt::Done;
use super::said::{Fate, File, Number, PAIRS, Place, Said, What, Who};
use super::words::{self, SIGNS};
use super::{Lived, Week};
use client_core::{Attachment, Draft, ItemId, ItemState, ItemView};
use client_store::item::ItemRow;
use content::{AttachedFile, ContentKey, MimiContent, SealedFile};
use protocol::hash::sha256;
use std::collections::BTreeSet;

/// Items among which somebody chooses what to do something to.
const RECENT: u64 = 24;

/// A text before it is sent.
struct Writing {
    text: String,
    note: Option<String>,
    answers: Option<(ItemId, Number)>,
    held_until_s: Option<u64>,
    files: Vec<(String, Vec<u8>)>,
}

impl Week {
    /// Somebody does something.
    pub(super) fn act(&mut self, who: Who) -> Lived {
        let place = match self.random.below(10) {
            0 => Place::Own(who),
            turn => Place::Pair(usize::from(turn > 7)),
        };
        if let Place::Pair(pair) = place
            && self.people[who].knows.blocked[pair].is_some()
            && self.random.below(8) == 0
        {
            return self.unblock(who, pair);
        }
        match self.random.below(100) {
            0..=44 => {
                let count = 1 + self.random.below(5);
                self.say_in(who, place, count)
            }
            45..=59 => self.edit(who, place),
            60..=66 => self.retract(who, place),
            67..=81 => self.react(who, place),
            82..=88 => self.unreact(who, place),
            89..=96 => self.show(who, place),
            97 => {
                let pair = self.random.below(PAIRS);
                self.block(who, pair)
            }
            _ => {
                self.go_away_or_come_back(who);
                Ok(())
            }
        }
    }

    /// Somebody says so many things at once: all of them are kept, or none.
    pub(super) fn say_in(&mut self, who: Who, place: Place, count: usize) -> Lived {
        let writings: Vec<_> = (0..count).map(|_| self.write(who, place)).collect();
        let (machine, conversation) = self.at(who, place);
        let now_ms = self.world.now_of(machine).unix_ms;
        let done = self.attempt(who, place, |engine, now| {
            let files: Vec<Vec<Attachment>> = writings
                .iter()
                .map(|one| one.files.iter().map(|file| seal(engine, file)).collect())
                .collect();
            let drafts: Vec<_> = writings
                .iter()
                .zip(&files)
                .map(|(one, files)| Draft {
                    text: &one.text,
                    reply_to: one.answers.map(|(id, _)| id),
                    note: one.note.as_deref(),
                    held_until_s: one.held_until_s,
                    files,
                })
                .collect();
            engine.send_all(now, conversation, &drafts)
        })?;
        let ids = match done {
            Done::Refused => return Ok(()),
            Done::Kept(ids) => ids,
            Done::Crashed(rows) if rows.is_empty() => return Ok(()),
            Done::Crashed(rows) => rows.iter().map(|row| row.id).collect(),
        };
        if ids.len() != writings.len() {
            let (kept, said) = (ids.len(), writings.len());
            return Err(format!(
                "{machine} kept {kept} of {said} things said at once"
            ));
        }
        for (id, one) in ids.into_iter().zip(writings) {
            let held_ms = one.held_until_s.map(|at_s| at_s * 1_000);
            let held_ms = held_ms.filter(|at_ms| *at_ms > now_ms);
            let files = one.files.into_iter().map(|(name, content)| File {
                name,
                bytes: content.len() as u64,
                hash: sha256(&[&content]),
            });
            let files = files.collect();
            let what = What::Text(one.answers.map(|(_, number)| number));
            self.keep(who, place, id, what, &one.text);
            let said = self.journal.said.last_mut().unwrap();
            (said.note, said.files) = (one.note, files);
            said.at_ms = held_ms.unwrap_or(now_ms);
            said.was_held = held_ms.is_some();
            self.count_text();
        }
        Ok(())
    }

    fn count_text(&mut self) {
        let said = self.journal.said.last().unwrap();
        let counts = [
            ("week: texts", true),
            ("week: answers", matches!(said.what, What::Text(Some(_)))),
            ("week: notes", said.note.is_some()),
            ("week: held", said.was_held),
            ("week: files", !said.files.is_empty()),
            ("week: to oneself", matches!(said.place, Place::Own(_))),
            ("week: as long as can be", said.text.len() == 65_536),
        ];
        for (what, happened) in counts {
            self.world.story.count(what, u64::from(happened));
        }
    }

    fn write(&mut self, who: Who, place: Place) -> Writing {
        self.marked += 1;
        let text = words::text(&mut self.random, self.marked);
        let mut writing = Writing {
            text,
            note: None,
            answers: None,
            held_until_s: None,
            files: Vec::new(),
        };
        let random = &mut self.random;
        if random.below(8) == 0 {
            writing.note = Some(words::note(random));
        }
        if random.below(24) == 0 {
            let count = 1 + random.below(3);
            let marked = self.marked * 4;
            writing.files = (0..count)
                .map(|place| words::file(random, marked + place))
                .collect();
            if random.below(4) == 0 {
                writing.text.clear();
            }
        }
        if random.below(16) == 0 && matches!(place, Place::Pair(_)) {
            let seconds = 60 + random.below(30 * 3_600) as u64;
            let now = self.world.now_of(self.people[who].machine);
            writing.held_until_s = Some(now.unix_s() + seconds);
        }
        if self.random.below(5) == 0 {
            writing.answers = self.choose(who, place, |item| {
                matches!(item.state, ItemState::Stored | ItemState::Queued)
            });
        }
        writing
    }

    fn edit(&mut self, who: Who, place: Place) -> Lived {
        let Some((item, number)) = self.choose(who, place, |item| {
            item.mine && !item.retracted && item.state != ItemState::KeptBack
        }) else {
            return Ok(());
        };
        self.marked += 1;
        let text = words::text(&mut self.random, self.marked);
        let done = self.attempt(who, place, |engine, now| engine.edit(now, item, &text))?;
        let id = match done {
            Done::Refused => return Ok(()),
            Done::Kept(id) => id,
            Done::Crashed(rows) => match rows.first() {
                Some(row) => row.id,
                // What had not left is changed where it is.
                None if self.row(who, item).is_some_and(|row| row.text == text) => item,
                None => return Ok(()),
            },
        };
        self.world.count("week: edits");
        if id == item {
            let row = self.row(who, item).ok_or("what was changed is not there")?;
            self.journal.rename(number, row.message_id);
            self.journal.said[number].text = text;
            self.world.count("week: edits of what had not left");
            return Ok(());
        }
        self.keep(who, place, id, What::Edit(number), &text);
        Ok(())
    }

    fn retract(&mut self, who: Who, place: Place) -> Lived {
        let Some((item, number)) = self.choose(who, place, |item| item.mine && !item.retracted)
        else {
            return Ok(());
        };
        let done = self.attempt(who, place, |engine, now| engine.retract(now, item))?;
        let act = match done {
            Done::Refused => return Ok(()),
            Done::Kept(act) => act,
            Done::Crashed(rows) => match rows.first() {
                Some(row) => Some(row.id),
                None if self.row(who, item).is_none() => None,
                None => return Ok(()),
            },
        };
        self.world.count("week: retractions");
        match act {
            Some(id) => {
                self.keep(who, place, id, What::Retraction(number), "");
            }
            None => {
                self.world.count("week: taken back before it left");
                self.withdraw(number);
            }
        }
        Ok(())
    }

    /// Nothing of it had left, so nobody has what was done to it either.
    fn withdraw(&mut self, number: Number) {
        let mut gone = BTreeSet::from([number]);
        for (act, said) in self.journal.said.iter_mut().enumerate() {
            let of_gone = said.what.target().is_some_and(|of| gone.contains(&of));
            if act == number || of_gone {
                gone.insert(act);
                said.fate = Fate::Withdrawn;
            }
        }
    }

    fn react(&mut self, who: Who, place: Place) -> Lived {
        let Some((item, number)) = self.choose(who, place, |item| {
            !item.retracted && matches!(item.state, ItemState::Stored | ItemState::Queued)
        }) else {
            return Ok(());
        };
        let sign = SIGNS[self.random.below(SIGNS.len())];
        let done = self.attempt(who, place, |engine, now| engine.react(now, item, sign))?;
        let Some(id) = done.item() else {
            return Ok(());
        };
        if !self.people[who].knows.own.contains_key(&id) {
            self.world.count("week: signs");
            self.keep(who, place, id, What::Sign(number), sign);
        }
        Ok(())
    }

    fn unreact(&mut self, who: Who, place: Place) -> Lived {
        let is_taken_back = |number: Number| {
            let mut own = self.people[who].knows.own.values();
            own.any(|act| self.journal.said[*act].what == What::NoSign(number))
        };
        let own = self.people[who].knows.own.values().copied();
        let mut given: Vec<_> = own
            .filter(|number| {
                let said = &self.journal.said[*number];
                let of = matches!(said.what, What::Sign(_)) && said.place == place;
                of && said.fate != Fate::Withdrawn
            })
            .collect();
        given.sort_unstable_by(|one, other| other.cmp(one));
        given.truncate(12);
        given.retain(|number| !is_taken_back(*number));
        if given.is_empty() {
            return Ok(());
        }
        let number = given[self.random.below(given.len())];
        let What::Sign(of) = self.journal.said[number].what else {
            return Ok(());
        };
        let sign = self.journal.said[number].text.clone();
        let (machine, conversation) = self.at(who, place);
        let store = self.world.engine(machine).store();
        let message = self.journal.said[of].message;
        let Ok(Some(row)) = store.item_of_message(conversation, &message) else {
            return Ok(());
        };
        let done = self.attempt(who, place, |engine, now| engine.unreact(now, row.id, &sign))?;
        let Some(id) = done.item() else {
            return Ok(());
        };
        self.world.count("week: signs taken back");
        // The same sign may have been given before, and been kept back.
        let meant = self.row(who, id).and_then(|row| row.act);
        let meant = meant.and_then(|(_, sign)| self.journal.find(place, &sign));
        let number = meant.ok_or("a sign was taken back that nobody gave")?;
        self.keep(who, place, id, What::NoSign(number), "");
        Ok(())
    }

    /// Somebody looks at a conversation; what is shown counts as read.
    fn show(&mut self, who: Who, place: Place) -> Lived {
        self.look(who, place);
        let (machine, conversation) = self.at(who, place);
        let engine = self.world.engine(machine);
        let Ok(items) = engine.items(conversation, 0, RECENT) else {
            return Ok(());
        };
        let Some(last) = items.iter().filter_map(|item| item.seq).max() else {
            return Ok(());
        };
        let done = self.attempt(who, place, |engine, now| {
            engine.mark_read(now, conversation, last)
        })?;
        if matches!(done, Done::Kept(())) {
            self.world.count("week: shown");
            let said = &self.journal.said;
            let knows = &mut self.people[who].knows;
            let seen = knows.seen.iter().filter(|(_, hidden)| !**hidden);
            let texts = seen.filter(|(number, _)| {
                said[**number].place == place && said[**number].what.is_text()
            });
            knows.read.extend(texts.map(|(number, _)| *number));
        }
        Ok(())
    }

    /// One of the recent items that somebody is shown, and its number.
    fn choose(
        &mut self,
        who: Who,
        place: Place,
        may_be: impl Fn(&ItemView) -> bool,
    ) -> Option<(ItemId, Number)> {
        let (machine, conversation) = self.at(who, place);
        let engine = self.world.engine(machine);
        // A crash that is planned for a disk may come while it is read: then nobody is shown anything to choose from.
        let mut items = engine.items(conversation, 0, RECENT).ok()?;
        items.retain(may_be);
        if items.is_empty() {
            return None;
        }
        let item = items[self.random.below(items.len())].id;
        let message = self.row(who, item)?.message_id;
        Some((item, self.journal.find(place, &message)?))
    }

    pub(super) fn row(&self, who: Who, item: ItemId) -> Option<ItemRow> {
        let store = self.world.engine(self.people[who].machine).store();
        store.item(item).unwrap()
    }

    pub(super) fn at(&self, who: Who, place: Place) -> (&'static str, client_core::ConversationId) {
        let person = &self.people[who];
        (person.machine, person.places[&place])
    }

    /// A line in the list.
    fn keep(&mut self, who: Who, place: Place, id: ItemId, what: What, text: &str) {
        let now = self.world.now_of(self.people[who].machine);
        let row = self.row(who, id).expect("what was kept is there");
        let content = MimiContent::decode(&row.content).expect("own content is well-formed");
        let of_version = content.in_reply_to;
        let of_version = of_version.and_then(|of| self.journal.find(place, of.as_bytes()));
        let number = self.journal.push(Said {
            by: who,
            place,
            what,
            text: text.to_owned(),
            note: None,
            files: Vec::new(),
            of_version,
            message: row.message_id,
            at_ms: now.unix_ms,
            was_held: false,
            fate: Fate::Goes,
        });
        let what = self.told(number);
        self.world.note(|| format!("said: {what}"));
        self.people[who].knows.own.insert(id, number);
        if matches!(place, Place::Pair(_)) {
            self.people[1 - who].knows.awaited.insert(number);
        }
    }
}

/// A file whose bytes are not in this world, but what is told of them is.
fn seal(engine: &mut client_core::Engine, (name, content): &(String, Vec<u8>)) -> Attachment {
    let secrets = engine.new_secrets();
    let hash = sha256(&[content]);
    let sealed = SealedFile {
        blob: *secrets.blob.as_bytes(),
        key: ContentKey::new(secrets.key.expose().to_vec()),
        root: sha256(&[b"root", &hash]),
        hash,
        content_bytes: content.len() as u64,
    };
    Attachment {
        file: AttachedFile::new(name.clone(), "application/octet-stream", sealed).unwrap(),
        delete_secret: secrets.delete_secret,
    }
}
