//! What was being written where nothing can be written any more: kept in sight, to be taken elsewhere.

use leptos::prelude::*;

use crate::page::browser;
use crate::page::words::conversation as words;

/// The text, to be read and copied; nothing where there is none.
#[component]
pub fn Unsent(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let said = RwSignal::new(None);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let copied = browser::copy(&text.get_untracked()).await;
            // The screen may be another one by now.
            let _ = said.try_set(Some(match copied {
                true => words::unsent_copied(),
                false => words::unsent_not_copied(),
            }));
        });
    };
    let is_there = Memo::new(move |_| text.with(|text| !text.trim().is_empty()));
    move || {
        is_there.get().then(|| {
            view! {
                <div class="composer">
                    <label for="unsent">{words::unsent()}</label>
                    <textarea id="unsent" dir="auto" rows="2" autocomplete="off" readonly prop:value=text></textarea>
                    <div class="acts">
                        <button type="button" on:click=copy>{words::unsent_copy()}</button>
                    </div>
                    <p role="status">{move || said.get()}</p>
                </div>
            }
        })
    }
}
