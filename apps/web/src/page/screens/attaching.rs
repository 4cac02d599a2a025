//! What goes along with what is written: chosen, dropped or pasted, listed with its size and its words, and let go of.

use leptos::prelude::*;
use view::ConversationId;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList, HtmlInputElement};

use super::files::{button, named, progress_view};
use crate::page::app::App;
use crate::page::files::{Entry, Stage};
use crate::page::words::files as words;

fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|place| files.get(place))
        .collect()
}

fn has(data: Option<&DataTransfer>, kind: &str) -> bool {
    data.is_some_and(|data| data.types().includes(&JsValue::from_str(kind), 0))
}

/// The files of what is pasted. What is text as well is pasted as text, whatever else it brings along.
fn pasted(event: &ClipboardEvent) -> Vec<File> {
    let data = event.clipboard_data();
    if has(data.as_ref(), "text/plain") {
        return Vec::new();
    }
    listed(data.and_then(|data| data.files()))
}

/// Files that are dropped anywhere go along: a browser would leave the page for them otherwise.
fn take_drops(attach: impl Fn(Vec<File>) + 'static) {
    let over = window_event_listener(leptos::ev::dragover, |event: DragEvent| {
        if has(event.data_transfer().as_ref(), "Files") {
            event.prevent_default();
        }
    });
    let drop = window_event_listener(leptos::ev::drop, move |event: DragEvent| {
        let data = event.data_transfer();
        if has(data.as_ref(), "Files") {
            event.prevent_default();
            attach(listed(data.and_then(|data| data.files())));
        }
    });
    on_cleanup(move || {
        over.remove();
        drop.remove();
    });
}

/// The list of what goes along, and the way to add to it.
#[component]
pub fn Attaching(app: App, conversation: ConversationId) -> impl IntoView {
    let refused = RwSignal::new(None::<String>);
    let attach = move |files: Vec<File>| {
        if !files.is_empty() {
            refused.set(app.files.attach(app, conversation, files).err());
        }
    };
    take_drops(attach);
    let paste = window_event_listener(leptos::ev::paste, move |event: ClipboardEvent| {
        let files = pasted(&event);
        if !files.is_empty() {
            event.prevent_default();
            attach(files);
        }
    });
    on_cleanup(move || paste.remove());
    let input = NodeRef::<leptos::html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into().ok());
        let Some(input) = target else {
            return;
        };
        let input: HtmlInputElement = input;
        attach(listed(input.files()));
        // The same file can be chosen once more.
        input.set_value("");
    };
    let list = move || {
        let entries = app.files.entries(conversation);
        if entries.is_empty() {
            return ().into_any();
        }
        let entries = entries.into_iter().map(|entry| entry_view(app, entry));
        view! {
            <ul class="along" aria-label=words::along()>{entries.collect::<Vec<_>>()}</ul>
            <p class="file-way">{words::as_it_is()}</p>
        }
        .into_any()
    };
    let refusal = move || {
        refused
            .get()
            .map(|why| view! { <p role="alert" class="refusal">{why}</p> })
    };
    view! {
        {list}
        {refusal}
        <div class="attaching">
            <input type="file" multiple hidden node_ref=input on:change=chosen/>
            <button type="button" class="quiet" title=words::drop_here() on:click=choose>{words::attach()}</button>
        </div>
    }
}

fn entry_view(app: App, entry: Entry) -> AnyView {
    let id = entry.id;
    let name = named(&entry.name);
    let (stage, sealing) = (entry.stage.clone(), entry.stage.clone());
    let far = Signal::derive(move || match sealing.get() {
        Stage::Sealing(far) => Some(far),
        Stage::Sealed | Stage::Refused(_) => None,
    });
    let progress = progress_view(words::sealing(&*name), far);
    let state = move || match stage.get() {
        Stage::Sealed => view! { <span class="file-way">{words::sealed()}</span> }.into_any(),
        Stage::Refused(why) => {
            view! { <p role="alert" class="refusal" dir="auto">{why}</p> }.into_any()
        }
        Stage::Sealing(_) => ().into_any(),
    };
    let described = entry.is_picture.then(|| description_view(&entry, &name));
    let remove = Box::new(move || app.files.detach(app, id));
    view! {
        <li>
            <p class="file"><bdi>{name.clone()}</bdi>", "{words::size(entry.bytes)}" "{progress}{state}</p>
            {described}
            {button(words::remove(), &name, remove)}
        </li>
    }
    .into_any()
}

/// Where it is said what a picture shows.
fn description_view(entry: &Entry, name: &str) -> AnyView {
    let field = format!("shows-{}", entry.id);
    let (written, typed) = (entry.description.clone(), entry.description.clone());
    view! {
        <label for=field.clone()>{words::what_it_shows(name)}</label>
        <input id=field.clone() type="text" dir="auto" maxlength="600" autocomplete="off"
            prop:value=move || written.get()
            on:input=move |event| typed.set(event_target_value(&event))/>
    }
    .into_any()
}
