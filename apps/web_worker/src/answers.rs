//! What is answered to a question about an open profile: by the engine, without anything of the browser.

use client_core::{Attachment, CoreError, Engine, Now};
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::request::Admission;
use view::question;
use view::{Ask, AttachmentId, Kind, News, Question, Refused};

use crate::alone;
use crate::conversing;
use crate::links;
use crate::safety;
use crate::sentences::{refused, sentence};
use crate::shown;

/// How many use an invitation, and for how long it is good, in seconds; as on the command line.
const USES: u32 = 1;
const GOOD_FOR_S: u64 = 7 * 86_400;

/// An engine at work, with what was sealed to go along, whose effects are carried out after each act.
pub trait Work {
    /// The engine, to look.
    fn engine(&self) -> &Engine;

    /// The time.
    fn now(&self) -> Now;

    /// Does something: one transaction, durable when this returns.
    ///
    /// # Errors
    /// What the act returns.
    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
    ) -> Result<T, CoreError>;

    /// What was sealed to go along, by its number.
    fn attached(&self, id: AttachmentId) -> Option<Attachment>;

    /// An item has it from now on.
    fn keep_attached(&mut self, id: AttachmentId);
}

/// An answer, as its bytes, and what is news by it.
#[derive(Debug)]
pub struct Answered {
    /// For [`view::FromWorker::Answered`].
    pub bytes: Vec<u8>,
    /// For all tabs.
    pub news: Vec<News>,
    /// Whether it was done.
    pub done: bool,
}

/// The answer of this type to a question.
pub fn said<Q: Question>(_: &Q, answer: Result<Q::Answer, Refused>) -> Answered {
    said_with(answer, Vec::new(), view::message::answer::<Q>)
}

fn said_with<T>(
    answer: Result<T, Refused>,
    news: Vec<News>,
    encode: impl Fn(&Result<T, Refused>) -> Result<Vec<u8>, view::MessageError>,
) -> Answered {
    let done = answer.is_ok();
    let news = if done { news } else { Vec::new() };
    // A value that cannot be one has no bytes, which the page says as it says what it does not understand.
    let bytes = encode(&answer).unwrap_or_default();
    Answered { bytes, news, done }
}

/// Refuses a question, whichever it is: an error is encoded alike in all answers.
pub fn no(why: Refused) -> Answered {
    said_with::<()>(
        Err(why),
        Vec::new(),
        view::message::answer::<question::Online>,
    )
}

/// As [`said`], with news for all tabs if it was done.
pub(crate) fn done<Q: Question>(
    _: &Q,
    answer: Result<Q::Answer, Refused>,
    news: Vec<News>,
) -> Answered {
    said_with(answer, news, view::message::answer::<Q>)
}

pub(crate) fn invalid(text: &str) -> Refused {
    Refused::new(Kind::Invalid, sentence(text))
}

/// Answers what is about names, people and what is said.
///
/// What is about the profile as a whole, or reads a file, is not answered here: none, then.
pub fn answer(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    let answered = match ask {
        Ask::Personas(q) => said(q, personas(work)),
        Ask::NewPersona(q) => {
            let made = work.act(|engine, now| engine.new_persona(now, &q.name));
            done(q, of_core(made, shown::persona_id), vec![News::Lists])
        }
        Ask::JoinHome(q) => done(q, join_home(work, q), vec![News::Lists]),
        Ask::LeaveHome(q) => done(q, leave_home(work, q), vec![News::Lists]),
        Ask::ForgetPersona(q) => {
            let id = shown::of_persona_id(q.persona);
            let forgotten = work.act(|engine, now| engine.forget_unused_persona(now, id));
            done(q, of_core(forgotten, |()| ()), vec![News::Lists])
        }
        Ask::Conversations(q) => {
            let all = shown::conversations(work.engine(), work.now());
            said(q, of_core(all, |all| all))
        }
        Ask::Shown(q) => shown_up_to(work, q),
        Ask::Online(q) => said(q, of_core(work.act(Engine::hurry), |()| ())),
        Ask::Stand(_)
        | Ask::Make(_)
        | Ask::Open(_)
        | Ask::Close(_)
        | Ask::BackUp(_)
        | Ask::BackedUp(_)
        | Ask::Persisted(_)
        | Ask::Confirm(_)
        | Ask::Conceal(_) => return None,
        ask => {
            return about_invitations(work, ask)
                .or_else(|| about_people(work, ask))
                .or_else(|| conversing::answer(work, ask))
                .or_else(|| alone::answer(work, ask));
        }
    };
    Some(answered)
}

