//! What forms have in common: one act at a time, and a sentence when it is refused.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::words::{Phrase, Sentence};

/// An act that takes a while and can be refused.
#[derive(Clone, Copy)]
pub struct Act {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Why it was not done.
    pub refused: RwSignal<Option<Sentence>>,
}

impl Act {
    /// Not begun.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
        }
    }

    /// Does it, unless it is under way.
    pub fn run(self, act: impl Future<Output = Result<(), Sentence>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            let refused = act.await.err();
            // The screen may be another one by now.
            if self.busy.try_set(false).is_none() {
                self.refused.set(refused);
            }
        });
    }
}

/// Why it was not done.
#[component]
pub fn Refusal(act: Act) -> impl IntoView {
    move || {
        let refused = act.refused.get();
        refused
            .map(Sentence::view)
            .map(|why| view! { <p role="alert" class="refusal" dir="auto">{why}</p> })
    }
}

/// What is said while it is under way.
#[component]
pub fn Busy(act: Act, text: Phrase) -> impl IntoView {
    let text = move || act.busy.get().then(|| text.clone());
    view! { <p role="status" class="busy">{text}</p> }
}

/// One line to fill in.
#[component]
pub fn Field(
    id: &'static str,
    label: Phrase,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = "off")] capitals: &'static str,
) -> impl IntoView {
    // What passwords are, is read as it is; everything else in its own direction.
    let direction = if kind == "password" { "ltr" } else { "auto" };
    view! {
        <label for=id>{label}</label>
        <input
            id=id
            type=kind
            dir=direction
            autocomplete=autocomplete
            autocapitalize=capitals
            spellcheck="false"
            bind:value=value
        />
    }
}
