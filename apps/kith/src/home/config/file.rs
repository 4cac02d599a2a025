//! The one file: TOML, at most [`MAX_BYTES`], no key that is not known.

use super::settings::Settings;
use crate::home::error::HomeCommandError;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The longest configuration.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads a file; `None`: there is none.
///
/// # Errors
/// [`HomeCommandError::ConfigUnreadable`], or [`HomeCommandError::ConfigInvalid`] with the line.
pub(super) fn read(path: &Path) -> Result<Option<Settings>, HomeCommandError> {
    let unreadable = |source| HomeCommandError::ConfigUnreadable {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    let invalid = |what| HomeCommandError::ConfigInvalid {
        path: path.to_owned(),
        what,
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(invalid(format!("it has more than {MAX_BYTES} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is no text".to_owned()))?;
    let settings: Settings = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let what: Vec<_> = error.message().split_whitespace().collect();
        let what = what.join(" ");
        invalid(match before {
            Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
            None => what,
        })
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(Some(settings.below(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &[u8], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home.toml");
        std::fs::write(&path, text).unwrap();
        let error = read(&path).unwrap_err();
        assert_eq!(error.exit_code(), 5);
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_does_not_hold_is_named_with_its_line() {
        check(
            b"listen = \"127.0.0.1:1\"\n\nlisen = 7\n",
            "line 3: unknown field `lisen`",
        );
        check(b"[cart]\n", "line 1: unknown field `cart`");
        check(b"\nmax-connections = 0\n", "line 2: ");
        check(b"\n\nopen = \"yes\"\n", "line 3: invalid type");
        check(b"open = true\nopen = false\n", "line 2: ");
        check(b"listen: 7\n", "line 1: ");
        check(b"SQLite format 3\0\xff\xfe", "it is no text");
        check(&[b'#'; 1 << 21], "it has more than 1048576 bytes");
    }

    #[test]
    fn a_file_that_is_not_there_is_no_error_and_a_folder_is_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(&folder.path().join("none")).unwrap().is_none());
        assert_eq!(read(folder.path()).unwrap_err().exit_code(), 7);
    }

    #[test]
    fn relative_paths_are_read_from_the_folder_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home.toml");
        std::fs::write(&path, "data = \"below\"\n").unwrap();
        let settings = read(&path).unwrap().unwrap();
        assert_eq!(settings.data, Some(folder.path().join("below")));
    }
}
