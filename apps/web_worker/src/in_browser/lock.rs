//! The right to have the profile, which one worker of this place has at a time (Web Locks). It ends with the worker,
//! whichever way that ends.

use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::browser::{property, scope, sleep};

/// The lock's name.
const NAME: &str = "kith";
/// How long whoever lets go waits for others to leave the queue: so often, and so many milliseconds each time.
const LEAVING: (u32, i32) = (100, 20);

/// The right. It ends when this is dropped.
pub struct Held(Function);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

/// A place in the queue for it, which is left when this is dropped.
pub struct Queue(JsValue);

impl Drop for Queue {
    fn drop(&mut self) {
        let abort = property(&self.0, "abort").and_then(|abort| abort.dyn_into::<Function>().ok());
        if let Some(abort) = abort {
            let _ = abort.call0(&self.0);
        }
    }
}

/// The browser's locks; none where the page is not served as it must be.
fn locks() -> Option<JsValue> {
    property(&scope()?.navigator(), "locks")
}

/// What became of asking for the right.
pub enum Asked {
    /// It is here.
    Held(Held),
    /// Somebody else has it, and it was asked for only if it is free.
    Taken,
    /// The browser gives none: it keeps nothing for this page, or the queue was left.
    Refused,
}

/// Asks for the lock; `got` hears once what became of it.
fn request(option: (&str, &JsValue), got: impl FnOnce(Asked) + 'static) -> Option<()> {
    let locks = locks()?;
    let request = property(&locks, "request")?.dyn_into::<Function>().ok()?;
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str(option.0), option.1).ok()?;
    let got = Rc::new(Cell::new(Some(got)));
    let unheard = Rc::clone(&got);
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let Some(got) = got.take() else {
            return JsValue::UNDEFINED;
        };
        if lock.is_null() || lock.is_undefined() {
            got(Asked::Taken);
            return JsValue::UNDEFINED;
        }
        let mut until = None;
        let promise = Promise::new(&mut |resolve, _| until = Some(resolve));
        got(until.map_or(Asked::Refused, |until| Asked::Held(Held(until))));
        promise.into()
    });
    let promise = request
        .call3(&locks, &NAME.into(), &options, &granted)
        .ok()?;
    let promise = promise.dyn_into::<Promise>().ok()?;
    // It ends with the right, when the queue was left, or at once where a browser that keeps nothing refuses.
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
        if let Some(got) = unheard.take() {
            got(Asked::Refused);
        }
    });
    Some(())
}

/// The right, if nobody has it.
pub async fn take_if_free() -> Asked {
    let (sender, receiver) = oneshot::channel();
    let asked = request(("ifAvailable", &JsValue::TRUE), move |asked| {
        let _ = sender.send(asked);
    });
    match asked {
        Some(()) => receiver.await.unwrap_or(Asked::Refused),
        None => Asked::Refused,
    }
}

/// The same, where somebody has it for a moment.
pub async fn take_soon() -> Option<Held> {
    for _ in 0..20 {
        match take_if_free().await {
            Asked::Held(held) => return Some(held),
            Asked::Taken => sleep(50).await,
            Asked::Refused => return None,
        }
    }
    None
}

/// Waits for it; `turn` is called when it is there.
pub fn queue(turn: impl FnOnce(Held) + 'static) -> Option<Queue> {
    let constructor = property(&js_sys::global(), "AbortController")?;
    let constructor = constructor.dyn_into::<Function>().ok()?;
    let controller = Reflect::construct(&constructor, &Array::new()).ok()?;
    let signal = property(&controller, "signal")?;
    request(("signal", &signal), move |asked| {
        if let Asked::Held(held) = asked {
            turn(held);
        }
    })?;
    Some(Queue(controller))
}

/// How many wait.
async fn waiting() -> Option<usize> {
    let locks = locks()?;
    let query = property(&locks, "query")?.dyn_into::<Function>().ok()?;
    let promise = query.call0(&locks).ok()?.dyn_into::<Promise>().ok()?;
    let pending = property(&JsFuture::from(promise).await.ok()?, "pending")?;
    let name = |one: &JsValue| property(one, "name").and_then(|name| name.as_string());
    let ours = Array::from(&pending)
        .iter()
        .filter(|one| name(one).as_deref() == Some(NAME))
        .count();
    Some(ours)
}

/// Lets go once nobody waits: whoever was told that the profile is closed does not open it because its turn has come.
pub async fn let_go(held: Held) {
    let (often, ms) = LEAVING;
    for _ in 0..often {
        if waiting().await.unwrap_or(0) == 0 {
            break;
        }
        sleep(ms).await;
    }
    drop(held);
}
