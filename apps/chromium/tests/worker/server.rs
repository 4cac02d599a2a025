//! Serves the worker as it is in the bundle, and a page that can only ask it.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use serde_json::Value;
use std::path::PathBuf;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     connect-src 'self' ws: wss:; style-src 'self'; img-src 'self' blob:; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// A server that ends with the test.
pub struct Server {
    /// Where it is.
    pub url: String,
}

/// Where `cargo xtask web` leaves the bundle, or where another is.
fn bundle() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = || test.ancestors().nth(3).unwrap().join("web").join("bundle");
    std::env::var_os("KITH_APP").map_or_else(built, PathBuf::from)
}

fn read(name: &str) -> Vec<u8> {
    let file = bundle().join(name);
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; run cargo xtask web", file.display()))
}

impl Server {
    /// Starts it at a free port.
    pub async fn start() -> Self {
        let mut app = Router::new()
            .route(
                "/",
                serve("text/html", include_bytes!("page/index.html").to_vec()),
            )
            .route(
                "/page.js",
                serve("text/javascript", include_bytes!("page/page.js").to_vec()),
            );
        let list: Value = serde_json::from_slice(&read("bundle.json")).unwrap();
        for file in list["files"].as_array().unwrap() {
            let name = file["name"].as_str().unwrap();
            let file_type = file["media_type"].as_str().unwrap();
            if file["worker"] == true {
                app = app.route("/worker.js", serve(file_type, read(name)));
            }
            app = app.route(&format!("/{name}"), serve(file_type, read(name)));
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "http://localhost:{}/",
            listener.local_addr().unwrap().port()
        );
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url }
    }
}

fn serve(media_type: &str, bytes: Vec<u8>) -> axum::routing::MethodRouter {
    let media_type = media_type.to_owned();
    get(move || async move {
        (
            [
                (CONTENT_TYPE, media_type),
                (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
            ],
            bytes,
        )
    })
}
