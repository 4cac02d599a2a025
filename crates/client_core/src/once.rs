//! What is asked for again, because whoever asked does not know whether it was done, and must not be done twice.
//!
//! Invariant: an answer is kept in the transaction in which what it says was done.

use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// Whether acts are parts of a whole, and what became of the parts so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Each act is one transaction.
    None,
    /// The transaction of the whole is open.
    Open,
    /// A part failed, so nothing of the whole will be kept; whether that is about what was given.
    Failed(bool),
}

impl Engine {
    /// Does something once for a key: `act` does it by acts of this engine, and gives the answer, which is kept with it. If
    /// the same is asked again, `act` is not called, and the answer is what it was. None, with nothing done and nothing kept,
    /// where `act` gives none or one of its acts failed.
    ///
    /// # Errors
    /// [`CoreError::Store`]; nothing was done then.
    pub fn once(
        &mut self,
        now: Now,
        key: &[u8; 12],
        act: impl FnOnce(&mut Self) -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, CoreError> {
        if let Some(answer) = self.store.answer_to(key)? {
            return Ok(Some(answer));
        }
        self.now = now;
        self.store.begin()?;
        self.whole = Whole::Open;
        let answer = act(self);
        let whole = std::mem::replace(&mut self.whole, Whole::None);
        let answer = match (whole, answer) {
            (Whole::Open, Some(answer)) => answer,
            (Whole::Failed(about_input), _) => {
                self.undo(about_input);
                return Ok(None);
            }
            (_, _) => {
                self.undo(true);
                return Ok(None);
            }
        };
        let kept = self.store.keep_answer(key, &answer);
        let result = kept.map_err(CoreError::from).and_then(|()| {
            self.complete()?;
            Ok(Some(answer))
        });
        self.conclude(&result);
        result
    }

    /// Runs one act as a part of the whole.
    pub(crate) fn part<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        let result = act(self);
        if let Err(error) = &result {
            let about_input = error.is_about_input();
            self.whole = Whole::Failed(about_input && self.whole != Whole::Failed(false));
        }
        result
    }
}
