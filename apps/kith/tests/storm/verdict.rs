//! The judge: from what both told and what both see in the end to what was lost, came twice or
//! stands in another order. A pure function over lists, so that planted faults can prove it.

use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the command that was given a text made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A result line named it `queued` or `stored`, with this id: a promise.
    Promised { item: String },
    /// The command was killed before it said anything: the text may be there or not.
    Open,
    /// The command said that nothing was kept.
    Refused,
}

/// A text somebody gave to `kith send`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub text: String,
    pub fate: Fate,
}

/// A text as `kith show` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub seq: Option<u64>,
    /// By the author's clock, which orders nothing.
    pub at: Timestamp,
    pub item: String,
    pub mine: bool,
    pub text: String,
}

/// What one of the two told, in that order, and sees.
#[derive(Debug, Clone, Default)]
pub struct Side {
    pub told: Vec<Told>,
    pub seen: Vec<Seen>,
}

/// Everything that should not be, a sentence for each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub lost: Vec<String>,
    pub twice: Vec<String>,
    pub disorder: Vec<String>,
    /// Texts that nobody told, that were refused and are there, or that are somebody else's.
    pub strange: Vec<String>,
}

impl Verdict {
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    /// Judges both sides together.
    pub fn of(sides: &[Side; 2]) -> Self {
        let mut verdict = Self::default();
        let [one, other] = sides;
        for (whose, mine, theirs) in [("first", one, other), ("second", other, one)] {
            verdict.judge_presence(whose, mine, theirs);
            verdict.judge_numbers(whose, mine);
            verdict.judge_author(whose, &theirs.told, &mine.seen);
            verdict.judge_author(whose, &mine.told, &mine.seen);
            verdict.judge_whose(whose, mine, theirs);
        }
        verdict.judge_agreement(one, other);
        verdict
    }

    /// What was promised, or is seen by the other side, is here, and nothing is here twice.
    fn judge_presence(&mut self, whose: &str, mine: &Side, theirs: &Side) {
        let mut here = BTreeSet::new();
        for seen in &mine.seen {
            if !here.insert(seen.text.as_str()) {
                self.twice.push(format!("the {whose} sees {seen:?} again"));
            }
        }
        let promised = |told: &&Told| matches!(told.fate, Fate::Promised { .. });
        let told = [&mine.told, &theirs.told].into_iter().flatten();
        let owed = told.filter(promised).map(|told| told.text.as_str());
        let elsewhere = theirs.seen.iter().map(|seen| seen.text.as_str());
        let owed: BTreeSet<&str> = owed.chain(elsewhere).collect();
        for missing in owed.difference(&here) {
            self.lost.push(format!("the {whose} misses {missing:?}"));
        }
    }

    /// Everything is stored, and numbers rise.
    fn judge_numbers(&mut self, whose: &str, mine: &Side) {
        let mut last = 0;
        for seen in &mine.seen {
            match seen.seq {
                Some(seq) if seq > last => last = seq,
                _ => self.disorder.push(format!(
                    "the {whose} sees {seen:?} after position {last}, which is no place for it"
                )),
            }
        }
    }

    /// The texts of one author stand in the order of telling.
    fn judge_author(&mut self, whose: &str, told: &[Told], seen: &[Seen]) {
        let place: BTreeMap<&str, usize> = told
            .iter()
            .enumerate()
            .map(|(place, told)| (told.text.as_str(), place))
            .collect();
        let mut last = None;
        for seen in firsts(seen) {
            let Some(now) = place.get(seen.text.as_str()) else {
                continue;
            };
            if last.is_some_and(|last| last > *now) {
                self.disorder
                    .push(format!("the {whose} sees {seen:?} after what came later"));
            }
            last = Some(*now);
        }
    }

    /// Each text is one that somebody told and was not told is refused, under their name and id.
    fn judge_whose(&mut self, whose: &str, mine: &Side, theirs: &Side) {
        let fates = |told: &'_ [Told]| -> BTreeMap<String, Fate> {
            told.iter()
                .map(|told| (told.text.clone(), told.fate.clone()))
                .collect()
        };
        let (own, foreign) = (fates(&mine.told), fates(&theirs.told));
        for seen in &mine.seen {
            let fate = if seen.mine { &own } else { &foreign }.get(&seen.text);
            let fits = match fate {
                // Ids are each client's own: only the sender was told this one.
                Some(Fate::Promised { item }) => !seen.mine || *item == seen.item,
                Some(Fate::Open) => true,
                Some(Fate::Refused) | None => false,
            };
            if !fits {
                self.strange
                    .push(format!("the {whose} sees {seen:?}, which was {fate:?}"));
            }
        }
    }

    /// What both see stands at the same places.
    fn judge_agreement(&mut self, one: &Side, other: &Side) {
        let texts = |side: &Side| -> BTreeSet<String> {
            side.seen.iter().map(|seen| seen.text.clone()).collect()
        };
        let both: BTreeSet<String> = texts(one).intersection(&texts(other)).cloned().collect();
        let shared = |side: &'_ Side| -> Vec<(Option<u64>, String)> {
            firsts(&side.seen)
                .filter(|seen| both.contains(&seen.text))
                .map(|seen| (seen.seq, seen.text.clone()))
                .collect()
        };
        for (mine, theirs) in shared(one).iter().zip(&shared(other)) {
            if mine != theirs {
                self.disorder
                    .push(format!("one sees {mine:?} where the other sees {theirs:?}"));
            }
        }
    }
}

