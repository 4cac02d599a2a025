//! *What's OK for me*: the own limits. They stay here, until the person shares them by an act of their own.

use policy::{Dimension, Level, Limits};

use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

impl Engine {
    /// The own limits: where everybody starts, and what was chosen. What a newer version chose and this one does not know
    /// is at its strictest.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn own_limits(&self) -> Result<Limits, CoreError> {
        let mut limits = Limits::starting_once_accepted();
        for (dimension, value) in self.store.own_limits()? {
            if let Some(dimension) = Dimension::of_name(&dimension) {
                limits.set(Level::of_name_or_strictest(dimension, &value));
            }
        }
        Ok(limits)
    }

    /// Chooses a limit.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn set_own_limit(&mut self, now: Now, level: Level) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let (dimension, value) = (level.dimension().name(), level.value().name());
            Ok(engine.store.put_own_limit(dimension, value)?)
        })
    }
}
