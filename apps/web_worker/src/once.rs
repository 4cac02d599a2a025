//! Questions of other tabs, which ask the next one that has the profile when this one is gone, and do not know whether this one
//! did it. What would be another thing if it were done twice is done once.

use client_core::{Attachment, CoreError, Engine, Now};
use std::collections::BTreeMap;
use view::{Ask, AttachmentId, Outgoing};

use crate::answers::{self, Answered, Work};
use crate::sentences::{refused, vanished};

/// An engine in the middle of what is done once.
struct Within<'a> {
    engine: &'a mut Engine,
    now: Now,
    /// What goes along, and what of it an item has.
    attached: &'a BTreeMap<AttachmentId, Attachment>,
    kept: Vec<AttachmentId>,
}

impl Work for Within<'_> {
    fn engine(&self) -> &Engine {
        self.engine
    }

    fn now(&self) -> Now {
        self.now
    }

    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, CoreError> {
        act(self.engine, self.now)
    }

    fn attached(&self, id: AttachmentId) -> Option<Attachment> {
        self.attached.get(&id).cloned()
    }

    fn keep_attached(&mut self, id: AttachmentId) {
        self.kept.push(id);
    }
}

/// Whether something is different where it is done twice. What only looks is not kept; nor is what changes nothing the
/// second time.
const fn is_done_once(ask: &Ask) -> bool {
    match ask {
        Ask::NewPersona(_)
        | Ask::LeaveHome(_)
        | Ask::ForgetPersona(_)
        | Ask::Accept(_)
        | Ask::Invite(_)
        | Ask::Block(_)
        | Ask::Unblock(_)
        | Ask::Send(_)
        | Ask::Edit(_)
        | Ask::Retract(_)
        | Ask::StopSending(_)
        | Ask::React(_)
        | Ask::Unreact(_)
        | Ask::Reschedule(_)
        | Ask::KeepDraft(_)
        | Ask::DropDraft(_)
        | Ask::WriteLetter(_)
        | Ask::BurnLetter(_)
        | Ask::SendLetter(_)
        | Ask::MapPerson(_)
        | Ask::TurnMapped(_)
        | Ask::UnmapPerson(_)
        | Ask::Practise(_)
        | Ask::GoOnPractising(_)
        | Ask::TakeBackPractised(_) => true,
        Ask::Stand(_)
        | Ask::Make(_)
        | Ask::Open(_)
        | Ask::Close(_)
        | Ask::Confirm(_)
        | Ask::Conceal(_)
        | Ask::Personas(_)
        | Ask::JoinHome(_)
        | Ask::ReadLink(_)
        | Ask::Invitations(_)
        | Ask::Revoke(_)
        | Ask::Contacts(_)
        | Ask::Verify(_)
        | Ask::Compare(_)
        | Ask::Conversations(_)
        | Ask::Items(_)
        | Ask::These(_)
        | Ask::Versions(_)
        | Ask::Search(_)
        | Ask::Waiting(_)
        | Ask::Drafts(_)
        | Ask::Shown(_)
        | Ask::Letters(_)
        | Ask::MappedPeople(_)
        | Ask::OwnLimits(_)
        | Ask::SetOwnLimit(_)
        | Ask::ReadWayBack(_)
        | Ask::WriteWayBack(_)
        | Ask::Practice(_)
        | Ask::EndPractice(_)
        | Ask::BackUp(_)
        | Ask::BackedUp(_)
        | Ask::Persisted(_)
        | Ask::Attach(_)
        | Ask::Detach(_)
        | Ask::Fetch(_)
        | Ask::StopFetching(_)
        | Ask::ReadFile(_)
        | Ask::LookAt(_)
        | Ask::Online(_) => false,
    }
}

/// What goes along with what is asked.
fn attached(work: &impl Work, ask: &Ask) -> BTreeMap<AttachmentId, Attachment> {
    let Ask::Send(send) = ask else {
        return BTreeMap::new();
    };
    let found = |one: &Outgoing| Some((one.attachment, work.attached(one.attachment)?));
    send.files.iter().filter_map(found).collect()
}

/// As [`answers::answer`], to a question that may have been answered before, under this key.
pub fn answer(work: &mut impl Work, key: &[u8; 12], ask: &Ask) -> Option<Answered> {
    if !is_done_once(ask) {
        return answers::answer(work, ask);
    }
    let attached = attached(work, ask);
    let mut gone_along = Vec::new();
    let mut said = None;
    let kept = work.act(|engine, now| {
        engine.once(now, key, |engine| {
            let mut within = Within {
                engine,
                now,
                attached: &attached,
                kept: Vec::new(),
            };
            said = answers::answer(&mut within, ask);
            gone_along = within.kept;
            let said = said.as_ref().filter(|said| said.done)?;
            postcard::to_stdvec(&(&said.bytes, &said.news)).ok()
        })
    });
    if kept.is_ok() {
        for id in gone_along {
            work.keep_attached(id);
        }
    }
    match kept {
        // Also what was just done: it is read as whoever asks again would.
        Ok(Some(kept)) => Some(match postcard::from_bytes(&kept) {
            Ok((bytes, news)) => Answered {
                bytes,
                news,
                done: true,
            },
            // Another version kept it.
            Err(_) => answers::no(vanished()),
        }),
        Ok(None) => said,
        Err(error) => Some(answers::no(refused(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::answers::tests::{Here, here};
    use view::message::answered;
    use view::question::{Invite, NewPersona, Personas};
    use view::{News, Question};

    fn asked<Q: Question + Clone>(
        here: &mut Here,
        key: u8,
        question: &Q,
    ) -> (Result<Q::Answer, view::Refused>, Vec<News>) {
        let said = answer(here, &[key; 12], &question.clone().into()).unwrap();
        (answered::<Q>(&said.bytes).unwrap(), said.news)
    }

    fn names(here: &mut Here) -> usize {
        asked(here, 9, &Personas {}).0.unwrap().len()
    }

    #[test]
    fn what_is_asked_again_is_done_once_and_answered_and_told_as_before() {
        let mut here = here();
        let name = "Ada".to_owned();
        let ask = NewPersona { name };
        let (first, news) = asked(&mut here, 1, &ask);
        assert_eq!(news, [News::Lists]);
        assert_eq!(asked(&mut here, 1, &ask), (first.clone(), news));
        assert_eq!(names(&mut here), 1);
        let name = "Grace".to_owned();
        let (second, _) = asked(&mut here, 2, &NewPersona { name });
        assert_ne!(second.unwrap(), first.unwrap());
        assert_eq!(names(&mut here), 2);
    }

    #[test]
    fn what_was_refused_is_tried_again() {
        let mut here = here();
        let name = String::new();
        assert!(asked(&mut here, 1, &NewPersona { name }).0.is_err());
        let name = "Ada".to_owned();
        let persona = asked(&mut here, 1, &NewPersona { name }).0.unwrap();
        let label = None;
        let (refused, news) = asked(&mut here, 2, &Invite { persona, label });
        assert!(refused.unwrap_err().sentence.contains("kept at no home"));
        assert_eq!(news, []);
        assert_eq!(names(&mut here), 1);
    }
}
