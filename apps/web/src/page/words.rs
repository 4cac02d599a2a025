//! Everything that the page says by itself. What the worker says, it says whole.

/// The name that a tab shows; it says nothing of anybody.
pub const TITLE: &str = "Kith";
/// While the worker starts.
pub const OPENING: &str = "Opening…";
/// While something takes its time.
pub const ONE_MOMENT: &str = "One moment…";

/// How a profile is kept.
pub mod keeping {
    pub const HEADING: &str = "How should this browser keep what you write?";
    pub const WHAT: &str = "Kith has no accounts. What you write and read lives here, in this browser, and goes sealed to those you write to.";
    pub const INVITED: &str = "You were invited. The invitation waits for two short questions.";
    pub const PASSPHRASE: &str = "With a passphrase";
    pub const PASSPHRASE_HINT: &str =
        "A few words that you can remember. Nobody can give them back to you, not even we.";
    pub const PASSKEY: &str = "With a passkey";
    pub const PASSKEY_HINT: &str =
        "Your fingerprint, face, PIN or key opens it. If the passkey is lost, only a backup helps.";
    pub const NO_PASSKEYS: &str = "This browser cannot open it by a passkey.";
    pub const OPENLY: &str = "Openly";
    pub const OPENLY_HINT: &str =
        "Whoever can use this device, or reads its disk, can read everything.";
    pub const BEGIN: &str = "Begin";
    pub const FIELD: &str = "Passphrase";
    pub const FIELD_AGAIN: &str = "Passphrase again";
    pub const EMPTY: &str = "There is no passphrase yet; nothing was kept. Write a few words.";
    pub const UNEQUAL: &str =
        "The two passphrases are not the same; nothing was kept. Write them once more.";
    pub const SEALING: &str = "One moment: a key is being made of it.";
}

/// Opening what is closed.
pub mod unlock {
    pub const HEADING: &str = "Kith is locked";
    pub const WHAT: &str = "What you wrote is here, sealed.";
    pub const OPEN: &str = "Open";
    pub const EMPTY: &str =
        "There is no passphrase yet, so nothing was opened. Write the one that it was locked with.";
    pub const OPEN_WITH_PASSKEY: &str = "Open with passkey";
    pub const LOCK: &str = "Lock";
    pub const UNSEALING: &str = "One moment: it is being unsealed.";
}

/// Passkeys.
pub mod passkey {
    /// Who the passkey is for, as password managers list it.
    pub const USER: &str = "Kith";
    pub const NOT_MADE: &str =
        "No passkey was made; nothing was kept. Try again, or take a passphrase.";
    pub const NOT_GIVEN: &str = "The passkey was not given, so Kith stays locked and nothing was changed. Try again; it has to be the one that it was locked with.";
    pub const NO_PRF: &str = "A passkey was made, but this browser or whatever keeps its passkeys cannot make a key from it; nothing was kept. Take a passphrase; you may delete the passkey named Kith.";
    pub const NONE_HERE: &str = "This browser knows no passkeys, so Kith stays locked and nothing was changed. Open it with the browser that locked it.";
}

/// One's own name.
pub mod name {
    pub const HEADING: &str = "What are you called here?";
    pub const WHAT: &str =
        "Those you write to see this name. It need not be the one in your papers.";
    pub const FIELD: &str = "Your name";
    pub const GO_ON: &str = "Go on";
    pub const EMPTY: &str = "There is no name yet. Write one, then go on.";
}

/// An invitation that came by link.
pub mod invited {
    pub const ACCEPT: &str = "Accept";
    pub const NOT_NOW: &str = "Not now";
    pub const AS: &str = "Under which of your names?";
    pub const UNREADABLE: &str = "This invitation cannot be read";
    pub const GO_ON: &str = "Go on";
    pub const WHAT: &str = "If you accept, there is a conversation that only the two of you can read. You can write at once; it goes out when their home answers.";
    pub const VOUCHED: &str = "Nobody vouches for this name but whoever gave you the link. Once you have met, compare the safety number.";

