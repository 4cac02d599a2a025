//! Whether search finds what is shown and nothing else, and what counts as unread.

use super::said::Who;
use super::verdict::there;
use super::{Lived, Week, words};
use std::collections::BTreeMap;

/// Texts that are searched for, of each kind and person.
const SEARCHES: usize = 150;
/// The words that are shown are found, and no others: not those of versions before, nor of what was taken back.
pub fn check_search(week: &Week, who: Who) -> Lived {
    let name = week.people[who].machine;
    let engine = week.world.engine(name);
    for place in week.people[who].all_places() {
        let conversation = week.people[who].places[&place];
        let there = there(week, who, place);
        let expected = week.expected(who, place, &there);
        let (mut looked, mut gone) = (0, 0);
        let leave = expected.iter().filter(|(number, _)| !week.stays(**number));
        for (number, shown) in leave.rev() {
            let current = mark_in(&shown.text);
            if let Some(mark) = current.filter(|_| looked < SEARCHES) {
                looked += 1;
                let found = engine.search(mark, Some(conversation), 10).unwrap();
                let texts: Vec<_> = found.iter().map(|(_, item)| item.text.as_str()).collect();
                if texts != [shown.text.as_str()] {
                    let what = week.told(*number);
                    return Err(format!("{name} finds {texts:?} for {mark} of {what}"));
                }
            }
            let first = mark_in(&week.journal.said[*number].text);
            if first != current
                && gone < SEARCHES
                && let Some(mark) = first
            {
                gone += 1;
                if !engine.search(mark, None, 10).unwrap().is_empty() {
                    let what = week.told(*number);
                    return Err(format!("{name} finds words that are not shown: {what}"));
                }
            }
        }
    }
    Ok(())
}

fn mark_in(text: &str) -> Option<&str> {
    text.split(' ').find(|word| words::is_mark(word))
}

/// As much counts as unread as came and was not shown.
pub fn check_unread(week: &Week, who: Who) -> Lived {
    let name = week.people[who].machine;
    let places: Vec<_> = week.people[who].places.clone().into_iter().collect();
    let mut expected = BTreeMap::new();
    for (place, id) in &places {
        let there = there(week, who, *place);
        let of_other = there.counts.iter().filter(|number| {
            let said = &week.journal.said[**number];
            said.by != who && said.what.is_text() && !week.people[who].knows.read.contains(*number)
        });
        expected.insert(*id, of_other.count() as u64);
    }
    for view in week.world.engine(name).conversations().unwrap() {
        let (is, should) = (view.unread, expected[&view.id]);
        if is != should {
            return Err(format!("{name} has {is} unread where {should} are"));
        }
    }
    Ok(())
}
