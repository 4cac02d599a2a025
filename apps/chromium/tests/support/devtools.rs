//! The page's worker, as the browser's own DevTools reach it (Chrome DevTools Protocol, domain Target): the driver
//! reaches pages only.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::browser::Browser;

struct DevTools {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
    events: Vec<Value>,
}

impl DevTools {
    async fn connect(address: &str) -> Self {
        let url = format!("http://{address}/json/version");
        let version = reqwest::get(url).await.unwrap().text().await.unwrap();
        let version: Value = serde_json::from_str(&version).unwrap();
        let url = version["webSocketDebuggerUrl"].as_str().unwrap();
        let (socket, _) = connect_async(url).await.unwrap();
        Self {
            socket,
            asked: 0,
            events: Vec::new(),
        }
    }

    async fn next(&mut self) -> Value {
        loop {
            let message = self.socket.next().await.unwrap().unwrap();
            if let Message::Text(text) = message {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    async fn ask(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.asked += 1;
        let mut question = json!({"id": self.asked, "method": method, "params": params});
        if let Some(session) = session {
            question["sessionId"] = json!(session);
        }
        let text = Message::Text(question.to_string().into());
        self.socket.send(text).await.unwrap();
        loop {
            let answer = self.next().await;
            if answer["id"] == self.asked {
                return answer;
            }
            self.events.push(answer);
        }
    }

    /// The sessions of all dedicated workers of all pages.
    async fn workers(&mut self) -> Vec<String> {
        let targets = self.ask(None, "Target.getTargets", json!({})).await;
        let targets = targets["result"]["targetInfos"].as_array().cloned();
        let pages = targets
            .unwrap()
            .into_iter()
            .filter(|one| one["type"] == "page");
        for page in pages {
            let attach = json!({"targetId": page["targetId"], "flatten": true});
            let attached = self.ask(None, "Target.attachToTarget", attach).await;
            let session = attached["result"]["sessionId"].as_str().unwrap().to_owned();
            let automatic =
                json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true});
            self.ask(Some(&session), "Target.setAutoAttach", automatic)
                .await;
        }
        let is_worker = |event: &&Value| {
            event["method"] == "Target.attachedToTarget"
                && event["params"]["targetInfo"]["type"] == "worker"
        };
        let workers = self.events.iter().filter(is_worker);
        workers
            .filter_map(|event| event["params"]["sessionId"].as_str().map(str::to_owned))
            .collect()
    }
}

/// Runs a script in every worker of every page; what it gives in each, null from one that it ends.
pub fn in_workers(browser: &Browser, script: &str) -> Vec<Value> {
    let address = browser.debugger_address();
    browser.block_on(async {
        let mut devtools = DevTools::connect(&address).await;
        let mut given = Vec::new();
        for worker in devtools.workers().await {
            let evaluate = json!({"expression": script, "returnByValue": true});
            let asked = devtools.ask(Some(&worker), "Runtime.evaluate", evaluate);
            let answer = tokio::time::timeout(Duration::from_secs(2), asked).await;
            let answer = answer.unwrap_or_default();
            given.push(answer["result"]["result"]["value"].clone());
        }
        given
    })
}
