//! The arguments of the client's commands.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

use super::desk::Desk;

/// Above the options that every command takes.
pub const EVERYWHERE: &str = "Options of all commands";

/// Which profile, and how it opens.
#[derive(Debug, Args)]
pub struct ProfileArguments {
    /// The profile's folder [default: in the platform's data folder].
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub(super) profile: Option<PathBuf>,
    /// A file whose first line is the passphrase; else KITH_PASSPHRASE, else a prompt.
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Where the command works.
    #[arg(skip)]
    pub(super) desk: Desk,
}

/// The client's commands.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Make a profile, seal it, or see what is in it.
    Profile {
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Back the whole profile up, sealed under a phrase; only what changed is written again.
    Backup {
        /// The folder that holds the backups, on another disk if you can.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Show the phrase of your backups, or make a profile out of one.
    Recovery {
        #[command(subcommand)]
        command: RecoveryCommand,
    },
    /// Make and list your own names.
    Persona {
        #[command(subcommand)]
        command: PersonaCommand,
    },
    /// Give links by which others reach you, and accept theirs.
    Invite {
        #[command(subcommand)]
        command: InviteCommand,
    },
    /// List, compare and block the people you know.
    Contact {
        #[command(subcommand)]
        command: ContactCommand,
    },
    /// List your conversations, or begin one with yourself.
    Conversation {
        #[command(subcommand)]
        command: ConversationCommand,
    },
    /// Say something in a conversation.
    Send(Send),
    /// Put another text in the place of one of yours.
    Edit(Edit),
    /// Take back something of yours.
    Retract(Retract),
    /// Give a sign for something, or take it back.
    React(React),
    /// Show what was said; marks it as read.
    Show(Show),
    /// Show what a text said before it was changed.
    Versions(Versions),
    /// Save the files that came with something.
    Save(Save),
    /// Find what was said, best first.
    Search(Search),
    /// Exchange everything that waits.
    Sync(Sync),
    /// Look at profile, disk, homes and clock, and say what is wrong and what to do.
    Doctor,
    /// Print what lets a shell complete these commands.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands.
    Man {
        /// The folder for a page of each command.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

impl ClientCommand {
    /// Whether the process that holds the profile can do it for this one. What works on the profile's files needs the
    /// profile for itself.
    pub(super) const fn may_be_done_elsewhere(&self) -> bool {
        match self {
            Self::Profile { command } => matches!(command, ProfileCommand::Info),
            Self::Recovery { command } => matches!(command, RecoveryCommand::Phrase),
            Self::Completions { .. } | Self::Man { .. } => false,
            _ => true,
        }
    }

    /// Whether it only reads, so that it is done also where nothing can be kept in the profile.
    pub(super) const fn only_reads(&self) -> bool {
        match self {
            Self::Show(show) => !show.follow,
            Self::Versions(_)
            | Self::Save(_)
            | Self::Search(_)
            | Self::Backup { .. }
            | Self::Doctor => true,
            Self::Profile { command } => {
                matches!(command, ProfileCommand::Info | ProfileCommand::Check)
            }
            Self::Recovery { command } => matches!(command, RecoveryCommand::Phrase),
            Self::Persona { command } => matches!(command, PersonaCommand::List),
            Self::Invite { command } => matches!(command, InviteCommand::List),
            Self::Contact { command } => matches!(command, ContactCommand::List),
            Self::Conversation { command } => matches!(command, ConversationCommand::List),
            _ => false,
        }
    }

    /// Whether it reads standard input.
    pub(super) fn reads_input(&self) -> bool {
        match self {
            Self::Send(send) => send.text.as_deref() == Some("-"),
            Self::Edit(edit) => edit.text == "-",
            _ => false,
        }
    }

    /// Whether it can go on in another process without doing or saying anything twice.
    pub(super) const fn can_go_on(&self) -> bool {
        matches!(self, Self::Sync(_)) || matches!(self, Self::Show(show) if show.follow)
    }

    /// How long nobody may use the profile before the command closes it.
    pub(super) fn lock_after(&self) -> Option<Duration> {
        match self {
            Self::Show(show) => show.lock_after,
            Self::Sync(sync) => sync.lock_after,
            _ => None,
        }
        .map(Duration::from_secs)
    }

    /// Whether it can be done again where it has said nothing yet.
    pub(super) const fn can_begin_anew(&self) -> bool {
        match self {
            Self::Show(_)
            | Self::Versions(_)
            | Self::Search(_)
            | Self::Doctor
            | Self::Backup { .. } => true,
            Self::Profile { command } => matches!(command, ProfileCommand::Info),
            Self::Persona { command } => matches!(command, PersonaCommand::List),
            Self::Invite { command } => matches!(command, InviteCommand::List),
            Self::Contact { command } => matches!(command, ContactCommand::List),
            Self::Conversation { command } => matches!(command, ConversationCommand::List),
            _ => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Make a profile; sealed if a passphrase is given.
    Init,
    /// See what is in it.
    Info,
    /// Look all of it through; changes nothing.
    Check,
    /// Set, change or remove the passphrase; everything is written anew.
    Passphrase {
        /// A file whose first line is the new passphrase; else KITH_NEW_PASSPHRASE, else a prompt.
        #[arg(long, value_name = "FILE", conflicts_with = "remove")]
        new_file: Option<PathBuf>,
        /// Remove it: whoever reads this disk then reads the profile.
        #[arg(long)]
        remove: bool,
    },
    /// Hide a second profile behind another passphrase, though not from who examines the disk.
    Hide {
        /// A file whose first line is the other passphrase; else KITH_NEW_PASSPHRASE, else a prompt.
        #[arg(long, value_name = "FILE")]
        new_file: Option<PathBuf>,
        /// Whatever another passphrase than the one given opens in this folder may be lost.
        #[arg(long)]
        replace: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum RecoveryCommand {
    /// Show the phrase that opens your backups.
    Phrase,
    /// Make a profile out of a backup, on this new device; sealed if a passphrase is given.
    Restore {
        /// The folder of the backups.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// A file with the 24 words; else KITH_PHRASE, else a prompt.
        #[arg(long, value_name = "FILE")]
        phrase_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PersonaCommand {
    /// Make a name, at a home or on this device alone.
    New {
        /// What others see.
        name: String,
        #[command(flatten)]
        join: OptionalHome,
    },
    /// Let a name be reached at a home.
    Join {
        /// The name.
        #[arg(value_name = "P")]
        persona: String,
        /// The home's address.
        #[arg(long, value_name = "URL")]
        home: String,
        /// A home invitation, where the home is not open.
        #[arg(long, value_name = "TEXT")]
        invitation: Option<String>,
    },
    /// Give up a home that never confirmed that it keeps a name.
    Leave {
        /// The name.
        #[arg(value_name = "P")]
        persona: String,
        /// The home's address.
        #[arg(long, value_name = "URL")]
        home: String,
    },
    /// All names.
    List,
}

/// A home to join, or none.
#[derive(Debug, Args)]
pub struct OptionalHome {
    /// The home's address.
    #[arg(long, value_name = "URL")]
    pub(super) home: Option<String>,
    /// A home invitation, where the home is not open.
    #[arg(long, value_name = "TEXT", requires = "home")]
    pub(super) invitation: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum InviteCommand {
    /// Make an invitation.
    New {
        /// Under which name [default: the only one].
        #[arg(long, value_name = "P")]
        persona: Option<String>,
        /// How many people may use it.
        #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
        uses: u32,
        /// How long it is good for.
        #[arg(long, value_name = "TIME", default_value = "7d", allow_hyphen_values = true, value_parser = crate::duration::seconds)]
        expires: u64,
        /// A note to yourself.
        #[arg(long, value_name = "L")]
        label: Option<String>,
    },
    /// All invitations you gave.
    List,
    /// Take an invitation back.
    Revoke {
        /// The invitation.
        #[arg(value_name = "ID")]
        invite: String,
    },
    /// Accept somebody's invitation.
    Accept {
        /// The link they gave you.
        link: String,
        /// Under which name [default: the only one].
        #[arg(long, value_name = "P")]
        persona: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// Everybody you know, with the safety numbers to compare.
    List,
    /// Say that you compared somebody's safety number, with them, and it was the same.
    Verify {
        /// The contact: their name, their id or the beginning of their id.
        contact: String,
    },
    /// Hear and see nothing more of somebody, under any of your names; they are not told.
    Block {
        /// The contact: their name, their id or the beginning of their id.
        contact: String,
    },
    /// Block somebody no longer.
    Unblock {
        /// The contact: their name, their id or the beginning of their id.
        contact: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConversationCommand {
    /// All conversations.
    List,
    /// Begin a conversation.
    New {
        /// Of which kind: `self` is with oneself, on this device alone.
        #[arg(long)]
        kind: NewKind,
        /// What it is called.
        #[arg(long, value_name = "T")]
        title: String,
        /// Under which name [default: the only one].
        #[arg(long, value_name = "P")]
        persona: Option<String>,
    },
}

/// What can be begun without anybody's invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    /// With oneself.
    #[value(name = "self")]
    Own,
}

/// `kith send …`
#[derive(Debug, Args)]
pub struct Send {
    /// The conversation: its title, its id or the beginning of its id.
    #[arg(value_name = "C")]
    pub(super) conversation: String,
    /// What to say; `-` reads standard input. May be left out with --attach.
    #[arg(allow_hyphen_values = true, required_unless_present = "attach")]
    pub(super) text: Option<String>,
    /// With `-`: one item and one result line for each line.
    #[arg(long, conflicts_with = "attach")]
    pub(super) lines: bool,
    /// What it answers: an item's id or the beginning of its id.
    #[arg(long, value_name = "ITEM")]
    pub(super) reply: Option<String>,
    /// A few words before it, so that it is opened by choice.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(super) note: Option<String>,
    /// Hold it here until then: a date and time, a time of the day, or a length of time; up to 100 years.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = crate::moment::to_come, conflicts_with = "tomorrow")]
    pub(super) at: Option<u64>,
    /// Hold it here until tomorrow morning at eight: sleep on it.
    #[arg(long)]
    pub(super) tomorrow: bool,
    /// A file to go with it, as it is, with what it holds of place and time; up to 16.
    #[arg(long, value_name = "FILE")]
    pub(super) attach: Vec<PathBuf>,
    /// What a file shows, in words, for whoever does not see it: the first --alt of the first file, and so on.
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        requires = "attach"
    )]
    pub(super) alt: Vec<String>,
}

/// `kith edit …`
#[derive(Debug, Args)]
pub struct Edit {
    /// The item: its id or the beginning of its id.
    #[arg(value_name = "ITEM")]
    pub(super) item: String,
    /// What it says from now on; `-` reads standard input.
    #[arg(allow_hyphen_values = true)]
    pub(super) text: String,
}

/// `kith retract …`
#[derive(Debug, Args)]
pub struct Retract {
    /// The item: its id or the beginning of its id.
    #[arg(value_name = "ITEM")]
    pub(super) item: String,
}

/// `kith react …`
#[derive(Debug, Args)]
pub struct React {
    /// The item: its id or the beginning of its id.
    #[arg(value_name = "ITEM")]
    pub(super) item: String,
    /// The sign: one emoji, or one other symbol.
    #[arg(value_name = "EMOJI", allow_hyphen_values = true)]
    pub(super) sign: String,
    /// Take the sign back.
    #[arg(long)]
    pub(super) remove: bool,
}

/// `kith show …`
#[derive(Debug, Args)]
pub struct Show {
    /// The conversation: its title, its id or the beginning of its id.
    #[arg(value_name = "C")]
    pub(super) conversation: String,
    /// Only what stands after this position.
    #[arg(
        long,
        value_name = "SEQ",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    pub(super) since: u64,
    /// How many items at most, the last ones.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 50,
        allow_negative_numbers = true
    )]
    pub(super) limit: u64,
    /// Go on with what comes, until interrupted.
    #[arg(long)]
    pub(super) follow: bool,
    /// Close a sealed profile, and end, when nobody used it for this long; what arrives is no use.
    #[arg(long, value_name = "TIME", requires = "follow", allow_hyphen_values = true, value_parser = crate::duration::seconds)]
    pub(super) lock_after: Option<u64>,
}

/// `kith versions …`
#[derive(Debug, Args)]
pub struct Versions {
    /// The item: its id or the beginning of its id.
    #[arg(value_name = "ITEM")]
    pub(super) item: String,
}

/// `kith save …`
#[derive(Debug, Args)]
pub struct Save {
    /// The item: its id or the beginning of its id.
    #[arg(value_name = "ITEM")]
    pub(super) item: String,
    /// Where to [default: here].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Which of its files, from 1 [default: all].
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) file: Option<u64>,
}

/// `kith search …`
#[derive(Debug, Args)]
pub struct Search {
    /// Words that all must be there, each as typed or with more behind it.
    #[arg(allow_hyphen_values = true)]
    pub(super) query: String,
    /// In this conversation alone: its title, its id or the beginning of its id.
    #[arg(value_name = "C")]
    pub(super) conversation: Option<String>,
    /// How many items at most.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 50,
        allow_negative_numbers = true
    )]
    pub(super) limit: u64,
}

/// `kith sync …`
#[derive(Debug, Args)]
pub struct Sync {
    /// Seconds without news before it is done.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 5,
        allow_negative_numbers = true
    )]
    pub(super) wait: u64,
    /// Close a sealed profile, and end, when nobody used it for this long; what arrives is no use.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = crate::duration::seconds)]
    pub(super) lock_after: Option<u64>,
}
