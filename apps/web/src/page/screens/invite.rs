//! Inviting somebody: a home is asked for only now, and it is the one that the page comes from.

use leptos::prelude::*;
use view::Persona;
use view::question::{Invite, JoinHome};

use super::backup::Asked;
use super::form::{Act, Busy, Field, Refusal};
use super::invitations::{Earlier, Newest};
use crate::page::app::App;
use crate::page::browser;
use crate::page::words::{Sentence, general, invite, people};
use crate::route::Route;

/// Makes an invitation and goes to where its link is shown.
async fn make(app: App) -> Result<(), Sentence> {
    let Some(persona) = own(app) else {
        return Ok(());
    };
    if persona.home.is_none() {
        join(app, &persona, None).await?;
    }
    let label = None;
    let persona = persona.id;
    let made = app.ask(Invite { persona, label }).await;
    let made = made?;
    app.inviting.set(Some(made));
    app.read_invitations();
    app.go(&Route::Invite);
    Ok(())
}

fn own(app: App) -> Option<Persona> {
    let names = app.personas.get_untracked().unwrap_or_default();
    names.into_iter().next()
}

async fn join(app: App, persona: &Persona, invitation: Option<String>) -> Result<(), Sentence> {
    let asked = JoinHome {
        persona: persona.id,
        home: browser::origin(),
        invitation,
    };
    let joined = app.ask(asked).await;
    joined?;
    app.lists().await;
    Ok(())
}

/// Begins it from elsewhere.
#[component]
pub fn InviteButton(app: App) -> impl IntoView {
    let act = Act::new();
    view! {
        <div class="act">
            <button type="button" class="chief" disabled=move || act.busy.get() on:click=move |_| act.run(make(app))>
                {people::invite()}
            </button>
            <Busy act text=general::one_moment()/>
            <Refusal act/>
        </div>
    }
}

/// The invitation that was just made, and those before.
#[component]
pub fn InviteScreen(app: App) -> impl IntoView {
    let act = Act::new();
    let label = move || match app.inviting.get() {
        Some(_) => invite::another(),
        None => invite::make(),
    };
    view! {
        <section class="card">
            <p class="back"><a href=Route::People.fragment()>{people::back()}</a></p>
            <h1 tabindex="-1">{invite::heading()}</h1>
            <p>{invite::what()}</p>
            <Newest app/>
            <div class="acts">
                <button type="button" disabled=move || act.busy.get() on:click=move |_| act.run(make(app))>
                    {label}
                </button>
            </div>
            <Refusal act/>
        </section>
        <Keeper app/>
        <Asked app/>
        <Earlier app/>
    }
}

/// Where the home's keeper gave a text, without which it keeps nobody.
#[component]
fn Keeper(app: App) -> impl IntoView {
    let act = Act::new();
    let text = RwSignal::new(String::new());
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        act.run(async move {
            let invitation = Some(text.get_untracked().trim().to_owned());
            match own(app) {
                Some(persona) => join(app, &persona, invitation).await,
                None => Ok(()),
            }
        });
    };
    let confirmed = Memo::new(move |_| {
        let names = app.personas.get().unwrap_or_default();
        names.first().is_some_and(|name| name.confirmed)
    });
    move || {
        (!confirmed.get()).then(|| {
            view! {
                <details class="card">
                    <summary>{invite::keeper()}</summary>
                    <form on:submit=send>
                        <Field id="keeper" label=invite::keeper_field() value=text/>
                        <Refusal act/>
                        <button type="submit" disabled=move || act.busy.get()>{invite::keeper_send()}</button>
                    </form>
                </details>
            }
        })
    }
}