    pub fn heading(name: &str) -> (String, &'static str) {
        (name.to_owned(), " invites you")
    }

    pub fn home(host: &str) -> String {
        format!("The home that carries it between you is {host}.")
    }
}

/// Everybody known.
pub mod people {
    pub const HEADING: &str = "People";
    pub const LIST: &str = "Conversations";
    pub const EMPTY: &str = "Here are the people you write to. There is nobody yet: invite somebody, or look at an invitation that you were given.";
    pub const CHOOSE: &str = "Choose somebody to read and to write to.";
    pub const INVITE: &str = "Invite somebody";
    pub const LINK_FIELD: &str = "Invitation link";
    pub const LOOK: &str = "Look at it";
    pub const NO_LINK: &str = "There is no link yet. Paste the one that you were given.";
    pub const BACK: &str = "People";
    pub const NEW: &str = "something new";
    pub const ACCEPTING: &str = "waits for their home";
    pub const BLOCKED: &str = "blocked";
    pub const HALTED: &str = "cannot go on";
    pub const OTHER_TAB: &str = "Kith is open in another tab too. Both work.";
    pub const YOU_ARE: &str = "You are ";
}

/// Inviting somebody.
pub mod invite {
    pub const HEADING: &str = "Invite somebody";
    pub const FIELD: &str = "Link";
    pub const COPY: &str = "Copy";
    pub const COPIED: &str = "Copied. Give it to one person, by a way that you trust.";
    pub const NOT_COPIED: &str =
        "The browser did not let it be copied; it is marked now, copy it by hand.";
    pub const SHARE: &str = "Share";
    pub const WHAT: &str =
        "Whoever has this link can begin to write with you. Give it to the person yourself.";
    pub const ANOTHER: &str = "Make another";
    pub const MAKE: &str = "Make an invitation";
    pub const KEEPER: &str = "The home asks for an invitation of its own?";
    pub const KEEPER_FIELD: &str = "Text from the home's keeper";
    pub const KEEPER_SEND: &str = "Ask with it";
    pub const EARLIER: &str = "Given before";
    pub const TAKE_BACK: &str = "Take back";
    pub const ONCE: &str = "It works once, for one person.";

    pub fn waiting(host: &str) -> String {
        format!(
            "{host} was not reached yet. The link comes here as soon as it was, because only then does it work."
        )
    }

    pub fn until(day: &str) -> String {
        format!("It works until {day}.")
    }

    pub fn given(label: Option<&str>, until: Option<&str>) -> String {
        let whose = label.map_or_else(
            || "An invitation".to_owned(),
            |label| format!("For {label}"),
        );
        match until {
            Some(day) => format!("{whose}, until {day}"),
            None => whose,
        }
    }
}

/// A conversation.
pub mod conversation {
    use view::{Item, ItemState, Reaction};

    pub const LIST: &str = "Conversation";
    pub const EMPTY: &str = "Nothing was written here yet. What you write first can be short.";
    pub const UNKNOWN: &str = "This conversation is not here";
    pub const UNKNOWN_WHAT: &str = "The address names a conversation that this browser does not have. Nothing was lost; go back to people.";
    pub const EARLIER: &str = "Show earlier";
    pub const WRITE: &str = "Write";
    pub const SEND: &str = "Send";
    pub const KEYS: &str = "Enter makes a line; Ctrl or ⌘ with Enter sends.";
    pub const ANSWER: &str = "Answer";
    pub const NOT_AS_ANSWER: &str = "Not as an answer";
    pub const ANSWERS: &str = "Answers ";
    pub const CHANGED: &str = "changed";
    pub const TAKEN_BACK: &str = "Taken back.";
    pub const OPENS: &str = "Folded by whoever wrote it. It opens here when you choose to.";
    pub const ACCEPTING: &str =
        "Their home has not answered yet. You can write; it goes out when it does.";
    pub const BLOCKED: &str = "You blocked them: nothing goes to them and nothing of theirs comes.";

