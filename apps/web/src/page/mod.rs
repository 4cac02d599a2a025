//! The page as a browser runs it.

mod app;
mod browser;
mod engine;
mod files;
mod locale;
mod meanwhile;
mod passkey;
mod refresh;
mod screens;
mod spoken;
mod when;
mod words;

use leptos::prelude::document;
use wasm_bindgen::prelude::{JsCast as _, wasm_bindgen};

/// Puts the page in the place of what the document shows until then.
#[wasm_bindgen(start)]
pub fn start() {
    let Some(place) = document().get_element_by_id("kith") else {
        return;
    };
    place.set_text_content(None);
    let mounted = leptos::mount::mount_to(place.unchecked_into(), screens::Page);
    // It lives as long as the page.
    mounted.forget();
}
