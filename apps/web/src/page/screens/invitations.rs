//! Invitations that were given: the newest with its link, the others to be taken back.

use leptos::prelude::*;
use view::question::Revoke;
use view::{Given, InvitationId};

use super::form::{Act, Refusal};
use crate::page::app::App;
use crate::page::browser;
use crate::page::words::invite;

const MS_PER_S: u64 = 1_000;

fn until_ms(given: &Given) -> Option<u64> {
    Some(given.expires_s?.saturating_mul(MS_PER_S))
}

/// The one that was made last, with its link as soon as that works.
#[component]
pub fn Newest(app: App) -> impl IntoView {
    let newest = Memo::new(move |_| {
        let id = app.inviting.get()?;
        let given = app.invitations.get();
        given.into_iter().find(|one| one.id == id && !one.revoked)
    });
    move || {
        let given = newest.get()?;
        let shown = match given.link.clone().filter(|_| given.ready) {
            _ if given.uses_left == Some(0) => {
                view! { <p role="status">{invite::used()}</p> }.into_any()
            }
            Some(link) => view! { <Shown link given/> }.into_any(),
            None => {
                let waiting = invite::waiting(browser::host());
                view! { <p role="status">{waiting}</p> }.into_any()
            }
        };
        Some(shown)
    }
}

#[component]
fn Shown(link: String, given: Given) -> impl IntoView {
    let said = RwSignal::new(None);
    let copied = link.clone();
    let copy = move |_| {
        let link = copied.clone();
        leptos::task::spawn_local(async move {
            if browser::copy(&link).await {
                said.set(Some(invite::copied()));
            } else {
                browser::select("invitation");
                said.set(Some(invite::not_copied()));
            }
        });
    };
    let shared = link.clone();
    let share = browser::can_share().then(|| {
        view! {
            <button type="button" on:click=move |_| browser::share(&shared)>{invite::share()}</button>
        }
    });
    let once = (given.uses_left == Some(1)).then(invite::once);
    let until = until_ms(&given).map(invite::until);
    view! {
        <label for="invitation">{invite::field()}</label>
        <input id="invitation" type="text" dir="ltr" autocomplete="off" readonly prop:value=link/>
        <p class="hint">{once}" "{until}</p>
        <div class="acts">
            <button type="button" class="chief" on:click=copy>{invite::copy()}</button>
            {share}
        </div>
        <p role="status">{move || said.get()}</p>
    }
}

/// Those that still work.
#[component]
pub fn Earlier(app: App) -> impl IntoView {
    let earlier = Memo::new(move |_| {
        let newest = app.inviting.get();
        let given = app.invitations.get().into_iter();
        let given = given.filter(|one| !one.revoked && Some(one.id) != newest);
        given
            .filter(|one| one.uses_left != Some(0))
            .collect::<Vec<_>>()
    });
    move || {
        let earlier = earlier.get();
        (!earlier.is_empty()).then(|| {
            let rows = earlier.into_iter().map(|given| row(app, &given));
            view! {
                <section class="card">
                    <h2>{invite::earlier()}</h2>
                    <ul class="rows">{rows.collect::<Vec<_>>()}</ul>
                </section>
            }
        })
    }
}

fn row(app: App, given: &Given) -> AnyView {
    let act = Act::new();
    let said = match (given.label.clone(), until_ms(given)) {
        (None, None) => invite::given(),
        (None, Some(until)) => invite::given_until(until),
        (Some(label), None) => invite::given_for(label),
        (Some(label), Some(until)) => invite::given_for_until(label, until),
    };
    let id: InvitationId = given.id;
    let take_back = move |_| {
        act.run(async move {
            let taken = app.ask(Revoke { invitation: id }).await;
            taken?;
            app.read_invitations();
            Ok(())
        });
    };
    view! {
        <li>
            <span dir="auto">{said}</span>
            <button type="button" class="quiet" on:click=take_back>{invite::take_back()}</button>
            <Refusal act/>
        </li>
    }
    .into_any()
}
