//! `cargo xtask readme`: what README.md and the manual show is run, and must print what they say.
//!
//! All `console` blocks of README.md run in order in one bash session, in a fresh folder with a fresh
//! home folder, so that a reader who types them on a new machine sees the same; then those of the
//! manual in another, chapter after chapter. The built `kith` is on the session's `PATH`, and
//! `target` in its folder leads to the build.

mod blocks;
mod documents;
mod matching;
mod session;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::metadata::{self, Workspace};
use crate::{process, start};
use blocks::Step;
use documents::Document;
use session::Session;

/// The port that README.md names, where `cargo xtask start` puts a home.
const PORT: u16 = 8440;

/// The command of README.md that starts a home from the sources.
const START: &str = "cargo xtask start";

/// How long one command may take.
const STEP_LIMIT: Duration = Duration::from_secs(60);

/// How long [`START`] may take; it may have to build.
const START_LIMIT: Duration = Duration::from_secs(1800);

/// Checks README.md and the manual, and prints what was run.
///
/// # Errors
/// When one has nothing to check, or a command fails, takes too long or prints anything else than
/// the document says.
pub fn run() -> Result<()> {
    let books = documents::books(&process::root())?;
    start::build()?;
    let workspace = metadata::workspace()?;
    for book in &books {
        Run::new(&workspace, STEP_LIMIT)?.all(book)?;
    }
    Ok(())
}

/// One pass over the blocks.
struct Run {
    session: Session,
    port: u16,
    limit: Duration,
    /// Holds the session's folders until the end.
    folder: tempfile::TempDir,
}

impl Run {
    fn new(workspace: &Workspace, limit: Duration) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let [home, work, outputs] =
            ["home", "work", "outputs"].map(|name| folder.path().join(name));
        for path in [&home, &work, &outputs] {
            std::fs::create_dir(path)?;
        }
        link(&workspace.target_directory, &work.join("target"))?;
        let kith = workspace.kith();
        let binaries = kith.parent().unwrap_or(&workspace.target_directory);
        let session = Session::start(&home, &work, &outputs, binaries)?;
        Ok(Self {
            session,
            port: free_port()?,
            limit,
            folder,
        })
    }

    fn all(mut self, book: &[Document]) -> Result<()> {
        for Document { name, blocks } in book {
            for block in blocks {
                if let Some(reason) = &block.skipped {
                    println!("{name}:{}: not run because {reason}", block.line);
                    continue;
                }
                for step in &block.steps {
                    println!("{name}:{}: $ {}", step.line, step.command);
                    self.step(step)
                        .with_context(|| format!("{name}:{}: `{}`", step.line, step.command))?;
                }
            }
        }
        self.session.end()?;
        self.folder
            .close()
            .context("the session's folder could not be removed")
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        let command = with_port(&step.command, self.port);
        let expected: Vec<String> = step
            .expected
            .iter()
            .map(|line| with_port(line, self.port))
            .collect();
        if step.command == "cargo xtask test" || step.command == "cargo xtask readme" {
            bail!("the check would run itself; skip this block, with a reason");
        }
        if step.command == START || step.command.starts_with("cargo xtask start ") {
            let command = start_command(&command, self.port, &process::root());
            self.session.background(&command, &expected, START_LIMIT)?;
            await_home(self.port, self.limit)?;
            return has_app(self.port);
        }
        if step.background {
            return self.session.background(&command, &expected, self.limit);
        }
        self.session.foreground(&command, &expected, self.limit)
    }
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, link).context("linking to the build")
}

/// The session is bash; without links the blocks still find `kith` on `PATH`.
#[cfg(not(unix))]
fn link(_target: &Path, _link: &Path) -> Result<()> {
    Ok(())
}

/// [`PORT`], or another free one when something listens there.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, PORT))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let port = listener.local_addr()?.port();
    if port != PORT {
        println!("port {PORT} is taken; {port} stands for it in this run");
    }
    Ok(port)
}

fn with_port(text: &str, port: u16) -> String {
    text.replace(&PORT.to_string(), &port.to_string())
}

/// The sources are in `root`, and the build that they share with this run.
fn start_command(command: &str, port: u16, root: &Path) -> String {
    let listen = format!("--listen 127.0.0.1:{port}");
    let listening = match command {
        _ if port == PORT || command.contains("--listen") => command.to_owned(),
        START => format!("{START} -- {listen}"),
        longer => format!("{longer} {listen}"),
    };
    format!("cd '{}' && exec {listening}", root.display())
}

