//! The app as a home serves it, in a real Chromium: everything is in `tests`.
//!
//! `cargo xtask web` makes the bundle, `cargo build -p kith` the program, and
//! `cargo test -p chromium --features chromium` lets people meet and asks the worker without a page. `KITH_APP` and `KITH_BIN` name another bundle and
//! another program; `KITH_ROUNDS` says how often browsers are killed.
