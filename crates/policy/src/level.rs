//! A dimension at one of its values: nothing else can be made, or read from bytes.

use serde::{Deserialize, Serialize};

use crate::dimension::{Dimension, Value};

/// A dimension at one of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(Dimension, u8)", into = "(Dimension, u8)")]
pub struct Level {
    dimension: Dimension,
    /// The place among the dimension's values; the strictest is 0.
    rank: u8,
    value: Value,
}

/// A dimension has no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{dimension} has no such value")]
pub struct LevelError {
    /// Which dimension.
    pub dimension: Dimension,
}

impl Level {
    /// The dimension at this value.
    ///
    /// # Errors
    /// [`LevelError`] if the value is none of the dimension's.
    pub fn new(dimension: Dimension, value: Value) -> Result<Self, LevelError> {
        Self::find(dimension, |_, one| one == value)
    }

    /// The dimension at the value of this name.
    ///
    /// # Errors
    /// [`LevelError`] if it has none of this name.
    pub fn of_name(dimension: Dimension, name: &str) -> Result<Self, LevelError> {
        Self::find(dimension, |_, one| one.name() == name)
    }

    /// The same, for what may come from a newer version: a value that is not known is at its strictest.
    pub fn of_name_or_strictest(dimension: Dimension, name: &str) -> Self {
        Self::of_name(dimension, name).unwrap_or_else(|_| Self::strictest(dimension))
    }

    /// The dimension at its strictest.
    pub fn strictest(dimension: Dimension) -> Self {
        // Every dimension has values; one without would be at what is strictest of all.
        let value = dimension.values().first().copied().unwrap_or(Value::No);
        Self {
            dimension,
            rank: 0,
            value,
        }
    }

    /// All levels of a dimension, from strict to open.
    pub fn all(dimension: Dimension) -> impl Iterator<Item = Self> {
        let ranked = (0..).zip(dimension.values());
        ranked.map(move |(rank, value)| Self {
            dimension,
            rank,
            value: *value,
        })
    }

    fn find(dimension: Dimension, is_it: impl Fn(u8, Value) -> bool) -> Result<Self, LevelError> {
        let found = Self::all(dimension).find(|one| is_it(one.rank, one.value));
        found.ok_or(LevelError { dimension })
    }

    /// The dimension.
    pub const fn dimension(self) -> Dimension {
        self.dimension
    }

    /// The value.
    pub const fn value(self) -> Value {
        self.value
    }

    /// The stricter of two levels of one dimension. Of two dimensions it is this one: they cannot be compared.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        if self.dimension == other.dimension && other.rank < self.rank {
            other
        } else {
            self
        }
    }

    /// Whether it allows no more than the other does, of the same dimension.
    pub fn is_within(self, other: Self) -> bool {
        self.dimension == other.dimension && self.rank <= other.rank
    }
}

impl TryFrom<(Dimension, u8)> for Level {
    type Error = LevelError;

    fn try_from((dimension, rank): (Dimension, u8)) -> Result<Self, LevelError> {
        Self::find(dimension, |one, _| one == rank)
    }
}

impl From<Level> for (Dimension, u8) {
    fn from(level: Level) -> Self {
        (level.dimension, level.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::Level;
    use crate::{Dimension, Value};

    #[test]
    fn a_level_is_read_by_its_name_and_an_unknown_one_is_at_its_strictest() {
        let month = Level::of_name(Dimension::Keep, "month").unwrap();
        assert_eq!(month.value(), Value::Month);
        assert!(Level::of_name(Dimension::Keep, "yes").is_err());
        let unknown = Level::of_name_or_strictest(Dimension::Keep, "a decade");
        assert_eq!(unknown.value(), Value::Day);
        assert!(Level::new(Dimension::Money, Value::Yes).is_err());
    }

    #[test]
    fn a_level_comes_back_from_bytes_and_what_is_none_does_not() {
        for dimension in Dimension::ALL {
            for level in Level::all(dimension) {
                let bytes = postcard::to_stdvec(&level).unwrap();
                assert_eq!(postcard::from_bytes::<Level>(&bytes).unwrap(), level);
            }
        }
        let beyond = postcard::to_stdvec(&(Dimension::Money, 2_u8)).unwrap();
        assert!(postcard::from_bytes::<Level>(&beyond).is_err());
    }
}