fn await_home(port: u16, limit: Duration) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if started.elapsed() > limit {
            bail!(
                "no home answered at port {port} within {} s",
                limit.as_secs()
            );
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Whether the home that was started from the sources has the app in it (RFC 9112, 4).
fn has_app(port: u16) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let asked = "HEAD /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(asked.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    if status != "HTTP/1.1 200 OK" {
        bail!("the home has no app at /app/: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_without_the_app_is_no_home_that_was_started_well() {
        for (answer, is_well) in [("200 OK", true), ("404 Not Found", false)] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 256]);
                write!(stream, "HTTP/1.1 {answer}\r\n\r\n").unwrap();
            });
            assert_eq!(has_app(port).is_ok(), is_well, "{answer}");
        }
    }

    /// Runs a README and compares what went wrong; nothing may when `expected` is empty.
    #[track_caller]
    fn check(readme: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            target_directory: folder.path().to_owned(),
            crates: Vec::new(),
        };
        let run = Run::new(&workspace, Duration::from_secs(5)).unwrap();
        let blocks = blocks::parse("README.md", readme).unwrap();
        let outcome = run.all(&[Document {
            name: "README.md".to_owned(),
            blocks,
        }]);
        let said = outcome
            .err()
            .map(|error| format!("{error:#}"))
            .unwrap_or_default();
        assert_eq!(said.is_empty(), expected.is_empty(), "{said}");
        for part in expected {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn a_readme_that_tells_the_truth_passes() {
        check(
            "```console\n$ echo one; echo two >&2\none\ntwo\n$ true\n```\n",
            &[],
        );
        check(
            "```console\n$ seq 9\n1\n…\n9\n$ echo at 12:30\nat …\n```\n",
            &[],
        );
    }

    #[test]
    fn other_output_than_shown_is_found() {
        check(
            "x\n```console\n$ echo one\ntwo\n```\n",
            &["README.md:3: `echo one`", "printed", "one", "two"],
        );
        check("```console\n$ echo one\n```\n", &["README.md:2"]);
        check("```console\n$ true\none\n```\n", &["README.md:2"]);
    }

    #[test]
    fn a_failing_command_is_found_even_when_its_output_agrees() {
        check(
            "```console\n$ echo one; false\none\n```\n",
            &["ended with exit code 1"],
        );
    }

    #[test]
    fn a_command_that_takes_too_long_is_found() {
        let session = "```console\n$ sleep 60\n```\n";
        let started = Instant::now();
        check(session, &["`sleep 60`", "5 s"]);
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_command_that_ends_the_session_is_found() {
        check("```console\n$ exit 0\n```\n", &["ended the session"]);
    }

    #[test]
    fn variables_and_folders_of_one_block_are_there_in_the_next() {
        check(
            "```console\n$ LINK=$(echo a | tr a b); mkdir sub; cd sub\n```\n\
             ```console\n$ echo $LINK ${PWD##*/} $HOME\nb sub …/home\n```\n",
            &[],
        );
    }

    #[test]
    fn what_runs_in_the_background_is_awaited_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alive");
        let readme = format!(
            "```console\n$ (sleep 0.3; echo ready; while :; do date +%N > {0}; sleep 0.05; done) &\n\
             ready\n$ sleep 0.2; test -s {0}\n```\n",
            file.display()
        );
        check(&readme, &[]);
        let one = std::fs::read_to_string(&file).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(one, std::fs::read_to_string(&file).unwrap());
    }

    #[test]
    fn a_background_command_that_never_says_what_is_shown_is_found() {
        check(
            "```console\n$ echo other &\nready\n```\n",
            &["`echo other`", "ready", "other"],
        );
    }

    #[test]
    fn a_skipped_block_is_not_run() {
        check(
            "<!-- readme-check: skip because it would end the test -->\n\
             ```console\n$ exit 7\n```\n",
            &[],
        );
    }

    #[test]
    fn a_block_that_runs_the_check_itself_is_found() {
        check(
            "```console\n$ cargo xtask test\n```\n",
            &["would run itself"],
        );
    }

    #[test]
    fn another_port_takes_the_place_of_the_usual_one() {
        let root = Path::new("/r");
        assert_eq!(
            with_port("at http://localhost:8440/", 9000),
            "at http://localhost:9000/"
        );
        let check = |command: &str, port: u16, expected: &str| {
            assert_eq!(
                start_command(command, port, root),
                format!("cd '/r' && exec {expected}")
            );
        };
        check(START, 8440, START);
        check(START, 9000, "cargo xtask start -- --listen 127.0.0.1:9000");
        check(
            "cargo xtask start -- --data d",
            9000,
            "cargo xtask start -- --data d --listen 127.0.0.1:9000",
        );
    }
}
