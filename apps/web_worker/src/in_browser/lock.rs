//! The right to have the profile, which one worker of this place has at a time (Web Locks). It ends with the worker,
//! whichever way that ends.

use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
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

/// Asks for the lock. `got` is called with it, or with nothing where it is not free and was asked for only if it is.
fn request(option: (&str, &JsValue), got: impl FnOnce(Option<Held>) + 'static) -> Option<()> {
    let locks = locks()?;
    let request = property(&locks, "request")?.dyn_into::<Function>().ok()?;
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str(option.0), option.1).ok()?;
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() || lock.is_undefined() {
            got(None);
            return JsValue::UNDEFINED;
        }
        let mut until = None;
        let promise = Promise::new(&mut |resolve, _| until = Some(resolve));
        got(until.map(Held));
        promise.into()
    });
    let promise = request
        .call3(&locks, &NAME.into(), &options, &granted)
        .ok()?;
    let promise = promise.dyn_into::<Promise>().ok()?;
    // It ends with the right, or when the queue was left.
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
    Some(())
}

/// The right, if nobody has it.
pub async fn take_if_free() -> Option<Held> {
    let (sender, receiver) = oneshot::channel();
    request(("ifAvailable", &JsValue::TRUE), move |held| {
        let _ = sender.send(held);
    })?;
    receiver.await.ok().flatten()
}

/// The same, where somebody has it for a moment.
pub async fn take_soon() -> Option<Held> {
    for _ in 0..20 {
        if let Some(held) = take_if_free().await {
            return Some(held);
        }
        sleep(50).await;
    }
    None
}

/// Waits for it; `turn` is called when it is there.
pub fn queue(turn: impl FnOnce(Held) + 'static) -> Option<Queue> {
    let constructor = property(&js_sys::global(), "AbortController")?;
    let constructor = constructor.dyn_into::<Function>().ok()?;
    let controller = Reflect::construct(&constructor, &Array::new()).ok()?;
    let signal = property(&controller, "signal")?;
    request(("signal", &signal), move |held| {
        if let Some(held) = held {
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
