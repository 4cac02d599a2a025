//! A browser of one's own, with its own profile.

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use thirtyfour::prelude::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};

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

/// The program that drives a browser; it ends with the test.
struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tests need chromium and chromium-driver");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| {
                let line = line.unwrap();
                let port = line.strip_suffix('.')?.rsplit_once("on port ")?.1;
                port.parse::<u16>().ok()
            })
            .expect("chromedriver says at which port it is");
        // It goes on writing.
        std::thread::spawn(move || lines.for_each(drop));
        let url = format!("http://localhost:{port}");
        Self { process, url }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // With the browser, which would outlive it.
        let group = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

/// One person's browser.
pub struct Browser {
    // First, since the session asks it when it is let go of.
    _driver: Driver,
    web: WebDriver,
    _folder: TempDir,
}

/// The page, with the worker ready.
pub struct Page<'a>(&'a Browser);

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

    /// Opens the page and waits for its worker.
    pub async fn visit(&self, server: &Server) -> Page<'_> {
        self.web.goto(&server.url).await.unwrap();
        let ready = self.run("return await window.ready;").await;
        assert_eq!(ready["ready"], true, "{ready}");
        Page(self)
    }

    /// Opens the page beside another; what its worker says.
    pub async fn second_tab(&self, server: &Server) -> String {
        let tab = self.web.new_tab().await.unwrap();
        self.web.switch_to_window(tab).await.unwrap();
        self.web.goto(&server.url).await.unwrap();
        let ready = self.run("return await window.ready;").await;
        ready["refused"].as_str().unwrap_or_default().to_owned()
    }

    /// Closes it.
    pub async fn end(self) {
        self.web.clone().quit().await.unwrap();
    }
}

impl Page<'_> {
    async fn ask(&self, message: &str) -> Value {
        let script = format!(
            "const answer = await ask({message});
             if (answer.done instanceof Uint8Array) answer.done = hex(answer.done);
             return answer;"
        );
        self.0.run(&script).await
    }

    /// Asks for what is done; what came of it.
    pub async fn done(&self, message: &str) -> Value {
        let answer = self.ask(message).await;
        assert!(answer.get("done").is_some(), "{answer}");
        answer["done"].clone()
    }

    /// Asks for what is refused; the sentence.
    pub async fn refused(&self, message: &str) -> String {
        let answer = self.ask(message).await;
        answer["refused"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// Goes elsewhere at the same place, so that the worker ends.
    pub async fn leave(self) {
        let url = self.0.web.current_url().await.unwrap();
        self.0
            .web
            .goto(url.join("page.js").unwrap().as_str())
            .await
            .unwrap();
    }
}
