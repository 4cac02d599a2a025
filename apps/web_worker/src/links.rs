//! Invitations that came by link, looked at before anything is done with them.

use legible::seen;
use protocol::invitation::Invitation;
use view::Refused;

use crate::answers::{Work, invalid};
use crate::sentences::refused;

/// What a link says, or what was pasted with one in it.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn read(work: &impl Work, link: &str) -> Result<view::Invitation, Refused> {
    let invitation = Invitation::from_text(link)
        .map_err(|error| invalid(&format!("{error}; nothing was kept. {}", error.advice())))?;
    let own = work.engine().personas().map_err(|error| refused(&error))?;
    Ok(view::Invitation {
        mine: own
            .iter()
            .any(|persona| persona.fingerprint == invitation.persona),
        name: seen(invitation.name.as_str()),
        home: invitation.home.host().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use crate::answers::Work as _;
    use crate::answers::tests::{ask, here, named};
    use protocol::home_url::HomeUrl;
    use protocol::id::{HomeKey, InboxId, InboxPublicKey};
    use protocol::invitation::Invitation;
    use protocol::name::Name;
    use protocol::secret::{CapabilitySecret, SealKey};
    use view::question::{Accept, ReadLink};

    #[test]
    fn an_invitation_of_ones_own_is_known_before_it_is_accepted() {
        let mut here = here();
        let persona = named(&mut here, "Ada");
        let fingerprint = here.engine().personas().unwrap().remove(0).fingerprint;
        let link = Invitation {
            home: HomeUrl::parse("https://a.example").unwrap(),
            home_key: HomeKey::new([1; 32]),
            inbox: InboxId::new([2; 16]),
            inbox_key: InboxPublicKey::new([3; 32]),
            seal_key: SealKey::new([4; 32]),
            capability: CapabilitySecret::new([5; 32]),
            persona: fingerprint,
            name: Name::parse("Ada").unwrap(),
        }
        .to_link();
        let pasted = link.clone();
        assert!(ask(&mut here, ReadLink { link: pasted }).0.unwrap().mine);
        let pasted = format!("<{link}>");
        let accept = Accept {
            persona,
            link: pasted,
        };
        let refused = ask(&mut here, accept).0.unwrap_err();
        assert!(refused.sentence.contains("of your own"), "{refused}");
    }
}
