//! Everything that the page says, in the person's language: `apps/web/words/LANG/AREA.ftl`, each file a module here and
//! each phrase a function. A phrase that nothing says is found by the compiler, as is one that is misspelt or lacks an
//! argument.
//!
//! A [`Phrase`] stands in a view like a text. It is said anew when the language changes, and each argument within it
//! keeps its own direction.

use leptos::prelude::{
    AddAnyAttr, AnyView, ElementChild as _, GlobalAttributes as _, IntoAny as _,
    IntoAttributeValue, IntoView as _, Render, RenderHtml, view,
};
use leptos::tachys::html::attribute::{Attribute, any_attribute::AnyAttribute};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::{Position, PositionState};
use phrases::{Argument, Piece, isolated};
use std::fmt;
use std::sync::Arc;
use view::Refused;

use super::spoken::{self, Said};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// What English says, as `build.rs` made it.
pub const ENGLISH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/en.words"));

/// The product's name, which no language translates.
pub const KITH: &str = "Kith";

/// Something that is said to people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    number: u16,
    arguments: Vec<Argument>,
}

impl Phrase {
    fn new(number: u16, arguments: Vec<Argument>) -> Self {
        Self { number, arguments }
    }

    /// In the language of the moment, or in English where it lacks this phrase. Whoever reads it within an effect reads
    /// it anew when the language changes.
    fn said(&self) -> Said {
        spoken::say(self.number, &self.arguments)
    }
}

/// As one text, arguments isolated by characters: for attributes, and where there are no elements.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&isolated(&self.said().pieces))
    }
}

/// As elements: arguments isolated by `bdi`, and English marked where another language is the page's.
fn elements(said: Said) -> AnyView {
    let pieces = said.pieces.into_iter().map(|piece| match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Argument(text) => view! { <bdi>{text}</bdi> }.into_any(),
    });
    let pieces = pieces.collect::<Vec<_>>();
    if said.falls_back {
        view! { <span lang="en" dir="ltr">{pieces}</span> }.into_any()
    } else {
        pieces.into_any()
    }
}

impl From<Phrase> for AnyView {
    fn from(phrase: Phrase) -> Self {
        (move || elements(phrase.said())).into_any()
    }
}

impl IntoAttributeValue for Phrase {
    type Output = Arc<dyn Fn() -> String + Send + Sync>;

    fn into_attribute_value(self) -> Self::Output {
        Arc::new(move || self.to_string())
    }
}

impl Render for Phrase {
    type State = <AnyView as Render>::State;

    fn build(self) -> Self::State {
        AnyView::from(self).build()
    }

    fn rebuild(self, state: &mut Self::State) {
        AnyView::from(self).rebuild(state);
    }
}

impl AddAnyAttr for Phrase {
    type Output<NewAttr: Attribute> = <AnyView as AddAnyAttr>::Output<NewAttr>;

    fn add_any_attr<NewAttr: Attribute>(self, attribute: NewAttr) -> Self::Output<NewAttr> {
        AnyView::from(self).add_any_attr(attribute)
    }
}

/// What a server would need; the page is drawn in browsers alone.
impl RenderHtml for Phrase {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buffer: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attributes: Vec<AnyAttribute>,
    ) {
        let view = AnyView::from(self);
        view.to_html_with_buf(buffer, position, escape, mark_branches, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Self::State {
        AnyView::from(self).hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// A sentence for the person, by whoever says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// The page's.
    Ours(Phrase),
    /// The worker's, as it came.
    Theirs(String),
}

impl Sentence {
    /// To be shown.
    pub fn view(self) -> AnyView {
        match self {
            Self::Ours(phrase) => phrase.into_view().into_any(),
            Self::Theirs(text) => text.into_any(),
        }
    }
}

impl From<Phrase> for Sentence {
    fn from(phrase: Phrase) -> Self {
        Self::Ours(phrase)
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self::Theirs(text)
    }
}

impl From<Refused> for Sentence {
    fn from(refused: Refused) -> Self {
        Self::Theirs(refused.sentence)
    }
}
