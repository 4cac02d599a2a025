//! A browser of one's own, with its own profile.

use data_encoding::HEXLOWER;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use tempfile::TempDir;
use thirtyfour::WindowHandle;
use thirtyfour::prelude::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};
use view::message::answered;
use view::{FromWorker, News, Question, Refused, ToWorker};

use crate::driver::Driver;
use crate::server::Server;

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
];

/// One person's browser.
pub struct Browser {
    // First, since the session asks it when it is let go of.
    _driver: Driver,
    web: WebDriver,
    _folder: TempDir,
}

/// The page of a tab, with the worker ready.
pub struct Page<'a> {
    browser: &'a Browser,
    tab: WindowHandle,
    next: Cell<u32>,
    news: RefCell<Vec<News>>,
    answers: RefCell<BTreeMap<u32, Vec<u8>>>,
}

impl Browser {
    /// Starts it with an empty profile.
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (driver, folder) = (Driver::start(), tempfile::tempdir().unwrap());
        let mut wanted = DesiredCapabilities::chrome();
        for flag in FLAGS {
            wanted.add_arg(flag).unwrap();
        }
        let profile = format!("--user-data-dir={}", folder.path().display());
        wanted.add_arg(&profile).unwrap();
        let web = WebDriver::new(&driver.url, wanted).await.unwrap();
        web.set_script_timeout(std::time::Duration::from_secs(60))
            .await
            .unwrap();
        Self {
            _driver: driver,
            web,
            _folder: folder,
        }
    }

    /// Runs a script that may wait; what it returns.
    pub async fn run(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {script} }})().then(done, (error) => done({{ threw: String(error) }}));"
        );
        let returned = self.web.execute_async(script, Vec::new()).await.unwrap();
        returned.json().clone()
    }

    /// Opens the page in this tab and waits for its worker.
    pub async fn visit(&self, server: &Server) -> Page<'_> {
        self.web.goto(&server.url).await.unwrap();
        self.page().await
    }

    /// Opens the page beside another.
    pub async fn second_tab(&self, server: &Server) -> Page<'_> {
        let tab = self.web.new_tab().await.unwrap();
        self.web.switch_to_window(tab).await.unwrap();
        self.visit(server).await
    }

    async fn page(&self) -> Page<'_> {
        let page = Page {
            browser: self,
            tab: self.web.window().await.unwrap(),
            next: Cell::new(0),
            news: RefCell::default(),
            answers: RefCell::default(),
        };
        page.until(|page| page.heard(&News::Ready)).await;
        let first = page.news.borrow().first().cloned();
        assert_eq!(first, Some(News::Ready));
        page
    }

    /// Closes it.
    pub async fn end(self) {
        self.web.clone().quit().await.unwrap();
    }
}

impl Page<'_> {
    /// Runs a script in this tab.
    pub async fn run(&self, script: &str) -> Value {
        let tab = self.tab.clone();
        self.browser.web.switch_to_window(tab).await.unwrap();
        self.browser.run(script).await
    }

    /// Takes in what comes until this holds.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            let all = self.run("return await heard();").await;
            for one in all.as_array().expect("an array") {
                let one = one.as_str().unwrap();
                assert!(!one.starts_with("error"), "{one}");
                let bytes = HEXLOWER.decode(one.as_bytes()).unwrap();
                match FromWorker::decode(&bytes).unwrap() {
                    FromWorker::News(news) => self.news.borrow_mut().push(news),
                    FromWorker::Answered(id, bytes) => {
                        self.answers.borrow_mut().insert(id, bytes);
                    }
                }
            }
        }
    }

    /// Whether this was told.
    pub fn heard(&self, news: &News) -> bool {
        self.news.borrow().contains(news)
    }

    /// Everything that was told.
    pub fn news(&self) -> Vec<News> {
        self.news.borrow().clone()
    }

    /// Ends the worker, whatever it is doing, and starts another.
    pub async fn restart(&self) {
        self.run("restart();").await;
        self.answers.borrow_mut().clear();
        self.news.borrow_mut().clear();
        self.until(|page| page.heard(&News::Ready)).await;
    }

    /// Forgets what was told.
    pub fn forget(&self) {
        self.news.borrow_mut().clear();
    }

    /// Sends bytes that are no question.
    pub async fn send(&self, bytes: &[u8]) {
        let hex = HEXLOWER.encode(bytes);
        self.run(&format!("ask('{hex}');")).await;
    }

    /// Asks, without waiting; the question's id.
    pub async fn begin(&self, question: impl Question) -> u32 {
        let id = self.next.get();
        self.next.set(id + 1);
        let ask = question.into();
        self.send(&ToWorker { id, ask }.encode().unwrap()).await;
        id
    }

    /// The answer to what was asked.
    pub async fn end<Q: Question>(&self, id: u32) -> Result<Q::Answer, Refused> {
        self.until(|page| page.answers.borrow().contains_key(&id))
            .await;
        let bytes = self.answers.borrow_mut().remove(&id).unwrap();
        answered::<Q>(&bytes).unwrap()
    }

    /// Asks; the answer.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Refused> {
        let id = self.begin(question).await;
        self.end::<Q>(id).await
    }

    /// Goes elsewhere at the same place, so that the worker ends.
    pub async fn leave(self) {
        let tab = self.tab.clone();
        self.browser.web.switch_to_window(tab).await.unwrap();
        let url = self.browser.web.current_url().await.unwrap();
        let elsewhere = url.join("page.js").unwrap();
        self.browser.web.goto(elsewhere.as_str()).await.unwrap();
    }

    /// Closes the tab.
    pub async fn close(self) {
        let tab = self.tab.clone();
        self.browser.web.switch_to_window(tab).await.unwrap();
        self.browser.web.close_window().await.unwrap();
    }
}
