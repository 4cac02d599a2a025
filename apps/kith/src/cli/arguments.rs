//! The arguments of the client's commands.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Which profile, and how it opens.
#[derive(Debug, Args)]
pub struct ProfileArguments {
    /// The profile's folder [default: in the platform's data folder].
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) profile: Option<PathBuf>,
    /// A file whose first line is the passphrase; else KITH_PASSPHRASE, else a prompt.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
}

/// The client's commands.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Make a profile or see what is in it.
    Profile {
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Your own names.
    Persona {
        #[command(subcommand)]
        command: PersonaCommand,
    },
    /// Links by which others reach you, and theirs.
    Invite {
        #[command(subcommand)]
        command: InviteCommand,
    },
    /// People you know.
    Contact {
        #[command(subcommand)]
        command: ContactCommand,
    },
    /// Your conversations.
    Conversation {
        #[command(subcommand)]
        command: ConversationCommand,
    },
    /// Say something in a conversation.
    Send(Send),
    /// Show what was said; marks it as read.
    Show(Show),
    /// Exchange everything that waits.
    Sync(Sync),
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ProfileCommand {
    /// Make a profile; sealed if a passphrase is given.
    Init,
    /// See what is in it.
    Info,
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
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        uses: u32,
        /// How long it is good for.
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = crate::duration::seconds)]
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

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ContactCommand {
    /// Everybody you know, with the safety numbers to compare.
    List,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConversationCommand {
    /// All conversations.
    List,
}

/// `kith send …`
#[derive(Debug, Args)]
pub struct Send {
    /// The conversation: its title, its id or the beginning of its id.
    #[arg(value_name = "C")]
    pub(super) conversation: String,
    /// What to say; `-` reads standard input.
    #[arg(allow_hyphen_values = true)]
    pub(super) text: String,
    /// With `-`: one item for each line.
    #[arg(long)]
    pub(super) lines: bool,
}

/// `kith show …`
#[derive(Debug, Args)]
pub struct Show {
    /// The conversation: its title, its id or the beginning of its id.
    #[arg(value_name = "C")]
    pub(super) conversation: String,
    /// Only what stands after this position.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub(super) since: u64,
    /// How many items at most, the last ones.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(super) limit: u64,
}

/// `kith sync …`
#[derive(Debug, Args)]
pub struct Sync {
    /// Seconds without news before it is done.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    pub(super) wait: u64,
}
