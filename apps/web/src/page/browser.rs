//! What the page asks of the browser itself. Where a browser lacks something, nothing happens.

use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::{document, set_timeout, window};
use std::time::Duration;
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, FocusOptions, HtmlAnchorElement, HtmlElement, HtmlInputElement,
    HtmlMetaElement, ScrollToOptions, ShareData, Url, VisibilityState,
};

const MS_PER_DAY: f64 = 86_400_000.0;

/// How long a file that is being saved stays available.
const SAVING: Duration = Duration::from_secs(120);

/// What is kept for this tab alone, and ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// An invitation's link, until it is answered.
    Invitation,
    /// That the invitation was put off.
    InvitationLater,
    /// The day on which the backup was put off.
    BackupLater,
}

impl Kept {
    const fn key(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::InvitationLater => "invitation-later",
            Self::BackupLater => "backup-later",
        }
    }
}

/// A property of an object, if it is there.
pub fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The address of the worker's script, which the document names because it changes with each build.
pub fn worker_url() -> String {
    let meta = document().query_selector("meta[name=kith-worker]");
    let meta = meta.ok().flatten();
    let meta = meta.and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok());
    // Without it no worker starts, which is said.
    meta.map(|meta| meta.content()).unwrap_or_default()
}

/// Where the page comes from: the home's address.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Its host, with the port if there is one.
pub fn host() -> String {
    window().location().host().unwrap_or_default()
}

/// The address's fragment.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Goes to a place, so that "back" leads here again.
pub fn go(fragment: &str) {
    // It cannot fail for a fragment.
    let _ = window().location().set_hash(fragment);
}

/// Puts another fragment in the place of this one, in the address and in the history.
pub fn replace(fragment: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}

/// What this tab keeps.
pub fn kept(what: Kept) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(what.key()).ok().flatten()
}

/// Keeps something for this tab, so that it outlives loading anew, or keeps none any more.
pub fn keep(what: Kept, value: Option<&str>) {
    let Ok(Some(storage)) = window().session_storage() else {
        return;
    };
    // Where a browser keeps nothing, it is given or asked once more.
    let _ = match value {
        Some(value) => storage.set_item(what.key(), value),
        None => storage.remove_item(what.key()),
    };
}

/// The day, counted by the browser's clock.
pub fn day() -> String {
    (js_sys::Date::now() / MS_PER_DAY).floor().to_string()
}

/// Loads the page anew.
pub fn reload() {
    let _ = window().location().reload();
}

/// Whether there is a network, as far as the browser knows.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether the page came in a way for which browsers give storage.
pub fn is_secure() -> bool {
    window().is_secure_context()
}

/// Whether the page is in sight.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Milliseconds of a clock that only goes on.
pub fn clock_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Moves the focus, without moving the page.
pub fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Moves the focus to the next child of a list or to the one before; to the last one where none has it.
pub fn walk(list: &str, onward: bool) {
    let Some(list) = document().query_selector(list).ok().flatten() else {
        return;
    };
    let children = list.children();
    let focused = document().active_element();
    let focused = focused.and_then(|focused| {
        (0..children.length())
            .filter_map(|place| children.item(place))
            .find(|child| child.contains(Some(&focused)))
    });
    let next = match (focused, onward) {
        (None, _) => list.last_element_child(),
        (Some(child), true) => child.next_element_sibling(),
        (Some(child), false) => child.previous_element_sibling(),
    };
    if let Some(element) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Marks what stands in a field.
pub fn select(id: &str) {
    let found = document().get_element_by_id(id);
    if let Some(field) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}

/// Moves the page to an element.
pub fn show(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
    }
}

fn scroll_height() -> f64 {
    let root = document().document_element();
    root.map_or(0.0, |root| root.scroll_height().into())
}

fn number(value: Result<JsValue, JsValue>) -> f64 {
    value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
}

/// Whether the end of the page is in sight, or nearly.
pub fn is_at_end() -> bool {
    let bottom = window().scroll_y().unwrap_or(0.0) + number(window().inner_height());
    scroll_height() - bottom < 120.0
}

/// How far the end of the page is from what is in sight, in pixels.
pub fn from_end() -> f64 {
    scroll_height() - window().scroll_y().unwrap_or(0.0)
}

/// Shows what is that far from the end of the page.
pub fn scroll_from_end(distance: f64) {
    scroll_to(scroll_height() - distance);
}

/// Shows the end of the page.
pub fn scroll_to_end() {
    scroll_to(scroll_height());
}

/// Shows what is at that distance from the beginning of the page.
pub fn scroll_to(top: f64) {
    let options = ScrollToOptions::new();
    options.set_top(top);
    window().scroll_to_with_scroll_to_options(&options);
}

/// Copies a text; whether it was.
pub async fn copy(text: &str) -> bool {
    // Absent where the page does not come by a safe way.
    let navigator = window().navigator();
    if property(navigator.as_ref(), "clipboard").is_none() {
        return false;
    }
    let copied = JsFuture::from(navigator.clipboard().write_text(text));
    copied.await.is_ok()
}

/// Whether there is somewhere to share to.
pub fn can_share() -> bool {
    property(window().navigator().as_ref(), "share").is_some()
}

/// Offers a link to whatever the person shares with.
pub fn share(link: &str) {
    let data = ShareData::new();
    data.set_url(link);
    // Whoever changes their mind is told nothing.
    let shared = window().navigator().share_with_data(&data);
    leptos::task::spawn_local(async move {
        let _ = JsFuture::from(shared).await;
    });
}

/// Gives a file to the browser to save.
///
/// # Errors
/// What the browser says.
pub fn save(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("application/zip");
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    save_blob(name, &blob)
}

/// The same with what the browser has already.
///
/// # Errors
/// What the browser says.
pub fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        SAVING,
    );
    Ok(())
}

/// Asks the browser not to clear the storage by itself; what it says. None where it cannot be asked.
pub async fn persist() -> Option<bool> {
    let navigator = window().navigator();
    property(navigator.as_ref(), "storage")?;
    let asked = navigator.storage().persist().ok()?;
    JsFuture::from(asked).await.ok()?.as_bool()
}
