//! A command whose profile another process holds: that one does it, and this one says what it says.

use client::ProfileError;
use data_encoding::BASE64;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::arguments::{ClientCommand, ProfileArguments};
use super::errand::{Answer, Errand, MAX_WORD_BYTES, Word, read, write};
use super::error::CommandError;
use super::{address, kept, profile, serving};
use crate::output::{Output, Reached, Said};
use crate::terminal;

/// How often the lock is tried, and the process that holds it asked.
const PAUSE: Duration = Duration::from_millis(30);
/// How long the other process may take to begin. It may derive keys for many first; one that was stopped never begins.
const BEGINNING: Duration = Duration::from_secs(30);

/// Who does a command.
pub(super) enum Who {
    /// This process, which holds the profile now.
    Own,
    /// Another process, which has done it.
    Other,
}

/// How an errand ended.
enum End {
    Done,
    /// Nothing was done: the other process could not do it.
    NotTaken,
    /// Nothing was done: the other process works with something else, for as long as it lets the connection stay.
    NotNow(Holder),
    /// The other process ended; what is left is to be done anew.
    GoOn,
}

/// Takes the profile for a command, or lets the process do it that holds the profile.
///
/// # Errors
/// What the command's own errors are; [`ProfileError::Busy`] if neither can be had.
pub(super) async fn take(
    command: &ClientCommand,
    arguments: &mut ProfileArguments,
    output: Output<'_>,
) -> Result<Who, CommandError> {
    let folder = profile::folder(arguments)?;
    let mut errand = None;
    let mut busy: Option<Holder> = None;
    let mut until = Instant::now() + profile::LOCK_WAIT;
    loop {
        match profile::lock(&arguments.desk, &folder, Duration::ZERO) {
            Ok(lock) => {
                arguments.desk.keep_lock(lock);
                return Ok(Who::Own);
            }
            Err(ProfileError::Busy) if Instant::now() < until => {}
            Err(error) => {
                return Err(match (&error, &arguments.desk.reached) {
                    (ProfileError::Busy, Some(Reached::Kept(items))) => kept::left(items, output)?,
                    _ => error.into(),
                });
            }
        }
        if busy.as_mut().is_none_or(Holder::has_ended) {
            busy = None;
            let connected = serving::connect(&folder).await;
            if let Err(error) = &connected
                && error.kind() == io::ErrorKind::InvalidInput
            {
                return Err(address::too_long());
            }
            if let Ok(stream) = connected {
                if errand.is_none() {
                    errand = write_down(arguments, output, &folder)?;
                }
                if let Some(errand) = &mut errand {
                    match Holder::ask(errand, stream, command, output).await? {
                        End::Done => return Ok(Who::Other),
                        End::NotTaken => {}
                        End::NotNow(holder) => busy = Some(holder),
                        End::GoOn => {
                            arguments.desk.reached.clone_from(&errand.reached);
                            until = Instant::now() + profile::LOCK_WAIT;
                        }
                    }
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What the other process has to know. None where it could not be said.
fn write_down(
    arguments: &mut ProfileArguments,
    output: Output<'_>,
    folder: &Path,
) -> Result<Option<Errand>, CommandError> {
    let typed: Result<Vec<_>, _> = std::env::args_os()
        .map(std::ffi::OsString::into_string)
        .collect();
    let (Ok(typed), Ok(here)) = (typed, std::env::current_dir()) else {
        return Ok(None);
    };
    let passphrase = profile::passphrase_for(folder, arguments)?;
    arguments.desk.keep_passphrase(passphrase.clone());
    Ok(Some(Errand {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        zone: serving::zone(),
        arguments: typed,
        folder: here,
        passphrase: passphrase.map(|text| text.to_string()),
        input: (arguments.desk.input.as_deref()).map(|text| BASE64.encode(text.as_bytes())),
        is_terminal: output.is_terminal(),
        reached: arguments.desk.reached.clone(),
    }))
}

/// The process that holds the profile, while it is spoken to.
struct Holder {
    words: UnboundedReceiver<Word>,
    writer: OwnedWriteHalf,
    reading: JoinHandle<()>,
}

impl Holder {
    /// Lets it do an errand.
    async fn ask(
        errand: &mut Errand,
        stream: UnixStream,
        command: &ClientCommand,
        output: Output<'_>,
    ) -> Result<End, CommandError> {
        let (reader, mut writer) = stream.into_split();
        let written = tokio::time::timeout(BEGINNING, write(&mut writer, errand)).await;
        if !matches!(written, Ok(Ok(()))) {
            return Ok(End::NotTaken);
        }
        // Everything is taken in at once, so that the other process never waits for whoever reads this one's results.
        let (take, words) = unbounded_channel();
        let reading = tokio::spawn(async move {
            let mut reader = BufReader::new(reader);
            while let Ok(Some(word)) = read::<Word>(&mut reader, MAX_WORD_BYTES).await {
                if take.send(word).is_err() {
                    return;
                }
            }
        });
        let holder = Self {
            words,
            writer,
            reading,
        };
        holder.follow(errand, command, output).await
    }

    async fn follow(
        mut self,
        errand: &mut Errand,
        command: &ClientCommand,
        output: Output<'_>,
    ) -> Result<End, CommandError> {
        let (mut has_begun, mut has_said) = (false, false);
        let mut asking = Asking(None);
        loop {
            let word = tokio::select! {
                // What is asked stands there before anything else is heard.
                biased;
                answer = asking.answer() => {
                    let answer = answer.map_err(|error| CommandError::unread(&error))?;
                    // If it is gone, that shows at the next word.
                    let _ = write(&mut self.writer, &Answer(answer)).await;
                    continue;
                }
                word = self.hear(has_begun) => word,
            };
            let Some(word) = word else {
                break;
            };
            match word {
                Word::Begun => has_begun = true,
                Word::Said(Said::Result(line)) => {
                    has_said = true;
                    if !output.print(&output.line_again(&line))? {
                        // Nobody reads any more.
                        return Ok(End::Done);
                    }
                    if let Some(Reached::Shown(followed)) = &mut errand.reached {
                        followed.say(&line);
                    }
                }
                Word::Said(Said::Note(line)) => output.note(line),
                Word::Said(Said::Reached(reached)) => errand.reached = Some(reached),
                Word::Said(Said::Question(question)) => {
                    asking = Asking(Some(Box::pin(terminal::ask(legible::words(&question)))));
                }
                Word::Done => return Ok(End::Done),
                Word::NotNow => return Ok(End::NotNow(self)),
                Word::Failed(kind, message) => return Err(CommandError::of_kind(&kind, message)),
                Word::GoOn => return Ok(End::GoOn),
            }
        }
        if !has_begun {
            return Ok(End::NotTaken);
        }
        let is_kept = matches!(errand.reached, Some(Reached::Kept(_)));
        let can_begin_anew = command.can_begin_anew() && !has_said;
        if command.can_go_on() || is_kept || can_begin_anew {
            return Ok(End::GoOn);
        }
        Err(CommandError::Storage(
            "The command that held the profile ended before this one was done. Whether it was kept is \
             to be seen with: kith show. Nothing of the profile is lost."
                .into(),
        ))
    }

    /// The next word, or none where there is nobody any more. Whoever goes away before it has begun is not done anything
    /// for, whenever it would have.
    async fn hear(&mut self, has_begun: bool) -> Option<Word> {
        if has_begun {
            return self.words.recv().await;
        }
        let word = tokio::time::timeout(BEGINNING, self.words.recv()).await;
        word.unwrap_or(None)
    }

    /// Whether it has ended, or says what it should not.
    fn has_ended(&mut self) -> bool {
        !matches!(self.words.try_recv(), Err(TryRecvError::Empty))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// A question that somebody has not answered yet, if there is one.
struct Asking(Option<Pin<Box<dyn Future<Output = io::Result<String>>>>>);

impl Asking {
    async fn answer(&mut self) -> io::Result<String> {
        let Some(asking) = &mut self.0 else {
            return std::future::pending().await;
        };
        let answer = asking.await;
        self.0 = None;
        answer
    }
}