/// Each text where it stands first: what stands twice is judged as that alone.
fn firsts(seen: &[Seen]) -> impl Iterator<Item = &Seen> {
    let mut met = BTreeSet::new();
    seen.iter().filter(move |seen| met.insert(&seen.text))
}

mod planted {
    use jiff::Timestamp;

    use super::{Fate, Seen, Side, Told, Verdict};

    /// Ada and Ben told four texts each in turn, and both see all of them.
    fn calm() -> [Side; 2] {
        let told = |who: &str| -> Vec<Told> {
            let told = |n| Told {
                text: format!("{who} {n}"),
                fate: Fate::Promised {
                    item: format!("{who}{n}"),
                },
            };
            (0..4).map(told).collect()
        };
        let seen = |me: &str| -> Vec<Seen> {
            let seen = |n: u64| {
                let who = if n.is_multiple_of(2) { "ada" } else { "ben" };
                Seen {
                    seq: Some(n + 1),
                    at: Timestamp::UNIX_EPOCH,
                    item: format!("{who}{}", n / 2),
                    mine: who == me,
                    text: format!("{who} {}", n / 2),
                }
            };
            (0..8).map(seen).collect()
        };
        ["ada", "ben"].map(|me| Side {
            told: told(me),
            seen: seen(me),
        })
    }

    /// What the judge counts, as lost, twice, disorder and strange, once `plant` has been at it.
    #[track_caller]
    fn check(plant: impl FnOnce(&mut [Side; 2]), expected: (usize, usize, usize, usize)) {
        let mut sides = calm();
        plant(&mut sides);
        let verdict = Verdict::of(&sides);
        let counts = (
            verdict.lost.len(),
            verdict.twice.len(),
            verdict.disorder.len(),
            verdict.strange.len(),
        );
        assert_eq!(counts, expected, "{verdict:#?}");
        assert_eq!(verdict.is_clean(), expected == (0, 0, 0, 0));
    }

    #[test]
    fn the_judge_finds_nothing_where_nothing_is_wrong() {
        check(|_| {}, (0, 0, 0, 0));
    }

    #[test]
    fn the_judge_finds_a_text_that_one_side_lost() {
        check(|sides| drop(sides[1].seen.remove(2)), (1, 0, 0, 0));
    }

    #[test]
    fn the_judge_finds_a_promised_text_that_both_sides_lost() {
        check(
            |sides| sides.iter_mut().for_each(|side| drop(side.seen.pop())),
            (2, 0, 0, 0),
        );
    }

    #[test]
    fn the_judge_lets_an_open_text_be_missing_on_both_sides_but_not_on_one() {
        let open = |sides: &mut [Side; 2]| sides[1].told[3].fate = Fate::Open;
        check(open, (0, 0, 0, 0));
        check(
            |sides| {
                open(sides);
                sides.iter_mut().for_each(|side| drop(side.seen.pop()));
            },
            (0, 0, 0, 0),
        );
        check(
            |sides| {
                open(sides);
                sides[0].seen.pop();
            },
            (1, 0, 0, 0),
        );
    }

    #[test]
    fn the_judge_finds_a_text_that_came_twice() {
        check(
            |sides| {
                let mut again = sides[0].seen[3].clone();
                again.seq = Some(9);
                sides[0].seen.push(again);
            },
            (0, 1, 0, 0),
        );
    }

    #[test]
    fn the_judge_finds_two_texts_of_two_authors_that_changed_places_on_one_side() {
        check(
            |sides| {
                sides[0].seen.swap(2, 3);
                sides[0].seen[2].seq = Some(3);
                sides[0].seen[3].seq = Some(4);
            },
            (0, 0, 2, 0),
        );
    }

    #[test]
    fn the_judge_finds_texts_of_one_author_in_another_order_than_told_on_both_sides() {
        check(
            |sides| {
                for side in sides {
                    side.seen.swap(2, 4);
                    side.seen[2].seq = Some(3);
                    side.seen[4].seq = Some(5);
                }
            },
            (0, 0, 2, 0),
        );
    }

    #[test]
    fn the_judge_finds_other_numbers_and_texts_without_one() {
        check(|sides| sides[0].seen[7].seq = Some(9), (0, 0, 1, 0));
        check(|sides| sides[0].seen[7].seq = None, (0, 0, 2, 0));
    }

    #[test]
    fn the_judge_finds_what_nobody_told_what_was_refused_and_what_is_not_theirs() {
        check(
            |sides| {
                for side in sides {
                    side.seen[7].text = "mallory".into();
                }
            },
            (2, 0, 0, 2),
        );
        check(|sides| sides[1].told[3].fate = Fate::Refused, (0, 0, 0, 2));
        check(|sides| sides[0].seen[7].mine = true, (0, 0, 0, 1));
        check(|sides| sides[0].seen[0].item = "ben0".into(), (0, 0, 0, 1));
    }
}
