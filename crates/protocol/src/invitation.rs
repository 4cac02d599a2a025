//! An invitation: the one link by which two people who share nothing else meet.
//!
//! `https://HOME/#/i/PAYLOAD`, everything in the fragment, which browsers never send: the payload
//! is base64url of `check (4 bytes) ‖ CBOR`. The check finds links that were cut or mistyped on
//! their way; it is no protection against a forger, for whom the persona fingerprint is.

use crate::encoding::written;
use crate::hash::sha256;
use crate::home_url::HomeUrl;
use crate::id::{HomeKey, InboxId, InboxPublicKey, PersonaFingerprint};
use crate::name::Name;
use crate::secret::{CapabilitySecret, SealKey};
use data_encoding::BASE64URL_NOPAD;
use minicbor::{Decode, Encode};

/// What stands between the home's address and the payload.
const ROUTE: &str = "/#/i/";
/// How addresses of homes begin.
const SCHEMES: [&str; 2] = ["https://", "http://"];
/// Where the app stands at a home.
const APP: &str = "/app";
/// The version of invitations that this crate writes and reads.
const VERSION: u64 = 1;
/// Bytes of the check before the CBOR.
const CHECK_BYTES: usize = 4;
/// The longest link, in bytes; ours are about 400.
const MAX_LINK_BYTES: usize = 4096;

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invitation {
    /// Where the inviter's inbox is.
    #[n(1)]
    pub home: HomeUrl,
    /// By which key that home is known.
    #[n(2)]
    pub home_key: HomeKey,
    /// The inviter's inbox.
    #[n(3)]
    pub inbox: InboxId,
    /// To which items are sealed.
    #[n(4)]
    pub inbox_key: InboxPublicKey,
    /// Opens the device list and the KeyPackages.
    #[n(5)]
    pub seal_key: SealKey,
    /// Lets the holder FETCH and KNOCK.
    #[n(6)]
    pub capability: CapabilitySecret,
    /// Whose invitation this is; everything fetched must be signed by this persona.
    #[n(7)]
    pub persona: PersonaFingerprint,
    /// The name that the inviter chose.
    #[n(8)]
    pub name: Name,
}

/// Why a text is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// Not of the form `https://HOME/#/i/…`.
    #[error("this is not an invitation link of Kith")]
    Foreign,
    /// The check does not fit: a part is missing or mistyped.
    #[error("the link is incomplete or was changed on its way")]
    Damaged,
    /// Of another version.
    #[error("the link is of version {found}, this program knows {VERSION}")]
    Version {
        /// The version that came.
        found: u64,
    },
    /// The address in front differs from the home inside.
    #[error("the link names two homes, {outside} and {inside}")]
    TwoHomes {
        /// In front of the fragment.
        outside: String,
        /// In the payload.
        inside: String,
    },
}

impl InvitationError {
    /// What to do next, as a sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Foreign => "Copy the whole link; it begins with https:// and has /#/i/ in it.",
            Self::Damaged => "Copy the whole link, or ask for it once more.",
            Self::Version { .. } => "Update Kith and try again.",
            Self::TwoHomes { .. } => {
                "Ask whoever gave it to you for a new one, by a way that you trust."
            }
        }
    }
}

fn check(payload: &[u8]) -> Vec<u8> {
    sha256(&[b"kith/invitation", payload])
        .into_iter()
        .take(CHECK_BYTES)
        .collect()
}

