//! What is said to people: what happened, what is safe, what to do.
//!
//! Sentences of the core are made for all who use it; what there is to do next comes beside them, typed, and is said here in
//! words for a browser. Everything that reaches a person goes through [`sentence`].

use client_core::{CoreError, REPLACED, Step, StoreError, TAKEN_OUT};
use view::{Kind, Refused};

/// A sentence as it can be shown: a capital in front, a full stop at the end, and nothing that steers what is around it.
pub fn sentence(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 1);
    for one in text.trim().split_inclusive(". ") {
        push(&mut shown, one.trim_end());
    }
    legible::words(&shown)
}

/// What there is to do next, where a browser has something to say of it.
const fn next(step: Step) -> Option<&'static str> {
    match step {
        Step::JoinHome => Some("Ask a home to keep it first."),
        Step::Sync => Some("Kith goes on asking by itself while it is open."),
        // Nothing on the page does that yet.
        Step::Unblock | Step::Retract | Step::Reply | Step::SeeNames | Step::SeeConversation => {
            None
        }
    }
}

fn push(shown: &mut String, one: &str) {
    let mut characters = one.chars();
    let Some(first) = characters.next() else {
        return;
    };
    if !shown.is_empty() {
        shown.push(' ');
    }
    shown.extend(first.to_uppercase());
    shown.push_str(characters.as_str());
    if !shown.ends_with(['.', '!', '?']) {
        shown.push('.');
    }
}

/// Nothing could be kept, for a reason that the browser gives.
pub fn storage(why: &str) -> Refused {
    let sentence = format!(
        "Nothing of this was kept, because the browser's storage refuses ({why}). Everything before is kept. Make room, and \
         try again."
    );
    Refused::new(Kind::Storage, self::sentence(&sentence))
}

/// The storage is full.
pub fn full() -> Refused {
    Refused::new(
        Kind::Storage,
        "Nothing of this was kept, because there is no room left in the browser's storage. Everything before is kept. Make \
         room on this device, and try again.",
    )
}

/// What the core refused.
pub fn refused(error: &CoreError) -> Refused {
    if let CoreError::Store(error) = error {
        return of_store(error);
    }
    let next = error.advice().and_then(|advice| next(advice.step));
    let kind = match error.kind() {
        client_core::Kind::Retry => Kind::Retry,
        client_core::Kind::Refused => Kind::Refused,
        client_core::Kind::Invalid => Kind::Invalid,
        client_core::Kind::Bug => Kind::Bug,
    };
    let said = match error {
        CoreError::Unknown(what) => {
            format!("There is no such {what} in this profile any more; nothing was changed.")
        }
        CoreError::Home(_) => format!("{error}; nothing was changed."),
        CoreError::Mls(_) => format!(
            "This could not be done ({error}), and nothing was changed. Load the page anew and try again."
        ),
        _ => error.to_string(),
    };
    let said = sentence(&said);
    let said = next.map_or_else(|| said.clone(), |next| format!("{said} {next}"));
    Refused::new(kind, said)
}

/// What the store refused.
pub fn of_store(error: &StoreError) -> Refused {
    match error {
        StoreError::Full => full(),
        StoreError::Newer { .. } => Refused::new(
            Kind::Refused,
            "Your profile was last used by a newer version of Kith; nothing was changed. Load the page anew, in all tabs.",
        ),
        StoreError::Damaged { .. } => Refused::new(
            Kind::Bug,
            sentence(&format!(
                "{error}. Nothing was changed. If you have a backup, keep it."
            )),
        ),
        error if error.is_about_values() => Refused::new(
            Kind::Bug,
            sentence(&format!(
                "A mistake of ours: {error}. Nothing of this was kept, and everything before is"
            )),
        ),
        StoreError::WrongKey => wrong_key(),
        error => storage(&error.to_string()),
    }
}

/// The profile does not open with what was given.
pub fn wrong_key() -> Refused {
    Refused::new(
        Kind::Locked,
        "Your profile does not open with this; nothing was changed. Try once more; nobody can open it without.",
    )
}

/// The profile does not open with this passphrase.
pub fn wrong_passphrase() -> Refused {
    Refused::new(
        Kind::Locked,
        "Your profile does not open with this passphrase; nothing was changed. Type it once more.",
    )
}

/// What is OK for somebody is shown to who opens the profile once more.
pub fn confirm() -> Refused {
    Refused::new(
        Kind::Locked,
        "What is OK for you is shown once your profile was opened once more; nothing was changed. Open it with what it is \
         locked with.",
    )
}

/// The profile is kept in another way than by what was given.
pub fn other_opening() -> Refused {
    Refused::new(
        Kind::Locked,
        "Your profile is kept in another way, and does not open with this; nothing was changed. Load the page anew.",
    )
}

/// There is no open profile.
pub fn closed() -> Refused {
    Refused::new(
        Kind::Refused,
        "Your profile is closed; nothing was changed. Open it first.",
    )
}

/// It is open already.
pub fn open() -> Refused {
    Refused::new(
        Kind::Refused,
        "Your profile is open already; nothing was changed.",
    )
}

/// There is a profile already.
pub fn there_already() -> Refused {
    Refused::new(
        Kind::Refused,
        "There is a profile in this browser already, made in another tab perhaps; nothing was changed. Open that one.",
    )
}

/// There is none.
pub fn missing() -> Refused {
    Refused::new(
        Kind::Refused,
        "There is no profile in this browser; nothing was changed. Make one first.",
    )
}

/// The database is not where it was.
pub const GONE: &str = "The browser has lost what you kept here, and nothing of it can be read. If you have a backup, it \
                        can be restored with it; nothing will be written over what may be left.";

