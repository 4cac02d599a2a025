//! The process that holds a profile does errands of others, over a socket in the profile's folder.
//!
//! Only the profile's owner reaches it: the folder is theirs alone, and who connects is asked for by the system. A
//! passphrase is checked as if the profile were opened with it, and what it opens must be what this process holds.

use client::Profile;
use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use super::address::{Address, socket};
use super::desk::Desk;
use super::errand::{Answer, Errand, MAX_ANSWER_BYTES, Word, read, read_errand, write};
use super::error::CommandError;
use crate::output::{Listener, Output, Said};

/// How long a process may take to say what it wants.
const SAYING: Duration = Duration::from_secs(10);
/// How long a process may take to hear something, once this one is done.
const HEARING: Duration = Duration::from_secs(3);
/// Keys that are derived at once, each in 64 MiB of memory.
const MAX_DERIVATIONS: usize = 2;
/// Errands at once; more wait their turn, and take the place of those who say nothing.
const MAX_ERRANDS: usize = 64;

/// The socket and what listens at it.
pub(super) struct Service {
    listening: JoinHandle<()>,
    path: PathBuf,
}

impl Service {
    /// Ends listening; errands that were taken go on.
    pub fn end(self) {
        // If it stays, the next who holds the profile removes it.
        let _ = std::fs::remove_file(&self.path);
        self.listening.abort();
    }
}

/// Begins to do errands. None where the system has no such sockets, or not in this folder.
pub(super) fn begin(folder: &Path, desk: &Desk) -> Option<Service> {
    let path = socket(folder);
    // One that is left from a process that ended badly: this process holds the profile.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(Address::of(folder).ok()?.path()).ok()?;
    let listening = tokio::task::spawn_local(listen(listener, folder.to_owned(), desk.clone()));
    Some(Service { listening, path })
}

async fn listen(listener: UnixListener, folder: PathBuf, desk: Desk) {
    let (mut waiting, mut others) = (JoinSet::new(), JoinSet::new());
    let mut silent = Silent::default();
    let derivations = Arc::new(Semaphore::new(MAX_DERIVATIONS));
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of descriptors, most likely.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                if is_owner(&stream) && (waiting.len() < MAX_ERRANDS || silent.make_room()) {
                    let (derivations, heard) = (Arc::clone(&derivations), Rc::default());
                    let taking = Taking { folder: folder.clone(), derivations, heard: Rc::clone(&heard) };
                    silent.0.push_back((heard, waiting.spawn_local(take(stream, taking, desk.clone()))));
                }
            }
            Some(taken) = waiting.join_next() => {
                match taken {
                    // It outlives the listening; it is waited for from now on, though it has not begun.
                    Ok(Taken::Errand(errand, reader, writer)) => {
                        let guest = desk.guest();
                        let serve = serve(*errand, reader, writer, desk.clone());
                        tokio::task::spawn_local(async move {
                            serve.await;
                            drop(guest);
                        });
                    }
                    Ok(Taken::NotNow(reader, writer)) if others.len() < MAX_ERRANDS => {
                        others.spawn_local(put_off(reader, writer));
                    }
                    Ok(Taken::NotNow(..) | Taken::Nothing) | Err(_) => {}
                }
            }
            Some(_) = others.join_next() => {}
        }
    }
}

fn is_owner(stream: &UnixStream) -> bool {
    let owner = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == owner)
}

type Reader = BufReader<OwnedReadHalf>;

/// What somebody is to this process.
enum Taken {
    /// It does their errand.
    Errand(Box<Errand>, Reader, OwnedWriteHalf),
    /// They wait for their turn, until it ends.
    NotNow(Reader, OwnedWriteHalf),
    /// It has no more to do with them.
    Nothing,
}

/// Those who came and have not said yet what they want, longest there first, and who hears them.
#[derive(Default)]
struct Silent(VecDeque<(Rc<Cell<bool>>, AbortHandle)>);

impl Silent {
    /// Lets go of whoever has been silent for longest; whether there was somebody.
    fn make_room(&mut self) -> bool {
        self.0
            .retain(|(heard, hearing)| !heard.get() && !hearing.is_finished());
        let longest = self.0.pop_front();
        longest.inspect(|(_, hearing)| hearing.abort()).is_some()
    }
}

/// What is needed to hear somebody.
struct Taking {
    folder: PathBuf,
    derivations: Arc<Semaphore>,
    /// Whether they said what they want.
    heard: Rc<Cell<bool>>,
}

/// Hears what somebody wants.
async fn take(stream: UnixStream, taking: Taking, desk: Desk) -> Taken {
    let taken = hear_out(stream, taking, desk).await;
    taken.unwrap_or(Taken::Nothing)
}

