//! The page of this worker: its questions come in, answers and news go out.

use futures_channel::mpsc::UnboundedSender;
use js_sys::{Array, Uint8Array};
use view::{FromWorker, News, ToWorker, Trouble};
use wasm_bindgen::prelude::{Closure, JsCast as _};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::browser::scope;
use super::channel::{parts, wiped};
use super::happening::Happening;
use crate::sentences;

/// The page. Nothing is said to it before [`Page::ready`].
pub struct Page {
    scope: DedicatedWorkerGlobalScope,
    is_ready: bool,
}

impl Page {
    /// The one that started this worker; its questions are things to do from now on.
    pub fn of(scope: DedicatedWorkerGlobalScope, happenings: UnboundedSender<Happening>) -> Self {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (bytes, file) = parts(event.data());
            let bytes = wiped(bytes);
            let asked = ToWorker::decode(&bytes);
            let asked = asked.map(|asked| Happening::Asked(asked.id, asked.ask, file));
            drop(happenings.unbounded_send(asked.unwrap_or(Happening::Unread)));
        });
        scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // It lives as long as the worker.
        on_message.forget();
        let is_ready = false;
        Self { scope, is_ready }
    }

    /// The worker is there and answers.
    pub fn ready(&mut self) {
        self.is_ready = true;
        self.send(&FromWorker::News(News::Ready));
    }

    /// Says something, in a buffer that becomes the page's.
    pub fn send(&self, said: &FromWorker) {
        if self.is_ready {
            send(&self.scope, said);
        }
    }

    /// Says a sentence to the person.
    pub fn trouble(&self, sentence: String) {
        self.send(&FromWorker::News(News::Trouble(Trouble::Other(sentence))));
    }
}

/// The last that is said, when a mistake of ours ends the worker.
pub fn trapped() {
    if let Some(scope) = scope() {
        let said = Trouble::Other(sentences::TRAPPED.to_owned());
        send(&scope, &FromWorker::News(News::Trouble(said)));
    }
}

fn send(scope: &DedicatedWorkerGlobalScope, said: &FromWorker) {
    let Ok(bytes) = said.encode() else {
        return;
    };
    let array = Uint8Array::from(bytes.as_slice());
    let transfer = Array::of1(&array.buffer());
    // A page that is gone hears nothing.
    let _ = scope.post_message_with_transfer(&array, &transfer);
}
