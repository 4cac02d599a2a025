//! Which request it is, for drivers that count.

use super::{Admitted, BlobWish, Checked, InboxRequest, LogRequest};

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// The kind of a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RequestKind {
            $($(#[$meta])* $name,)+
        }

        impl RequestKind {
            /// All kinds, in the order in which they count.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The kind on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

kinds!(
    /// Who are you?
    Hello = "hello",
    /// PROVE a right at a head.
    Prove = "prove",
    /// OPEN a log.
    Open = "open",
    /// READ a head.
    Read = "read",
    /// READ and be told what comes.
    Subscribe = "subscribe",
    /// APPEND an entry.
    Append = "append",
    /// COMMIT a child head.
    Commit = "commit",
    /// Leave a REPAIR.
    Repair = "repair",
    /// SIGNAL to those who listen now.
    Signal = "signal",
    /// Begin or go on with putting a blob.
    BlobPut = "blob-put",
    /// Get a blob.
    BlobGet = "blob-get",
    /// Keep a blob for longer.
    BlobRenew = "blob-renew",
    /// Prove that an inbox is one's own.
    Own = "own",
    /// Make an inbox.
    CreateInbox = "create-inbox",
    /// Publish device list and KeyPackages.
    Publish = "publish",
    /// Give a capability.
    GrantCapability = "grant-capability",
    /// Take a capability back.
    RevokeCapability = "revoke-capability",
    /// Turn allowance into tokens.
    Allow = "allow",
    /// FETCH KeyPackages.
    Fetch = "fetch",
    /// KNOCK with an item.
    Knock = "knock",
    /// Ask for items and be told of those that come.
    Listen = "listen",
    /// Items are kept at the owner's.
    Acknowledge = "acknowledge",
    /// Erase an inbox for good.
    EraseInbox = "erase-inbox",
);

impl Admitted {
    /// Which request it is.
    pub fn kind(&self) -> RequestKind {
        match &self.0 {
            Checked::Hello { .. } => RequestKind::Hello,
            Checked::Log(request) => match request {
                LogRequest::Prove { .. } => RequestKind::Prove,
                LogRequest::Open { .. } => RequestKind::Open,
                LogRequest::Read {
                    subscribe: false, ..
                } => RequestKind::Read,
                LogRequest::Read { .. } => RequestKind::Subscribe,
                LogRequest::Append { .. } => RequestKind::Append,
                LogRequest::Commit { .. } => RequestKind::Commit,
                LogRequest::Repair { .. } => RequestKind::Repair,
                LogRequest::Signal { .. } => RequestKind::Signal,
            },
            Checked::Blob(request) => match request.wish {
                BlobWish::Put { .. } => RequestKind::BlobPut,
                BlobWish::Get => RequestKind::BlobGet,
                BlobWish::Renew => RequestKind::BlobRenew,
            },
            Checked::Inbox(request) => match request {
                InboxRequest::Own { .. } => RequestKind::Own,
                InboxRequest::CreateInbox { .. } => RequestKind::CreateInbox,
                InboxRequest::Publish { .. } => RequestKind::Publish,
                InboxRequest::GrantCapability(_) => RequestKind::GrantCapability,
                InboxRequest::RevokeCapability(_) => RequestKind::RevokeCapability,
                InboxRequest::Allow(_) => RequestKind::Allow,
                InboxRequest::Fetch { .. } => RequestKind::Fetch,
                InboxRequest::Knock { .. } => RequestKind::Knock,
                InboxRequest::Listen(_) => RequestKind::Listen,
                InboxRequest::Acknowledge(_) => RequestKind::Acknowledge,
                InboxRequest::Erase(_) => RequestKind::EraseInbox,
            },
        }
    }
}
