//! Somebody with a browser of their own: looks, presses, writes, closes it, and comes back.

use tempfile::TempDir;
use thirtyfour::BrowserLogEntry;

use super::accessible::{self, Part};
use super::browser::{Browser, Settings};
use super::elsewhere::Elsewhere;
use super::home::Home;
use super::{places, wait_for};

/// What stands in an item while it is on its way, and once it is kept.
pub const ON_ITS_WAY: &str = "on its way";
pub const KEPT_AT: &str = "kept at";

/// What the items of the open conversation say, each with its state.
const ITEMS: &str = "return [...document.querySelectorAll('ol[aria-label=\"Conversation\"] > li')]
    .map((item) => item.innerText);";

pub struct Person {
    name: String,
    folder: TempDir,
    settings: Settings,
    elsewhere: Elsewhere,
    browser: Option<Browser>,
    console: Vec<BrowserLogEntry>,
    /// Parts of lines that are expected on the console.
    expected: Vec<&'static str>,
}

impl Person {
    /// Starts a browser with an empty profile.
    pub fn new(name: &str, home: &Home) -> Self {
        Self::with(name, home, Settings::default())
    }

    /// As [`Person::new`], with a browser that is set otherwise.
    pub fn with(name: &str, home: &Home, mut settings: Settings) -> Self {
        let elsewhere = Elsewhere::start();
        let homes = [home.host(), format!("127.0.0.1:{}", home.port)];
        settings.flags.extend(elsewhere.flags(&homes));
        let mut person = Self {
            name: name.to_owned(),
            folder: tempfile::tempdir().unwrap(),
            settings,
            elsewhere,
            browser: None,
            console: Vec::new(),
            expected: Vec::new(),
        };
        person.start();
        person
    }

    /// What they are called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts the browser with what it kept.
    pub fn start(&mut self) {
        assert!(self.browser.is_none(), "it runs");
        self.browser = Some(Browser::start(self.folder.path(), &self.settings));
    }

    /// Ends all its processes without a chance to do anything; what is wrong until then is noted.
    pub fn kill(&mut self) {
        if let Some(browser) = self.browser.take() {
            self.console.extend(browser.console());
        }
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        self.browser.as_ref().unwrap()
    }

    /// That a home does not answer is no fault of the page; nor is another line with this in it.
    pub fn expects(&mut self, part: &'static str) {
        self.expected.push(part);
    }

