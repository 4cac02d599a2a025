//! A level for every dimension, and the stricter of two such sets.

use std::collections::BTreeMap;

use crate::dimension::Dimension;
use crate::level::Level;

/// What somebody allows: a level for every dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits(BTreeMap<Dimension, Level>);

impl Limits {
    /// Everything at its strictest.
    pub fn strictest() -> Self {
        Self::each(Level::strictest)
    }

    /// Where everybody starts, towards somebody who is not accepted yet.
    pub fn starting() -> Self {
        Self::each(|one| Level::new(one, one.starts_at()).unwrap_or_else(|_| Level::strictest(one)))
    }

    /// Where everybody starts, towards somebody who is accepted.
    pub fn starting_once_accepted() -> Self {
        Self::each(|one| {
            let starts = Level::new(one, one.starts_at_once_accepted());
            starts.unwrap_or_else(|_| Level::strictest(one))
        })
    }

    /// What is said by names, as somebody else says it. What is not said or not known is at its strictest, and of what is
    /// said twice the stricter holds.
    pub fn read<'a>(said: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut known: BTreeMap<Dimension, Level> = BTreeMap::new();
        for (dimension, value) in said {
            let Some(dimension) = Dimension::of_name(dimension) else {
                continue;
            };
            let level = Level::of_name_or_strictest(dimension, value);
            let stricter = known
                .get(&dimension)
                .map_or(level, |one| one.stricter(level));
            known.insert(dimension, stricter);
        }
        Self::each(|one| {
            known
                .get(&one)
                .copied()
                .unwrap_or_else(|| Level::strictest(one))
        })
    }

    fn each(level: impl Fn(Dimension) -> Level) -> Self {
        let levels = Dimension::ALL.into_iter().map(|one| (one, level(one)));
        Self(levels.collect())
    }

    /// The level of a dimension.
    pub fn get(&self, dimension: Dimension) -> Level {
        let level = self.0.get(&dimension).copied();
        level.unwrap_or_else(|| Level::strictest(dimension))
    }

    /// Puts a dimension at another level.
    pub fn set(&mut self, level: Level) {
        self.0.insert(level.dimension(), level);
    }

    /// All levels, in the order of the table.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        Dimension::ALL.into_iter().map(|one| self.get(one))
    }

    /// What holds between two: of each dimension the stricter level.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        Self::each(|one| self.get(one).stricter(other.get(one)))
    }

    /// Whether nothing is more open than the other allows.
    pub fn is_within(&self, other: &Self) -> bool {
        self.levels()
            .all(|one| one.is_within(other.get(one.dimension())))
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::{Dimension, Level, Value};
    use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    fn limits() -> impl Strategy<Value = Limits> {
        let mut all = Just(Limits::strictest()).boxed();
        for dimension in Dimension::ALL {
            let levels: Vec<Level> = Level::all(dimension).collect();
            let one = (all, select(levels));
            all = one
                .prop_map(|(mut limits, level)| {
                    limits.set(level);
                    limits
                })
                .boxed();
        }
        all
    }

    /// Everything at its most open.
    fn most_open() -> Limits {
        let mut open = Limits::strictest();
        for level in Dimension::ALL.into_iter().flat_map(Level::all) {
            open.set(level);
        }
        open
    }

    proptest! {
        #[test]
        fn the_meet_does_not_depend_on_who_comes_first(a in limits(), b in limits(), c in limits()) {
            prop_assert_eq!(a.meet(&b), b.meet(&a));
            prop_assert_eq!(a.meet(&b).meet(&c), a.meet(&b.meet(&c)));
            prop_assert_eq!(a.meet(&a), a.clone());
        }

        #[test]
        fn nobody_is_exposed_beyond_their_own_limits(a in limits(), b in limits()) {
            let both = a.meet(&b);
            prop_assert!(both.is_within(&a) && both.is_within(&b));
            // And no stricter than one of the two asks.
            for level in both.levels() {
                let of = level.dimension();
                prop_assert!(level == a.get(of) || level == b.get(of));
            }
        }

        #[test]
        fn the_strictest_wins_always_and_the_most_open_never(a in limits()) {
            prop_assert_eq!(a.meet(&Limits::strictest()), Limits::strictest());
            prop_assert_eq!(a.meet(&most_open()), a.clone());
        }

        #[test]
        fn lowering_one_side_never_opens_anything(a in limits(), b in limits(), c in limits()) {
            prop_assert!(a.meet(&c).meet(&b).is_within(&a.meet(&b)));
        }

        #[test]
        fn limits_come_back_from_their_names(a in limits()) {
            let said: Vec<_> = a.levels().map(|one| (one.dimension().name(), one.value().name())).collect();
            prop_assert_eq!(Limits::read(said), a);
        }

        #[test]
        fn whatever_is_said_is_read_and_opens_nothing(name in "[a-z-]{0,12}", value in "[a-z-]{0,12}") {
            let read = Limits::read([(name.as_str(), value.as_str())]);
            let known = Dimension::of_name(&name).and_then(|one| Level::of_name(one, &value).ok());
            for level in read.levels() {
                prop_assert!(Some(level) == known || level == Level::strictest(level.dimension()));
            }
        }
    }

    #[test]
    fn what_is_not_said_or_not_known_is_at_its_strictest() {
        let said = [
            ("keep", "month"),
            ("keep", "week"),
            ("voice", "loudly"),
            ("scent", "yes"),
        ];
        let read = Limits::read(said);
        assert_eq!(read.get(Dimension::Keep).value(), Value::Week);
        assert_eq!(read.get(Dimension::Voice).value(), Value::No);
        assert_eq!(read.get(Dimension::Quote).value(), Value::No);
    }

    #[test]
    fn voice_opens_once_somebody_is_accepted_and_nothing_else_does() {
        let (before, accepted) = (Limits::starting(), Limits::starting_once_accepted());
        assert!(before.is_within(&accepted));
        for level in before.levels() {
            let opens = level != accepted.get(level.dimension());
            assert_eq!(opens, level.dimension() == Dimension::Voice);
        }
    }
}
