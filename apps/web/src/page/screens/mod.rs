//! Which screen is shown: decided by how the profile stands, then by what waits, then by the address.

mod attaching;
mod backup;
mod composer;
mod conversation;
mod files;
mod form;
mod invitations;
mod invite;
mod invited;
mod item;
mod keeping;
mod language;
mod name;
mod people;
mod safety;
mod unlock;
mod unsent;

use leptos::prelude::*;
use view::{Keeping, Profile};

use super::app::App;
use super::browser;
use super::meanwhile::Meanwhile;
use crate::page::words;
use crate::route::Route;

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Screen {
    Opening,
    NoStorage(String),
    Keeping,
    Unlock(Keeping),
    Name,
    Invited(String),
    Place(Route),
}

impl Screen {
    fn of(app: App) -> Self {
        let Some(standing) = app.standing.get() else {
            return Self::Opening;
        };
        match standing.profile {
            Profile::NoStorage(why) => Self::NoStorage(why),
            Profile::Missing => Self::Keeping,
            Profile::Closed(keeping) => Self::Unlock(keeping),
            Profile::Open(_) => match (
                app.personas.get(),
                app.link.get().filter(|_| !app.link_later.get()),
            ) {
                (None, _) => Self::Opening,
                (Some(names), _) if names.is_empty() => Self::Name,
                (_, Some(link)) => Self::Invited(link),
                _ => Self::Place(app.route.get()),
            },
        }
    }
}

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let app = App::start();
    let screen = Memo::new(move |_| Screen::of(app));
    Effect::new(move |shown: Option<bool>| {
        let now = screen.get();
        let shown = shown.unwrap_or_default();
        if now == Screen::Opening {
            return shown;
        }
        // The first one begins where the browser begins.
        if shown {
            request_animation_frame(|| browser::focus("main h1"));
        }
        if !matches!(now, Screen::Place(Route::Conversation(_))) {
            browser::scroll_to(0.0);
        }
        true
    });
    view! {
        <Meanwhile app/>
        {move || show(app, screen.get())}
    }
}

fn show(app: App, screen: Screen) -> AnyView {
    match screen {
        Screen::Opening => view! {
            <main class="quiet-screen" aria-label=words::KITH><p>{words::general::opening()}</p></main>
        }
        .into_any(),
        Screen::NoStorage(why) => no_storage(why),
        Screen::Keeping => view! { <main><keeping::KeepingScreen app/></main> }.into_any(),
        Screen::Unlock(keeping) => {
            view! { <main><unlock::UnlockScreen app keeping/></main> }.into_any()
        }
        Screen::Name => view! { <main><name::NameScreen app/></main> }.into_any(),
        Screen::Invited(link) => {
            view! { <main><invited::InvitedScreen app link/></main> }.into_any()
        }
        Screen::Place(Route::People) => people::people_screen(app),
        Screen::Place(route) => beside_people(app, route),
    }
}

/// A place, and where there is room everybody known beside it.
fn beside_people(app: App, route: Route) -> AnyView {
    let place = match route {
        Route::Conversation(id) => view! { <conversation::ConversationScreen app id/> }.into_any(),
        Route::Backup => view! { <backup::BackupScreen app/> }.into_any(),
        Route::Invite | Route::People => view! { <invite::InviteScreen app/> }.into_any(),
    };
    view! {
        <div class="places">
            <aside class="beside"><people::Everybody app beside=true/></aside>
            <main>{place}</main>
        </div>
    }
    .into_any()
}

fn no_storage(why: String) -> AnyView {
    // Where the address is the reason, it is the only one.
    let other_reasons =
        browser::is_secure().then(|| view! { <p>{words::storage::none_what()}</p> });
    view! {
        <main class="card">
            <h1 tabindex="-1">{words::storage::none()}</h1>
            <p role="alert">{why}</p>
            {other_reasons}
            <button type="button" on:click=move |_| browser::reload()>{words::storage::load()}</button>
        </main>
    }
    .into_any()
}
