//! What the build needs besides cargo: found, installed where that is allowed, or asked for by
//! the exact line to type.
//!
//! Installed without asking are rustup components, and Debian packages when root runs this on
//! Debian (a container, a build machine). Anything else changes a person's machine and is theirs
//! to do.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// The target that the browser runs.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A system package: what it is for, how its presence shows, and its name for each installer.
struct Package {
    purpose: &'static str,
    present: fn() -> bool,
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
    brew: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        purpose: "a C compiler",
        present: has_compiler,
        apt: "build-essential",
        dnf: "gcc",
        pacman: "gcc",
        brew: "gcc",
    },
    Package {
        purpose: "OpenSSL's headers",
        present: has_openssl_headers,
        apt: "libssl-dev",
        dnf: "openssl-devel",
        pacman: "openssl",
        brew: "openssl",
    },
    Package {
        purpose: "a clang that compiles for the browser",
        present: has_clang,
        apt: "clang",
        dnf: "clang",
        pacman: "clang",
        brew: "llvm",
    },
    Package {
        purpose: "git",
        present: has_git,
        apt: "git",
        dnf: "git",
        pacman: "git",
        brew: "git",
    },
];

/// Without which some of the checks are skipped.
const FOR_CHECKS: &[Package] = &[
    Package {
        purpose: "libfaketime, which sets the clocks of tests",
        present: has_faketime,
        apt: "faketime",
        dnf: "libfaketime",
        pacman: "libfaketime",
        brew: "libfaketime",
    },
    Package {
        purpose: "pebble, a certificate authority for tests",
        present: has_pebble,
        apt: "pebble",
        dnf: "pebble",
        pacman: "pebble",
        brew: "pebble",
    },
];

/// Without which the checks fail: what people see is checked where they see it.
const FOR_BROWSER: &[Package] = &[
    Package {
        purpose: "Chromium",
        present: || on_path("chromium"),
        apt: "chromium",
        dnf: "chromium",
        pacman: "chromium",
        brew: "chromium",
    },
    Package {
        purpose: "chromedriver",
        present: || on_path("chromedriver"),
        apt: "chromium-driver",
        dnf: "chromedriver",
        pacman: "chromium",
        brew: "chromedriver",
    },
];

/// Whether SQLite can be compiled for the browser. Apple's clang cannot, though it has the name.
fn has_clang() -> bool {
    let mut clang = Command::new("clang");
    std::env::var_os("CC_wasm32_unknown_unknown").is_some()
        || process::output(clang.arg("--print-targets"))
            .is_ok_and(|targets| targets.contains("wasm32"))
}

fn has_pebble() -> bool {
    on_path("pebble")
}

fn has_faketime() -> bool {
    process::succeeds(Command::new("faketime").args(["-f", "+0", "true"]))
}

fn has_compiler() -> bool {
    std::env::var_os("CC").is_some() || process::succeeds(Command::new("cc").arg("--version"))
}

/// SQLCipher, which encrypts profiles, is compiled against them.
fn has_openssl_headers() -> bool {
    std::env::var_os("OPENSSL_DIR").is_some()
        || Path::new("/usr/include/openssl/evp.h").is_file()
        || process::succeeds(Command::new("pkg-config").args(["--exists", "openssl"]))
}

fn has_git() -> bool {
    process::succeeds(Command::new("git").arg("--version"))
}

/// The installers we know, in the order in which they are looked for, with the words that come
/// before the package names.
const INSTALLERS: &[(&str, &str)] = &[
    ("apt-get", "apt-get install --yes --no-install-recommends"),
    ("dnf", "dnf install --assumeyes"),
    ("pacman", "pacman -S --needed"),
    ("brew", "brew install"),
];

/// Makes sure that what a build needs is there.
///
/// # Errors
/// When something is missing that must not or cannot be installed here; the message holds the
/// line to type.
pub fn for_building() -> Result<()> {
    let missing = still_missing(PACKAGES)?;
    if missing.is_empty() {
        return Ok(());
    }
    bail!(advice("the build needs", &missing))
}

/// What is missing of these packages once what may be installed is installed.
fn still_missing(packages: &[Package]) -> Result<Vec<&Package>> {
    let mut missing: Vec<&Package> = packages.iter().collect();
    missing.retain(|package| !(package.present)());
    if !missing.is_empty() && is_root() && Path::new("/etc/debian_version").is_file() {
        install_by_apt(&missing)?;
        missing.retain(|package| !(package.present)());
    }
    Ok(missing)
}

