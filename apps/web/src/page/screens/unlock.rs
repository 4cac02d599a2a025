//! Opening a profile that is closed.

use leptos::prelude::*;
use view::question::{Close, Open};
use view::{Keeping, Opening, Profile};

use super::form::{Act, Busy, Field, Refusal};
use super::keeping::taken;
use crate::page::app::App;
use crate::page::browser;
use crate::page::passkey;
use crate::page::words::{keeping, unlock as words};

/// Asks for what opens it.
#[component]
pub fn UnlockScreen(app: App, keeping: Keeping) -> impl IntoView {
    let act = Act::new();
    let passphrase = RwSignal::new(String::new());
    let is_passphrase = keeping == Keeping::Passphrase;
    let label = match keeping {
        Keeping::Passkey(_) => words::open_with_passkey(),
        Keeping::Passphrase | Keeping::Plain => words::open(),
    };
    let open = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let keeping = keeping.clone();
        act.run(async move {
            let opening = match keeping {
                Keeping::Plain => Opening::Plain,
                Keeping::Passphrase if passphrase.with_untracked(String::is_empty) => {
                    return Err(words::empty().into());
                }
                Keeping::Passphrase => Opening::Passphrase(taken(passphrase)),
                Keeping::Passkey(passkey) => {
                    let secret = passkey::ask(&passkey).await?;
                    Opening::Passkey(passkey, secret)
                }
            };
            let opened = app.ask(Open { opening }).await;
            if opened.is_err() {
                // To be typed once more at once; where there is no field, the focus stays.
                request_animation_frame(|| browser::focus("#passphrase"));
            }
            opened?;
            app.read_standing();
            Ok(())
        });
    };
    let field = is_passphrase.then(|| {
        view! { <Field id="passphrase" label=keeping::field() value=passphrase kind="password" autocomplete="current-password"/> }
    });
    view! {
        <section class="card">
            <h1 tabindex="-1">{words::heading()}</h1>
            <p>{words::what()}</p>
            <form on:submit=open>
                {field}
                <Refusal act/>
                <Busy act text=words::unsealing()/>
                <button type="submit" class="chief" disabled=move || act.busy.get()>{label}</button>
            </form>
        </section>
    }
}

/// Closes the profile, where something closes it.
#[component]
pub fn Lock(app: App) -> impl IntoView {
    let act = Act::new();
    let sealed = Memo::new(move |_| {
        let standing = app.standing.get();
        standing.is_some_and(
            |standing| matches!(standing.profile, Profile::Open(kept) if kept != Keeping::Plain),
        )
    });
    let lock = move |_| {
        act.run(async move {
            let closed = app.ask(Close {}).await;
            closed?;
            app.read_standing();
            Ok(())
        });
    };
    move || {
        sealed.get().then(|| {
            view! {
                <button type="button" class="quiet" on:click=lock>{words::lock()}</button>
                <Refusal act/>
            }
        })
    }
}
