//! Bytes of blobs over HTTP: one task for each transfer, a piece in memory at a time, every end reported.
//!
//! What an answer means is decided by `client_core::Answered`; here bytes are moved, and silence is noticed.

use blob::{Opener, Reference};
use client_core::{Errand, FileRoot, Input, Next, Outcome, Transfer, TransferId};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use futures_util::future::{AbortHandle, Either, abortable, select};
use protocol::blob_size::{SEGMENT_BYTES, TAG_BYTES};
use protocol::id::BlobHash;
use sha2::{Digest as _, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::browser::sleep;
use super::clock::now;
use super::http::{Answer, Body, ask};
use super::sealed_files::{Disk, SealedFiles, check_room, read};
use super::sockets::Inlet;
use crate::fetching::Fetching;
use crate::stretch::Stretch;

/// A transfer that does not get on for so long, in milliseconds, has broken.
const SILENCE_MS: u64 = 120_000;
/// How often that is looked at.
const LOOKED_MS: i32 = 5_000;
/// Requests about one upload that bring it no further, before it is left for later: a home could send a client in circles.
const MOST_IN_VAIN: usize = 16;
/// How often progress is told at most, in milliseconds.
const TOLD_EVERY_MS: u64 = 200;
/// Sealed bytes that are read at a time: whole segments.
const READ_BYTES: u64 = 16 * (SEGMENT_BYTES + TAG_BYTES);

type Abouts = Rc<RefCell<BTreeMap<TransferId, AbortHandle>>>;

/// All transfers.
pub struct Carriers {
    running: Abouts,
    files: SealedFiles,
    inlet: Inlet,
}

impl Carriers {
    /// None yet.
    pub fn new(files: SealedFiles, inlet: Inlet) -> Self {
        Self {
            running: Abouts::default(),
            files,
            inlet,
        }
    }

    /// Begins a transfer.
    pub fn begin(&self, id: TransferId, transfer: Transfer) {
        let carrier = Carrier {
            transfer,
            files: self.files.clone(),
            progress: Progress::new(id, self.inlet.clone()),
        };
        let (work, abort) = abortable(async move { carrier.carry().await });
        self.running.borrow_mut().insert(id, abort);
        let (running, inlet) = (Rc::clone(&self.running), self.inlet.clone());
        spawn_local(async move {
            if let Ok(outcome) = work.await {
                running.borrow_mut().remove(&id);
                inlet.push(Input::Transferred(id, outcome));
            }
        });
    }

    /// Stops a transfer.
    pub fn abandon(&self, id: TransferId) {
        if let Some(abort) = self.running.borrow_mut().remove(&id) {
            abort.abort();
        }
    }
}

impl Drop for Carriers {
    fn drop(&mut self) {
        for abort in self.running.borrow().values() {
            abort.abort();
        }
    }
}

/// How far one transfer is, told now and then.
struct Progress {
    id: TransferId,
    inlet: Inlet,
    moved_ms: Cell<u64>,
    told_ms: Cell<Option<u64>>,
}

impl Progress {
    fn new(id: TransferId, inlet: Inlet) -> Self {
        Self {
            id,
            inlet,
            moved_ms: Cell::new(now().monotonic_ms),
            told_ms: Cell::new(None),
        }
    }

    /// So many bytes are where they belong.
    fn at(&self, bytes: u64) {
        let now_ms = now().monotonic_ms;
        self.moved_ms.set(now_ms);
        let is_due = |told_ms| now_ms.saturating_sub(told_ms) >= TOLD_EVERY_MS;
        if self.told_ms.get().is_none_or(is_due) {
            self.told_ms.set(Some(now_ms));
            self.inlet.push(Input::Carried(self.id, bytes));
        }
    }

    /// Ends once nothing has moved for a long time.
    async fn stalls(&self) {
        while now().monotonic_ms.saturating_sub(self.moved_ms.get()) < SILENCE_MS {
            sleep(LOOKED_MS).await;
        }
    }
}

/// How a part of a transfer failed.
type Ended<T> = Result<T, Outcome>;

struct Carrier {
    transfer: Transfer,
    files: SealedFiles,
    progress: Progress,
}

impl Carrier {
    async fn carry(&self) -> Outcome {
        match select(pin!(self.errand()), pin!(self.progress.stalls())).await {
            Either::Left((ended, _)) => ended.unwrap_or_else(|outcome| outcome),
            Either::Right(_) => Outcome::BROKE,
        }
    }

    async fn errand(&self) -> Ended<Outcome> {
        match &self.transfer.errand {
            Errand::Put {
                root,
                size_bytes,
                hash,
            } => self.put(root, *size_bytes, hash).await,
            Errand::Get(reference) => self.get(reference).await,
            Errand::Erase => Ok(self.ask("DELETE", &[]).await?.answered().after_erase()),
        }
    }

    async fn ask(&self, method: &str, headers: &[(&str, String)]) -> Ended<Answer> {
        self.ask_with(method, headers, None).await
    }

    async fn ask_with(
        &self,
        method: &str,
        headers: &[(&str, String)],
        body: Option<&web_sys::Blob>,
    ) -> Ended<Answer> {
        let id = HEXLOWER.encode(self.transfer.blob.as_bytes());
        let bearer = BASE64URL_NOPAD.encode(self.transfer.bearer.expose());
        let mut all = vec![("authorization", format!("Bearer {bearer}"))];
        all.extend_from_slice(headers);
        let url = format!("{}/blob/{id}", self.transfer.home);
        ask(method, &url, &all, body).await
    }

    /// Puts everything from wherever the upload stands.
    async fn put(&self, root: &FileRoot, size: u64, hash: &BlobHash) -> Ended<Outcome> {
        let (mut next, mut stretch) = (Next::Look, Stretch::default());
        let (mut furthest, mut in_vain) = (0, 0);
        while in_vain < MOST_IN_VAIN {
            in_vain += 1;
            next = match next {
                Next::End(outcome) => return Ok(outcome),
                Next::Look => self.ask("HEAD", &[]).await?.answered().after_look(size),
                Next::Put { from } => {
                    let file = self.whole(root, size).await?;
                    let end = stretch.end(from, size);
                    let began_ms = now().monotonic_ms;
                    let answered = self.patch(&file, from..end, size, hash).await?.answered();
                    stretch.took(now().monotonic_ms.saturating_sub(began_ms));
                    if answered.status == 422 && !self.is_unchanged(&file, hash).await? {
                        return Ok(Outcome::Missing);
                    }
                    if end == size {
                        answered.after_put(size)
                    } else {
                        answered.after_piece(end, size)
                    }
                }
            };
            if let Next::Put { from } = next
                && from > furthest
            {
                (furthest, in_vain) = (from, 0);
                self.progress.at(from);
            }
        }
        Ok(Outcome::STRANGE)
    }

    /// The sealed bytes of an own file.
    async fn whole(&self, root: &FileRoot, size: u64) -> Ended<File> {
        let file = self.files.look(root).await.map_err(disk)?;
        let is_whole = |file: &File| file.size() as u64 == size;
        file.filter(is_whole).ok_or(Outcome::Missing)
    }

    /// One PATCH; the last one says the hash of all.
    async fn patch(
        &self,
        file: &File,
        bytes: Range<u64>,
        size: u64,
        hash: &BlobHash,
    ) -> Ended<Answer> {
        let (from, to) = (bytes.start as f64, bytes.end as f64);
        let body = file.slice_with_f64_and_f64(from, to);
        let body = body.map_err(|_| Outcome::Missing)?;
        let is_last = bytes.end == size;
        let complete = if is_last { "?1" } else { "?0" };
        let mut headers = vec![
            ("content-type", "application/partial-upload".to_owned()),
            ("upload-offset", bytes.start.to_string()),
            ("upload-complete", complete.to_owned()),
        ];
        if is_last {
            let hash = BASE64.encode(hash.as_bytes());
            headers.push(("repr-digest", format!("sha-256=:{hash}:")));
        }
        self.ask_with("PATCH", &headers, Some(&body)).await
    }

    /// Whether the sealed bytes are still those that were sealed.
    async fn is_unchanged(&self, file: &File, hash: &BlobHash) -> Ended<bool> {
        let (mut hasher, size) = (Sha256::new(), file.size() as u64);
        let mut at = 0;
        while at < size {
            let to = size.min(at + READ_BYTES);
            let piece = read(file, at..to).await.map_err(|_| Outcome::Missing)?;
            hasher.update(&piece);
            at = to;
        }
        Ok(hasher.finalize().as_slice() == hash.as_bytes())
    }

    /// Gets the table, checks it, and then whatever segments are not here yet, each checked before it is kept.
    async fn get(&self, reference: &Reference) -> Ended<Outcome> {
        let root = reference.root.as_bytes();
        let kept = self.files.look(root).await.map_err(disk)?;
        if let Some(kept) = &kept
            && is_whole(kept, reference).await
        {
            return Ok(Outcome::Done);
        }
        let size = reference.blob_bytes().map_err(|_| Outcome::Wrong)?;
        let has = kept.as_ref().map_or(0, |kept| kept.size() as u64);
        check_room(size.saturating_sub(has)).await.map_err(disk)?;
        let table = self.table(reference).await?;
        let mut fetching = Fetching::new(reference, &table).map_err(|_| Outcome::Wrong)?;
        if let Some(kept) = &kept {
            self.take_kept(&mut fetching, kept).await;
        }
        let mut writer = self.files.write(root).await.map_err(disk)?;
        writer.cut(fetching.at()).map_err(disk)?;
        if !fetching.is_whole() {
            let mut body = self.range(fetching.at()..fetching.end()).await?;
            let mut segments = Vec::new();
            while let Some(came) = body.next().await? {
                segments.clear();
                let taken = fetching.take(&came, &mut segments);
                writer.append(&segments).map_err(disk)?;
                taken.map_err(|_| Outcome::Wrong)?;
                self.progress.at(fetching.at());
            }
        }
        if !fetching.is_whole() {
            return Ok(Outcome::BROKE);
        }
        writer.flush().map_err(disk)?;
        writer.append(&table).map_err(disk)?;
        writer.flush().map_err(disk)?;
        Ok(Outcome::Done)
    }

    /// Goes on after what came before, as far as it holds: after an end in the middle the disk may hold anything.
    async fn take_kept(&self, fetching: &mut Fetching, kept: &File) {
        let end = fetching.end().min(kept.size() as u64);
        loop {
            let from = fetching.at();
            let to = end.min(from.saturating_add(READ_BYTES));
            let piece = match read(kept, from..to).await {
                Ok(piece) if !piece.is_empty() => piece,
                _ => break,
            };
            if !fetching.take_kept(&piece) {
                break;
            }
            self.progress.at(fetching.at());
        }
        fetching.drop_part();
    }

    async fn table(&self, reference: &Reference) -> Ended<Vec<u8>> {
        let place = reference.table().map_err(|_| Outcome::Wrong)?;
        let length = place.end - place.start;
        let mut body = self.range(place).await?;
        let mut table = Vec::new();
        while let Some(came) = body.next().await? {
            table.extend_from_slice(&came);
            if table.len() as u64 > length {
                return Err(Outcome::Wrong);
            }
        }
        if (table.len() as u64) < length {
            return Err(Outcome::BROKE);
        }
        Ok(table)
    }

    /// A part of the blob.
    async fn range(&self, bytes: Range<u64>) -> Ended<Body> {
        let last = bytes.end.saturating_sub(1);
        let range = format!("bytes={}-{last}", bytes.start);
        let answer = self.ask("GET", &[("range", range)]).await?;
        let answered = answer.answered();
        if answered.status == 206 {
            answer.body()
        } else {
            Err(answered.refusal())
        }
    }
}

/// Whether a file holds all of a blob, as far as its length and its table say.
pub async fn is_whole(file: &File, reference: &Reference) -> bool {
    opener(file, reference).await.is_some()
}

/// What opens a whole file.
pub async fn opener(file: &File, reference: &Reference) -> Option<Opener> {
    let place = reference.table().ok()?;
    if file.size() as u64 != place.end {
        return None;
    }
    let table = read(file, place).await.ok()?;
    Opener::new(reference, &table).ok()
}

/// The browser does not take what came.
fn disk(error: Disk) -> Outcome {
    match error {
        Disk::Full(why) => Outcome::Disk(why),
        Disk::InUse => Outcome::BROKE,
        Disk::Other(refused) => Outcome::Disk(refused.sentence),
    }
}
