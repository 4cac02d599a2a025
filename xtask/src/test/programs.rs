//! The test programs that cargo built, run two at a time. Much of what they do is waiting for a clock: one waits while
//! the other works. Those that take longest begin, and those that mostly wait run more of their tests at once. Those
//! that put a home under load have the machine for themselves, after the others.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::suites::Totals;
use crate::process;

/// Programs at a time.
const AT_ONCE: usize = 2;
/// Those that run alone, by their targets' names.
const ALONE: [&str; 5] = ["bench", "flood", "home_backup", "latency", "storm"];
/// Those that take longest, by their targets' names, in the order in which they begin. The first mostly waits while the
/// second counts.
const LONG: [&str; 5] = ["contract", "engine", "bad_input", "planted", "seeds"];
/// Those whose tests wait, for disks, clocks and each other, three quarters of their time and more.
const WAITING: [&str; 3] = ["arrival", "contract", "home_doors"];
/// How many of the tests of such a program run at once for each core.
const WAITING_PER_CORE: usize = 2;
/// The package whose test programs need a browser, and the feature without which cargo leaves them out.
const IN_BROWSER: &str = "chromium";
pub(super) const BROWSER_FEATURE: &str = "chromium/chromium";

/// One test program.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Program {
    /// Its package's folder, in which it runs, and the name of its target.
    folder: PathBuf,
    name: String,
    executable: PathBuf,
    /// Whether it holds the tests of a `tests` folder, among which are those that take long.
    is_of_tests: bool,
}

impl Program {
    /// Whether it holds tests of a `tests` folder and has one of these names.
    fn is_one_of(&self, names: &[&str]) -> bool {
        self.is_of_tests && names.contains(&self.name.as_str())
    }

    /// When it begins: those of [`LONG`] first.
    fn turn(&self) -> usize {
        let turn = LONG.iter().position(|name| self.is_one_of(&[*name]));
        turn.unwrap_or(LONG.len())
    }

    fn is_in_browser(&self) -> bool {
        self.is_of_tests && self.folder.ends_with(IN_BROWSER)
    }
}

/// What is set for a program besides what all are told.
type Variables<'a> = [(&'static str, &'a Path)];

/// Builds all test programs with these targets and runs each that needs no browser, adding up what they count.
pub fn run(totals: &mut Totals, targets: &[&str]) -> Result<()> {
    let mut programs = built(targets)?;
    programs.retain(|program| !program.is_in_browser());
    // What takes long is not to be begun last.
    programs.sort_by_key(|program| {
        let place = (program.folder.clone(), program.name.clone());
        (program.turn(), !program.is_of_tests, place)
    });
    programs.reverse();
    check_named(&programs)?;
    let (alone, others): (Vec<_>, Vec<_>) = programs
        .into_iter()
        .partition(|program| program.is_one_of(&ALONE));
    let sum = Mutex::new(totals);
    let mut failed = run_all(others, AT_ONCE, &sum, &[]);
    failed.extend(run_all(alone, 1, &sum, &[]));
    none_of(&failed)
}

/// Runs the test programs that need a browser, one at a time, with these variables.
///
/// They are built as one of the workspace's, as before: for a package alone cargo gives the dependencies other features,
/// and compiles most of them anew.
pub fn run_in_browser(totals: &mut Totals, variables: &Variables) -> Result<()> {
    let mut programs = built(&["--tests"])?;
    programs.retain(Program::is_in_browser);
    none_of(&run_all(programs, 1, &Mutex::new(totals), variables))
}

fn none_of(failed: &[String]) -> Result<()> {
    if !failed.is_empty() {
        bail!("these test programs failed:\n  {}", failed.join("\n  "));
    }
    Ok(())
}

/// A program that was renamed must not lose its place unseen.
fn check_named(programs: &[Program]) -> Result<()> {
    for name in ALONE.iter().chain(&LONG).chain(&WAITING) {
        if !programs.iter().any(|program| program.is_one_of(&[*name])) {
            bail!("no test program is called {name} any more; see xtask/src/test/programs.rs");
        }
    }
    Ok(())
}

