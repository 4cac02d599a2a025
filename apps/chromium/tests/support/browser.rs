//! One Chromium: starting and killing it, tabs, scripts, and what it leaves behind when a test fails.

use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use thirtyfour::common::types::WindowHandle;
use thirtyfour::prelude::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};
use thirtyfour::{BrowserLogEntry, LoggingPrefsLogLevel};
use tokio::runtime::{Builder, Runtime};

use super::driver::{Driver, Group};

/// How Chromium is started.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter",
    // Pages that are behind others are not to run slower: whoever tests looks at all of them.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--window-size=1100,900",
];

/// How one of them is different.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What it is started with.
    pub flags: Vec<String>,
    /// What its person has set, by the names of Chromium's preferences.
    pub preferences: serde_json::Map<String, Value>,
}

pub struct Browser {
    runtime: Runtime,
    web: Option<WebDriver>,
    driver: Driver,
}

impl Browser {
    /// Starts it upon a profile's folder.
    pub fn start(folder: &Path, settings: &Settings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let driver = Driver::start();
        let mut wanted = DesiredCapabilities::chrome();
        let folder = format!("--user-data-dir={}", folder.display());
        let own = settings.flags.iter().map(String::as_str);
        for flag in FLAGS.iter().copied().chain(own).chain([folder.as_str()]) {
            wanted.add_arg(flag).unwrap();
        }
        // What is looked for is looked for in English, unless a test wants another language.
        let mut preferences = settings.preferences.clone();
        let languages = preferences.entry("intl.accept_languages");
        languages.or_insert_with(|| json!("en-GB,en"));
        wanted
            .add_experimental_option("prefs", &preferences)
            .unwrap();
        wanted
            .set_browser_log_level(LoggingPrefsLogLevel::All)
            .unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let web = runtime
            .block_on(async {
                let web = WebDriver::new(&driver.url, wanted).await?;
                web.set_script_timeout(Duration::from_secs(60)).await?;
                web.set_page_load_timeout(Duration::from_secs(30)).await?;
                Ok::<_, thirtyfour::error::WebDriverError>(web)
            })
            .expect("chromium starts; it is needed besides chromedriver");
        Self {
            runtime,
            web: Some(web),
            driver,
        }
    }

    fn web(&self) -> &WebDriver {
        self.web.as_ref().unwrap()
    }

    /// Asks the DevTools of the present tab.
    pub fn tried(&self, method: &str, params: Value) -> Result<Value, String> {
        let cdp = self.web().cdp();
        let answer = self.runtime.block_on(cdp.send_raw(method, params));
        answer.map_err(|error| error.to_string())
    }

    /// As [`Browser::tried`], for what always works.
    #[track_caller]
    pub fn devtools(&self, method: &str, params: Value) -> Value {
        self.tried(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// What a script gives, which may wait; none where the page went away meanwhile or it threw.
    pub fn tried_script(&self, script: &str) -> Result<Value, String> {
        let params = json!({
            "expression": format!("(async () => {{ {script} }})()"),
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let answer = self.tried("Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(thrown.to_string()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// What a script gives.
    #[track_caller]
    pub fn script(&self, script: &str) -> Value {
        self.tried_script(script)
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Goes to an address.
    #[track_caller]
    pub fn go(&self, url: &str) {
        self.runtime.block_on(self.web().goto(url)).unwrap();
    }

    /// Loads the page anew.
    #[track_caller]
    pub fn reload(&self) {
        self.runtime.block_on(self.web().refresh()).unwrap();
    }

    /// Where it is.
    #[track_caller]
    pub fn url(&self) -> String {
        let url = self.runtime.block_on(self.web().current_url());
        url.unwrap().to_string()
    }

    /// The present tab.
    pub fn tab(&self) -> WindowHandle {
        self.runtime.block_on(self.web().window()).unwrap()
    }

    /// Opens another tab and goes there.
    pub fn new_tab(&self) -> WindowHandle {
        self.runtime.block_on(async {
            let tab = self.web().new_tab().await.unwrap();
            self.web().switch_to_window(tab.clone()).await.unwrap();
            tab
        })
    }

    /// Goes to a tab.
    pub fn switch(&self, tab: &WindowHandle) {
        let switched = self.web().switch_to_window(tab.clone());
        self.runtime.block_on(switched).unwrap();
    }

    /// Closes the present tab.
    pub fn close_tab(&self) {
        self.runtime.block_on(self.web().close_window()).unwrap();
    }

    /// What came to the console since it was asked last.
    pub fn console(&self) -> Vec<BrowserLogEntry> {
        let log = self.web().browser_log();
        self.runtime.block_on(log).unwrap_or_default()
    }

    /// Where its own DevTools listen.
    pub fn debugger_address(&self) -> String {
        let capabilities = self.web().capabilities();
        let chrome = capabilities.get("goog:chromeOptions").unwrap();
        chrome["debuggerAddress"].as_str().unwrap().to_owned()
    }

    /// Runs something that waits.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Keeps a picture and the page's text below this name.
    pub fn keep(&self, path: &Path) {
        let picture = self.web().screenshot_as_png();
        if let Ok(Ok(picture)) = self
            .runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(10), picture).await })
        {
            let _ = std::fs::write(path.with_extension("png"), picture);
        }
        let text = self.tried_script("return location.href + '\\n\\n' + document.body.innerText;");
        let text = text.map_or_else(|error| error, |text| text.as_str().unwrap_or("").to_owned());
        let _ = std::fs::write(path.with_extension("txt"), text);
    }

    /// Its processes.
    pub fn group(&self) -> Group {
        self.driver.group
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.end();
        if let Some(web) = self.web.take() {
            // Nobody is left to be told.
            let _ = web.leak();
        }
    }
}
