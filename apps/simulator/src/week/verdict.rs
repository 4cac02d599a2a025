//! Whether both are shown what they must be, once everything has settled.
//!
//! Of what may be lost with a device, exactly this may differ between the two: what was said between the newest backup
//! and the day on which the new device was let in, by either, is not on the new device; what the lost device made after
//! the backup and did not know to be stored may be nowhere; what was on its way at the backup stands on the new device at
//! the place where it arrived the second time. Everything else is the same.

use super::expected::Shown;
use super::found::{check_search, check_unread};
use super::said::{Fate, File, Number, PAIRS, Place, Said, What, Who};
use super::{Lived, Week};
use client_core::{Event, ItemState, ItemView};
use std::collections::{BTreeMap, BTreeSet};

/// So much of each happens in a whole week, whatever the seed.
const SEEN_OFTEN: [(&str, u64); 14] = [
    ("week: texts", 2_000),
    ("week: answers", 200),
    ("week: notes", 200),
    ("week: held", 50),
    ("week: files", 50),
    ("week: to oneself", 200),
    ("week: as long as can be", 1),
    ("week: edits", 300),
    ("week: retractions", 100),
    ("week: signs", 200),
    ("week: signs taken back", 50),
    ("week: shown", 50),
    ("week: blocks", 2),
    ("week: backups", 2),
];

/// What of a place is at one of them.
pub(super) struct There {
    /// What has come to their device, hidden or not.
    pub has: BTreeSet<Number>,
    /// What of it does anything there.
    pub counts: BTreeSet<Number>,
}

/// Looks at everything.
///
/// # Errors
/// One sentence about the first thing that is not as it must be.
pub(super) fn judge(week: &mut Week) -> Lived {
    check_events(week)?;
    for pair in 0..PAIRS {
        let place = Place::Pair(pair);
        let there = [there(week, 0, place), there(week, 1, place)];
        for who in 0..2 {
            check_arrived(week, who, place, &there)?;
            check_shown(week, who, place, &there)?;
        }
        check_order(week, place)?;
    }
    for who in 0..2 {
        let place = Place::Own(who);
        let there = there(week, who, place);
        let both = [&there, &there];
        check_own(week, who, place, both[0])?;
    }
    for who in 0..2 {
        check_search(week, who)?;
        check_unread(week, who)?;
    }
    check_much_happened(week)
}

fn check_events(week: &Week) -> Lived {
    for person in &week.people {
        let name = person.machine;
        if week.world.client(name).bugs > 0 {
            return Err(format!("{name} failed for a reason of its own"));
        }
        let bad = week.world.events(name).iter().find(|event| {
            matches!(
                event,
                Event::Distrusted(..)
                    | Event::PassedOver(_)
                    | Event::Halted(..)
                    | Event::Behind(_)
                    | Event::NotSent(..)
            ) && !is_about_lost_file(week, person.who, event)
        });
        if let Some(event) = bad {
            return Err(format!("{name}: {event:?}"));
        }
        let waiting = week.world.engine(name).waiting().unwrap();
        if waiting.total() > 0 {
            return Err(format!("{name} still waits: {waiting:?}"));
        }
    }
    Ok(())
}

fn is_about_lost_file(week: &Week, who: Who, event: &Event) -> bool {
    let Event::NotSent(item, _) = event else {
        return false;
    };
    let number = week.people[who].knows.own.get(item);
    number.is_some_and(|number| may_lack_file(week, *number))
}

/// Whether its file, or that of what it does something to, may have been on the device that was lost alone: it stays here.
fn may_lack_file(week: &Week, mut number: Number) -> bool {
    loop {
        let said = &week.journal.said[number];
        if !said.files.is_empty() && week.people[said.by].again.contains(&number) {
            return true;
        }
        match said.what.target() {
            Some(of) => number = of,
            None => return false,
        }
    }
}