    pub fn state(item: &Item, host: Option<&str>) -> String {
        if let Some(why) = &item.not_sent {
            return format!("not sent: {why}");
        }
        match (item.state, host) {
            (ItemState::Held, _) => "held here".to_owned(),
            (ItemState::KeptBack, _) => "kept back here".to_owned(),
            (ItemState::Queued, _) => "on its way".to_owned(),
            (ItemState::Stored, Some(host)) => format!("kept at {host}"),
            (ItemState::Stored, None) => "kept at the home".to_owned(),
        }
    }

    pub fn reaction(reaction: &Reaction) -> String {
        format!("{} from {}", reaction.sign, reaction.names.join(", "))
    }

    pub fn size(bytes: u64) -> String {
        const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
        let mut size = bytes as f64 / 1_000.0;
        for unit in UNITS {
            if size < 1_000.0 {
                return format!("{size:.1} {unit}");
            }
            size /= 1_000.0;
        }
        "very large".to_owned()
    }

    pub fn file(bytes: u64) -> String {
        format!(
            ", {}. Files cannot be opened in the browser yet; the command line can.",
            size(bytes)
        )
    }

    pub fn new_item(author: &str, text: &str) -> String {
        format!("{author}: {text}")
    }
}

/// The safety number.
pub mod safety {
    pub const BUTTON: &str = "Safety number";
    pub const WHAT: &str = "Read these digits to each other, face to face or on the phone. If they are the same, nobody stands between you. If they are not, do not write anything here that only they should read.";
    pub const COMPARED: &str = "We compared it";
    pub const DONE: &str = "You compared it: nobody stands between you.";
}

/// A backup.
pub mod backup {
    pub const HEADING: &str = "A backup";
    pub const ASKED: &str = "What you write lives in this browser alone. If it is cleared or lost, only a backup brings it back.";
    pub const SAVE: &str = "Save a backup";
    pub const LATER: &str = "Later";
    pub const WHAT: &str = "A backup is a file with your names, people and conversations, and a phrase that opens it. Keep them in two places.";
    pub const SAVED: &str = "The file was given to the browser to save. These words open it; they are shown this once. Write them down, on paper.";
    pub const SAVED_BEFORE: &str =
        "The file was given to the browser to save. The words that you wrote down before open it.";
    pub const NOT_SAVED: &str =
        "The browser did not take the file; nothing was lost. Try again, or make room.";
    pub const WRITTEN_DOWN: &str = "I have written it down";
    pub const KEPT: &str = "The file is kept";
}

/// The browser's storage.
pub mod storage {
    pub const NONE: &str = "This browser gives Kith no place to keep anything";
    pub const NONE_WHAT: &str = "A private window, a setting, or a full disk can be the reason. Open Kith in an ordinary window, or make room, and load the page anew.";
    pub const LOAD: &str = "Load anew";
    pub const NOT_PERSISTED: &str = "This browser did not promise to keep what is here: it may clear it when the disk is full, Safari after seven days without a visit, a private window when it is closed. Save a backup.";
}

/// What happens meanwhile.
pub mod meanwhile {
    pub const OFFLINE: &str =
        "There is no network. You can read and write; it goes out when there is one again.";
    pub const RESTARTED: &str = "Kith's engine stopped and was started again. What was shown as kept or on its way is kept; what you were writing is still here.";
    pub const STOPPED: &str = "Kith's engine stopped several times and was not started again. What was shown as kept or on its way is kept. Copy what you are writing, then load the page anew; if it stays so, close other tabs of Kith and restart the browser.";
    pub const UNANSWERED: &str = "Kith's engine stopped before it answered, so this may not be done; nothing that was kept is lost. Look whether it is there, and try again if not.";
    pub const NOT_UNDERSTOOD: &str =
        "The page and its engine are not of one version; nothing was changed. Load the page anew.";
    pub const UNDERSTOOD: &str = "All right";
}
