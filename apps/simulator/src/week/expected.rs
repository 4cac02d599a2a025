//! What somebody must be shown, from the list alone and from which of it has come to them.

use super::said::{Fate, File, Number, Place, What, Who};
use super::verdict::There;
use super::{Week, said::Said};
use std::collections::{BTreeMap, BTreeSet};

/// One item as it must be shown.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The newest version that came; nothing once taken back.
    pub text: String,
    /// What stands before it.
    pub note: Option<String>,
    /// Whether another version is shown than the first.
    pub edited: bool,
    /// Whether it was taken back.
    pub retracted: bool,
    /// What it answers, if that is there.
    pub answers: Option<Number>,
    /// Who gave which sign.
    pub signs: BTreeMap<String, BTreeSet<Who>>,
    /// What goes with it.
    pub files: Vec<File>,
}

impl Shown {
    /// The first that is not alike in both, as it is here and there.
    pub fn unlike(&self, other: &Self) -> (String, String) {
        let parts = [self, other].map(|one| {
            [
                format!("retracted {:?}", one.retracted),
                format!("edited {:?}", one.edited),
                format!("text {:?}", one.text),
                format!("note {:?}", one.note),
                format!("answer {:?}", one.answers),
                format!("signs {:?}", one.signs),
                format!("files {:?}", one.files),
            ]
        });
        let [ours, theirs] = parts;
        let mut both = ours.into_iter().zip(theirs);
        both.find(|(one, other)| one != other).unwrap_or_default()
    }
}

impl Week {
    /// What is to be shown to somebody in a place, of that which is there.
    pub(super) fn expected(
        &self,
        who: Who,
        place: Place,
        there: &There,
    ) -> BTreeMap<Number, Shown> {
        let counts = &there.counts;
        let counting = |(number, _): &(Number, &Said)| counts.contains(number);
        // What answers a version that is not there cannot be told from what answers something else.
        let is_known = |said: &Said| said.of_version.is_none_or(|of| there.has.contains(&of));
        let mut shown = BTreeMap::new();
        for (number, said) in self.journal.of(place).filter(counting) {
            if let What::Text(answers) = said.what {
                let answers = answers.filter(|of| counts.contains(of) && is_known(said));
                let first = Shown {
                    text: said.text.clone(),
                    note: said.note.clone(),
                    answers,
                    files: said.files.clone(),
                    ..Shown::default()
                };
                shown.insert(number, first);
            }
        }
        let mut signs: BTreeMap<Number, (Number, &Said)> = BTreeMap::new();
        for (number, said) in self.journal.of(place).filter(counting) {
            match said.what {
                What::Text(_) => {}
                What::Edit(of) => {
                    if let Some(shown) = shown.get_mut(&of).filter(|shown| !shown.retracted) {
                        shown.text.clone_from(&said.text);
                        shown.edited = true;
                    }
                }
                What::Retraction(of) => {
                    if let Some(shown) = shown.get_mut(&of) {
                        *shown = Shown {
                            retracted: true,
                            answers: shown.answers,
                            ..Shown::default()
                        };
                    }
                }
                What::Sign(of) if said.by == who || is_known(said) => {
                    signs.insert(number, (of, said));
                }
                What::Sign(_) => {}
                What::NoSign(sign) => {
                    signs.remove(&sign);
                }
            }
        }
        for (of, said) in signs.into_values() {
            if let Some(shown) = shown.get_mut(&of).filter(|shown| !shown.retracted) {
                let givers = shown.signs.entry(said.text.clone()).or_default();
                givers.insert(said.by);
            }
        }
        shown
    }

    /// Whether it is kept back at its author for ever.
    pub(super) fn stays(&self, number: Number) -> bool {
        self.journal.said[number].fate == Fate::MayStay && !self.is_stored(number)
    }

    /// Something that stays at its author alone: any version of it may be shown, and what it answers need not be.
    pub(super) fn is_as_it_may_stay(&self, number: Number, shown: &Shown) -> bool {
        let said = &self.journal.said[number];
        let place = self.journal.of(said.place);
        let edits = place.filter(|(_, edit)| edit.what == What::Edit(number));
        let mut texts = edits.map(|(_, edit)| &edit.text).chain([&said.text]);
        shown.retracted || texts.any(|text| *text == shown.text)
    }

    /// Whether its author's device has it as stored.
    pub(super) fn is_stored(&self, number: Number) -> bool {
        let said = &self.journal.said[number];
        let (machine, conversation) = self.at(said.by, said.place);
        let store = self.world.engine(machine).store();
        let row = store.item_of_message(conversation, &said.message).unwrap();
        row.is_some_and(|row| row.stored)
    }
}
