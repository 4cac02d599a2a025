//! Checkers: each watches one promise, at moments in trouble and once everything has settled.

mod blocked;
mod clients;
mod homes;
mod noticed;
mod shown;

use crate::mix::{Mix, Trouble};
use crate::scene::Scene;

/// When a checker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Anything may be under way.
    Trouble,
    /// The world is healthy and nothing waits.
    Settled,
}

/// One promise.
pub trait Checker {
    /// Looks; one sentence if the promise is broken.
    ///
    /// # Errors
    /// What is broken.
    fn check(&mut self, scene: &mut Scene, moment: Moment) -> Result<(), String>;
}

/// Those whose promise holds in such a world. A home that lies or lost its disk can keep people
/// from getting on, and must not make anybody believe it.
pub fn all(mix: &Mix) -> Vec<Box<dyn Checker>> {
    let mut all: Vec<Box<dyn Checker>> = vec![
        Box::new(homes::Flushed),
        Box::new(homes::Stopped),
        Box::new(homes::Bounded),
        Box::new(shown::Once),
        Box::new(shown::Past::default()),
        Box::new(clients::Sound),
        Box::new(clients::Gone),
    ];
    if mix.blocks {
        all.push(Box::new(blocked::Blocked));
    }
    if !matches!(mix.trouble, Trouble::Damage | Trouble::OldHome) {
        all.push(Box::new(homes::Order::default()));
    }
    match mix.trouble {
        Trouble::Nobody => {
            all.push(Box::new(shown::Kept));
            all.push(Box::new(shown::Same));
            all.push(Box::new(clients::Trusting));
            all.push(Box::new(clients::Removed));
        }
        Trouble::Hostile => {
            all.push(Box::new(shown::Kept));
            all.push(Box::new(shown::Same));
        }
        Trouble::OldBackup => {
            all.push(Box::new(shown::Kept));
            all.push(Box::new(shown::Same));
            all.push(Box::new(noticed::OldBackup));
        }
        Trouble::LyingHome => all.push(Box::new(noticed::TwoHistories)),
        Trouble::OldHome => all.push(Box::new(noticed::OldHome)),
        Trouble::Damage => {}
    }
    all
}
