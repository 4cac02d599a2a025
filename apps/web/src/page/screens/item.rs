//! One thing that was said, as a paragraph with its author's colour in the margin.

use leptos::prelude::*;
use view::Item;

use super::composer::Composing;
use super::files::files_view;
use crate::page::app::App;
use crate::page::browser;
use crate::page::locale::machine_readable;
use crate::page::words::{Phrase, conversation as words};
use crate::timeline::{Answers, Line, voice};

/// Where an item stands in the document.
fn place(id: &view::ItemId) -> String {
    format!("item-{id}")
}

/// Shows it.
pub fn item_view(line: Line<Phrase>, composing: Composing) -> AnyView {
    let Line {
        item,
        day,
        begins_run,
        goes_on,
        answers,
        time,
        state,
    } = line;
    let class = if item.mine {
        "item mine".to_owned()
    } else {
        format!("item voice-{}", voice(&item.author))
    };
    let day = day.map(|day| view! { <h2 class="day">{day}</h2> });
    let author = item.author.clone();
    let author = begins_run.then(|| view! { <p class="author"><bdi>{author}</bdi></p> });
    let changed = (item.edited && !item.retracted).then(|| view! { " · "{words::changed()} });
    let datetime = machine_readable(item.at_ms);
    let answer = {
        let id = item.id;
        let author = item.author.clone();
        move |_| composing.answer(id, author.clone())
    };
    // By keyboard one comes to an item by arrows, and only then to what can be done with it.
    let here = RwSignal::new(false);
    let stop = move || if here.get() { "0" } else { "-1" };
    view! {
        <li id=place(&item.id) tabindex="-1" class=class class:begins=begins_run class:goes-on=goes_on
            on:focusin=move |_| here.set(true) on:focusout=move |_| here.set(false)>
            {day}
            {author}
            <div class="said-and-when">
                <div class="text">{answers.map(answers_view)}{text(&item)}{extras(composing.app, &item)}</div>
                <p class="when">
                    <bdi><time datetime=datetime>{time}</time></bdi>
                    " · "<bdi>{state}</bdi>
                    {changed}
                </p>
                <button type="button" class="link answer" tabindex=stop on:click=answer>{words::answer()}</button>
            </div>
        </li>
    }
    .into_any()
}

fn text(item: &Item) -> AnyView {
    if item.retracted {
        return view! { <p class="gone">{words::taken_back()}</p> }.into_any();
    }
    let text = item.text.clone();
    match item.note.clone() {
        None => view! { <p class="words" dir="auto">{text}</p> }.into_any(),
        Some(note) => view! {
            <details class="folded">
                <summary><bdi>{note}</bdi><span class="hint">{words::opens()}</span></summary>
                <p class="words" dir="auto">{text}</p>
            </details>
        }
        .into_any(),
    }
}

fn extras(app: App, item: &Item) -> AnyView {
    let reactions = item.reactions.iter();
    let reactions = reactions.map(|one| words::reaction(one.names.clone(), &one.sign));
    let reactions = reactions.map(|said| view! { <span>{said}</span> });
    let reactions = reactions.collect::<Vec<_>>();
    let reactions = (!reactions.is_empty()).then(|| view! { <p class="signs">{reactions}</p> });
    view! { {files_view(app, item)}{reactions} }.into_any()
}

/// What it answers; choosing it shows that.
fn answers_view(answers: Answers) -> AnyView {
    let target = place(&answers.id);
    view! {
        <p class="answers">
            <button type="button" class="link" on:click=move |_| browser::show(&target)>
                {words::answers(answers.author, answers.beginning)}
            </button>
        </p>
    }
    .into_any()
}
