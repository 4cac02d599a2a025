//! The worker as the page has it: asked and answered by id, heard, and started again when it fails.
//!
//! What is asked before the worker is ready waits. What a failed worker did not answer is answered with a sentence.

use futures_channel::oneshot;
use js_sys::{Array, Uint8Array};
use leptos::prelude::set_timeout;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use view::{FromWorker, Kind, News, Question, Refused, ToWorker, message};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};
use zeroize::Zeroizing;

use super::browser;
use crate::page::words::meanwhile;
use crate::restarts::Restarts;

/// What comes without being asked.
pub enum Heard {
    /// From the worker.
    News(News),
    /// The worker failed; another is started.
    Failed,
    /// The worker failed too often; none is started any more.
    GaveUp,
}

/// The worker, whichever runs at the moment.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    url: String,
    hear: Box<dyn Fn(Heard)>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    running: Option<Running>,
    ready: bool,
    gave_up: bool,
    next_id: u32,
    waiting: BTreeMap<u32, oneshot::Sender<Vec<u8>>>,
    unsent: Vec<(Zeroizing<Vec<u8>>, Option<File>)>,
    restarts: Restarts,
}

/// A worker and what listens to it.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

impl Engine {
    /// Starts it.
    pub fn start(url: String, hear: impl Fn(Heard) + 'static) -> Self {
        let engine = Self(Rc::new(Inner {
            url,
            hear: Box::new(hear),
            state: RefCell::default(),
        }));
        engine.run();
        engine
    }

    /// Asks something.
    ///
    /// # Errors
    /// What the worker refuses, or that it failed.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        self.answer::<Q>(self.post(question, None)?).await
    }

    /// Asks something about a file, which goes over beside it.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub async fn ask_with<Q: Question>(
        &self,
        question: Q,
        file: &File,
    ) -> Result<Q::Answer, Refused> {
        self.answer::<Q>(self.post(question, Some(file))?).await
    }

    async fn answer<Q: Question>(
        &self,
        answered: oneshot::Receiver<Vec<u8>>,
    ) -> Result<Q::Answer, Refused> {
        let bytes = answered.await;
        let bytes =
            bytes.map_err(|_| Refused::new(Kind::Retry, meanwhile::unanswered().to_string()))?;
        message::answered::<Q>(&bytes).unwrap_or_else(|_| Err(not_understood()))
    }

    /// Ends the worker and starts another, so that nothing is left in memory of what it had open.
    pub fn renew(&self) {
        let mut state = self.0.state.borrow_mut();
        state.ready = false;
        state.unsent.clear();
        let unanswered = std::mem::take(&mut state.waiting);
        let ended = state.running.take();
        drop(state);
        drop((unanswered, ended));
        self.run();
    }

    fn post<Q: Question>(
        &self,
        question: Q,
        file: Option<&File>,
    ) -> Result<oneshot::Receiver<Vec<u8>>, Refused> {
        let mut state = self.0.state.borrow_mut();
        if state.gave_up {
            return Err(Refused::new(Kind::Bug, meanwhile::stopped().to_string()));
        }
        let id = state.next_id;
        state.next_id = id.wrapping_add(1);
        let ask = question.into();
        let bytes = ToWorker { id, ask }
            .encode()
            .map_err(|_| not_understood())?;
        let (answer, answered) = oneshot::channel();
        state.waiting.insert(id, answer);
        match &state.running {
            Some(running) if state.ready => send(&running.worker, &bytes, file),
            _ => state.unsent.push((bytes, file.cloned())),
        }
        Ok(answered)
    }

    fn run(&self) {
        match self.running() {
            Ok(running) => self.0.state.borrow_mut().running = Some(running),
            Err(_) => self.fail(),
        }
    }

    fn running(&self) -> Result<Running, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&self.0.url, &options)?;
        let engine = self.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            engine.hear(&event.data());
        });
        let engine = self.clone();
        let on_error = Closure::new(move |_: Event| engine.fail());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Running {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn hear(&self, data: &JsValue) {
        match FromWorker::decode(&Uint8Array::new(data).to_vec()) {
            Ok(FromWorker::Answered(id, bytes)) => {
                let waiting = self.0.state.borrow_mut().waiting.remove(&id);
                if let Some(waiting) = waiting {
                    // Whoever asked may be gone.
                    let _ = waiting.send(bytes);
                }
            }
            Ok(FromWorker::News(news)) => {
                if news == News::Ready {
                    self.send_what_waits();
                }
                (self.0.hear)(Heard::News(news));
            }
            Err(_) => self.fail(),
        }
    }

    fn send_what_waits(&self) {
        let mut state = self.0.state.borrow_mut();
        state.ready = true;
        let unsent = std::mem::take(&mut state.unsent);
        if let Some(running) = &state.running {
            for (bytes, file) in unsent {
                send(&running.worker, &bytes, file.as_ref());
            }
        }
    }

    fn fail(&self) {
        let mut state = self.0.state.borrow_mut();
        state.ready = false;
        state.unsent.clear();
        let unanswered = std::mem::take(&mut state.waiting);
        let failed = state.running.take();
        let wait_ms = state.restarts.after_failure(browser::clock_ms());
        state.gave_up = wait_ms.is_none();
        drop(state);
        drop(unanswered);
        (self.0.hear)(if wait_ms.is_some() {
            Heard::Failed
        } else {
            Heard::GaveUp
        });
        let engine = self.clone();
        // Later, because what listens to it is what runs now.
        set_timeout(
            move || {
                drop(failed);
                if wait_ms.is_some() {
                    engine.run();
                }
            },
            Duration::from_millis(wait_ms.unwrap_or(0).into()),
        );
    }
}

fn not_understood() -> Refused {
    Refused::new(Kind::Bug, meanwhile::not_understood().to_string())
}

/// The buffer goes over: nothing of it stays here. Of a file a handle goes along, and none of its bytes.
fn send(worker: &Worker, bytes: &[u8], file: Option<&File>) {
    let buffer = Uint8Array::from(bytes).buffer();
    let transfer = Array::of1(&buffer);
    // It fails for what cannot be cloned; a buffer and a file can.
    let _ = match file {
        None => worker.post_message_with_transfer(&buffer, &transfer),
        Some(file) => worker.post_message_with_transfer(&Array::of2(&buffer, file), &transfer),
    };
}
