//! Choosing the language of the page: it changes at once, and nothing that was typed is lost.

use leptos::prelude::*;

use crate::language::{LANGUAGES, Language};
use crate::page::spoken;
use crate::page::words::language as words;

/// The choice, each language by its own name.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let choose = move |event: web_sys::Event| {
        let chosen = event_target_value(&event);
        if let Some(language) = Language::of(&chosen) {
            spoken::choose(language);
        }
    };
    let options = LANGUAGES.map(|language| {
        let chosen = move || spoken::language() == language;
        view! {
            <option value=language.tag lang=language.tag dir=language.direction() prop:selected=chosen>
                {language.name}
            </option>
        }
    });
    let several = LANGUAGES.len() > 1;
    several.then(|| {
        view! {
            <p class="language">
                <label for="language">{words::field()}</label>
                <select id="language" on:change=choose>{options.into_iter().collect::<Vec<_>>()}</select>
            </p>
        }
    })
}
