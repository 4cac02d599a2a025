//! One bash session that runs commands one after the other and keeps what each prints apart.
//!
//! Requests go in on bash's standard input, answers come back on its standard output; commands
//! themselves read nothing and print into files. Bash ends everything it started in the
//! background when its input ends, so nothing is left over even when this program is killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::matching;
use crate::process;

/// Reads requests of three parts, each ended by a zero byte: what to do, the file to print into,
/// the command. Answers with the process id of a background command, else with the exit code.
const DRIVER: &str = r#"
readme_jobs=()
while IFS= read -r -d '' readme_mode &&
      IFS= read -r -d '' readme_file &&
      IFS= read -r -d '' readme_command; do
  if [ "$readme_mode" = background ]; then
    set -m
    eval "$readme_command" </dev/null >"$readme_file" 2>&1 &
    readme_jobs+=("$!")
    set +m
    echo "$!"
  else
    eval "$readme_command" </dev/null >"$readme_file" 2>&1
    echo "$?"
  fi
done
for readme_job in "${readme_jobs[@]}"; do kill -TERM -- "-$readme_job"; done
for readme_wait in {1..50}; do
  readme_alive=
  for readme_job in "${readme_jobs[@]}"; do
    if kill -0 -- "-$readme_job"; then readme_alive=yes; fi
  done
  [ -n "$readme_alive" ] || break
  sleep 0.1
done
for readme_job in "${readme_jobs[@]}"; do kill -KILL -- "-$readme_job"; done
exit 0
"#;

/// How often a file is looked at that a background command prints into.
const POLL: Duration = Duration::from_millis(50);

/// How long bash may take to start a command, and to end what runs in the background.
const BASH_LIMIT: Duration = Duration::from_secs(10);

/// A running session.
pub struct Session {
    bash: Child,
    /// None once the session was told to end.
    requests: Option<ChildStdin>,
    answers: Receiver<String>,
    /// Where the commands print into, a file each.
    outputs: PathBuf,
    count: usize,
    /// The process groups of background commands.
    jobs: Vec<i32>,
}

impl Session {
    /// Starts a session with `home` as its home folder, in `folder`, with `binaries` first on its
    /// `PATH`.
    ///
    /// # Errors
    /// When bash cannot be started.
    pub fn start(home: &Path, folder: &Path, outputs: &Path, binaries: &Path) -> Result<Self> {
        let mut bash = process::command("bash");
        bash.args(["--noprofile", "--norc", "-c", DRIVER])
            .current_dir(folder);
        prepare_environment(&mut bash, home, binaries)?;
        own_group(&mut bash);
        bash.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut bash = bash.spawn().context("bash could not be started")?;
        let requests = bash.stdin.take();
        let stdout = bash.stdout.take().context("bash has no standard output")?;
        let (sender, answers) = channel();
        // Ends with bash, which every session waits for.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let outputs = outputs.to_owned();
        Ok(Self {
            bash,
            requests,
            answers,
            outputs,
            count: 0,
            jobs: Vec::new(),
        })
    }

    /// Runs a command to its end and compares all that it printed.
    ///
    /// # Errors
    /// When it takes longer than `limit`, ends with anything but 0, or printed something else.
    pub fn foreground(
        &mut self,
        command: &str,
        expected: &[String],
        limit: Duration,
    ) -> Result<()> {
        let file = self.request("foreground", command)?;
        let answer = self.answer(limit);
        let printed = read(&file);
        let code = answer.with_context(|| matching::difference(expected, &printed))?;
        if !matching::agrees(expected, &printed) {
            bail!(matching::difference(expected, &printed));
        }
        if code != 0 {
            bail!("ended with exit code {code}");
        }
        Ok(())
    }

    /// Starts a command and waits until it has printed all that is expected.
    ///
    /// # Errors
    /// When that has not happened within `limit`, or the command has ended without it.
    pub fn background(
        &mut self,
        command: &str,
        expected: &[String],
        limit: Duration,
    ) -> Result<()> {
        let file = self.request("background", command)?;
        let job = self.answer(BASH_LIMIT)?;
        self.jobs.push(job);
        let started = Instant::now();
        loop {
            // Asked before reading, so that what was printed last is not missed.
            let running = self.is_running(job)?;
            let printed = read(&file);
            if matching::has_begun(expected, &printed) {
                return Ok(());
            }
            if !running || started.elapsed() > limit {
                let why = if running {
                    "has not printed all within its time"
                } else {
                    "ended"
                };
                bail!("{why}: {}", matching::difference(expected, &printed));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Ends everything that runs in the background, and the session.
    ///
    /// # Errors
    /// When bash does not end in time.
    pub fn end(mut self) -> Result<()> {
        self.requests = None;
        let started = Instant::now();
        while self.bash.try_wait()?.is_none() {
            if started.elapsed() > BASH_LIMIT {
                bail!("bash did not end");
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    fn is_running(&mut self, job: i32) -> Result<bool> {
        self.request("foreground", &format!("kill -0 -- -{job}"))?;
        Ok(self.answer(BASH_LIMIT)? == 0)
    }

    fn request(&mut self, mode: &str, command: &str) -> Result<PathBuf> {
        self.count += 1;
        let file = self.outputs.join(self.count.to_string());
        let requests = self.requests.as_mut().context("the session has ended")?;
        write!(requests, "{mode}\0{}\0{command}\0", file.display())
            .and_then(|()| requests.flush())
            .context("the command before ended the session")?;
        Ok(file)
    }

    fn answer(&self, limit: Duration) -> Result<i32> {
        match self.answers.recv_timeout(limit) {
            Ok(answer) => answer
                .trim()
                .parse()
                .with_context(|| format!("bash said {answer:?}")),
            Err(RecvTimeoutError::Timeout) => bail!("took longer than {} s", limit.as_secs()),
            Err(RecvTimeoutError::Disconnected) => bail!("ended the session"),
        }
    }
}

impl Drop for Session {
    /// After a failure nothing of the session may go on: its groups are killed at once.
    fn drop(&mut self) {
        self.requests = None;
        if matches!(self.bash.try_wait(), Ok(Some(_))) && self.jobs.is_empty() {
            return;
        }
        let bash = i32::try_from(self.bash.id()).unwrap_or_default();
        let ended = matches!(self.bash.try_wait(), Ok(Some(_)));
        let groups = self.jobs.iter().copied().chain((!ended).then_some(bash));
        let groups: Vec<String> = groups
            .filter(|id| *id > 1)
            .map(|id| format!("-{id}"))
            .collect();
        let kill = r#"for group; do kill -KILL -- "$group"; done"#;
        let mut command = Command::new("bash");
        process::succeeds(command.args(["-c", kill, "kill"]).args(groups));
        drop(self.bash.wait());
    }
}

/// A machine that has never seen Kith: nothing of ours in the environment, but cargo and rustup
/// find what they have under the real home folder.
fn prepare_environment(bash: &mut Command, home: &Path, binaries: &Path) -> Result<()> {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("KITH_") || text.starts_with("XDG_") || text == "BASH_ENV" {
            bash.env_remove(&name);
        }
    }
    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let real = std::env::var_os("HOME").map(|real| PathBuf::from(real).join(folder));
        if let (None, Some(real)) = (std::env::var_os(variable), real) {
            bash.env(variable, real);
        }
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(binaries.to_owned()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).context("the build folder's name has a colon")?;
    bash.env("HOME", home)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("TERM", "dumb");
    Ok(())
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

fn read(file: &Path) -> String {
    std::fs::read(file)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}
