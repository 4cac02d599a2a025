//! What kind of world a seed lives in.

use crate::world::Random;

/// The worlds that there are: name, and what it is for.
pub const WORLDS: [(&str, &str); 9] = [
    ("pair", "two people at one home, who meet under faults"),
    (
        "pair-two-homes",
        "two people at two homes, who meet under faults",
    ),
    (
        "pair-blocks",
        "two people at one home, one of whom blocks the other now and then",
    ),
    (
        "small",
        "three people at one home say 100 things; no faults; for the stopwatch",
    ),
    (
        "circle",
        "three to five people at two homes, who meet under faults",
    ),
    (
        "standard",
        "three to five people at two homes, all faults, some who lie or harm",
    ),
    (
        "week",
        "two people say 10,000 things of all kinds; faults, and one device that is lost",
    ),
    ("day", "the same with 1,000 things"),
    ("hours", "the same with 250 things"),
];

/// Who does not keep to the rules, if anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody: everything must come out right.
    Nobody,
    /// A member posts what does not hold: nobody else may be harmed.
    Hostile,
    /// A home reorders, withholds or shows two histories: nobody may believe it.
    LyingHome,
    /// Somebody comes back with an old copy of their disk: it must be noticed.
    OldBackup,
    /// A home's disk is damaged at rest: nothing damaged may be shown.
    Damage,
    /// A home comes back with an old copy of its disk: whoever it concerns must notice.
    OldHome,
}

/// The shape of one seed's world.
#[derive(Debug, Clone, Copy)]
pub struct Mix {
    /// How many people.
    pub people: usize,
    /// How many homes.
    pub homes: usize,
    /// Whether they talk in a circle.
    pub is_circle: bool,
    /// Things to be said.
    pub sends: usize,
    /// Commits that must have competed.
    pub competing: u64,
    /// Whether disks, clocks and lines fail.
    pub faults: bool,
    /// Whether first contact happens under faults as well.
    pub meet: bool,
    /// Whether people block each other; then all clocks agree.
    pub blocks: bool,
    /// Who does not keep to the rules.
    pub trouble: Trouble,
}

impl Mix {
    /// The world of that name for a seed.
    pub fn of(world: &str, seed: u64) -> Option<Self> {
        let mut random = Random::new(seed ^ 0x00c0_ffee);
        let pair = Self {
            people: 2,
            homes: 1,
            is_circle: false,
            sends: 40,
            competing: 0,
            faults: true,
            meet: true,
            blocks: false,
            trouble: Trouble::Nobody,
        };
        let circle = Self {
            people: [3, 3, 3, 4, 4, 5][random.below(6)],
            homes: 2,
            is_circle: true,
            ..pair
        };
        Some(match world {
            "pair" => pair,
            "pair-two-homes" => Self { homes: 2, ..pair },
            "pair-blocks" => Self {
                blocks: true,
                ..pair
            },
            "small" => Self {
                people: 3,
                homes: 1,
                is_circle: true,
                sends: 100,
                faults: false,
                meet: false,
                ..pair
            },
            "circle" => circle,
            "standard" => Self {
                sends: 200,
                competing: 5,
                meet: random.below(32) == 0,
                trouble: match random.below(16) {
                    0 | 1 => Trouble::Hostile,
                    2 => Trouble::LyingHome,
                    3 => Trouble::OldBackup,
                    4 => Trouble::Damage,
                    5 => Trouble::OldHome,
                    _ => Trouble::Nobody,
                },
                ..circle
            },
            _ => return None,
        })
    }
}