pub(super) fn there(week: &Week, who: Who, place: Place) -> There {
    let (machine, conversation) = week.at(who, place);
    let store = week.world.engine(machine).store();
    let person = &week.people[who];
    let mut there = There {
        has: BTreeSet::new(),
        counts: BTreeSet::new(),
    };
    for (number, said) in week.journal.of(place) {
        let row = store.item_of_message(conversation, &said.message).unwrap();
        let Some(row) = row else {
            continue;
        };
        there.has.insert(number);
        let counts = if said.by == who {
            // What stays here does nothing to others' words.
            said.fate != Fate::MayStay || said.what.is_text() || row.stored
        } else {
            let hidden = person.knows.seen.get(&number).copied();
            !hidden.unwrap_or_else(|| person.knows.hides(place, said.at_ms))
        };
        if counts {
            there.counts.insert(number);
        }
    }
    there
}

/// Whether a new device had it still to send and takes it back: it need not arrive any more, nor what was done to it.
fn stopped(week: &Week, number: Number) -> bool {
    let mut root = number;
    while let Some(of) = week.journal.said[root].what.target() {
        root = of;
    }
    let said = &week.journal.said[root];
    let person = &week.people[said.by];
    let mut own = person.knows.own.values();
    person.again.contains(&root)
        && own.any(|act| week.journal.said[*act].what == What::Retraction(root))
}

/// What must be there is there, and what nobody let leave is not.
fn check_arrived(week: &Week, who: Who, place: Place, there: &[There; 2]) -> Lived {
    let name = week.people[who].machine;
    for (number, said) in week.journal.of(place) {
        let has = there[who].has.contains(&number);
        let needs = if stopped(week, number) {
            false
        } else if said.by == who {
            week.must_go(number)
        } else {
            must_have(week, who, number, said)
        };
        if needs && !has {
            return Err(format!("{name} lost {}", week.told(number)));
        }
        let stayed = said.fate == Fate::Withdrawn && said.what.is_text()
            || said.by != who
                && week.stays(number)
                && !week.people[said.by].again.contains(&number);
        if has && stayed {
            let what = week.told(number);
            return Err(format!("{name} has what never left: {what}"));
        }
    }
    check_gap(week, who, place, &there[who])
}

fn must_have(week: &Week, who: Who, number: Number, said: &Said) -> bool {
    let person = &week.people[who];
    if person.knows.seen.contains_key(&number) {
        return true;
    }
    let left = match said.fate {
        Fate::Goes => !may_lack_file(week, number),
        Fate::MayStay => week.is_stored(number),
        Fate::OnlyThere => true,
        Fate::MayBeLost | Fate::Withdrawn => false,
    };
    let Place::Pair(pair) = said.place else {
        return false;
    };
    match (person.restored, person.back[pair]) {
        (None, _) => left,
        (Some(_), Some(back)) => left && number >= back,
        (Some(_), None) => false,
    }
}

/// What a new device lacks of the other lies between the backup and the day on which it was let in, in one piece.
fn check_gap(week: &Week, who: Who, place: Place, there: &There) -> Lived {
    let person = &week.people[who];
    let (Some(_), Place::Pair(pair)) = (person.restored, place) else {
        return Ok(());
    };
    let name = person.machine;
    if person.back[pair].is_none() {
        return Err(format!("{name} was not let in again"));
    }
    let (other, conversation) = week.at(1 - who, place);
    let store = week.world.engine(other).store();
    let mut rows = BTreeMap::new();
    for (number, said) in week.journal.of(place).filter(|(_, said)| said.by != who) {
        let row = store.item_of_message(conversation, &said.message).unwrap();
        if let Some(seq) = row.and_then(|row| row.seq) {
            rows.insert(seq, number);
        }
    }
    let lacks = |number: &&Number| !there.has.contains(*number);
    let after_first = rows.values().skip_while(|number| !lacks(number));
    let mut back = after_first.skip_while(lacks);
    match back.find(lacks) {
        Some(number) => Err(format!("{name} lost {}", week.told(*number))),
        None => Ok(()),
    }
}

