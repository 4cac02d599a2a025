//! The first question of all: how the profile is kept.

use leptos::prelude::*;
use view::question::Make;
use view::{Opening, Secret};
use zeroize::Zeroize as _;

use super::form::{Act, Busy, Field, Refusal};
use super::language::LanguageChoice;
use crate::page::app::App;
use crate::page::passkey;
use crate::page::words::{Phrase, Sentence, keeping as words};

/// Below this many characters a passphrase is said to be short; nobody is kept from one.
const ENOUGH_CHARACTERS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Passphrase,
    Passkey,
    Openly,
}

/// Asks it, and makes the profile.
#[component]
pub fn KeepingScreen(app: App) -> impl IntoView {
    let way = RwSignal::new(Way::Passphrase);
    let (first, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let act = Act::new();
    let begin = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        act.run(async move {
            let opening = opening(way.get_untracked(), first, again).await?;
            let made = app.ask(Make { opening }).await;
            made?;
            app.read_standing();
            app.ask_to_persist();
            Ok(())
        });
    };
    let is_short = Memo::new(move |_| {
        let characters = first.with(|text| text.chars().count());
        (1..ENOUGH_CHARACTERS).contains(&characters)
    });
    let short = move || is_short.get().then(words::short);
    let passphrase = move || {
        (way.get() == Way::Passphrase).then(|| {
            view! {
                <div class="fields">
                    <Field id="first" label=words::field() value=first kind="password" autocomplete="new-password"/>
                    <p class="hint" role="status">{short}</p>
                    <Field id="again" label=words::field_again() value=again kind="password" autocomplete="new-password"/>
                </div>
            }
        })
    };
    let no_passkeys = (!passkey::is_here()).then(words::no_passkeys);
    let invited = move || app.link.get().map(|_| view! { <p>{words::invited()}</p> });
    view! {
        <section class="card">
            <h1 id="heading" tabindex="-1">{words::heading()}</h1>
            {invited}
            <p>{words::what()}</p>
            <form on:submit=begin>
                <fieldset aria-labelledby="heading" class="choices">
                    <Choice way this=Way::Passphrase id="passphrase" label=words::passphrase() hint=words::passphrase_hint()/>
                    {passphrase}
                    <Choice way this=Way::Passkey id="passkey" label=words::passkey() off=no_passkeys.is_some() hint=no_passkeys.unwrap_or_else(words::passkey_hint)/>
                    <Choice way this=Way::Openly id="openly" label=words::openly() hint=words::openly_hint()/>
                </fieldset>
                <Refusal act/>
                <Busy act text=words::sealing()/>
                <button type="submit" class="chief" disabled=move || act.busy.get()>{words::begin()}</button>
            </form>
            <LanguageChoice/>
        </section>
    }
}

#[component]
fn Choice(
    way: RwSignal<Way>,
    this: Way,
    id: &'static str,
    label: Phrase,
    hint: Phrase,
    #[prop(optional)] off: bool,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="choice">
            <input
                type="radio"
                name="keeping"
                id=id
                aria-describedby=hint_id.clone()
                disabled=off
                prop:checked=move || way.get() == this
                on:change=move |_| way.set(this)
            />
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}

/// What opens the profile from now on. The fields are emptied once their content is on its way.
async fn opening(
    way: Way,
    first: RwSignal<String>,
    again: RwSignal<String>,
) -> Result<Opening, Sentence> {
    match way {
        Way::Openly => Ok(Opening::Plain),
        Way::Passkey => {
            let (passkey, secret) = passkey::make().await?;
            Ok(Opening::Passkey(passkey, secret))
        }
        Way::Passphrase => {
            if first.with_untracked(String::is_empty) {
                return Err(words::empty().into());
            }
            if first.get_untracked() != again.get_untracked() {
                return Err(words::unequal().into());
            }
            again.update(|again| again.zeroize());
            Ok(Opening::Passphrase(taken(first)))
        }
    }
}

/// Takes a passphrase out of a field. What the browser itself copied of it is out of reach.
pub fn taken(field: RwSignal<String>) -> Secret {
    let mut secret = Secret::new(Vec::new());
    field.update(|text| secret = Secret::new(std::mem::take(text).into_bytes()));
    secret
}
