//! Writing: Enter makes a line, Ctrl or ⌘ with Enter sends. What is typed stays until it is durable.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use view::question::Send;
use view::{ConversationId, ItemId};

use super::attaching::Attaching;
use super::form::{Act, Refusal};
use crate::page::app::App;
use crate::page::browser;
use crate::page::words::{Sentence, conversation as words};

/// What is being written.
#[derive(Clone, Copy)]
pub struct Composing {
    /// Where what is asked about items goes.
    pub app: App,
    text: RwSignal<String>,
    answering: RwSignal<Option<(ItemId, String)>>,
}

impl Composing {
    /// Goes on with what was being written here.
    pub fn new(app: App, conversation: ConversationId) -> Self {
        let draft = app
            .drafts
            .with_value(|drafts| drafts.get(&conversation).cloned());
        let text = RwSignal::new(draft.unwrap_or_default());
        Effect::new(move |_| {
            let text = text.get();
            app.drafts.update_value(|drafts| {
                if text.is_empty() {
                    drafts.remove(&conversation);
                } else {
                    drafts.insert(conversation, text);
                }
            });
        });
        Self {
            app,
            text,
            answering: RwSignal::new(None),
        }
    }

    /// The text.
    pub fn text(self) -> RwSignal<String> {
        self.text
    }

    /// What is written next answers an item.
    pub fn answer(self, item: ItemId, author: String) {
        self.answering.set(Some((item, author)));
        browser::focus("#write");
    }
}

/// Sends what is there. What was typed meanwhile stays.
async fn send(
    app: App,
    conversation: ConversationId,
    composing: Composing,
) -> Result<(), Sentence> {
    let Composing {
        text, answering, ..
    } = composing;
    let written = text.get_untracked();
    if written.trim().is_empty() && app.files.is_empty(conversation) {
        return Ok(());
    }
    let files = app.files.outgoing(app, conversation).await?;
    let answered = answering.get_untracked();
    let reply_to = answered.as_ref().map(|(item, _)| *item);
    let question = Send {
        conversation,
        text: written.clone(),
        note: None,
        reply_to,
        at_s: None,
        draft: None,
        files: files.clone(),
    };
    let sent = app.ask(question).await;
    sent?;
    app.files.sent(&files);
    // Where another screen is shown by now, the draft is what is left of it.
    app.drafts.update_value(|drafts| {
        if drafts.get(&conversation) == Some(&written) {
            drafts.remove(&conversation);
        }
    });
    let _ = text.try_update(|text| {
        if let Some(rest) = text.strip_prefix(&written) {
            *text = rest.to_owned();
        }
    });
    let _ = answering.try_update(|now| {
        if *now == answered {
            *now = None;
        }
    });
    Ok(())
}

/// The place to write.
#[component]
pub fn Composer(app: App, conversation: ConversationId, composing: Composing) -> impl IntoView {
    let act = Act::new();
    let Composing {
        text, answering, ..
    } = composing;
    let send = move || act.run(send(app, conversation, composing));
    let on_key = move |event: KeyboardEvent| {
        // While a character is being composed, Enter belongs to that.
        let sends = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
        if sends && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let answered = move || {
        answering.get().map(|(_, author)| {
            view! {
                <p class="answering">
                    {words::answering(author)}" "
                    <button type="button" class="link" on:click=move |_| answering.set(None)>
                        {words::not_as_answer()}
                    </button>
                </p>
            }
        })
    };
    view! {
        <form class="composer" on:submit=on_submit>
            {answered}
            <Refusal act/>
            <label for="write">{words::write()}</label>
            <div class="writing">
                <textarea id="write" dir="auto" rows="2" autocomplete="off" aria-describedby="keys" prop:value=text
                    on:input=move |event| text.set(event_target_value(&event)) on:keydown=on_key></textarea>
                <button type="submit" class="chief">{words::send()}</button>
            </div>
            <Attaching app conversation/>
            <p id="keys" class="hint">{words::keys()}</p>
        </form>
    }
}
