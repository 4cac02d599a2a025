//! A conversation: its head, its items as one text, and the place to write.

use leptos::prelude::*;
use view::question::{Items, Shown};
use view::{At, Conversation, ConversationId, Item, ItemState};

use super::backup::Asked;
use super::composer::{Composer, Composing};
use super::item::item_view;
use super::safety::Safety;
use super::unsent::Unsent;
use crate::page::app::App;
use crate::page::browser;
use crate::page::refresh::Refresh;
use crate::page::when::Calendar;
use crate::page::words::{Phrase, Sentence, conversation as words, people};
use crate::route::Route;
use crate::timeline::{self, Line};

/// How many items are shown at first, and how many more each time that earlier ones are asked for.
const STEP: u32 = 100;

/// The one of an id as it is shown.
#[component]
pub fn ConversationScreen(app: App, id: String) -> impl IntoView {
    let named = StoredValue::new(id.clone());
    let left = move || {
        app.drafts.with_value(|drafts| {
            let found = drafts
                .iter()
                .find(|(of, _)| of.to_string() == named.get_value());
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        })
    };
    let found = Memo::new(move |_| {
        let conversations = app.conversations.get()?;
        let found = conversations.iter().find(|one| one.id.to_string() == id);
        Some(found.map(|found| found.id))
    });
    move || match found.get() {
        None => ().into_any(),
        Some(None) => view! {
            <section class="card">
                <p class="back"><a href=Route::People.fragment()>{people::back()}</a></p>
                <h1 tabindex="-1">{words::unknown()}</h1>
                <p>{words::unknown_what()}</p>
                <Unsent text=Signal::stored(left())/>
            </section>
        }
        .into_any(),
        Some(Some(id)) => view! { <Known app id/> }.into_any(),
    }
}

#[component]
fn Known(app: App, id: ConversationId) -> impl IntoView {
    let conversation = Memo::new(move |_| {
        let conversations = app.conversations.get().unwrap_or_default();
        conversations.into_iter().find(|one| one.id == id)
    });
    let composing = Composing::new(app, id);
    let title = move || conversation.get().map(|one| one.title);
    let contact = Memo::new(move |_| conversation.get().and_then(|one| one.contact));
    let safety = move || contact.get().map(|contact| view! { <Safety app contact/> });
    let foot = Memo::new(move |_| conversation.get().map(|one| closed(&one)));
    let foot = move || match foot.get().flatten() {
        Some(why) => view! {
            <p class="card over" role="status" dir="auto">{why.view()}</p>
            <Unsent text=composing.text()/>
        }
        .into_any(),
        None => view! { <Composer app conversation=id composing/> }.into_any(),
    };
    let accepting = Memo::new(move |_| conversation.get().is_some_and(|one| one.accepting));
    let accepting = move || {
        accepting
            .get()
            .then(|| view! { <p class="hint">{words::accepting()}</p> })
    };
    view! {
        <article class="conversation">
            <header class="head">
                <a class="back" href=Route::People.fragment()>{people::back()}</a>
                <h1 tabindex="-1"><bdi>{title}</bdi></h1>
                {safety}
            </header>
            <Asked app/>
            <Timeline app id conversation composing/>
            {accepting}
            {foot}
        </article>
    }
}

/// Why nothing can be written there.
fn closed(conversation: &Conversation) -> Option<Sentence> {
    if conversation.blocked {
        return Some(words::blocked().into());
    }
    conversation.halted.clone().map(Sentence::from)
}

/// What is read of a conversation.
#[derive(Clone, Copy)]
struct Reading {
    app: App,
    id: ConversationId,
    items: RwSignal<Option<Vec<Item>>>,
    more_before: RwSignal<bool>,
    limit: RwSignal<u32>,
    asking: Refresh,
    shown: StoredValue<u64>,
    /// What was new, for readers.
    heard: RwSignal<Option<Phrase>>,
}

impl Reading {
    fn new(app: App, id: ConversationId) -> Self {
        Self {
            app,
            id,
            items: RwSignal::new(None),
            more_before: RwSignal::new(false),
            limit: RwSignal::new(STEP),
            asking: Refresh::new(),
            shown: StoredValue::new(0),
            heard: RwSignal::new(None),
        }
    }

    fn refresh(self) {
        self.asking.run(move || async move {
            let Some(limit) = self.limit.try_get_untracked() else {
                return;
            };
            let conversation = self.id;
            match self
                .app
                .ask(Items {
                    conversation,
                    at: At::End,
                    limit,
                })
                .await
            {
                Ok(read) => self.take(read),
                Err(refused) => {
                    // One that is gone says so by itself.
                    self.app.lists().await;
                    if self.app.has(conversation) {
                        self.app.say(None, refused, true);
                    }
                }
            }
        });
    }

