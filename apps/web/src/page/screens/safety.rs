//! The safety number of a pair.

use leptos::prelude::*;
use view::ContactId;
use view::question::Verify;

use super::form::{Act, Refusal};
use crate::page::app::App;
use crate::page::words::safety;

/// The button, and what it opens.
#[component]
pub fn Safety(app: App, contact: ContactId) -> impl IntoView {
    let open = RwSignal::new(false);
    let known = Memo::new(move |_| {
        let contacts = app.contacts.get();
        contacts.into_iter().find(|one| one.id == contact)
    });
    let act = Act::new();
    let compared = move |_| {
        act.run(async move {
            let done = app.ask(Verify { contact }).await;
            done?;
            app.lists().await;
            Ok(())
        });
    };
    let digits = move || {
        let known = known.get()?;
        let said = match known.verified {
            true => view! { <p class="done">{safety::done()}</p> }.into_any(),
            false => view! {
                <button type="button" class="chief" on:click=compared>{safety::compared()}</button>
            }
            .into_any(),
        };
        Some(view! {
            <p class="digits" dir="ltr" translate="no">{known.safety}</p>
            <p>{safety::what()}</p>
            {said}
            <Refusal act/>
        })
    };
    view! {
        <button
            type="button"
            class="quiet"
            aria-expanded=move || open.get().to_string()
            aria-controls="safety"
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {safety::button()}
        </button>
        <section id="safety" class="card safety" aria-label=safety::button() hidden=move || !open.get()>
            {digits}
        </section>
    }
}
