//! One's own name.

use leptos::prelude::*;
use view::question::NewPersona;

use super::form::{Act, Field, Refusal};
use crate::page::app::App;
use crate::page::words::name as words;

/// Asks for it.
#[component]
pub fn NameScreen(app: App) -> impl IntoView {
    let act = Act::new();
    let name = RwSignal::new(String::new());
    let go_on = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        act.run(async move {
            let name = name.get_untracked().trim().to_owned();
            if name.is_empty() {
                return Err(words::empty().into());
            }
            let made = app.ask(NewPersona { name }).await;
            made?;
            app.lists().await;
            Ok(())
        });
    };
    view! {
        <section class="card">
            <h1 tabindex="-1">{words::heading()}</h1>
            <p>{words::what()}</p>
            <form on:submit=go_on>
                <Field id="name" label=words::field() value=name capitals="words"/>
                <Refusal act/>
                <button type="submit" class="chief" disabled=move || act.busy.get()>{words::go_on()}</button>
            </form>
        </section>
    }
}
