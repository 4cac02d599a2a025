//! Serves the worker as it is built, and a page that can only ask it.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use std::path::PathBuf;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     connect-src 'self' ws: wss:; style-src 'self'; img-src 'self' blob:; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Files and their types.
const FILES: &[(&str, &str)] = &[
    ("/worker.js", "text/javascript"),
    ("/web_worker.js", "text/javascript"),
    ("/web_worker_bg.wasm", "application/wasm"),
];

/// A server that ends with the test.
pub struct Server {
    /// Where it is.
    pub url: String,
}

/// Where `cargo xtask web` leaves what it builds.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("web")
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
        for (path, media_type) in FILES {
            let file = built().join(&path[1..]);
            let bytes = std::fs::read(&file)
                .unwrap_or_else(|error| panic!("{}: {error}; run cargo xtask web", file.display()));
            app = app.route(path, serve(media_type, bytes));
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

fn serve(media_type: &'static str, bytes: Vec<u8>) -> axum::routing::MethodRouter {
    get(move || async move {
        (
            [
                (CONTENT_TYPE, media_type),
                (CONTENT_SECURITY_POLICY, POLICY),
            ],
            bytes,
        )
    })
}
