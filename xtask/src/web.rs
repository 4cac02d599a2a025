//! `cargo xtask web`: what the browser runs, made by cargo alone: the modules are compiled here, and
//! `apps/web_build` makes a bundle of them that `kith` embeds or serves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail};

use crate::metadata::{self, Workspace};
use crate::{process, tools};

/// The crates that become modules; each has a folder `page` with the files beside it.
pub const CRATES: [&str; 2] = ["web_worker", "web"];

/// What the page says, a folder for each language.
const WORDS: &str = "apps/web/words";

/// Says to the build of `kith` where the bundle is.
pub const BUNDLE_VARIABLE: &str = "KITH_WEB";

/// How often the sources are looked at.
const LOOKING: Duration = Duration::from_millis(300);

/// For whom it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// For people: small.
    Best,
    /// For whoever changes something and wants to see it.
    Quick,
}

impl Build {
    /// As `web_build` calls it, and the name of its folder.
    const fn word(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Quick => "quick",
        }
    }

    /// Cargo's profile, and where cargo puts what it builds with it.
    const fn profile(self) -> (&'static str, &'static str) {
        match self {
            Self::Best => ("web", "web"),
            Self::Quick => ("dev", "debug"),
        }
    }
}

/// Builds the bundle and says how large it is.
///
/// # Errors
/// When a tool is missing or the build fails.
pub fn run() -> Result<()> {
    tools::for_building()?;
    let bundle = build(&metadata::workspace()?, Build::Best)?;
    println!("the bundle is {}", bundle.display());
    Ok(())
}

/// Builds a bundle quickly, and anew whenever a source changes, until it is ended.
///
/// # Errors
/// When a tool is missing or the first build fails.
pub fn watch() -> Result<()> {
    tools::for_building()?;
    let workspace = metadata::workspace()?;
    let mut seen = sources();
    let bundle = build(&workspace, Build::Quick)?;
    println!(
        "serve it by: kith home --open --app {}\nbuilding anew on each change; Ctrl-C ends it",
        bundle.display()
    );
    loop {
        std::thread::sleep(LOOKING);
        let now = sources();
        if now == seen {
            continue;
        }
        seen = now;
        // What was wrong is said, and may be right after the next change.
        if let Err(error) = build(&workspace, Build::Quick) {
            println!("error: {error:#}");
        }
    }
}

/// Builds a bundle; its folder.
///
/// # Errors
/// As [`run`].
pub fn build(workspace: &Workspace, build: Build) -> Result<PathBuf> {
    let began = Instant::now();
    let (profile, folder) = build.profile();
    // At once, so that what both stand on is compiled once, with the same features, and each is linked on a core of its own.
    process::run(of_modules(&mut for_browser(workspace, "build", profile)?))?;
    let compiled = Instant::now();
    let built = wasm_folder(workspace).join(tools::WASM_TARGET).join(folder);
    let web = workspace.target_directory.join("web");
    let bundle = match build {
        Build::Best => web.join("bundle"),
        Build::Quick => web.join("quick"),
    };
    println!(
        "making the bundle; the first time its maker is compiled without a word, which takes several minutes, too"
    );
    let mut make = process::cargo(["run", "--quiet", "--package", "web_build", "--"]);
    make.arg(&bundle).arg(build.word());
    make.arg(process::root().join(WORDS));
    for name in CRATES {
        let module = built.join(name).with_extension("wasm");
        let files = process::root().join("apps").join(name).join("page");
        make.arg(module).arg(files);
    }
    process::run(&mut make)?;
    println!(
        "compiled in {:.1} s, bundled in {:.1} s",
        (compiled - began).as_secs_f64(),
        compiled.elapsed().as_secs_f64()
    );
    Ok(bundle)
}

/// A cargo command for the browser's target, with a folder of its own, so that it and the builds for
/// this machine do not take turns throwing each other out.
///
/// # Errors
/// When the target is missing and could not be added.
pub fn for_browser(workspace: &Workspace, command: &str, profile: &str) -> Result<Command> {
    if !tools::wasm_target() {
        bail!(
            "the target {0} is missing; type: rustup target add {0}",
            tools::WASM_TARGET
        );
    }
    let mut cargo = process::cargo([command, "--profile", profile]);
    cargo.args(["--target", tools::WASM_TARGET, "--target-dir"]);
    cargo.arg(wasm_folder(workspace));
    Ok(cargo)
}

/// Adds the crates that become modules.
pub fn of_modules(cargo: &mut Command) -> &mut Command {
    for name in CRATES {
        cargo.args(["--package", name]);
    }
    cargo
}

fn wasm_folder(workspace: &Workspace) -> PathBuf {
    workspace.target_directory.join("wasm")
}

/// When each source was last changed. Some hundred files: looking at all of them takes milliseconds,
/// works on every disk, and no change during a build is missed.
fn sources() -> BTreeMap<PathBuf, SystemTime> {
    let root = process::root();
    let mut seen = BTreeMap::new();
    for folder in ["crates", "apps/web", "apps/web_worker"] {
        look(&root.join(folder), &mut seen);
    }
    seen
}

fn look(folder: &Path, seen: &mut BTreeMap<PathBuf, SystemTime>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        // A file that is just being written anew may be gone for a moment.
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if about.is_dir() {
            look(&path, seen);
        } else if let Ok(changed) = about.modified() {
            seen.insert(path, changed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_new_and_a_removed_source_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let see = || {
            let mut seen = BTreeMap::new();
            look(folder.path(), &mut seen);
            seen
        };
        std::fs::create_dir(folder.path().join("src")).unwrap();
        let file = folder.path().join("src/lib.rs");
        let none = see();
        std::fs::write(&file, "1").unwrap();
        let first = see();
        assert_ne!(first, none);
        assert_eq!(see(), first);
        let later = SystemTime::now() + Duration::from_secs(2);
        let opened = std::fs::File::options().write(true).open(&file).unwrap();
        opened.set_modified(later).unwrap();
        assert_ne!(see(), first);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(see(), none);
    }

    #[test]
    fn what_is_watched_is_there() {
        let seen = sources();
        assert!(seen.keys().any(|path| path.ends_with("worker.js")));
    }
}
