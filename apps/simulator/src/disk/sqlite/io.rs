//! What SQLite does with an open file. Every function takes a file that was opened in `vfs`.

use super::super::content::SECTOR;
use super::super::locks::{Busy, Level};
use super::super::machine::Failure;
use super::{Slot, alive, own, thread};
use rusqlite::ffi;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{Ordering, fence};

pub static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let slot = file.cast::<Slot>();
    // SAFETY: a Slot lies there until now. Elsewhere than on its thread it is leaked, because its
    // counts of references belong to that thread.
    unsafe {
        if (*slot).thread == thread() {
            slot.drop_in_place();
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    buffer: *mut c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_READ;
    };
    // SAFETY: SQLite hands `count` bytes of its own; a byte has no invalid value.
    let buffer = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), count as usize) };
    if open.read(offset as usize, buffer) {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_IOERR_SHORT_READ
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite hands `count` bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize) };
    code(open.write(offset as usize, bytes), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_TRUNCATE;
    };
    code(open.truncate(size as usize), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_FSYNC;
    };
    code(open.sync(), ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_FSTAT;
    };
    // SAFETY: SQLite hands a place for the answer.
    unsafe { size.write(open.size() as i64) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_LOCK;
    };
    busy_code(open.lock(level(wanted)))
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: an open file.
    if let Some(open) = unsafe { own(file) } {
        open.unlock(level(wanted));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_CHECKRESERVEDLOCK;
    };
    // SAFETY: SQLite hands a place for the answer.
    unsafe { out.write(c_int::from(open.is_reserved())) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    SECTOR as c_int
}

/// As SQLite's own file system for Unix has it, so that the same is written as in production:
/// without this promise every commit would be padded to a whole sector.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    number: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_SHMMAP;
    };
    let region = open.region(number as usize, size as usize, extend != 0);
    let region = region.map_or(null_mut(), |region| region.cast::<c_void>().cast_mut());
    // SAFETY: SQLite hands a place for the answer.
    unsafe { out.write(region) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    let (first, count) = (first as usize, count as usize);
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        // SAFETY: an open file.
        if let Some(open) = unsafe { own(file) } {
            open.unlock_memory(first, count);
        }
        return ffi::SQLITE_OK;
    }
    // SAFETY: an open file.
    let Some(open) = (unsafe { alive(file) }) else {
        return ffi::SQLITE_IOERR_SHMLOCK;
    };
    let alone = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    busy_code(open.lock_memory(first, count, alone))
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    if let Some(open) = unsafe { own(file) } {
        open.unmap();
    }
    ffi::SQLITE_OK
}

fn level(level: c_int) -> Level {
    match level {
        ffi::SQLITE_LOCK_NONE => Level::None,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        ffi::SQLITE_LOCK_RESERVED => Level::Reserved,
        ffi::SQLITE_LOCK_PENDING => Level::Pending,
        _ => Level::Exclusive,
    }
}

fn code(done: Result<(), Failure>, down: c_int) -> c_int {
    match done {
        Ok(()) => ffi::SQLITE_OK,
        Err(Failure::Down) => down,
        Err(Failure::Full) => ffi::SQLITE_FULL,
        Err(Failure::Sync) => ffi::SQLITE_IOERR_FSYNC,
    }
}

fn busy_code(done: Result<(), Busy>) -> c_int {
    match done {
        Ok(()) => ffi::SQLITE_OK,
        Err(Busy) => ffi::SQLITE_BUSY,
    }
}
