//! *My people*: a private map, written by hand, of who matters. Who is on it need not be a contact, or know of it.

use client_store::alone::person::MappedPersonRow;
use client_store::id::{ContactId, MappedPersonId};

use crate::alone::check_length;
use crate::chosen::chosen;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// The longest kind and the longest note, in bytes.
const MAX_KIND_BYTES: usize = 256;
const MAX_NOTE_BYTES: usize = 4_096;
/// The most people on the map.
const MAX_PEOPLE: usize = 300;

/// How near somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// The closest.
    Closest,
    /// Near.
    Near,
    /// Further.
    Further,
}

impl Ring {
    const fn number(self) -> u8 {
        match self {
            Self::Closest => 1,
            Self::Near => 2,
            Self::Further => 3,
        }
    }

    /// What is on no ring does not come out of the store.
    const fn of_number(number: u8) -> Self {
        match number {
            ..=1 => Self::Closest,
            2 => Self::Near,
            3.. => Self::Further,
        }
    }
}

/// What is written of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MappedPersonWords<'a> {
    /// What they are called there.
    pub name: &'a str,
    /// What they are, in the person's own words.
    pub kind: &'a str,
    /// A note to oneself.
    pub note: &'a str,
    /// How near.
    pub ring: Ring,
    /// Who they are among the contacts.
    pub contact: Option<ContactId>,
}

/// Somebody on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedPersonView {
    /// The id.
    pub id: MappedPersonId,
    /// What they are called there.
    pub name: String,
    /// What they are, in the person's own words.
    pub kind: String,
    /// A note to oneself.
    pub note: String,
    /// How near.
    pub ring: Ring,
    /// Who they are among the contacts.
    pub contact: Option<ContactId>,
}

impl Engine {
    /// Everybody on the map, ring by ring from the closest, in their order around it.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn mapped_people(&self) -> Result<Vec<MappedPersonView>, CoreError> {
        let rows = self.store.mapped()?.into_iter();
        Ok(rows
            .map(|row| MappedPersonView {
                id: row.id,
                name: row.name,
                kind: row.kind,
                note: row.note,
                ring: Ring::of_number(row.ring),
                contact: row.contact,
            })
            .collect())
    }

    /// Puts somebody on the map, or writes anew what stands there of them. Who comes to another ring comes to its end.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if the name is none, a text is too long or the map is full; [`CoreError::Unknown`].
    pub fn map_person(
        &mut self,
        now: Now,
        person: Option<MappedPersonId>,
        words: MappedPersonWords<'_>,
    ) -> Result<MappedPersonId, CoreError> {
        let name = chosen("name", words.name)?;
        check_length("What they are", words.kind, MAX_KIND_BYTES)?;
        check_length("A note", words.note, MAX_NOTE_BYTES)?;
        self.transact(now, |engine| {
            engine.check_link(words.contact)?;
            let all = engine.store.mapped()?;
            let before = match person {
                Some(id) => {
                    let found = all.iter().find(|one| one.id == id);
                    Some(found.ok_or(CoreError::Unknown("person on the map"))?)
                }
                None if all.len() >= MAX_PEOPLE => {
                    return Err(CoreError::Invalid(format!(
                        "There are {MAX_PEOPLE} people on the map already; nothing was changed."
                    )));
                }
                None => None,
            };
            let ring = words.ring.number();
            let there = all.iter().filter(|one| one.ring == ring);
            let end = there
                .map(|one| one.place)
                .max()
                .unwrap_or(0)
                .saturating_add(1);
            let place = before.filter(|one| one.ring == ring).map(|one| one.place);
            let row = MappedPersonRow {
                id: person.unwrap_or_else(|| MappedPersonId::new(engine.entropy.bytes())),
                name: name.as_str().to_owned(),
                kind: words.kind.trim().to_owned(),
                note: words.note.trim().to_owned(),
                ring,
                place: place.unwrap_or(end),
                contact: words.contact,
            };
            engine.store.put_mapped(&row)?;
            Ok(row.id)
        })
    }

    /// Lets somebody change places with who is next around the ring, `onward` or back; nothing where they are alone there.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn turn_mapped(
        &mut self,
        now: Now,
        person: MappedPersonId,
        onward: bool,
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let all = engine.store.mapped()?;
            let found = all.iter().find(|one| one.id == person);
            let ring = found.ok_or(CoreError::Unknown("person on the map"))?.ring;
            let mut around: Vec<_> = all.into_iter().filter(|one| one.ring == ring).collect();
            let at = around.iter().position(|one| one.id == person).unwrap_or(0);
            let last = around.len().saturating_sub(1);
            match (onward, at) {
                // Around the ring the last is before the first.
                (true, at) if at == last => around.rotate_right(1),
                (false, 0) => around.rotate_left(1),
                (true, at) => around.swap(at, at + 1),
                (false, at) => around.swap(at, at - 1),
            }
            for (place, mut row) in (1..).zip(around) {
                row.place = place;
                engine.store.put_mapped(&row)?;
            }
            Ok(())
        })
    }

    /// Takes somebody from the map; nobody hears of it, and a conversation with them stays.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn unmap_person(&mut self, now: Now, person: MappedPersonId) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            if !engine.store.delete_mapped(person)? {
                return Err(CoreError::Unknown("person on the map"));
            }
            Ok(())
        })?;
        Ok(self.store.leave_nothing_beside()?)
    }
}
