//! Backups: asked for calmly, saved, and their words shown once.

use leptos::prelude::*;
use view::question::BackedUp;

use super::form::{Act, Busy, Refusal};
use crate::page::app::{App, Saved};
use crate::page::words::{backup, general, people, storage};
use crate::route::Route;

/// Whether a backup is asked for now.
fn is_asked(app: App) -> bool {
    let needed = app.standing.get().is_some_and(|one| one.needs_backup);
    needed && !app.backup_later.get()
}

/// Asks for one, where it is needed and was not put off.
#[component]
pub fn Asked(app: App) -> impl IntoView {
    let asked = Memo::new(move |_| is_asked(app));
    let not_persisted = move || {
        let standing = app.standing.get();
        let refused = standing.is_some_and(|one| one.persisted == Some(false));
        refused.then(|| view! { <p>{storage::not_persisted()}</p> })
    };
    move || {
        asked.get().then(|| {
            view! {
                <section class="card asked">
                    <p>{backup::asked()}</p>
                    {not_persisted}
                    <div class="acts">
                        <SaveButton app/>
                        <button type="button" class="quiet" on:click=move |_| app.put_backup_off()>
                            {backup::later()}
                        </button>
                    </div>
                </section>
            }
        })
    }
}

/// Saving one when it was not asked for.
#[component]
pub fn Save(app: App) -> impl IntoView {
    let asked = Memo::new(move |_| is_asked(app));
    move || (!asked.get()).then(|| view! { <SaveButton app/> })
}

#[component]
fn SaveButton(app: App) -> impl IntoView {
    let act = Act::new();
    view! {
        <button type="button" disabled=move || act.busy.get() on:click=move |_| act.run(app.back_up())>
            {backup::save()}
        </button>
        <Busy act text=general::one_moment()/>
        <Refusal act/>
    }
}

/// Where its words are shown.
#[component]
pub fn BackupScreen(app: App) -> impl IntoView {
    view! {
        <section class="card">
            <p class="back"><a href=Route::People.fragment()>{people::back()}</a></p>
            <h1 tabindex="-1">{backup::heading()}</h1>
            {move || match app.saved.get() {
                None => view! { <p>{backup::what()}</p><SaveButton app/> }.into_any(),
                Some(saved) => view! { <Words app saved/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Words(app: App, saved: Saved) -> impl IntoView {
    let act = Act::new();
    let done = move |_| {
        act.run(async move {
            let done = app.ask(BackedUp {}).await;
            done?;
            app.saved.set(None);
            app.read_standing();
            app.go(&Route::People);
            Ok(())
        });
    };
    let (said, button) = match saved.phrase {
        Some(_) => (backup::saved(), backup::written_down()),
        None => (backup::saved_before(), backup::kept()),
    };
    let phrase = saved.phrase.map(|phrase| {
        let phrase = phrase.as_str().to_owned();
        view! { <p class="phrase" dir="ltr" translate="no">{phrase}</p> }
    });
    view! {
        <p>{said}</p>
        {phrase}
        <Refusal act/>
        <button type="button" class="chief" disabled=move || act.busy.get() on:click=done>{button}</button>
    }
}