/// Another tab is at it.
pub fn elsewhere() -> Refused {
    Refused::new(
        Kind::Retry,
        "Another tab is at your profile at this moment; nothing was changed here. Try again in a moment.",
    )
}

/// The tab that has the profile does not answer at all.
pub fn silent() -> Refused {
    Refused::new(
        Kind::Retry,
        "Another tab has your profile and does not answer; nothing was changed. Close Kith's other tabs, or load them anew.",
    )
}

/// The tab that was asked has gone.
pub fn vanished() -> Refused {
    Refused::new(
        Kind::Retry,
        "The tab that has your profile closed before it answered. What you asked may be done or not; look whether it is \
         there before you ask again.",
    )
}

/// The browser gave no randomness.
pub fn entropy() -> Refused {
    Refused::new(
        Kind::Bug,
        "The browser gave no randomness, without which nothing can be sealed; nothing was changed. Try another browser.",
    )
}

/// The seal's file is not what it was.
pub fn seal_damaged() -> Refused {
    Refused::new(
        Kind::Locked,
        "What your profile is sealed with is damaged in this browser, so it does not open; nothing was changed. If you have \
         a backup, it can be restored with it.",
    )
}

/// What a passkey gave is not what seals a profile.
pub fn no_passkey() -> Refused {
    Refused::new(
        Kind::Invalid,
        "This passkey gives nothing that a profile could be sealed with; nothing was changed. Use a passphrase.",
    )
}

/// The page came over a connection on which browsers give no storage.
pub const INSECURE: &str = "This page did not come over a safe connection, and browsers give no storage to such pages. Open it \
                            with https in front.";

/// A home does not answer.
pub fn unreachable(host: &str) -> String {
    sentence(&format!(
        "The home at {host} does not answer. What you wrote is kept here and goes out by itself once it does."
    ))
}

/// A home is not believed.
pub fn distrusted(host: &str, why: &str) -> String {
    sentence(&format!(
        "The home at {host} is not to be believed: {why}. What you wrote is kept here and goes out when it is itself again."
    ))
}

/// A conversation is over.
pub fn halted(why: &str) -> String {
    sentence(&format!(
        "A conversation cannot go on: {why}. What was said before is safe; what you write there now does not go out. Invite \
         each other anew."
    ))
}

/// Why nothing can be written in a conversation, there where one would write; whether it ever `began`.
pub fn halted_here(why: &str, began: bool) -> String {
    if !began {
        return sentence(why);
    }
    sentence(&if [REPLACED, TAKEN_OUT].contains(&why) {
        format!(
            "This conversation does not go on here: {why}. What was said before is safe and stays readable; what you write \
             here does not go out. Go on from your other device; if there is none, ask the others by another way."
        )
    } else {
        format!(
            "This conversation cannot go on: {why}. What was said before is safe and stays readable; what you write here \
             does not go out. Invite each other anew."
        )
    })
}

/// Somebody came back on a new device.
pub fn back_again(name: &str) -> String {
    sentence(&format!(
        "{name} is back on a new device, and what they had before reads nothing more. The safety number is of names and not \
         of devices, so it is the same. If this surprises you, ask them by another way."
    ))
}

/// A mistake of ours ended the worker.
pub const TRAPPED: &str = "A mistake of ours stopped Kith in this tab. Everything that was shown as kept is kept. If it does \
                           not go on by itself, load the page anew.";

#[cfg(test)]
mod tests {
    use super::{halted_here, refused, sentence};
    use client_core::{CoreError, REPLACED, StoreError};
    use std::path::Path;
    use view::Kind;

    #[test]
    fn a_sentence_begins_large_and_ends() {
        for (core, shown) in [
            ("the link is incomplete", "The link is incomplete."),
            (
                "nothing was sent. try again",
                "Nothing was sent. Try again.",
            ),
            ("Is Kith here? Yes", "Is Kith here? Yes."),
        ] {
            assert_eq!(sentence(core), shown);
        }
    }

    /// Texts between quotation marks, their lines put together.
    fn literals(source: &str) -> Vec<String> {
        let lines = source.lines().map(str::trim_start);
        let code: Vec<_> = lines.filter(|line| !line.starts_with("//")).collect();
        let joined = code.join("\n").replace("\\\n", "");
        joined.split('"').map(str::to_owned).collect()
    }

    #[test]
    fn no_sentence_of_the_core_names_a_command_of_the_terminal() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
        let mut sentences = 0;
        for core in ["client_core", "client_store", "mls", "protocol"] {
            for file in std::fs::read_dir(crates.join(core).join("src")).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_none_or(|extension| extension != "rs") {
                    continue;
                }
                for text in literals(&std::fs::read_to_string(&path).unwrap()) {
                    assert!(!text.contains("kith "), "{path:?}: {text}");
                    sentences += usize::from(text.contains("; nothing was"));
                }
            }
        }
        assert!(sentences >= 10, "{sentences}");
    }

    #[test]
    fn a_device_that_was_replaced_is_not_told_that_others_removed_it() {
        let said = halted_here(REPLACED, true);
        assert!(said.contains("another device of yours") && said.contains("stays readable"));
        assert!(!said.contains("removed") && !said.contains("Invite each other anew"));
        assert!(halted_here("you left it", true).contains("Invite each other anew"));
    }

    #[test]
    fn a_full_disk_is_said_as_storage_and_what_was_before_as_kept() {
        let refused = refused(&CoreError::Store(StoreError::Full));
        assert_eq!(refused.kind, Kind::Storage);
        assert!(refused.sentence.contains("Nothing of this was kept"));
        assert!(refused.sentence.contains("Everything before is kept"));
    }

    #[test]
    fn what_others_wrote_does_not_steer_a_sentence() {
        let said = sentence("a home says \u{202e}live");
        assert!(!said.contains('\u{202e}'), "{said:?}");
    }
}