/// Answers what is about invitations.
fn about_invitations(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    Some(match ask {
        Ask::ReadLink(q) => said(q, links::read(work, &q.link)),
        Ask::Accept(q) => {
            let persona = shown::of_persona_id(q.persona);
            let accepted = work.act(|engine, now| engine.accept(now, persona, &q.link));
            done(
                q,
                of_core(accepted, shown::conversation_id),
                vec![News::Lists],
            )
        }
        Ask::Invite(q) => invite(work, q),
        Ask::Invitations(q) => {
            let all = work.engine().invitations();
            said(
                q,
                of_core(all, |all| all.into_iter().map(shown::given).collect()),
            )
        }
        Ask::Revoke(q) => {
            let id = shown::of_invitation_id(q.invitation);
            let revoked = work.act(|engine, now| engine.revoke_invitation(now, id));
            done(
                q,
                of_core(revoked, |()| ()),
                vec![News::Invitation(q.invitation)],
            )
        }
        _ => return None,
    })
}

/// Answers what is about others.
fn about_people(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    Some(match ask {
        Ask::Contacts(q) => {
            let all = work.engine().contacts();
            said(
                q,
                of_core(all, |all| all.into_iter().map(shown::contact).collect()),
            )
        }
        Ask::Verify(q) => {
            let id = shown::of_contact_id(q.contact);
            let verified = work.act(|engine, now| engine.verify(now, id));
            done(q, of_core(verified, |()| ()), vec![News::Lists])
        }
        Ask::Compare(q) => said(q, compare(work, q)),
        Ask::Block(q) => {
            let id = shown::of_contact_id(q.contact);
            let blocked = work.act(|engine, now| engine.block(now, id));
            let news = with_items(work, q.contact);
            done(q, of_core(blocked, |kept_back| kept_back), news)
        }
        Ask::Unblock(q) => {
            let id = shown::of_contact_id(q.contact);
            let unblocked = work.act(|engine, now| engine.unblock(now, id));
            let news = with_items(work, q.contact);
            done(q, of_core(unblocked, |kept_back| kept_back), news)
        }
        _ => return None,
    })
}

/// What the core did, as it is answered.
pub(crate) fn of_core<T, U>(
    result: Result<T, CoreError>,
    map: impl FnOnce(T) -> U,
) -> Result<U, Refused> {
    result.map(map).map_err(|error| refused(&error))
}

fn personas(work: &impl Work) -> Result<Vec<view::Persona>, Refused> {
    let all = work.engine().personas();
    let unconfirmed = work.engine().unconfirmed_homes();
    let unconfirmed = unconfirmed.map_err(|error| refused(&error))?;
    let may_leave = |one: &client_core::PersonaView| {
        unconfirmed.iter().any(|home| {
            let is_of = home.persona == one.id && home.may_be_left;
            is_of && one.home.as_ref().is_some_and(|(at, _)| *at == home.home)
        })
    };
    let persona = |one| {
        let may_leave = may_leave(&one);
        shown::persona(one, may_leave)
    };
    of_core(all, |all| all.into_iter().map(persona).collect())
}

/// What is news where somebody is blocked: all that is shown of them.
fn with_items(work: &impl Work, contact: view::ContactId) -> Vec<News> {
    let all = work.engine().conversations().unwrap_or_default();
    let of = all
        .into_iter()
        .find(|one| one.contact.map(shown::contact_id) == Some(contact));
    let items = of.map(|of| News::Items(shown::conversation_id(of.id), Vec::new()));
    items.into_iter().chain([News::Lists]).collect()
}

fn compare(work: &impl Work, q: &question::Compare) -> Result<view::Compared, Refused> {
    let contacts = work.engine().contacts().map_err(|error| refused(&error))?;
    let with = shown::of_contact_id(q.contact);
    let with = contacts.iter().find(|one| one.id == with);
    let with = with.ok_or_else(|| refused(&CoreError::Unknown("contact")))?;
    Ok(safety::compare(&contacts, with, &q.code))
}