impl Invitation {
    /// The link to hand to one's counterpart, by whatever way one has to them.
    pub fn to_link(&self) -> String {
        let payload = written(|encoder| encoder.array(2)?.u64(VERSION)?.encode(self)?.ok());
        let mut bytes = check(&payload);
        bytes.extend(payload);
        format!("{}{ROUTE}{}", self.home, BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads a link.
    ///
    /// # Errors
    /// [`InvitationError`] says what is wrong with it.
    pub fn from_link(link: &str) -> Result<Self, InvitationError> {
        let link = link.trim();
        if link.len() > MAX_LINK_BYTES {
            return Err(InvitationError::Foreign);
        }
        let (outside, payload) = link.split_once(ROUTE).ok_or(InvitationError::Foreign)?;
        let outside = HomeUrl::parse(outside).map_err(|_| InvitationError::Foreign)?;
        let bytes = BASE64URL_NOPAD
            .decode(payload.as_bytes())
            .map_err(|_| InvitationError::Damaged)?;
        let (found, payload) = bytes
            .split_at_checked(CHECK_BYTES)
            .ok_or(InvitationError::Damaged)?;
        if found != check(payload) {
            return Err(InvitationError::Damaged);
        }
        let invitation = Self::from_payload(payload)?;
        if invitation.home != outside {
            return Err(InvitationError::TwoHomes {
                outside: outside.as_str().to_owned(),
                inside: invitation.home.as_str().to_owned(),
            });
        }
        Ok(invitation)
    }

    /// Reads the first link in a text, as people paste it: with words, brackets, quotation marks or a full stop around it, or
    /// as the app's own address has it (`https://HOME/app/#/i/…`).
    ///
    /// # Errors
    /// [`InvitationError`] says what is wrong with it.
    pub fn from_text(text: &str) -> Result<Self, InvitationError> {
        let (before, after) = text.split_once(ROUTE).ok_or(InvitationError::Foreign)?;
        let outside = SCHEMES
            .iter()
            .filter_map(|scheme| before.rfind(scheme))
            .max();
        let outside = outside.and_then(|start| before.get(start..));
        let outside = outside.ok_or(InvitationError::Foreign)?;
        let is_payload = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let payload = after.split(|c| !is_payload(c)).next().unwrap_or_default();
        let read = Self::from_link(&format!("{outside}{ROUTE}{payload}"));
        match outside.strip_suffix(APP) {
            Some(home) if read.is_err() => Self::from_link(&format!("{home}{ROUTE}{payload}")),
            _ => read,
        }
    }

    fn from_payload(payload: &[u8]) -> Result<Self, InvitationError> {
        let damaged = |_| InvitationError::Damaged;
        crate::canonical::check(payload).map_err(|_| InvitationError::Damaged)?;
        let mut decoder = minicbor::Decoder::new(payload);
        decoder.array().map_err(damaged)?;
        let version = decoder.u64().map_err(damaged)?;
        if version != VERSION {
            return Err(InvitationError::Version { found: version });
        }
        decoder.decode().map_err(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn invitation() -> Invitation {
        Invitation {
            home: HomeUrl::parse("http://localhost:8440").unwrap(),
            home_key: HomeKey::new([1; 32]),
            inbox: InboxId::new([2; 16]),
            inbox_key: InboxPublicKey::new([3; 32]),
            seal_key: SealKey::new([4; 32]),
            capability: CapabilitySecret::new([5; 32]),
            persona: PersonaFingerprint::new([6; 32]),
            name: Name::parse("Ada").unwrap(),
        }
    }

    #[test]
    fn a_link_carries_everything_in_its_fragment() {
        let link = invitation().to_link();
        let (before, _) = link.split_once('#').unwrap();
        assert_eq!(before, "http://localhost:8440/");
        assert!(link.len() < 450, "{}", link.len());
        assert_eq!(
            Invitation::from_link(&format!("  {link}\n")),
            Ok(invitation())
        );
    }

    #[test]
    fn a_link_is_found_in_what_is_pasted_around_it() {
        let link = invitation().to_link();
        let in_app = link.replace("/#/", "/app/#/");
        for text in [
            format!("<{link}>"),
            format!("Here, from https://a.org: \"{link}\"."),
            format!("(come: {link}),\nAda"),
            format!("„{link}“"),
            in_app.clone(),
            format!("[{in_app}]"),
        ] {
            assert_eq!(Invitation::from_text(&text), Ok(invitation()), "{text}");
        }
        let cut = &link[..link.len() - 5];
        assert_eq!(
            Invitation::from_text(&format!("<{cut}>")),
            Err(InvitationError::Damaged)
        );
        assert_eq!(
            Invitation::from_text("come to a.org/#/i/AbCd"),
            Err(InvitationError::Foreign)
        );
    }

    #[test]
    fn a_link_that_was_cut_or_changed_is_noticed() {
        let link = invitation().to_link();
        for end in link.find("/i/").unwrap() + 3..link.len() {
            assert_eq!(
                Invitation::from_link(&link[..end]),
                Err(InvitationError::Damaged),
                "{end}"
            );
        }
        let tampered = link.replacen("localhost", "127.0.0.1", 1);
        assert!(matches!(
            Invitation::from_link(&tampered),
            Err(InvitationError::TwoHomes { .. })
        ));
        assert_eq!(
            Invitation::from_link("https://example.org/x"),
            Err(InvitationError::Foreign)
        );
        assert_eq!(
            Invitation::from_link("https://t.me/+AbCdEf"),
            Err(InvitationError::Foreign)
        );
    }

    #[test]
    fn a_link_of_another_version_says_so() {
        let payload = [0x82, 0x02, 0xa0];
        let mut bytes = check(&payload);
        bytes.extend(payload);
        let link = format!("https://a.org/#/i/{}", BASE64URL_NOPAD.encode(&bytes));
        assert_eq!(
            Invitation::from_link(&link),
            Err(InvitationError::Version { found: 2 })
        );
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,200}") {
            let _ = Invitation::from_link(&text);
            let _ = Invitation::from_link(&format!("https://a.org/#/i/{text}"));
            let _ = Invitation::from_text(&format!("{text}https://a.org/#/i/{text}"));
        }
    }
}