    fn take(self, read: view::Read) {
        let Some(before) = self.items.try_get_untracked() else {
            return;
        };
        let at_end = before.is_none() || browser::is_at_end();
        let from_end = browser::from_end();
        let grew_before = before.as_ref().is_some_and(|before| {
            before.first().map(|item| item.id) != read.items.first().map(|item| item.id)
        });
        if let Some(before) = before {
            self.tell(&before, &read.items);
        }
        self.more_before.set(read.before > 0);
        self.items.set(Some(read.items));
        if at_end {
            request_animation_frame(browser::scroll_to_end);
        } else if grew_before {
            request_animation_frame(move || browser::scroll_from_end(from_end));
        }
        self.mark();
    }

    /// Others' new items, in a place that readers say politely.
    fn tell(self, before: &[Item], now: &[Item]) {
        let Some(last) = now.last().filter(|last| !last.mine && !last.retracted) else {
            return;
        };
        if before.iter().all(|item| item.id != last.id) {
            // What is opened by choice is not read aloud either.
            let text = last.note.as_ref().unwrap_or(&last.text);
            self.heard.set(Some(words::new_item(&last.author, text)));
        }
    }

    /// What stands there was shown, if the page is in sight.
    fn mark(self) {
        let newest = self.items.try_with_untracked(|items| {
            let items = items.as_deref().unwrap_or_default();
            items.iter().filter_map(|item| item.seq).max()
        });
        let Some(seq) = newest.flatten().filter(|_| browser::is_visible()) else {
            return;
        };
        if self.shown.try_get_value().is_none_or(|shown| shown >= seq) {
            return;
        }
        self.shown.set_value(seq);
        let conversation = self.id;
        leptos::task::spawn_local(async move {
            // What could not be noted is noted with the next one.
            let _ = self.app.ask(Shown { conversation, seq }).await;
        });
    }
}

/// How far an item is.
fn state(item: &Item, host: Option<&str>) -> Phrase {
    if let Some(why) = &item.not_sent {
        return words::not_sent(why);
    }
    match (item.state, host) {
        (ItemState::Held, _) => words::held(),
        (ItemState::KeptBack, _) => words::kept_back(),
        (ItemState::Queued, _) => words::on_its_way(),
        (ItemState::Stored, Some(host)) => words::kept_at(host),
        (ItemState::Stored, None) => words::kept(),
    }
}

/// By arrows from item to item.
fn walk(event: leptos::ev::KeyboardEvent) {
    let onward = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    browser::walk(".items", onward);
}

#[component]
fn Timeline(
    app: App,
    id: ConversationId,
    conversation: Memo<Option<Conversation>>,
    composing: Composing,
) -> impl IntoView {
    let reading = Reading::new(app, id);
    Effect::new(move |begun_before: Option<u32>| {
        let begun = app.begun.get();
        let changed = app.changed.get();
        if begun_before != Some(begun) || changed.is_some_and(|(of, _)| of == id) {
            reading.refresh();
        }
        begun
    });
    let seen = window_event_listener_untyped("visibilitychange", move |_| reading.mark());
    on_cleanup(move || seen.remove());
    let lines = Memo::new(move |_| {
        let host = conversation.get().and_then(|one| one.home);
        let items = reading.items.get().unwrap_or_default();
        let calendar = Calendar::new();
        timeline::arrange(
            &items,
            |at_ms| calendar.day(at_ms),
            |at_ms| calendar.time(at_ms),
            |item| state(item, host.as_deref()),
        )
    });
    let earlier = move || {
        reading
            .limit
            .update(|limit| *limit = limit.saturating_add(STEP));
        reading.refresh();
    };
    let earlier = move || {
        reading.more_before.get().then(|| {
            view! {
                <button type="button" class="earlier" on:click=move |_| earlier()>{words::earlier()}</button>
            }
        })
    };
    let empty = move || {
        let empty = reading
            .items
            .with(|items| items.as_ref().is_some_and(Vec::is_empty));
        empty.then(|| view! { <p class="empty">{words::empty()}</p> })
    };
    view! {
        {earlier}
        {empty}
        <ol class="items" tabindex="0" aria-label=words::list() on:keydown=walk>
            <For each=move || lines.get() key=Line::clone let:line>{item_view(line, composing)}</For>
        </ol>
        <p class="unseen" aria-live="polite" dir="auto">{move || reading.heard.get()}</p>
    }
}
