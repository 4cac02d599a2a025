//! Everybody known: conversations, inviting, looking at an invitation.

use leptos::prelude::*;
use view::{Conversation, Tab};

use super::backup::{Asked, Save};
use super::form::{Act, Field, Refusal};
use super::invite::InviteButton;
use super::invited::Waiting;
use super::language::LanguageChoice;
use super::unlock::Lock;
use crate::page::app::App;
use crate::page::words::people as words;
use crate::route::Route;

/// The app's home.
pub fn people_screen(app: App) -> AnyView {
    let somebody = Memo::new(move |_| {
        app.conversations
            .with(|all| all.as_ref().is_some_and(|all| !all.is_empty()))
    });
    let choose = move || somebody.get().then(|| view! { <p>{words::choose()}</p> });
    view! {
        <div class="places">
            <main class="beside at-home"><Everybody app/></main>
            <div class="blank" aria-hidden="true">{choose}</div>
        </div>
    }
    .into_any()
}

/// Everybody, as a screen or `beside` another.
#[component]
pub fn Everybody(app: App, #[prop(optional)] beside: bool) -> impl IntoView {
    let heading = if beside {
        view! { <h2>{words::heading()}</h2> }.into_any()
    } else {
        view! { <h1 tabindex="-1">{words::heading()}</h1> }.into_any()
    };
    let asked = (!beside).then(|| view! { <Waiting app/><Asked app/> });
    view! {
        <header class="head">{heading}<Lock app/></header>
        {asked}
        <List app/>
        <InviteButton app/>
        <Link app beside/>
        <Foot app beside/>
    }
}

#[component]
fn List(app: App) -> impl IntoView {
    move || match app.conversations.get() {
        None => ().into_any(),
        Some(conversations) if conversations.is_empty() => {
            view! { <p class="empty">{words::empty()}</p> }.into_any()
        }
        Some(conversations) => {
            let rows = conversations.into_iter().map(|one| row(app, one));
            view! {
                <nav aria-label=words::list()><ul class="people">{rows.collect::<Vec<_>>()}</ul></nav>
            }
            .into_any()
        }
    }
}

fn row(app: App, conversation: Conversation) -> AnyView {
    let route = Route::Conversation(conversation.id.to_string());
    let fragment = route.fragment();
    let current = move || (app.route.get() == route).then_some("page");
    let said = if conversation.halted.is_some() {
        Some(words::halted())
    } else if conversation.blocked {
        Some(words::blocked())
    } else if conversation.accepting {
        Some(words::accepting())
    } else {
        None
    };
    let said = said.map(|said| view! { <span class="said">{said}</span> });
    let new = conversation
        .unread
        .then(|| view! { <span class="unseen">", "{words::new()}</span> });
    view! {
        <li>
            <a href=fragment aria-current=current class:unread=conversation.unread>
                <bdi>{conversation.title}</bdi>{new}
            </a>
            {said}
        </li>
    }
    .into_any()
}

/// Where a link is pasted.
#[component]
fn Link(app: App, beside: bool) -> impl IntoView {
    let act = Act::new();
    // Whatever cannot be read stays, to be mended.
    let link = app.pasted;
    let look = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        act.run(async move {
            let given = link.get_untracked().trim().to_owned();
            if given.is_empty() {
                return Err(words::no_link().into());
            }
            app.look_at(given);
            Ok(())
        });
    };
    let id = if beside { "link-beside" } else { "link" };
    view! {
        <form class="line" on:submit=look>
            <Field id=id label=words::link_field() value=link/>
            <button type="submit">{words::look()}</button>
            <Refusal act/>
        </form>
    }
}

#[component]
fn Foot(app: App, beside: bool) -> impl IntoView {
    let you_are = move || {
        let names = app.personas.get().unwrap_or_default();
        names
            .into_iter()
            .next()
            .map(|name| words::you_are(name.name))
    };
    let other_tab = move || {
        let other = app.standing.get().is_some_and(|one| one.tab == Tab::Other);
        other.then(|| view! { <p>{words::other_tab()}</p> })
    };
    let save = (!beside).then(|| view! { <Save app/><LanguageChoice/> });
    view! {
        <footer class="foot">
            <p>{you_are}</p>
            {other_tab}
            {save}
        </footer>
    }
}