/// The items that somebody is shown in a place, with their numbers.
fn items(week: &Week, who: Who, place: Place) -> Result<Vec<(Number, ItemView)>, String> {
    let (machine, conversation) = week.at(who, place);
    let engine = week.world.engine(machine);
    let items = engine.items(conversation, 0, 1_000_000).unwrap();
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        let row = week.row(who, item.id).unwrap();
        match week.journal.find(place, &row.message_id) {
            Some(number) => found.push((number, item)),
            None => {
                let text = &item.text;
                return Err(format!("{machine} is shown {text:?}, which nobody said"));
            }
        }
    }
    Ok(found)
}

fn check_shown(week: &Week, who: Who, place: Place, there: &[There; 2]) -> Lived {
    let Place::Pair(pair) = place else {
        return Ok(());
    };
    let name = week.people[who].machine;
    let items = items(week, who, place)?;
    for (number, item) in &items {
        let said = &week.journal.said[*number];
        let author = &week.people[said.by].names[pair].name;
        if (&item.author, item.mine) != (author, said.by == who) {
            let author = &item.author;
            return Err(format!(
                "{name} is shown {} as {author}'s",
                week.told(*number)
            ));
        }
        let state = if said.by == who && week.stays(*number) {
            ItemState::KeptBack
        } else {
            ItemState::Stored
        };
        // Whether the lost device had put its file at the home is not known to the new one.
        let lacks_file = may_lack_file(week, *number) && item.not_sent.is_some();
        let stays = said.by == who && (lacks_file || stopped(week, *number));
        if item.state == ItemState::Queued && stays {
            continue;
        }
        if item.state != state {
            let is = item.state;
            return Err(format!(
                "{name} has {} {is:?}, not {state:?}",
                week.told(*number)
            ));
        }
    }
    compare(week, who, place, &there[who], &items)
}

fn check_own(week: &Week, who: Who, place: Place, there: &There) -> Lived {
    let name = week.people[who].machine;
    for (number, _) in week.journal.of(place) {
        if week.must_go(number) && !there.has.contains(&number) {
            return Err(format!("{name} lost {}", week.told(number)));
        }
    }
    let items = items(week, who, place)?;
    if !items.is_sorted_by(|(one, _), (next, _)| one < next) {
        return Err(format!("{name} is shown an own conversation out of order"));
    }
    compare(week, who, place, there, &items)
}

/// What was done to something, and whether it came.
fn done_to(week: &Week, who: Who, place: Place, number: Number) -> String {
    let (machine, conversation) = week.at(who, place);
    let store = week.world.engine(machine).store();
    let is_about = |of: Number| of == number || week.journal.said[of].what.target() == Some(number);
    let acts = week
        .journal
        .of(place)
        .filter(|(_, said)| said.what.target().is_some_and(is_about));
    let acts = acts.map(|(act, said)| {
        let row = store.item_of_message(conversation, &said.message).unwrap();
        let came = row.map_or("not here".to_owned(), |row| {
            let (hidden, seq) = (row.hidden, row.seq);
            format!("at {seq:?}, hidden: {hidden}")
        });
        format!("{act} {:?} {:?} {came}", said.what, said.fate)
    });
    acts.collect::<Vec<_>>().join(", ")
}

/// Exactly these, each once, each as it must be.
fn compare(
    week: &Week,
    who: Who,
    place: Place,
    there: &There,
    items: &[(Number, ItemView)],
) -> Lived {
    let expected = week.expected(who, place, there);
    let name = week.people[who].machine;
    let mut once = BTreeSet::new();
    for (number, item) in items {
        if !once.insert(number) {
            return Err(format!("{name} is shown {} twice", week.told(*number)));
        }
        let Some(expected) = expected.get(number) else {
            let what = week.told(*number);
            return Err(format!("{name} is shown what must not be: {what}"));
        };
        let shown = as_shown(week, who, place, item);
        let may_stay = week.stays(*number) && week.is_as_it_may_stay(*number, &shown);
        if shown != *expected && !may_stay {
            let what = week.told(*number);
            let (is, should) = shown.unlike(expected);
            let done = done_to(week, who, place, *number);
            return Err(format!(
                "{name} is shown {what} with {is}, not with {should}; {done}"
            ));
        }
    }
    let missing = expected.keys().find(|number| !once.contains(number));
    match missing {
        Some(number) => Err(format!("{name} is not shown {}", week.told(*number))),
        None => Ok(()),
    }
}

