//! What there is to do next, where saying it takes a command or a button: each program has its own words for that.

/// A next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody who is blocked is not to be any more.
    Unblock,
    /// A name is to be kept at a home.
    JoinHome,
    /// Homes are to be asked what there is.
    Sync,
    /// An item is to be taken back.
    Retract,
    /// Something is to be said about an item.
    Reply,
    /// A look at the own names and their homes.
    SeeNames,
    /// A look at the conversation.
    SeeConversation,
}

/// Advice beside a sentence, which is whole without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What leads to the step, as a sentence that a colon and a program's words for it are to end.
    pub leading: &'static str,
    /// What to do.
    pub step: Step,
}

impl Advice {
    /// The sentence, with a program's words for the step.
    pub fn sentence(&self, words: &str) -> String {
        format!("{}: {words}.", self.leading)
    }
}
