//! Where the program and the bundle lie, and where pictures of failures go.

use std::path::PathBuf;

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}

fn named(variable: &str, otherwise: &str, remedy: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| target().join(otherwise), PathBuf::from);
    assert!(
        path.exists(),
        "{} is not there; run `{remedy}`",
        path.display()
    );
    path.canonicalize().unwrap()
}

/// The bundle that a home serves.
pub fn app() -> PathBuf {
    named("KITH_APP", "web/bundle", "cargo xtask web")
}

/// The program.
pub fn kith() -> PathBuf {
    named("KITH_BIN", "debug/kith", "cargo build -p kith")
}

/// The running test's name.
pub fn test_name() -> String {
    let named = std::env::var("NEXTEST_TEST_NAME").ok();
    let thread = || std::thread::current().name().map(str::to_owned);
    named.or_else(thread).unwrap_or_default().replace("::", "-")
}

/// Where what was seen last is kept when the running test fails.
pub fn screens() -> PathBuf {
    target().join("screens").join(test_name())
}