/// Makes sure that what the checks need is there: all of [`for_building`], rustfmt, clippy, a browser. Says
/// what is missing without which some of them are skipped.
///
/// # Errors
/// As [`for_building`], for the browser too, and when a component is missing and rustup cannot add it.
pub fn for_checking() -> Result<()> {
    for_building()?;
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::succeeds(&mut process::cargo([subcommand, "--version"])) {
            continue;
        }
        println!("{component} is missing; asking rustup for it");
        let mut rustup = process::command("rustup");
        if process::run(rustup.args(["component", "add", component])).is_err() {
            bail!("{component} is missing; type: rustup component add {component}");
        }
    }
    let missing = still_missing(FOR_BROWSER)?;
    if !missing.is_empty() {
        bail!(advice("the tests in a browser need", &missing));
    }
    let missing = still_missing(FOR_CHECKS)?;
    if !missing.is_empty() {
        println!("{}", advice("some tests are SKIPPED without", &missing));
    }
    Ok(())
}

/// Whether the standard library for the browser is there; asks rustup for it when it is not.
pub fn wasm_target() -> bool {
    if has_wasm_target() {
        return true;
    }
    println!("the target {WASM_TARGET} is missing; asking rustup for it");
    let mut rustup = process::command("rustup");
    process::succeeds(rustup.args(["target", "add", WASM_TARGET])) && has_wasm_target()
}

fn has_wasm_target() -> bool {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    process::output(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn install_by_apt(missing: &[&Package]) -> Result<()> {
    let names: Vec<&str> = missing.iter().map(|package| package.apt).collect();
    println!("installing {}", names.join(", "));
    let apt = || {
        let mut command = process::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    process::run(apt().arg("update"))?;
    process::run(
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&names),
    )
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn on_path(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// One sentence on what is missing, with the line to type here.
fn advice(why: &str, missing: &[&Package]) -> String {
    let installer = INSTALLERS.iter().find(|(program, _)| on_path(program));
    line_to_type(why, missing, installer.copied(), is_root())
}

fn line_to_type(
    why: &str,
    missing: &[&Package],
    installer: Option<(&str, &str)>,
    root: bool,
) -> String {
    let purposes: Vec<&str> = missing.iter().map(|package| package.purpose).collect();
    let said = format!("{why} {}", purposes.join(" and "));
    let Some((program, line)) = installer else {
        return format!("{said}; please install what is missing and try again");
    };
    let names: Vec<&str> = missing
        .iter()
        .map(|package| match program {
            "apt-get" => package.apt,
            "dnf" => package.dnf,
            "pacman" => package.pacman,
            _ => package.brew,
        })
        .collect();
    let sudo = if root || program == "brew" {
        ""
    } else {
        "sudo "
    };
    let first = if program == "apt-get" {
        format!("{sudo}apt-get update && ")
    } else {
        String::new()
    };
    format!("{said}; type: {first}{sudo}{line} {}", names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(installer: Option<&str>, root: bool, expected: &str) {
        let installer = INSTALLERS
            .iter()
            .find(|(program, _)| Some(*program) == installer);
        let missing: Vec<&Package> = PACKAGES.iter().take(2).collect();
        let line = line_to_type("the build needs", &missing, installer.copied(), root);
        assert_eq!(line, expected);
    }

    #[test]
    fn what_is_missing_is_asked_for_by_the_line_to_type() {
        check(
            Some("apt-get"),
            false,
            "the build needs a C compiler and OpenSSL's headers; type: sudo apt-get update && \
             sudo apt-get install --yes --no-install-recommends build-essential libssl-dev",
        );
        check(
            Some("dnf"),
            true,
            "the build needs a C compiler and OpenSSL's headers; type: \
             dnf install --assumeyes gcc openssl-devel",
        );
        check(
            Some("brew"),
            false,
            "the build needs a C compiler and OpenSSL's headers; type: brew install gcc openssl",
        );
        check(
            None,
            false,
            "the build needs a C compiler and OpenSSL's headers; \
             please install what is missing and try again",
        );
    }

    #[test]
    fn the_machine_that_runs_the_tests_has_what_a_build_needs() {
        assert!(has_git());
        assert!(!on_path("a program that nobody has"));
    }
}
