//! What is said while other things are shown: no network, homes that do not answer, a worker that failed.

use leptos::prelude::{
    AnyView, ClassAttribute as _, ElementChild as _, Get as _, GlobalAttributes as _, IntoAny as _,
    IntoView, OnAttribute as _, Update as _, With as _, component, view,
};

use super::app::{App, Notice};
use super::browser;
use crate::page::words::{meanwhile, storage};

/// The newest that are shown at a time; those that stay until they are understood all are.
const MOST_SHOWN: usize = 3;

/// All of it. The polite part is always there, so that readers notice what comes into it.
#[component]
pub fn Meanwhile(app: App) -> impl IntoView {
    let notices = move || {
        let (lasting, passing) = app.notices.with(|notices| {
            let (lasting, passing): (Vec<_>, Vec<_>) =
                notices.iter().cloned().partition(|one| one.lasting);
            (lasting, passing)
        });
        let room = MOST_SHOWN.saturating_sub(lasting.len());
        let over = passing.len().saturating_sub(room);
        let shown = passing.into_iter().skip(over).chain(lasting);
        let shown = shown.map(|notice| notice_view(app, notice));
        shown.collect::<Vec<_>>()
    };
    let offline = move || {
        let offline = app.offline.get();
        offline.then(|| view! { <p>{meanwhile::offline()}</p> })
    };
    let stopped = move || {
        app.stopped.get().then(|| {
            view! {
                <div role="alert" class="notice grave">
                    <p>{meanwhile::stopped()}</p>
                    <button type="button" on:click=move |_| browser::reload()>
                        {storage::load()}
                    </button>
                </div>
            }
        })
    };
    view! {
        <div class="meanwhile">
            {stopped}
            <div role="status" class="notices">{offline}{notices}</div>
        </div>
    }
}

fn notice_view(app: App, notice: Notice) -> AnyView {
    let text = notice.text.clone().view();
    let understood = move |_| {
        app.notices
            .update(|notices| notices.retain(|one| *one != notice))
    };
    view! {
        <div class="notice">
            <p dir="auto">{text}</p>
            <button type="button" class="quiet" on:click=understood>
                {meanwhile::understood()}
            </button>
        </div>
    }
    .into_any()
}
