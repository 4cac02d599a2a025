//! The worker's beginning, and what is said at a bad end.

use futures_channel::mpsc::unbounded;
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue, wasm_bindgen};

use super::browser::scope;
use super::happening::Happening;
use super::page::{Page, trapped};
use super::worker::Worker;

/// Takes hold of the profile where it opens by itself, then says that it is ready and does what is asked.
///
/// # Errors
/// When this is no dedicated worker.
#[wasm_bindgen(start)]
pub async fn start() -> Result<(), JsValue> {
    let scope = scope().ok_or("this is no dedicated worker")?;
    let (sender, happenings) = unbounded();
    let page = Page::of(scope.clone(), sender.clone());
    // Then the instance ends: the page hears of it once more as an error of the worker, and starts another. Nothing is
    // said of what was being done.
    std::panic::set_hook(Box::new(|_| trapped()));
    let online = sender.clone();
    let on_online = Closure::<dyn FnMut()>::new(move || {
        drop(online.unbounded_send(Happening::Online));
    });
    scope.add_event_listener_with_callback("online", on_online.as_ref().unchecked_ref())?;
    on_online.forget();
    Worker::start(page, sender).await.run(happenings).await;
    Ok(())
}
