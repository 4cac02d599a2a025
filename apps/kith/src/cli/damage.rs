//! What to do about a profile that is damaged: keep it as it is, and go on with one made out of a backup.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How a profile is made anew, where it is not known which.
pub(super) const RESTORE: &str = "kith --profile NEW_FOLDER recovery restore FOLDER_OF_BACKUPS";

/// What to do about the profile in this folder.
pub(super) fn advice(folder: &Path) -> String {
    format!(
        "Nothing was changed. Keep this folder as it is, copy it to another disk, and look at this one: it may be about to die. \
         Then make the profile anew out of your last backup, in another folder: kith --profile {} recovery restore \
         FOLDER_OF_BACKUPS",
        quoted(&beside(folder))
    )
}

/// Where the new one can be.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder
        .file_name()
        .map_or_else(|| OsString::from("profile"), OsString::from);
    name.push("-restored");
    folder.with_file_name(name)
}

/// As a shell takes it (POSIX, *Shell Command Language*, §2.2.2).
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_can_be_typed_as_it_stands() {
        for (folder, new) in [
            (
                "/home/ada/kith",
                "--profile /home/ada/kith-restored recovery restore ",
            ),
            (
                "/home/ada's home/kith",
                "--profile '/home/ada'\\''s home/kith-restored' recovery",
            ),
            ("ada", "--profile ada-restored recovery"),
        ] {
            let advice = advice(Path::new(folder));
            assert!(advice.contains(new), "{advice}");
        }
    }
}
