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
    let settings = settings(&bytes).map_err(invalid)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(Some(settings.below(folder)))
}

/// What the bytes of a file say.
///
/// # Errors
/// What does not hold, with the line, in words that fit in one.
fn settings(bytes: &[u8]) -> Result<Settings, String> {
    let text = str::from_utf8(bytes).map_err(|_| "it is no text".to_owned())?;
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let what: Vec<_> = error.message().split_whitespace().collect();
        let what = what.join(" ");
        match before {
            Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
            None => what,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Something of every kind.
    const VALID: &str = r#"
listen = "127.0.0.1:7433"
data = "/var/lib/kith/home"
open = false
max-connections = 100000

[blobs]
folder = "blobs"
max-bytes = 4294967296

[limits]
visits-per-minute = 0
address-header = 'x-forwarded-for'

[card]
about = """
For us and our friends."""
age = "18+"

[keep]
days = 30
"#;

    #[test]
    fn what_is_valid_is_taken() {
        let taken = settings(VALID.as_bytes()).unwrap();
        assert_eq!(taken.data, Some("/var/lib/kith/home".into()));
    }

    proptest! {
        #[test]
        fn whatever_becomes_of_the_bytes_they_are_taken_or_refused_in_one_line(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..8),
        ) {
            let mut bytes = VALID.as_bytes().to_vec();
            for (at, byte, how) in changes {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            if let Err(what) = settings(&bytes) {
                prop_assert!(!what.is_empty());
                prop_assert!(!what.contains('\n'), "{what}");
            }
        }

        #[test]
        fn a_key_that_is_not_known_is_refused_by_its_name(key in "[a-z]{1,12}-x", line in 0..5_usize) {
            let mut lines: Vec<&str> = VALID.lines().collect();
            let wrong = format!("{key} = 1");
            lines.insert(line, &wrong);
            let what = settings(lines.join("\n").as_bytes()).unwrap_err();
            prop_assert!(what.starts_with(&format!("line {}: unknown field `{key}`", line + 1)), "{what}");
        }
    }

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