fn as_shown(week: &Week, who: Who, place: Place, item: &ItemView) -> Shown {
    let answered = item.reply_to.and_then(|id| week.row(who, id));
    let called = |name: &String| match place {
        Place::Own(who) => who,
        Place::Pair(pair) => usize::from(week.people[1].names[pair].name == *name),
    };
    let store = week.world.engine(week.people[who].machine).store();
    let rows = store.files_of(item.id).unwrap().into_iter();
    let files = item.files.iter().zip(rows).map(|(file, row)| File {
        name: file.name.clone(),
        bytes: file.bytes,
        hash: row.file.sealed.hash,
    });
    Shown {
        text: item.text.clone(),
        note: item.note.clone(),
        edited: item.edited,
        retracted: item.retracted,
        answers: answered.and_then(|row| week.journal.find(place, &row.message_id)),
        signs: item
            .reactions
            .iter()
            .map(|(sign, names)| (sign.clone(), names.iter().map(called).collect()))
            .collect(),
        files: files.collect(),
    }
}

/// Both have what both have in the same order and at the same places; what somebody said is in the order in which it
/// was said.
fn check_order(week: &Week, place: Place) -> Lived {
    let mut orders = Vec::new();
    for who in 0..2 {
        let name = week.people[who].machine;
        let items = items(week, who, place)?;
        let stored = items
            .iter()
            .filter_map(|(number, item)| Some((item.seq?, *number)));
        let order: Vec<_> = stored.collect();
        if !order.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Err(format!("{name} is shown items out of place"));
        }
        for by in 0..2 {
            let of_one = order.iter().map(|(_, number)| *number).filter(|number| {
                let said = &week.journal.said[*number];
                said.by == by && !said.was_held && !week.people[by].again.contains(number)
            });
            if let Some((one, next)) = first_fall(of_one) {
                let (one, next) = (week.told(one), week.told(next));
                return Err(format!("{name} is shown {one} before {next}"));
            }
        }
        orders.push(order);
    }
    let known = |order: &[(u64, Number)]| -> BTreeSet<Number> {
        order.iter().map(|(_, number)| *number).collect()
    };
    let (of_one, of_other) = (known(&orders[0]), known(&orders[1]));
    let is_common = |(_, number): &(u64, Number)| {
        let moved = week
            .people
            .iter()
            .any(|person| person.again.contains(number));
        of_one.contains(number) && of_other.contains(number) && !moved
    };
    let [one, other] = [0, 1].map(|who| {
        let order = orders[who].iter().copied();
        order.filter(is_common).collect::<Vec<_>>()
    });
    match one.iter().zip(&other).find(|(one, other)| one != other) {
        Some(((seq, number), _)) => {
            let what = week.told(*number);
            Err(format!(
                "{what} is at {seq} for one and elsewhere for the other"
            ))
        }
        None => Ok(()),
    }
}

/// The first two that stand in the wrong order.
fn first_fall(numbers: impl Iterator<Item = Number>) -> Option<(Number, Number)> {
    let numbers: Vec<_> = numbers.collect();
    let mut pairs = numbers.windows(2);
    let fall = pairs.find(|pair| pair[0] > pair[1])?;
    Some((fall[0], fall[1]))
}

/// A week in which nothing happens shows nothing.
fn check_much_happened(week: &Week) -> Lived {
    let counts = &week.world.story.counts;
    if counts.get("week: devices lost") != Some(&1) {
        return Err("nobody lost a device".to_owned());
    }
    if week.things < 10_000 {
        return Ok(());
    }
    for (what, least) in SEEN_OFTEN {
        let times = counts.get(what).copied().unwrap_or_default();
        if times < least {
            return Err(format!("{what}: only {times} of {least}"));
        }
    }
    Ok(())
}
