//! A disk so small that it can be filled.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What takes the room.
const BALLAST: &str = "ballast";

/// A disk of its own, unmounted at the end.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// In this folder, with so many KiB; none where this user may not mount.
    pub fn mount(at: &Path, kib: u64) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
            .arg(at)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self(at.to_owned()))
    }

    /// Takes all room but so many KiB.
    pub fn fill(&self, kib_left: u64) {
        let mut ballast = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.0.join(BALLAST))
            .unwrap();
        let block = [7; 64 * 1024];
        while ballast.write_all(&block).is_ok() {}
        let full = ballast.metadata().unwrap().len();
        ballast
            .set_len(full.saturating_sub(kib_left * 1024))
            .unwrap();
    }

    /// Gives the room back.
    pub fn free(&self) {
        fs::remove_file(self.0.join(BALLAST)).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