async fn hear_out(stream: UnixStream, taking: Taking, desk: Desk) -> Option<Taken> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let read = tokio::time::timeout(SAYING, read_errand(&mut reader)).await;
    let errand = read.ok()?.ok()?;
    taking.heard.set(true);
    let (folder, derivations) = (taking.folder, taking.derivations);
    if errand.version != env!("CARGO_PKG_VERSION") || desk.is_ending() {
        return None;
    }
    if errand.zone != zone() {
        return Some(Taken::NotNow(reader, writer));
    }
    // Deriving a key takes a quarter of a second.
    let passphrase = errand.passphrase.clone().map(zeroize::Zeroizing::new);
    let turn = derivations.acquire_owned().await.ok()?;
    let tried = tokio::task::spawn_blocking(move || {
        let tried = Profile::try_passphrase(&folder, passphrase.as_ref().map(|text| text.as_str()));
        // It lasts as long as the derivation, whoever goes away.
        drop(turn);
        tried
    });
    match tried.await.ok()? {
        Ok(slot) if desk.slot() == Some(slot) => {
            Some(Taken::Errand(Box::new(errand), reader, writer))
        }
        // Who wants the other one of the folder's two.
        Ok(_) => Some(Taken::NotNow(reader, writer)),
        Err(error) => {
            let error = CommandError::from(error);
            let word = Word::Failed(error.kind().to_owned(), error.to_string());
            // Whoever went away does not need to know.
            let _ = write(&mut writer, &word).await;
            None
        }
    }
}

/// Keeps the connection for as long as this process holds the profile, so that nobody asks again and again and has a key
/// derived each time.
async fn put_off(mut reader: Reader, mut writer: OwnedWriteHalf) {
    if write(&mut writer, &Word::NotNow).await.is_ok() {
        // Whatever is said now, or that there is nobody any more, is the end.
        let _ = reader.read_u8().await;
    }
}

/// The time zone that is set for this process.
pub(super) fn zone() -> Option<String> {
    std::env::var("TZ").ok()
}

/// Does an errand; what it says goes out while it works.
async fn serve(errand: Errand, reader: Reader, mut writer: OwnedWriteHalf, desk: Desk) {
    if write(&mut writer, &Word::Begun).await.is_err() {
        return;
    }
    let (say, said) = unbounded_channel();
    let (answer, answers) = unbounded_channel();
    let listener = Listener {
        is_terminal: errand.is_terminal,
        said: say,
        answers: answers.into(),
    };
    let own = desk.clone();
    let work = async move {
        let result = run(&errand, &listener, own).await;
        // Nothing more is said.
        drop(listener);
        result
    };
    tokio::select! {
        // First, so that nothing more is done for whoever has gone away.
        biased;
        () = hear(reader, answer) => {}
        (is_heard, result) = async { tokio::join!(pass_on(said, &mut writer, &desk), work) } => {
            let word = match result {
                Ok(()) => Word::Done,
                Err(CommandError::GoesOn) => Word::GoOn,
                Err(error) => Word::Failed(error.kind().to_owned(), error.to_string()),
            };
            if is_heard {
                hears(&mut writer, &word, &desk).await;
            }
        }
    }
}

async fn run(errand: &Errand, listener: &Listener, mut desk: Desk) -> Result<(), CommandError> {
    desk.input = errand.piped()?.map(Into::into);
    desk.folder = Some(errand.folder.clone());
    desk.reached = errand.reached.clone();
    let (command, mut profile, json, quiet) = crate::parse_client(&errand.arguments)
        .filter(|(command, ..)| command.may_be_done_elsewhere())
        .ok_or_else(|| {
            CommandError::Usage("No command has this done here; nothing was done.".into())
        })?;
    profile.desk = desk;
    let output = Output {
        json,
        quiet,
        listener: Some(listener),
    };
    super::until_idle(command, &profile, output).await
}

/// Passes on what is said, until there is no more; whether all of it was heard.
async fn pass_on(
    mut said: UnboundedReceiver<Said>,
    writer: &mut OwnedWriteHalf,
    desk: &Desk,
) -> bool {
    let mut is_heard = true;
    while let Some(one) = said.recv().await {
        // What nobody hears is dropped: the work must come to its end all the same.
        is_heard = is_heard && hears(writer, &Word::Said(one), desk).await;
    }
    is_heard
}

/// Says a word; whether it is heard. A process that was stopped hears nothing, and whoever wants to end does not wait for it.
async fn hears(writer: &mut OwnedWriteHalf, word: &Word, desk: &Desk) -> bool {
    let late = async {
        desk.ending().await;
        tokio::time::sleep(HEARING).await;
    };
    tokio::select! {
        biased;
        said = write(writer, word) => said.is_ok(),
        () = late => false,
    }
}

/// Hears answers, until the other process goes away.
async fn hear(mut reader: Reader, answers: UnboundedSender<String>) {
    while let Ok(Some(Answer(text))) = read(&mut reader, MAX_ANSWER_BYTES).await {
        if answers.send(text).is_err() {
            return;
        }
    }
}

/// Connects to whoever holds a profile.
///
/// # Errors
/// What the system says: nobody listens there, or somebody else than this process's owner. Into a folder that others may
/// write to anybody could put a socket, and hear a passphrase. What [`Address::of`] says.
pub(super) async fn connect(folder: &Path) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(Address::of(folder)?.path()).await?;
    if is_owner(&stream) {
        Ok(stream)
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}