fn leave_home(work: &mut impl Work, q: &question::LeaveHome) -> Result<(), Refused> {
    let home = home_url(&q.home)?;
    let persona = shown::of_persona_id(q.persona);
    let left = work.act(|engine, now| engine.leave_home(now, persona, &home));
    of_core(left, drop)
}

fn home_url(typed: &str) -> Result<HomeUrl, Refused> {
    HomeUrl::parse(typed.trim()).map_err(|error| {
        let typed = legible::line(typed);
        invalid(&format!(
            "`{typed}` names no home: {error}; nothing was changed. Write it as https://example.org."
        ))
    })
}

/// A second home is refused: nothing shows it, and nobody could be told of it.
fn join_home(work: &mut impl Work, q: &question::JoinHome) -> Result<(), Refused> {
    let home = home_url(&q.home)?;
    let admission = match q.invitation.as_deref() {
        None => Admission::Open,
        Some(text) => home_invitation::from_text(text)
            .map(Admission::Invitation)
            .map_err(|error| {
                invalid(&format!(
                    "This home invitation does not hold: {error}; nothing was changed. Ask for it once more."
                ))
            })?,
    };
    let persona = shown::of_persona_id(q.persona);
    let views = work.engine().personas().map_err(|error| refused(&error))?;
    let kept_at = views.into_iter().find(|view| view.id == persona);
    match kept_at.and_then(|view| view.home) {
        Some((there, true)) if there != home => Err(invalid(&format!(
            "This name is kept at {there}, and each name has one home; nothing was changed."
        ))),
        // Asked twice, it is asked for once.
        Some((there, _)) if there == home => Ok(()),
        _ => of_core(
            work.act(|engine, now| engine.join_home(now, persona, home, admission)),
            |_| (),
        ),
    }
}

fn invite(work: &mut impl Work, q: &question::Invite) -> Answered {
    let persona = shown::of_persona_id(q.persona);
    let made = work.act(|engine, now| {
        let until_s = now.unix_s().saturating_add(GOOD_FOR_S);
        engine.new_invitation(now, persona, USES, Some(until_s), q.label.clone())
    });
    let made = of_core(made, shown::invitation_id);
    let news = made.iter().map(|id| News::Invitation(*id)).collect();
    done(q, made, news)
}

