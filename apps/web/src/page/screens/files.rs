//! Files of an item: nothing is fetched, shown or saved that the person did not ask for, and sizes are said before.
//!
//! A picture is shown from bytes that were found to be one, as the media type that they have, and only once the browser has
//! drawn it. Nothing else of a file is ever shown, and no file has an address that could be gone to.

use leptos::prelude::*;
use leptos::task::spawn_local;
use view::question::{Fetch, LookAt, StopFetching, StopSending};
use view::{File, FileState, Item, ItemState, Picture};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlImageElement, Url};

use super::form::{Act, Refusal};
use crate::page::app::App;
use crate::page::browser;
use crate::page::files::{self, Far, Place};
use crate::page::words::files as words;
use crate::page::words::{Phrase, Sentence};

/// The media type of what is saved: none that a browser would show.
const ANY_TYPE: &str = "application/octet-stream";

/// All files of an item.
pub fn files_view(app: App, item: &Item) -> AnyView {
    let is_going = item.mine && item.state != ItemState::Stored && item.not_sent.is_none();
    let id = item.id;
    let rows = item.files.iter().map(|file| {
        let at = (id, file.place);
        file_row(app, at, file, is_going)
    });
    rows.collect::<Vec<_>>().into_any()
}

/// How far something is; nothing where it does not move.
pub fn progress_view(label: Phrase, far: Signal<Option<Far>>) -> AnyView {
    let most = move || far.get().map_or(1, |(_, of)| of).to_string();
    let at = move || far.get().map_or(0, |(done, _)| done).to_string();
    let said = move || far.get().map(|(done, of)| words::done(done, of));
    view! {
        <progress aria-label=label hidden=move || far.get().is_none() max=most value=at></progress>
        <span class="file-way">{said}</span>
    }
    .into_any()
}

/// What a file is called.
pub fn named(name: &str) -> String {
    if name.is_empty() {
        words::nameless().to_string()
    } else {
        name.to_owned()
    }
}

/// A button that names the file for whoever does not see beside what it stands.
pub fn button(word: Phrase, name: &str, press: Box<dyn Fn()>) -> AnyView {
    let name = name.to_owned();
    view! {
        <button type="button" class="quiet" on:click=move |_| press()>
            {word}<span class="unseen">" "<bdi>{name}</bdi></span>
        </button>
    }
    .into_any()
}

/// What is on its way, and stopping that.
fn moving(label: Phrase, far: Signal<Option<Far>>, name: &str, stop: Box<dyn Fn()>) -> AnyView {
    let progress = progress_view(label, far);
    view! { <div class="moving">{progress}{button(words::stop(), name, stop)}</div> }.into_any()
}

/// How far a file is on its way, either way.
fn far(app: App, at: Place) -> Signal<Option<Far>> {
    Signal::derive(move || app.files.known(at).and_then(|known| known.far))
}

fn refusal(why: Option<String>) -> AnyView {
    why.map(|why| view! { <p role="alert" class="refusal" dir="auto">{why}</p> })
        .into_any()
}

fn file_row(app: App, at: Place, file: &File, is_going: bool) -> AnyView {
    let name = named(&file.name);
    let state = match file.state {
        FileState::Away => words::at_home(),
        FileState::Here => words::here(),
        FileState::Gone => words::gone(),
    };
    let acts = match file.state {
        FileState::Gone => ().into_any(),
        FileState::Away => fetching(app, at, name.clone()),
        FileState::Here => here(app, at, file),
    };
    let going = is_going.then(|| going(app, at, &name));
    let description = file.description.clone();
    let description = (!description.is_empty())
        .then(|| view! { <p class="file-way" dir="auto">{description}</p> }.into_any());
    view! {
        <div class="file">
            <p><bdi>{name}</bdi>", "{words::size(file.bytes)}" · "{state}</p>
            {description}
            {going}
            {acts}
        </div>
    }
    .into_any()
}

/// An own file on its way to the home.
fn going(app: App, at: Place, name: &str) -> AnyView {
    let act = Act::new();
    let stop = Box::new(move || {
        act.run(async move {
            let stopped = app.ask(StopSending { item: at.0 }).await;
            stopped.map_err(Sentence::from)
        });
    });
    let moving = moving(words::sending(name), far(app, at), name, stop);
    view! { {moving}<Refusal act/> }.into_any()
}

/// A file at its home, which comes when it is asked for.
fn fetching(app: App, at: Place, name: String) -> AnyView {
    let (item, place) = at;
    // What changes while it moves changes no button.
    let known = Memo::new(move |_| {
        let known = app.files.known(at)?;
        Some((known.wanted || known.far.is_some(), known.failed))
    });
    let view = move || {
        let (is_moving, failed) = known.get().unwrap_or_default();
        if is_moving {
            let stop = Box::new(move || {
                app.files.unwant(at, None);
                spawn_local(async move {
                    // Where that fails it comes all the same, and harms nobody.
                    let _ = app.ask(StopFetching { item, place }).await;
                });
            });
            return moving(words::fetching(&*name), far(app, at), &name, stop);
        }
        let fetch = Box::new(move || {
            app.files.want(at);
            spawn_local(async move {
                if let Err(refused) = app.ask(Fetch { item, place }).await {
                    app.files.unwant(at, Some(refused.sentence));
                }
            });
        });
        view! { {button(words::fetch(), &name, fetch)}{refusal(failed)} }.into_any()
    };
    view.into_any()
}

