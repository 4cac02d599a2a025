//! What is said to people about files: what happened, what is safe, what to do.

use client_core::FileFailure;
use view::{Kind, Refused};

use crate::sentences::sentence;

/// So many bytes, for people.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KB", "MB", "GB"];
    let mut size = bytes as f64 / 1_000.0;
    for unit in UNITS {
        if size < 1_000.0 {
            return format!("{size:.1} {unit}");
        }
        size /= 1_000.0;
    }
    format!("{size:.1} TB")
}

/// The browser gives less than a file needs.
pub fn no_room(needs_bytes: u64, room_bytes: u64) -> String {
    format!(
        "sealed, it needs {}, and the browser gives Kith {} more",
        size(needs_bytes),
        size(room_bytes)
    )
}

/// A file was not attached because there is no room for it.
pub fn not_kept(name: &str, why: &str) -> Refused {
    Refused::new(
        Kind::Storage,
        sentence(&format!(
            "The file {name} was not attached, because there is no room for it in the browser's storage: {why}. Everything \
             before is kept. Make room on this device, or attach less"
        )),
    )
}

/// A file cannot be read, or was not the same from beginning to end.
pub fn unreadable(name: &str) -> Refused {
    Refused::new(
        Kind::Invalid,
        sentence(&format!(
            "{name} could not be read from beginning to end, so it was not attached. It may have changed meanwhile, or be a \
             folder. Attach the file once more; of a folder, attach the files in it"
        )),
    )
}

/// No blob is so large.
pub fn too_large(name: &str, why: &str) -> Refused {
    Refused::new(
        Kind::Invalid,
        sentence(&format!(
            "The file {name} is too large ({why}), so it was not attached. Attach it in parts"
        )),
    )
}

/// The file's name cannot be told, or its kind.
pub fn unnameable(why: &str) -> Refused {
    Refused::new(
        Kind::Invalid,
        sentence(&format!(
            "The file was not attached: {why}. Give it a shorter name, and attach it once more"
        )),
    )
}

/// What was attached is not there any more.
pub fn not_attached() -> Refused {
    Refused::new(
        Kind::Retry,
        "A file that was attached is not there any more, because Kith's engine was started again; nothing was sent. Remove it \
         from the list, attach it once more, and send then.",
    )
}

/// Sealing was stopped.
pub fn given_up() -> Refused {
    Refused::new(
        Kind::Refused,
        "The file was not attached, because that was stopped; nothing of it is kept.",
    )
}

/// What is here of a file is not what it was.
pub fn lost() -> Refused {
    Refused::new(
        Kind::Storage,
        "The sealed file in this browser is missing or damaged, so it cannot be opened. Fetch it again; if it was yours, the \
         file that you attached is where it was.",
    )
}

/// Fetching was stopped.
pub const STOPPED: &str =
    "Stopped. What came of the file is kept, and goes on from there when you fetch it again.";

/// A file did not come here.
pub fn failed(why: &FileFailure) -> String {
    sentence(&match why {
        FileFailure::Gone => "The file is not at its home any more: it was taken back, or its time there is over. Whoever sent \
                              it can send it again"
            .to_owned(),
        FileFailure::Wrong => "What the home gave out is not the file that was sent, so nothing of that was kept. Whoever sent \
                               it can send it again"
            .to_owned(),
        FileFailure::Disk(why) => format!(
            "The file did not come here, because there is no room for it in the browser's storage: {why}. Everything before is \
             kept. Make room on this device, and fetch it again"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::{failed, no_room, not_kept, size};
    use client_core::FileFailure;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!(size(0), "0.0 KB");
        assert_eq!(size(1_234_567), "1.2 MB");
        assert_eq!(size(5_000_000_000_000), "5.0 TB");
    }

    #[test]
    fn what_failed_says_what_is_safe_and_what_to_do() {
        let why = no_room(210_000_000, 5_000_000);
        for said in [
            failed(&FileFailure::Disk(why.clone())),
            not_kept("sea\u{202e}.jpg", &why).sentence,
        ] {
            assert!(
                said.contains("210.0 MB") && said.contains("Everything before is kept"),
                "{said}"
            );
            assert!(
                said.contains("Make room") && !said.contains('\u{202e}'),
                "{said}"
            );
        }
    }
}