    /// Goes to an address.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.browser().go(url);
    }

    /// The first part with this role that the test means.
    #[track_caller]
    pub fn part(&self, role: &str, what: &str, is_it: impl Fn(&Part) -> bool) -> Part {
        wait_for(&format!("{}: {role} {what}", self.name), || {
            let parts = accessible::parts(self.browser(), role);
            parts.into_iter().find(|part| is_it(part))
        })
    }

    /// Whether there is such a part now.
    pub fn sees(&self, role: &str, name: &str) -> bool {
        let parts = accessible::parts(self.browser(), role);
        parts.iter().any(|part| part.name == name)
    }

    /// Waits for a heading.
    #[track_caller]
    pub fn heading(&self, name: &str) {
        self.part("heading", name, |part| part.name == name);
    }

    /// Waits until a button, link, radio … can be pressed, and presses it.
    #[track_caller]
    pub fn press_role(&self, role: &str, name: &str) {
        wait_for(&format!("{}: {role} {name} to press", self.name), || {
            let parts = accessible::parts(self.browser(), role);
            let part = parts
                .into_iter()
                .find(|part| part.name == name && !part.disabled)?;
            accessible::press(self.browser(), &part).ok()
        });
    }

    /// Presses a button.
    #[track_caller]
    pub fn press(&self, button: &str) {
        self.press_role("button", button);
    }

    /// Chooses one of several.
    #[track_caller]
    pub fn choose(&self, radio: &str) {
        wait_for(&format!("{}: {radio} chosen", self.name), || {
            let parts = accessible::parts(self.browser(), "radio");
            let part = parts
                .into_iter()
                .find(|part| part.name.starts_with(radio))?;
            if part.checked {
                return Some(());
            }
            accessible::press(self.browser(), &part).ok()?;
            None
        });
    }

    /// Writes into a field.
    #[track_caller]
    pub fn fill(&self, field: &str, text: &str) {
        wait_for(&format!("{}: field {field}", self.name), || {
            let parts = accessible::parts(self.browser(), "textbox");
            let part = parts
                .into_iter()
                .find(|part| part.name == field && !part.disabled)?;
            accessible::fill(self.browser(), &part, text).ok()
        });
    }

    /// What stands in a field, once something does.
    #[track_caller]
    pub fn value(&self, field: &str) -> String {
        let filled = |part: &Part| part.name == field && !part.value.is_empty();
        self.part("textbox", field, filled).value
    }

    /// All that can be read.
    pub fn text(&self) -> String {
        let text = self
            .browser()
            .tried_script("return document.body.innerText;");
        text.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until this can be read somewhere.
    #[track_caller]
    pub fn reads(&self, text: &str) {
        let what = format!("{} to read {text:?}", self.name);
        wait_for(&what, || self.text().contains(text).then_some(()));
    }

    /// The items of the open conversation, each with its state; none while the page changes.
    pub fn items(&self) -> Vec<String> {
        self.tried_items().unwrap_or_default()
    }

    /// As [`Person::items`], from a browser that may end meanwhile.
    pub fn tried_items(&self) -> Result<Vec<String>, String> {
        let items = self.browser().tried_script(ITEMS)?;
        let items = items.as_array().cloned().unwrap_or_default();
        Ok(items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect())
    }

    /// Writes something with a browser that may end meanwhile.
    pub fn tries_to_write(&self, text: &str) -> Result<(), String> {
        let find = |role: &str, name: &str| {
            let parts = accessible::parts(self.browser(), role);
            parts
                .into_iter()
                .find(|part| part.name == name && !part.disabled)
        };
        let Some(field) = find("textbox", "Write") else {
            return self.tried_items().map(drop);
        };
        accessible::fill(self.browser(), &field, text)?;
        let Some(button) = find("button", "Send") else {
            return self.tried_items().map(drop);
        };
        accessible::press(self.browser(), &button)
    }

    /// Waits until an item with this text is there, and in this state.
    #[track_caller]
    pub fn item(&self, text: &str, state: &str) {
        let what = format!("{}: {text:?} {state}", self.name);
        wait_for(&what, || {
            let items = self.items();
            let found = items.iter().find(|item| item.contains(text))?;
            found.contains(state).then_some(())
        });
    }

    /// Waits until an item with this text is there.
    #[track_caller]
    pub fn hears(&self, text: &str) {
        self.item(text, "");
    }

    /// How many items hold this.
    pub fn count(&self, text: &str) -> usize {
        self.items()
            .iter()
            .filter(|item| item.contains(text))
            .count()
    }

    /// Presses a key.
    #[track_caller]
    pub fn key(&self, key: &str) {
        accessible::key(self.browser(), key, 0).unwrap();
    }

    /// What came to the console that nobody expects.
    fn complaints(&mut self) -> Vec<String> {
        if let Some(browser) = &self.browser {
            self.console.extend(browser.console());
        }
        let wrong = self.console.iter().filter(|entry| is_wrong(entry));
        wrong
            .map(|entry| entry.message.clone())
            .filter(|line| !self.expected.iter().any(|part| line.contains(part)))
            .collect()
    }

    fn keep(&mut self) {
        let folder = places::screens();
        let _ = std::fs::create_dir_all(&folder);
        let path = folder.join(&self.name);
        let Some(browser) = &self.browser else {
            return;
        };
        browser.keep(&path);
        self.console.extend(browser.console());
        let lines: Vec<String> = self
            .console
            .iter()
            .map(|entry| format!("{} {}", entry.level, entry.message))
            .collect();
        let _ = std::fs::write(path.with_extension("console"), lines.join("\n"));
        eprintln!(
            "what {} saw last is kept: {}.{{png,txt,console}}",
            self.name,
            path.display()
        );
    }
}

/// A home that was stopped is no fault of the page; what a policy forbids, or nobody caught, is.
fn is_wrong(entry: &BrowserLogEntry) -> bool {
    let line = &entry.message;
    let is_network = line.contains("net::ERR_") || line.contains("WebSocket");
    let breaks_policy =
        line.contains("Content Security Policy") || line.contains("Permissions policy");
    breaks_policy || (entry.level == "SEVERE" && !is_network)
}

impl Drop for Person {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep();
            return;
        }
        let (complaints, asked) = (self.complaints(), self.elsewhere.asked());
        if !complaints.is_empty() || !asked.is_empty() {
            self.keep();
        }
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.name);
        assert!(
            asked.is_empty(),
            "{} asked elsewhere: {asked:#?}",
            self.name
        );
    }
}
