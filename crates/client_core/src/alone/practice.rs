//! A conversation for practice: what is written goes the way of a message, step by step as the person says, and nowhere.
//!
//! Who answers is a script of the screen. No conversation, contact or item is made, so nothing counts it.

use client_store::alone::practice::PracticeRow;
use legible::is_blank;

use crate::alone::check_length;
use crate::effect::Now;
use crate::engine::Engine;
use crate::error::CoreError;

/// The longest line, in bytes, and the most of them.
const MAX_LINE_BYTES: usize = 4_096;
const MAX_LINES: usize = 100;

/// How far a line is on the way that a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PracticeStep {
    /// As if held here.
    Held,
    /// As if on its way.
    OnItsWay,
    /// As if kept at a home.
    Kept,
    /// As if answered.
    Answered,
}

impl PracticeStep {
    const fn number(self) -> u8 {
        match self {
            Self::Held => 0,
            Self::OnItsWay => 1,
            Self::Kept => 2,
            Self::Answered => 3,
        }
    }

    const fn of_number(number: u8) -> Self {
        match number {
            0 => Self::Held,
            1 => Self::OnItsWay,
            2 => Self::Kept,
            3.. => Self::Answered,
        }
    }
}

/// A line that was written for practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeLine {
    /// In which order it was written.
    pub number: u32,
    /// The text; empty once it was taken back.
    pub text: String,
    /// How far it is.
    pub step: PracticeStep,
    /// Whether it was taken back.
    pub taken_back: bool,
}

impl Engine {
    /// Everything that was written for practice, in its order.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn practice(&self) -> Result<Vec<PracticeLine>, CoreError> {
        let rows = self.store.practice()?.into_iter();
        Ok(rows
            .map(|row| PracticeLine {
                number: row.number,
                text: row.text,
                step: PracticeStep::of_number(row.step),
                taken_back: row.taken_back,
            })
            .collect())
    }

    /// Writes a line for practice.
    ///
    /// # Errors
    /// [`CoreError::Invalid`] if nothing of it can be seen, it is too long, or there are enough.
    pub fn practise(&mut self, now: Now, text: &str) -> Result<(), CoreError> {
        check_length("A line for practice", text, MAX_LINE_BYTES)?;
        if is_blank(text) {
            return Err(CoreError::Invalid(
                "There is nothing in it that can be seen; nothing was kept.".into(),
            ));
        }
        self.transact(now, |engine| {
            let all = engine.store.practice()?;
            if all.len() >= MAX_LINES {
                return Err(CoreError::Invalid(format!(
                    "{MAX_LINES} lines are enough for practice; nothing was kept. Throw it away to begin anew."
                )));
            }
            let last = all.last().map_or(0, |line| line.number);
            Ok(engine.store.put_practice(&PracticeRow {
                number: last.saturating_add(1),
                text: text.to_owned(),
                step: PracticeStep::Held.number(),
                taken_back: false,
            })?)
        })
    }

    /// Lets a line go its next step; nothing happens to one that was answered or taken back.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn go_on_practising(&mut self, now: Now, number: u32) -> Result<(), CoreError> {
        self.change_practice(now, number, |line| {
            if !line.taken_back && line.step < PracticeStep::Answered.number() {
                line.step += 1;
            }
        })
    }

    /// Takes a line back.
    ///
    /// # Errors
    /// [`CoreError::Unknown`].
    pub fn take_back_practised(&mut self, now: Now, number: u32) -> Result<(), CoreError> {
        self.change_practice(now, number, |line| {
            line.taken_back = true;
            line.text.clear();
        })
    }

    fn change_practice(
        &mut self,
        now: Now,
        number: u32,
        change: impl FnOnce(&mut PracticeRow),
    ) -> Result<(), CoreError> {
        self.transact(now, |engine| {
            let all = engine.store.practice()?;
            let mut found = all.into_iter().find(|line| line.number == number);
            let line = found.as_mut().ok_or(CoreError::Unknown("line"))?;
            change(line);
            Ok(engine.store.put_practice(line)?)
        })
    }

    /// Throws everything away that was written for practice.
    ///
    /// # Errors
    /// [`CoreError::Store`].
    pub fn end_practice(&mut self, now: Now) -> Result<(), CoreError> {
        self.transact(now, |engine| Ok(engine.store.delete_practice()?))
    }
}