/// Runs programs from the end of the list, so many at a time; a line for each that fails.
fn run_all(
    programs: Vec<Program>,
    at_once: usize,
    sum: &Mutex<&mut Totals>,
    variables: &Variables,
) -> Vec<String> {
    let waiting = Mutex::new(programs);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(program) = next(&waiting) {
                    let result = run_one(&program, sum, variables);
                    if let (Err(why), Ok(mut failed)) = (result, failed.lock()) {
                        failed.push(format!("{}: {why:#}", shown(&program)));
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_default()
}

fn next(waiting: &Mutex<Vec<Program>>) -> Option<Program> {
    waiting.lock().ok()?.pop()
}

fn built(targets: &[&str]) -> Result<Vec<Program>> {
    let mut cargo = process::cargo(["test", "--workspace", "--no-run"]);
    cargo
        .args(["--features", BROWSER_FEATURE])
        .arg("--message-format=json-render-diagnostics")
        .args(targets)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let name = process::shown(&cargo);
    let output = cargo
        .output()
        .with_context(|| format!("`{name}` could not be started"))?;
    if !output.status.success() {
        bail!("`{name}` failed ({})", output.status);
    }
    let lines = String::from_utf8(output.stdout)?;
    lines
        .lines()
        .filter_map(|line| program(line).transpose())
        .collect()
}

/// What one of cargo's messages says of a test program, if it is about one (The Cargo Book, External tools, Artifact
/// messages).
fn program(line: &str) -> Result<Option<Program>> {
    let message: Value = serde_json::from_str(line)?;
    let word = |place: &str| message.pointer(place).and_then(Value::as_str);
    let is_test = message.pointer("/profile/test") == Some(&Value::Bool(true));
    let Some(executable) = word("/executable").filter(|_| is_test) else {
        return Ok(None);
    };
    let folder = word("/manifest_path").and_then(|manifest| Path::new(manifest).parent());
    Ok(Some(Program {
        folder: folder
            .context("cargo names a program without its package")?
            .to_owned(),
        name: word("/target/name").unwrap_or_default().to_owned(),
        executable: executable.into(),
        is_of_tests: word("/target/kind/0") == Some("test"),
    }))
}

fn shown(program: &Program) -> String {
    let package = program.folder.file_name().unwrap_or_default();
    format!("{} of {}", program.name, package.to_string_lossy())
}

/// Runs a program as cargo would, and prints what it said when it has ended.
fn run_one(program: &Program, sum: &Mutex<&mut Totals>, variables: &Variables) -> Result<()> {
    let began = Instant::now();
    let mut command = process::command(&program.executable);
    command
        .current_dir(&program.folder)
        .env("CARGO_MANIFEST_DIR", &program.folder)
        // Without it some tests take a share of their steps, for the sake of who edits.
        .env("KITH_TESTS", "whole")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    if program.is_one_of(&WAITING) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        command.env("RUST_TEST_THREADS", (cores * WAITING_PER_CORE).to_string());
    }
    let output = command.output().context("it could not be started")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if let Ok(mut totals) = sum.lock() {
        for line in said.lines() {
            totals.add(line);
        }
        // Under the lock, so that no other's lines come between.
        let mut out = std::io::stdout().lock();
        let took = began.elapsed().as_secs_f64();
        writeln!(out, "-- {} ({took:.1} s)\n{said}", shown(program))?;
        out.flush()?;
        std::io::stderr().write_all(&output.stderr)?;
    }
    if !output.status.success() {
        bail!("it ended with {}", output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = r#"{"reason":"compiler-artifact","manifest_path":"/k/apps/kith/Cargo.toml",
        "target":{"kind":["test"],"name":"contract"},"profile":{"test":true},"executable":"/t/contract-1"}"#;

    #[test]
    fn only_what_cargo_built_to_be_run_as_a_test_is_a_test_program() {
        let found = program(BUILT).unwrap().unwrap();
        assert_eq!(shown(&found), "contract of kith");
        assert_eq!(found.executable, PathBuf::from("/t/contract-1"));
        assert!(found.is_of_tests);
        for other in [
            BUILT.replace(r#""test":true"#, r#""test":false"#),
            BUILT.replace(r#""/t/contract-1""#, "null"),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ] {
            assert_eq!(program(&other).unwrap(), None, "{other}");
        }
    }

    #[test]
    fn what_needs_a_browser_is_of_one_package() {
        let found = |line: String| program(&line).unwrap().unwrap();
        assert!(!found(BUILT.to_owned()).is_in_browser());
        let there = BUILT.replace("apps/kith", "apps/chromium");
        assert!(found(there.clone()).is_in_browser());
        assert!(!found(there.replace(r#""test"],"#, r#""lib"],"#)).is_in_browser());
        let (package, feature) = BROWSER_FEATURE.split_once('/').unwrap();
        assert_eq!((package, feature), (IN_BROWSER, "chromium"));
    }

    fn named(name: &str) -> Program {
        Program {
            name: name.to_owned(),
            ..program(&BUILT.replace('\n', "")).unwrap().unwrap()
        }
    }

    #[test]
    fn a_program_that_has_a_place_of_its_own_is_missed_where_it_is_gone() {
        let all: Vec<Program> = ALONE
            .iter()
            .chain(&LONG)
            .chain(&WAITING)
            .copied()
            .map(named)
            .collect();
        assert!(check_named(&all).is_ok());
        for gone in &all {
            let mut rest = all.clone();
            rest.retain(|program| program != gone);
            let error = check_named(&rest).unwrap_err().to_string();
            assert!(error.contains(&gone.name), "{error}");
        }
    }

    #[test]
    fn what_takes_longest_begins() {
        let turns = ["contract", "engine", "bad_input", "arrival"].map(|name| named(name).turn());
        assert_eq!(turns, [0, 1, 2, LONG.len()]);
    }

    #[test]
    fn a_program_that_fails_is_not_passed_over() {
        let said = |ending: &str| Program {
            folder: process::root(),
            name: ending.to_owned(),
            executable: PathBuf::from("/bin").join(ending),
            is_of_tests: true,
        };
        let mut totals = Totals::default();
        let sum = Mutex::new(&mut totals);
        assert!(run_one(&said("true"), &sum, &[]).is_ok());
        let failed = run_one(&said("false"), &sum, &[]).unwrap_err();
        assert!(failed.to_string().contains("ended with"), "{failed}");
    }
}
