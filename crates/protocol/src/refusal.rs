//! How a home says no: five kinds, each telling the client what to do next.

use crate::id::HeadId;
use std::fmt;

/// Defines [`Refusal`] with its names on the wire.
macro_rules! refusals {
    ($($(#[$meta:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Why a home refused. Known reasons have a variant; a newer home's reason is kept as text.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$meta])* $variant,)+
            /// A reason that this version does not know.
            Other(String),
        }

        impl Refusal {
            /// The name on the wire.
            pub fn name(&self) -> &str {
                match self { $(Self::$variant => $name,)+ Self::Other(name) => name }
            }

            fn parse(name: &str) -> Self {
                match name { $($name => Self::$variant,)+ other => Self::Other(other.to_owned()) }
            }
        }
    };
}

refusals! {
    /// The connection has not proven the right that the request needs.
    NotProven = "not-proven",
    /// No log, head or inbox of that id that this connection may see.
    Unknown = "unknown",
    /// A log of that id exists and differs.
    LogTaken = "log-taken",
    /// An inbox of that id exists under another owner.
    InboxTaken = "inbox-taken",
    /// The home takes new inboxes by invitation only.
    NotOpen = "not-open",
    /// The home invitation is unknown.
    InvitationUnknown = "invitation-unknown",
    /// The home invitation has no uses left.
    InvitationUsedUp = "invitation-used-up",
    /// The home invitation ran out.
    InvitationExpired = "invitation-expired",
    /// The token is unknown or of another kind.
    TokenUnknown = "token-unknown",
    /// The token is spent.
    TokenSpent = "token-spent",
    /// No such capability at this inbox.
    CapabilityUnknown = "capability-unknown",
    /// The capability has no uses left.
    CapabilityUsedUp = "capability-used-up",
    /// The capability ran out.
    CapabilityExpired = "capability-expired",
    /// The owner took the capability back.
    CapabilityRevoked = "capability-revoked",
    /// The use of a capability lapsed or was already completed with another item.
    UseLapsed = "use-lapsed",
    /// A bound of the home: inbox full, allowance spent, too many capabilities.
    Quota = "quota",
    /// Sixty-four children of one head exist already.
    TooManyChildren = "too-many-children",
    /// A blob of that id exists and differs, or is another log's.
    BlobTaken = "blob-taken",
    /// The home takes no blob of that size.
    BlobTooLarge = "blob-too-large",
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<C> minicbor::Encode<C> for Refusal {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.str(self.name())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Refusal {
    fn decode(
        decoder: &mut minicbor::Decoder<'b>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        Ok(Self::parse(decoder.str()?))
    }
}

/// An answer that is a no. Callers branch on the variant, never on text.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum HomeError {
    /// Nothing is wrong with the request; repeat it after this many milliseconds.
    #[n(0)]
    Retry {
        /// Milliseconds to wait.
        #[n(0)]
        after_ms: u64,
    },
    /// The home will not do this, now or repeated.
    #[n(1)]
    Refused {
        /// Why.
        #[n(0)]
        why: Refusal,
    },
    /// The request is not well-formed or not known by name.
    #[n(2)]
    Invalid {
        /// What is wrong, in a few words without any content.
        #[n(0)]
        what: String,
    },
    /// The head has children: read them, then encrypt again under the canonical one.
    #[n(3)]
    Superseded {
        /// The children's ids in the order in which the home took them.
        #[n(0)]
        children: Vec<HeadId>,
    },
    /// What was asked for existed and is erased.
    #[n(4)]
    Gone,
}

impl From<Refusal> for HomeError {
    fn from(why: Refusal) -> Self {
        Self::Refused { why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_a_newer_home_survives_the_way() {
        for why in [
            Refusal::TokenSpent,
            Refusal::Other("too-late-at-night".into()),
        ] {
            let error = HomeError::Refused { why };
            let bytes = minicbor::to_vec(&error).unwrap();
            assert_eq!(minicbor::decode::<HomeError>(&bytes).unwrap(), error);
        }
    }
}
