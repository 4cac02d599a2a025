//! Signals that ask a command to end: Ctrl-C (SIGINT), SIGTERM, and SIGHUP of a terminal that is gone.
//!
//! The first lets the command end in order: what it holds is closed, and others go on with it. Ctrl-C once more ends it at
//! once, whatever it does. A signal that was ignored when the process began (`nohup`) stays ignored.

use signal_hook::consts::{SIGHUP, SIGINT};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::output::Output;

/// The first of the signals, once there was one: a process has one place for them.
static ASKED: LazyLock<watch::Sender<Option<i32>>> = LazyLock::new(|| watch::Sender::new(None));

/// After so long without an end somebody who sits there is told why.
const UNTIL_TOLD: Duration = Duration::from_secs(1);

/// Hears signals from now on. Needs a tokio runtime, whose threads go on where this one waits for the system.
///
/// # Errors
/// What the system says if signals cannot be heard.
pub fn hear(output: Output<'_>) -> io::Result<()> {
    let ignored = ignored();
    let all = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let mut heard = Vec::new();
    for kind in all {
        if ignored & bit(kind.as_raw_value()) == 0 {
            heard.push((kind.as_raw_value(), signal(kind)?));
        }
    }
    // Behind what hears, so that none is lost in between.
    let was_asked = Arc::new(AtomicBool::new(false));
    if heard.iter().any(|(number, _)| *number == SIGINT) {
        signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&was_asked))?;
    }
    for (number, _) in &heard {
        signal_hook::flag::register(*number, Arc::clone(&was_asked))?;
    }
    let is_watched = !output.json && !output.quiet && io::stderr().is_terminal();
    tokio::spawn(async move {
        ASKED.send_replace(Some(first(heard).await));
        tokio::time::sleep(UNTIL_TOLD).await;
        if is_watched {
            crate::output::print_note(
                "This ends as soon as what was begun is done; Ctrl-C once more ends it at once.",
            );
        }
    });
    Ok(())
}

/// Waits for the first of them; its number.
async fn first(mut heard: Vec<(i32, Signal)>) -> i32 {
    std::future::poll_fn(|context| {
        let mut heard = heard.iter_mut();
        let came = heard.find_map(|(number, signal)| {
            let came = signal.poll_recv(context).is_ready();
            came.then_some(*number)
        });
        came.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

/// Waits until a signal asks for the end.
pub async fn asked() {
    let mut asked = ASKED.subscribe();
    if asked.wait_for(Option::is_some).await.is_err() {
        std::future::pending().await
    }
}

/// Whether a signal asked for the end.
pub fn is_asked() -> bool {
    ASKED.borrow().is_some()
}

/// Ends the process as the signal would have that asked for it, so that whoever started it sees which that was.
pub fn end() -> ExitCode {
    // At a prompt Ctrl-C is typed, and told before its signal is heard.
    let number = ASKED.borrow().unwrap_or(SIGINT);
    // It ends here, or the code says the same.
    let _ = signal_hook::low_level::emulate_default_handler(number);
    u8::try_from(128 + number).map_or(ExitCode::FAILURE, ExitCode::from)
}

const fn bit(number: i32) -> u64 {
    1 << (number - 1)
}

/// The signals that whoever started this process wants ignored, as bits. Where that is not to be seen SIGHUP is taken for
/// one, so that what is to outlive its terminal does.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status");
    let ignored = status.ok().and_then(|status| ignored_in(&status));
    ignored.unwrap_or(bit(SIGHUP))
}

/// As Linux says it, in hexadecimal digits (`proc_pid_status(5)`).
fn ignored_in(status: &str) -> Option<u64> {
    let mut lines = status.lines();
    let digits = lines.find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(digits.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_as_linux_says_it() {
        let status = "Name:\tkith\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001003\n";
        assert_eq!(
            ignored_in(status),
            Some(bit(SIGHUP) | bit(SIGINT) | bit(13))
        );
        assert_eq!(ignored_in("Name:\tSigIgn:\n"), None);
    }
}
