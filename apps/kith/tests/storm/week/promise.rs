//! What commands promised of an item, and whether it is so. Of what a killed command did not say anything may be.

use super::line::Line;

/// An own item, and what may be of it.
#[derive(Debug, Clone)]
pub struct Promise {
    pub item: String,
    /// What left first, and what may be its text now. No text is ever said twice.
    pub first: String,
    pub texts: Vec<String>,
    pub note: Option<String>,
    /// Whether it answers something.
    pub answers: bool,
    /// What goes with it.
    pub files: Vec<String>,
    pub retracted: Whether,
    /// Whether it never left and is nowhere.
    pub gone: Whether,
    /// A killed command may have done something to it: nothing more is done to it, so that this stays all.
    pub open: bool,
}

/// What may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whether {
    No,
    Yes,
    Maybe,
}

impl Whether {
    pub fn fits(self, is: bool) -> bool {
        match self {
            Self::No => !is,
            Self::Yes => is,
            Self::Maybe => true,
        }
    }
}

impl Promise {
    pub fn new(item: String, text: String) -> Self {
        Self {
            item,
            first: text.clone(),
            texts: vec![text],
            note: None,
            answers: false,
            files: Vec::new(),
            retracted: Whether::No,
            gone: Whether::No,
            open: false,
        }
    }

    /// Whether something more may be done to it.
    pub fn is_there(&self) -> bool {
        !self.open && self.retracted == Whether::No && self.gone == Whether::No
    }

    /// What is not as it was promised, of how the item is shown to its author.
    pub fn broken(&self, line: Option<&Line>) -> Option<String> {
        let Some(line) = line else {
            return (!self.gone.fits(true)).then(|| format!("{self:?} is not shown"));
        };
        let is_as_said = || {
            self.texts.contains(&line.text)
                && line.edited == (line.text != self.first)
                && line.note == self.note
                && line.answers.is_some() == self.answers
                && self.files.iter().eq(line.files.iter().map(|file| &file.0))
        };
        let fits = self.gone.fits(false)
            && self.retracted.fits(line.retracted)
            && (line.retracted || is_as_said());
        (!fits).then(|| format!("{self:?} is shown as {line:?}"))
    }
}

/// What is not as it was promised of an own sign, of who gave it.
pub fn broken_sign(whether: Whether, me: &str, sign: &str, line: &Line) -> Option<String> {
    let is = line.signs.get(sign).is_some_and(|names| names.contains(me));
    let fits = line.retracted || whether.fits(is);
    (!fits).then(|| format!("whether {me} gave {sign} is {whether:?}, and shown is {line:?}"))
}

#[cfg(test)]
mod planted {
    use super::{Line, Promise, Whether, broken_sign};
    use crate::week::line::Id;

    fn promised() -> (Promise, Line) {
        let mut promise = Promise::new("i".into(), "first".into());
        promise.texts = vec!["now".into()];
        promise.files = vec!["f".into()];
        let line = Line {
            item: Id("i".into()),
            seq: Some(1),
            author: "Ada".into(),
            at: "2026-01-01T00:00:00Z".into(),
            kind: "message".into(),
            text: "now".into(),
            note: None,
            edited: true,
            retracted: false,
            answers: None,
            signs: [("🌱".to_owned(), ["Ada".to_owned()].into())].into(),
            files: vec![("f".into(), "text/plain".into(), 1)],
        };
        (promise, line)
    }

    #[test]
    fn what_is_as_promised_is_fine_and_what_is_not_is_found() {
        let (promise, line) = promised();
        assert_eq!(promise.broken(Some(&line)), None);
        assert!(promise.broken(None).is_some());
        let plants: [fn(&mut Line); 6] = [
            |line| line.text = "first".into(),
            |line| line.edited = false,
            |line| line.retracted = true,
            |line| line.note = Some("n".into()),
            |line| line.answers = Some(1),
            |line| line.files.clear(),
        ];
        for (number, plant) in plants.into_iter().enumerate() {
            let mut other = line.clone();
            plant(&mut other);
            assert!(promise.broken(Some(&other)).is_some(), "plant {number}");
        }
    }

    #[test]
    fn what_is_open_may_be_either_and_what_is_not_may_not() {
        let (mut promise, line) = promised();
        promise.gone = Whether::Maybe;
        promise.retracted = Whether::Maybe;
        assert_eq!(promise.broken(None), None);
        assert_eq!(promise.broken(Some(&line)), None);
        promise.gone = Whether::Yes;
        assert!(promise.broken(Some(&line)).is_some());
        for (whether, me, fits) in [
            (Whether::Yes, "Ada", true),
            (Whether::No, "Ada", false),
            (Whether::Maybe, "Ada", true),
            (Whether::Yes, "Ben", false),
            (Whether::No, "Ben", true),
        ] {
            assert_eq!(broken_sign(whether, me, "🌱", &line).is_none(), fits);
        }
    }
}
