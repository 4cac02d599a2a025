//! Joining by Welcome (RFC 9420 §12.4.3.1), with every leaf's credential checked.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    JoinBuilder, MlsMessageBodyIn, MlsMessageIn, ProcessedWelcome, StagedWelcome, Welcome,
    WelcomeError,
};

use super::{Group, GroupMember, checked, join_config};
use crate::error::MlsError;
use crate::place::Place;
use crate::provider::Provider;
use crate::welcome_item::{UnverifiedWelcomeItem, WelcomeItem};

const WHAT: &str = "the Welcome does not hold";

fn parse(bytes: &[u8]) -> Result<Welcome, MlsError> {
    let message = MlsMessageIn::tls_deserialize_exact(bytes)
        .map_err(|error| MlsError::invalid_because(WHAT)(&error))?;
    match message.extract() {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(MlsError::invalid(
            "the item holds something else than a Welcome",
        )),
    }
}

/// A group that was joined, and by whose word.
pub struct NewlyJoined {
    /// The group.
    pub group: Group,
    /// The item, checked.
    pub item: WelcomeItem,
    /// Who added this device and left the item.
    pub sender: GroupMember,
}

/// What a Welcome item led to.
pub enum Joined {
    /// A group that this device did not have, or has anew.
    New(Box<NewlyJoined>),
    /// Nothing new: the item was delivered twice, for a group that this device has or had already.
    Known,
}

impl Group {
    /// Joins the group of a Welcome item, if everything in it agrees with everything else: the
    /// leaf signature, all credentials, and the Place. `anew`: a group that this device has already
    /// is replaced, because this device was removed from it or left behind.
    ///
    /// # Errors
    /// [`MlsError::Invalid`] names what does not agree; the KeyPackage may be spent then and the old
    /// group gone, so the caller undoes what was written.
    pub fn join(
        provider: &Provider<'_>,
        item: UnverifiedWelcomeItem,
        anew: bool,
    ) -> Result<Joined, MlsError> {
        let welcome = parse(item.welcome())?;
        let invalid = MlsError::invalid_because(WHAT);
        let processed = match ProcessedWelcome::new_from_welcome(provider, &join_config(), welcome)
        {
            Ok(processed) => processed,
            // Its KeyPackage went when it came first, and this device was removed since.
            Err(WelcomeError::NoMatchingKeyPackage) if anew => return Ok(Joined::Known),
            Err(error) => return Err(invalid(&error)),
        };
        let group_id = processed.unverified_group_info().group_id().clone();
        let mut before = None;
        match Self::load(provider, group_id.as_slice())? {
            Some(old) if anew => {
                before = Some((old.epoch(), old.place().clone()));
                old.delete(provider)?;
            }
            Some(_) => return Ok(Joined::Known),
            None => {}
        }
        let staged = JoinBuilder::new(provider, processed)
            .build()
            .map_err(|error| invalid(&error))?;
        let members = staged
            .members()
            .map(|member| checked(&member))
            .collect::<Result<Vec<_>, _>>()?;
        let sender = staged.welcome_sender_index().u32();
        let sender = members
            .into_iter()
            .find(|member| member.leaf == sender)
            .ok_or_else(|| MlsError::invalid("the Welcome's sender is no member"))?;
        let item = item.verify(sender.credential.device_key())?;
        let place = Place::from_extensions(staged.group_context().extensions())?;
        if place.home != item.home || place.home_key != item.home_key || place.log != item.log {
            return Err(MlsError::invalid(
                "the Welcome item contradicts the group's Place",
            ));
        }
        let epoch = staged.group_context().epoch().as_u64();
        if before.is_some_and(|(ended, before)| epoch <= ended || before != place) {
            return Err(MlsError::invalid(
                "the Welcome is older than the group, or is of another Place",
            ));
        }
        let group = Self::accept(provider, staged)?;
        let joined = NewlyJoined {
            group,
            item,
            sender,
        };
        Ok(Joined::New(Box::new(joined)))
    }

    fn accept(provider: &Provider<'_>, staged: StagedWelcome) -> Result<Self, MlsError> {
        let inner = staged
            .into_group(provider)
            .map_err(|error| MlsError::bug("joining a group", &error))?;
        Self::wrap(inner)
    }
}
