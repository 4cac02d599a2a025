//! The way from SQLite to the disks and back: the only unsafe code of the tree.
//!
//! SQLite hands out memory for each open file; in it lies a [`Slot`], from a successful open until
//! the close. Nothing here decides anything about disks.
#![expect(
    unsafe_code,
    reason = "SQLite calls a virtual file system by pointers to functions"
)]

mod io;
mod vfs;

pub use vfs::install;

use super::open_file::OpenFile;
use rusqlite::ffi;
use std::sync::atomic::{AtomicU64, Ordering};

/// What lies in the memory that SQLite has for an open file.
#[repr(C)]
struct Slot {
    methods: ffi::sqlite3_file,
    thread: u64,
    open: OpenFile,
}

thread_local! {
    static THREAD: u64 = {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    };
}

/// The present thread: what is open belongs to the one that opened it.
fn thread() -> u64 {
    THREAD.with(|thread| *thread)
}

/// The open file, on its own thread; dead or alive.
///
/// # Safety
/// `file` is one that was opened here and is not closed.
unsafe fn own<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a OpenFile> {
    // SAFETY: by the caller's promise a Slot lies there; only shared references are made of it.
    let slot = unsafe { &*file.cast::<Slot>() };
    (slot.thread == thread()).then_some(&slot.open)
}

/// The open file, on its own thread and in the life of its machine.
///
/// # Safety
/// As [`own`].
unsafe fn alive<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a OpenFile> {
    // SAFETY: the caller promises the same.
    unsafe { own(file) }.filter(|open| open.is_alive())
}
