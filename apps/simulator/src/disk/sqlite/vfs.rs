//! The file system as such: opening, deleting, names, randomness, time.

use super::super::machine::Machine;
use super::super::open_file::OpenFile;
use super::super::{ROOT, randomness, split, try_named};
use super::{Slot, io, thread};
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::ptr::null_mut;
use std::rc::Rc;
use std::sync::Once;

/// Longer paths than any test has.
const MAX_PATH_BYTES: usize = 512;
/// Some noon, in milliseconds since the Julian epoch. Nothing that counts asks SQLite for the time.
const NOW_MS: i64 = 2_460_000 * 86_400_000;

/// Makes the disks SQLite's default in this process, once.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Threads that live through seeds side by side would wait for each other's counting.
        // SAFETY: nobody uses SQLite before its disks are there; if somebody does, it says no.
        unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) };
        let vfs = Box::leak(Box::new(table()));
        // SAFETY: the table is complete and stays for ever; SQLite guards its list by a mutex.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 1) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes a file system");
    });
}

fn table() -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<Slot>() as c_int,
        mxPathname: MAX_PATH_BYTES as c_int,
        pNext: null_mut(),
        zName: c"simulator".as_ptr(),
        pAppData: null_mut(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: Some(load_library),
        xDlError: Some(library_error),
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(fill_with_randomness),
        xSleep: Some(sleep),
        xCurrentTime: None,
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands memory of szOsFile bytes, which is at least a sqlite3_file.
    unsafe { (*file).pMethods = std::ptr::null() };
    // SAFETY: a name is null or ends with zero.
    let Some(path) = (unsafe { optional_text(name) }) else {
        return ffi::SQLITE_CANTOPEN;
    };
    let opened = match find(path, flags) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let slot = Slot {
        methods: ffi::sqlite3_file {
            pMethods: &raw const io::METHODS,
        },
        thread: thread(),
        open: opened,
    };
    // SAFETY: the memory is as large as a Slot, aligned to eight bytes, and nothing lies there yet.
    unsafe { file.cast::<Slot>().write(slot) };
    if !out_flags.is_null() {
        // SAFETY: not null, so SQLite wants the flags there.
        unsafe { out_flags.write(flags) };
    }
    ffi::SQLITE_OK
}

/// Opens or makes a file; an empty path stands for a file without a name.
fn find(path: &str, flags: c_int) -> Result<OpenFile, c_int> {
    let has = |flag| flags & flag != 0;
    let (name, inside) = split(path);
    let machine = try_named(name).ok_or(ffi::SQLITE_CANTOPEN)?;
    if machine.is_down() {
        return Err(ffi::SQLITE_IOERR);
    }
    if path.is_empty() {
        return Ok(OpenFile::new(machine, Rc::default(), None));
    }
    let file = match machine.file(inside) {
        Some(_) if has(ffi::SQLITE_OPEN_EXCLUSIVE) => return Err(ffi::SQLITE_CANTOPEN),
        Some(file) => file,
        None if has(ffi::SQLITE_OPEN_CREATE) => machine.file_or_new(inside),
        None => return Err(ffi::SQLITE_CANTOPEN),
    };
    let deletes = has(ffi::SQLITE_OPEN_DELETEONCLOSE).then(|| inside.to_owned());
    Ok(OpenFile::new(machine, file, deletes))
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int) -> c_int {
    // SAFETY: a name ends with zero.
    match unsafe { running(name) } {
        None => ffi::SQLITE_IOERR_DELETE,
        Some((machine, path)) if machine.delete(path) => ffi::SQLITE_OK,
        Some(_) => ffi::SQLITE_IOERR_DELETE_NOENT,
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: a name ends with zero.
    let Some((machine, path)) = (unsafe { running(name) }) else {
        return ffi::SQLITE_IOERR_ACCESS;
    };
    // As under Unix, an empty file counts as none; anything can be written.
    let file = machine.file(path);
    let there = file
        .is_some_and(|file| flags != ffi::SQLITE_ACCESS_EXISTS || file.content.borrow().size() > 0);
    // SAFETY: SQLite hands a place for the answer.
    unsafe { out.write(c_int::from(there)) };
    ffi::SQLITE_OK
}

/// The machine that a name is on, if it is up, and the rest of the name.
///
/// # Safety
/// As [`optional_text`].
unsafe fn running<'a>(name: *const c_char) -> Option<(Rc<Machine>, &'a str)> {
    // SAFETY: the caller promises the same.
    let (machine, path) = split(unsafe { optional_text(name) }?);
    let machine = try_named(machine)?;
    (!machine.is_down()).then_some((machine, path))
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    size: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a name ends with zero.
    let Some(path) = (unsafe { optional_text(name) }) else {
        return ffi::SQLITE_CANTOPEN;
    };
    let root = if path.starts_with('/') { "" } else { ROOT };
    let full = [root, path].concat();
    if full.len() >= size as usize {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: `out` has `size` bytes, more than the path and its final zero.
    unsafe {
        out.copy_from_nonoverlapping(full.as_ptr().cast(), full.len());
        out.add(full.len()).write(0);
    }
    ffi::SQLITE_OK
}

/// The text of a name, empty where there is none; none if it is not text.
///
/// # Safety
/// `name` is null or ends with zero, and stays while the text is used.
unsafe fn optional_text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() {
        return Some("");
    }
    // SAFETY: by the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

unsafe extern "C" fn load_library(_: *mut ffi::sqlite3_vfs, _: *const c_char) -> *mut c_void {
    null_mut()
}

unsafe extern "C" fn library_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) {}

unsafe extern "C" fn fill_with_randomness(
    _: *mut ffi::sqlite3_vfs,
    count: c_int,
    out: *mut c_char,
) -> c_int {
    let count = count as usize;
    // SAFETY: SQLite hands `count` bytes to be filled, which it has initialised.
    let out = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), count) };
    for chunk in out.chunks_mut(8) {
        chunk.copy_from_slice(&randomness()[..chunk.len()]);
    }
    count as c_int
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: SQLite hands a place for the answer.
    unsafe { out.write(NOW_MS) };
    ffi::SQLITE_OK
}
