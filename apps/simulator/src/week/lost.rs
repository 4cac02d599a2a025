//! Backups through the week, and the day on which a device is lost.

use super::folder::Folder;
use super::person::Kept;
use super::said::{Fate, Number, PAIRS, Place, Said, Who};
use super::{Lived, Week};
use protocol::hash::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

impl Week {
    /// Whoever is to lose the device makes a backup now and then, and loses it once; whether that was now.
    pub(super) fn keep_or_lose(&mut self) -> Result<bool, String> {
        let (who, at) = self.loses;
        let length = self.journal.said.len();
        if self.people[who].restored.is_some() {
            return Ok(false);
        }
        if length > at {
            // The backup before and the loss are of days on which nobody is blocked.
            (0..PAIRS).try_for_each(|pair| self.unblock(who, pair))?;
        }
        let person = &self.people[who];
        if person.knows.blocks() {
            return Ok(false);
        }
        if length >= self.next_backup || person.kept.is_none() && length >= at {
            self.next_backup = length + self.things / 20 + self.random.below(self.things / 10);
            self.back_up(who)?;
            return Ok(false);
        }
        if length < at || person.kept.is_none() {
            return Ok(false);
        }
        self.lose(who);
        Ok(true)
    }

    fn back_up(&mut self, who: Who) -> Lived {
        for pair in 0..PAIRS {
            self.look(who, Place::Pair(pair));
        }
        self.look_around();
        let machine = self.people[who].machine;
        if self.people[who].folder.is_none() {
            let phrase = self
                .world
                .act(machine, |engine, now| engine.phrase_for_backups(now));
            // Where the disk fails, there is none this time.
            let Ok(phrase) = phrase else {
                self.world.crash_client(machine);
                return Ok(());
            };
            self.people[who].folder = Some(Folder::new(phrase));
        }
        let now = self.world.now_of(machine);
        let person = &mut self.people[who];
        let store = self.world.engine(machine).store();
        let folder = person.folder.as_mut().unwrap();
        let written = folder.back_up(store, now, &mut self.random);
        if person.kept.is_some() && written.new * 2 > written.chunks + 24 {
            let (new, all) = (written.new, written.chunks);
            return Err(format!("a later backup wrote {new} of {all} chunks"));
        }
        let own = person.knows.own.values();
        let own = own.map(|number| (*number, self.journal.said[*number].clone()));
        let own: BTreeMap<_, _> = own.collect();
        let waits = |number: &usize| !person.knows.stored.contains(number);
        let waited: BTreeSet<_> = own.keys().copied().filter(waits).collect();
        person.kept = Some(Kept {
            length: self.journal.said.len(),
            own,
            knows: person.knows.clone(),
            waited,
        });
        self.world.count("week: backups");
        Ok(())
    }

    /// The device is gone, and a new one begins, offline, with the newest backup.
    fn lose(&mut self, who: Who) {
        self.look_around();
        self.forget_what_came_since(who);
        let machine = self.people[who].machine;
        self.world.end(machine);
        self.world
            .put_disk(machine, &self.world.take_disk("nobody"));
        let path = format!("/sim/{}/profile.db", self.world.machine(machine));
        let seed = sha256(&[b"restored", &self.random.bytes()]);
        self.world.make_room(machine);
        let now = self.world.now_of(machine);
        let folder = self.people[who].folder.as_ref().unwrap();
        let begun = folder.restore(&PathBuf::from(path), seed, now);
        // The file is synced before it gets its name.
        self.world.put_disk(machine, &self.world.take_disk(machine));
        self.world.go_offline(machine);
        let story = &mut self.world.story;
        story.count("week: devices lost", 1);
        story.count("week: conversations that waited", begun.rejoining);
        story.count("week: sent once more", begun.queued);
        story.count("week: held on", begun.held);
        self.world
            .note(|| format!("{machine} lost the device and has a new one: {begun:?}"));
    }

    /// What the list knows of the lost device is as it was at the backup, and what is only there is marked.
    fn forget_what_came_since(&mut self, who: Who) {
        let person = &mut self.people[who];
        let kept = person.kept.take().unwrap();
        let now = std::mem::replace(&mut person.knows, kept.knows);
        for number in now.own.into_values() {
            let said = &mut self.journal.said[number];
            let is_stored = now.stored.contains(&number);
            let of_lost = if is_stored {
                Fate::OnlyThere
            } else {
                Fate::MayBeLost
            };
            let Some(before) = kept.own.get(&number) else {
                if matches!(said.fate, Fate::Goes | Fate::MayStay) {
                    said.fate = match said.place {
                        Place::Own(_) => Fate::Withdrawn,
                        Place::Pair(_) => of_lost,
                    };
                }
                continue;
            };
            let later = std::mem::replace(said, before.clone());
            if later.message != before.message && later.fate != Fate::Withdrawn {
                let later = Said {
                    fate: of_lost,
                    ..later
                };
                self.keep_later_version(number, later, &kept.own);
            }
        }
        let person = &mut self.people[who];
        person.restored = Some(kept.length);
        person.again = kept.waited;
        let others = self.journal.said[kept.length..].iter().enumerate();
        let others =
            others.filter(|(_, said)| said.by != who && matches!(said.place, Place::Pair(_)));
        let others = others.map(|(number, _)| number + kept.length);
        person.knows.awaited.extend(others);
    }

    /// Something was held, and changed since the backup: the other may have had the later version, as something else
    /// than what the backup holds; so all that was done since was done to that.
    fn keep_later_version(&mut self, number: Number, later: Said, kept: &BTreeMap<Number, Said>) {
        let by = later.by;
        let anew = self.journal.push(later);
        let knows = &mut self.people[1 - by].knows;
        knows.awaited.insert(number);
        match knows.seen.remove(&number) {
            Some(hidden) => drop(knows.seen.insert(anew, hidden)),
            None => drop(knows.awaited.insert(anew)),
        }
        if knows.read.remove(&number) {
            knows.read.insert(anew);
        }
        for (act, said) in self.journal.said.iter_mut().enumerate() {
            if !kept.contains_key(&act) {
                said.what.turn_to(number, anew);
                said.of_version = said
                    .of_version
                    .map(|of| if of == number { anew } else { of });
            }
        }
    }
}