/// What becomes of saving a file.
#[derive(Clone, Copy)]
struct Saving {
    act: Act,
    far: RwSignal<Option<Far>>,
    is_done: RwSignal<bool>,
    is_stopped: StoredValue<bool>,
}

impl Saving {
    fn begin(self, app: App, at: Place, name: String, bytes: u64) {
        let picked = files::picker(&name, bytes);
        self.is_stopped.set_value(false);
        self.is_done.set(false);
        self.act.run(async move {
            let far = move |far| {
                let goes_on = self.is_stopped.try_get_value() == Some(false);
                goes_on && self.far.try_set(Some(far)).is_none()
            };
            let saved = match picked {
                Some(picked) => files::write(app, at, bytes, picked, &far).await,
                None => give(app, at, &name, bytes, &far).await,
            };
            let _ = self.far.try_set(None);
            let _ = self.is_done.try_set(saved?);
            Ok(())
        });
    }
}

/// Gives a file to the browser to save; whether all of it was.
async fn give(
    app: App,
    at: Place,
    name: &str,
    bytes: u64,
    far: &dyn Fn(Far) -> bool,
) -> Result<bool, String> {
    let blob = files::blob(app, at, bytes, ANY_TYPE, far).await?;
    let saved = blob.map(|blob| browser::save_blob(name, &blob));
    match saved {
        None => Ok(false),
        Some(Ok(())) => Ok(true),
        Some(Err(_)) => Err(words::not_saved().to_string()),
    }
}

/// A file that is here, sealed.
fn here(app: App, at: Place, file: &File) -> AnyView {
    let name = named(&file.name);
    let saving = Saving {
        act: Act::new(),
        far: RwSignal::new(None),
        is_done: RwSignal::new(false),
        is_stopped: StoredValue::new(false),
    };
    let (save_as, bytes) = (file.save_as.clone(), file.bytes);
    let is_saving = Memo::new(move |_| saving.far.get().is_some());
    let view = move || {
        if is_saving.get() {
            let stop = Box::new(move || saving.is_stopped.set_value(true));
            let far = Signal::derive(move || saving.far.get());
            return moving(words::saving(&*name), far, &name, stop);
        }
        let save_as = save_as.clone();
        let save = Box::new(move || saving.begin(app, at, save_as.clone(), bytes));
        button(words::save(), &name, save)
    };
    let picture = file.claims_picture.then(|| picture_view(app, at, file));
    let act = saving.act;
    let said = move || saving.is_done.get().then(words::saved);
    view! {
        {picture}
        {view}
        <p class="file-way" role="status">{said}</p>
        <Refusal act/>
    }
    .into_any()
}

/// A picture that was drawn, and its address in this page, which ends with it.
struct Drawn {
    url: String,
    picture: Picture,
}

impl Drop for Drawn {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// Opens a picture and has the browser draw it.
async fn draw(app: App, at: Place, bytes: u64) -> Result<Option<Drawn>, String> {
    let (item, place) = at;
    let looked = app.ask(LookAt { item, place }).await;
    let picture = looked.map_err(|refused| refused.sentence)?;
    let picture = picture.ok_or_else(|| words::no_picture().to_string())?;
    let blob = files::blob(app, at, bytes, picture.format.media_type(), &|_| true).await?;
    let Some(blob) = blob else {
        return Ok(None);
    };
    let not_drawn = |_| words::not_drawn().to_string();
    let url = Url::create_object_url_with_blob(&blob).map_err(not_drawn)?;
    let drawn = Drawn { url, picture };
    let image = HtmlImageElement::new().map_err(not_drawn)?;
    image.set_src(&drawn.url);
    JsFuture::from(image.decode()).await.map_err(not_drawn)?;
    Ok(Some(drawn))
}

fn picture_view(app: App, at: Place, file: &File) -> AnyView {
    let name = named(&file.name);
    let act = Act::new();
    let drawn = RwSignal::new_local(None::<Drawn>);
    let bytes = file.bytes;
    let show = move || {
        act.run(async move {
            if let Some(found) = draw(app, at, bytes).await? {
                let _ = drawn.try_set(Some(found));
            }
            Ok(())
        });
    };
    // What the person had fetched they wanted to see.
    let known = untrack(|| app.files.known(at));
    if known.is_some_and(|known| known.wanted) {
        show();
    }
    let alternative = match file.description.as_str() {
        "" => words::not_described(&*name).to_string(),
        words => words.to_owned(),
    };
    let view = move || {
        let found = drawn.with(|drawn| {
            let drawn = drawn.as_ref()?;
            Some((drawn.url.clone(), drawn.picture))
        });
        match found {
            Some((url, picture)) => view! {
                <img class="picture" src=url alt=alternative.clone()
                    width=picture.width.to_string() height=picture.height.to_string()/>
            }
            .into_any(),
            None => {
                let button = button(words::show(), &name, Box::new(show));
                view! { {button}<Refusal act/> }.into_any()
            }
        }
    };
    view.into_any()
}
