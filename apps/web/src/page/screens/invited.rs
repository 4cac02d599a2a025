//! An invitation that came by link.

use leptos::prelude::*;
use leptos::task::spawn_local;
use view::question::{Accept, ReadLink};
use view::{Invitation, PersonaId};

use super::form::{Act, Refusal};
use crate::page::app::App;
use crate::page::browser::{self, Kept};
use crate::page::words::{Sentence, general, invited};
use crate::route::Route;

/// Shows it, and asks whether to accept.
#[component]
pub fn InvitedScreen(app: App, link: String) -> impl IntoView {
    let read = RwSignal::new(None);
    let asked = link.clone();
    spawn_local(async move {
        let link = asked;
        let answer = app.ask(ReadLink { link }).await;
        if matches!(&answer, Err(refused) if refused.kind == view::Kind::Invalid) {
            // It is no better when it is read once more.
            browser::keep(Kept::Invitation, None);
        }
        if answer.is_ok() {
            app.pasted.set(String::new());
        }
        read.set(Some(answer.map_err(Sentence::from)));
    });
    move || match read.get() {
        None => view! { <section class="card"><p>{general::opening()}</p></section> }.into_any(),
        Some(Err(why)) => unreadable(app, why),
        Some(Ok(invitation)) if invitation.mine => own(app),
        Some(Ok(invitation)) => {
            let link = link.clone();
            view! { <Card app invitation link/> }.into_any()
        }
    }
}

fn unreadable(app: App, why: Sentence) -> AnyView {
    view! {
        <section class="card">
            <h1 tabindex="-1">{invited::unreadable()}</h1>
            <p role="alert" class="refusal" dir="auto">{why.view()}</p>
            <button type="button" class="chief" on:click=move |_| app.drop_link()>{invited::go_on()}</button>
        </section>
    }
    .into_any()
}

fn own(app: App) -> AnyView {
    view! {
        <section class="card">
            <h1 tabindex="-1">{invited::own()}</h1>
            <p>{invited::own_what()}</p>
            <button type="button" class="chief" on:click=move |_| app.drop_link()>{invited::go_on()}</button>
        </section>
    }
    .into_any()
}

#[component]
fn Card(app: App, invitation: Invitation, link: String) -> impl IntoView {
    let act = Act::new();
    let names = app.personas.get_untracked().unwrap_or_default();
    let chosen = RwSignal::new(names.first().map(|name| name.id));
    let accept = move |_| {
        let link = link.clone();
        act.run(async move {
            let Some(persona) = chosen.get_untracked() else {
                return Ok(());
            };
            let accepted = app.ask(Accept { persona, link }).await;
            let conversation = accepted?;
            app.lists().await;
            // Now there is something to lose: what asks for a backup comes before the first word.
            app.read_standing();
            app.go(&Route::Conversation(conversation.to_string()));
            // Once the address says where to go, so that nothing is shown in between.
            app.route.set(Route::Conversation(conversation.to_string()));
            app.drop_link();
            Ok(())
        });
    };
    let choice = (names.len() > 1).then(|| {
        let options = names.iter().map(|name| (name.id, name.name.clone()));
        choice(chosen, options.collect())
    });
    view! {
        <section class="card letter">
            <h1 tabindex="-1">{invited::heading(invitation.name)}</h1>
            <p>{invited::what()}</p>
            <p>{invited::home(invitation.home)}</p>
            <p class="hint">{invited::vouched()}</p>
            {choice}
            <Refusal act/>
            <div class="acts">
                <button type="button" class="chief" disabled=move || act.busy.get() on:click=accept>
                    {invited::accept()}
                </button>
                <button type="button" on:click=move |_| app.link_later.set(true)>{invited::not_now()}</button>
            </div>
        </section>
    }
}

fn choice(chosen: RwSignal<Option<PersonaId>>, names: Vec<(PersonaId, String)>) -> AnyView {
    let ids: Vec<PersonaId> = names.iter().map(|(id, _)| *id).collect();
    let choose = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        chosen.set(ids.iter().copied().find(|id| id.to_string() == value));
    };
    let options = names.into_iter().map(|(id, name)| {
        view! { <option value=id.to_string() dir="auto">{name}</option> }
    });
    view! {
        <label for="as">{invited::as_whom()}</label>
        <select id="as" on:change=choose>{options.collect::<Vec<_>>()}</select>
    }
    .into_any()
}

/// The one that was put off, until it is answered or thrown away.
#[component]
pub fn Waiting(app: App) -> impl IntoView {
    let waits = Memo::new(move |_| app.link.with(Option::is_some) && app.link_later.get());
    move || {
        waits.get().then(|| {
            view! {
                <section class="card asked">
                    <p>{invited::waits()}</p>
                    <div class="acts">
                        <button type="button" on:click=move |_| app.link_later.set(false)>{invited::show()}</button>
                        <button type="button" class="quiet" on:click=move |_| app.drop_link()>
                            {invited::throw_away()}
                        </button>
                    </div>
                </section>
            }
        })
    }
}