/// News only where something was unread: whoever reads the list because of it may say this once more.
fn shown_up_to(work: &mut impl Work, q: &question::Shown) -> Answered {
    let id = shown::of_conversation_id(q.conversation);
    let before = work.engine().store().unread(id).unwrap_or(0);
    let marked = work.act(|engine, now| engine.mark_read(now, id, q.seq));
    let news = if before > 0 {
        vec![News::Lists]
    } else {
        Vec::new()
    };
    done(q, of_core(marked, |()| ()), news)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Work, answer};
    use client_core::{Attachment, CoreError, Engine, Now};
    use client_store::Store;
    use std::collections::BTreeMap;
    use view::question::{
        Contacts, Conversations, Invite, Items, JoinHome, NewPersona, Online, Personas, ReadLink,
        Send,
    };
    use view::{
        Ask, At, AttachmentId, ConversationId, Kind, News, PersonaId, Question, Refused,
        message::answered,
    };

    const NOW: Now = Now {
        monotonic_ms: 0,
        unix_ms: 1_700_000_000_000,
    };

    /// An engine without a network.
    pub(crate) struct Here {
        engine: Engine,
        /// What was sealed.
        pub(crate) attached: BTreeMap<AttachmentId, Attachment>,
    }

    impl Work for Here {
        fn engine(&self) -> &Engine {
            &self.engine
        }

        fn now(&self) -> Now {
            NOW
        }

        fn act<T>(
            &mut self,
            act: impl FnOnce(&mut Engine, Now) -> Result<T, CoreError>,
        ) -> Result<T, CoreError> {
            act(&mut self.engine, NOW)
        }

        fn attached(&self, id: AttachmentId) -> Option<Attachment> {
            self.attached.get(&id).cloned()
        }

        fn keep_attached(&mut self, id: AttachmentId) {
            self.attached.remove(&id);
        }
    }

    pub(crate) fn here() -> Here {
        Here {
            engine: Engine::new(Store::in_memory().unwrap(), [1; 32], NOW),
            attached: BTreeMap::new(),
        }
    }

    pub(crate) fn ask<Q: Question + Clone>(
        here: &mut Here,
        question: Q,
    ) -> (Result<Q::Answer, Refused>, Vec<News>) {
        let said = answer(here, &question.into()).unwrap();
        (answered::<Q>(&said.bytes).unwrap(), said.news)
    }

    pub(crate) fn named(here: &mut Here, name: &str) -> PersonaId {
        let name = name.to_owned();
        ask(here, NewPersona { name }).0.unwrap()
    }

    #[test]
    fn a_name_that_was_made_is_listed_and_is_news() {
        let mut here = here();
        let name = "Ada".to_owned();
        let (made, news) = ask(&mut here, NewPersona { name });
        assert_eq!(news, [News::Lists]);
        let all = ask(&mut here, Personas {}).0.unwrap();
        assert_eq!((all[0].id, all[0].name.as_str()), (made.unwrap(), "Ada"));
        assert_eq!(all[0].home, None);
    }

    #[test]
    fn what_is_refused_is_a_sentence_and_no_news() {
        let mut here = here();
        let persona = named(&mut here, "Ada");
        let label = None;
        let (refused, news) = ask(&mut here, Invite { persona, label });
        let refused = refused.unwrap_err();
        assert_eq!((refused.kind, news), (Kind::Invalid, Vec::new()));
        assert!(
            refused.sentence.ends_with("Ask a home to keep it first."),
            "{refused}"
        );

        for link in ["", "https://example.org/", "https://a.example/#/i/AAAA"] {
            let link = link.to_owned();
            let refused = ask(&mut here, ReadLink { link }).0.unwrap_err();
            assert_eq!(refused.kind, Kind::Invalid, "{refused}");
        }
        let limit = 5;
        let conversation = ConversationId::new([9; 16]);
        let unknown = ask(
            &mut here,
            Items {
                conversation,
                at: At::End,
                limit,
            },
        )
        .0;
        assert_eq!(unknown.unwrap_err().kind, Kind::Invalid);
        let sent = Send {
            conversation,
            text: " \u{200b}".into(),
            note: None,
            reply_to: None,
            at_s: None,
            draft: None,
            files: Vec::new(),
        };
        assert_eq!(ask(&mut here, sent).0.unwrap_err().kind, Kind::Invalid);
    }

    #[test]
    fn a_home_is_asked_once_and_a_mistyped_one_is_said() {
        let mut here = here();
        let persona = named(&mut here, "Ada");
        let join = |home: &str| JoinHome {
            persona,
            home: home.to_owned(),
            invitation: None,
        };
        assert!(ask(&mut here, join("nowhere")).0.is_err());
        ask(&mut here, join("https://a.example")).0.unwrap();
        ask(&mut here, join("https://a.example")).0.unwrap();
        let all = ask(&mut here, Personas {}).0.unwrap();
        assert_eq!(all[0].home.as_deref(), Some("https://a.example"));
        assert!(!all[0].confirmed);
        ask(&mut here, Online {}).0.unwrap();
    }

    #[test]
    fn an_empty_profile_shows_nothing() {
        let mut here = here();
        assert_eq!(ask(&mut here, Contacts {}).0.unwrap(), []);
        assert_eq!(ask(&mut here, Conversations {}).0.unwrap(), []);
    }

    #[test]
    fn an_invitation_to_oneself_that_is_accepted_is_refused() {
        let mut here = here();
        let persona = named(&mut here, "Ada");
        let ask_all = Ask::from(view::question::Accept {
            persona,
            link: "no".into(),
        });
        let said = answer(&mut here, &ask_all).unwrap();
        let refused = answered::<view::question::Accept>(&said.bytes).unwrap();
        assert_eq!(refused.unwrap_err().kind, Kind::Invalid);
        assert_eq!(said.news, []);
    }
}
