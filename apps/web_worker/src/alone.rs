//! What is answered to questions about what somebody keeps for themselves alone.

use client_core::{
    LetterView, LetterWords, MappedPersonView, MappedPersonWords, PracticeLine, WayBackCard,
};
use legible::seen;
use view::question;
use view::{Ask, News, Refused};

use crate::answers::{Answered, Work, done, of_core, said};
use crate::shown;

/// Answers what is about letters, the map, limits, the card and practice; none where it is about something else.
pub fn answer(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    let news = || vec![News::Alone];
    Some(match ask {
        Ask::Letters(q) => said(q, all(work.engine().letters(), letter)),
        Ask::WriteLetter(q) => done(q, write_letter(work, q), news()),
        Ask::BurnLetter(q) => {
            let id = shown::of_letter_id(q.letter);
            let burned = work.act(|engine, now| engine.burn_letter(now, id));
            done(q, of_core(burned, |()| ()), news())
        }
        Ask::SendLetter(q) => {
            let sent = send_letter(work, q);
            let items = News::Items(q.conversation, Vec::new());
            done(q, sent, vec![News::Alone, items, News::Lists])
        }
        Ask::MappedPeople(q) => said(q, all(work.engine().mapped_people(), mapped)),
        Ask::MapPerson(q) => done(q, map_person(work, q), news()),
        Ask::TurnMapped(q) => {
            let id = shown::of_mapped_id(q.person);
            let turned = work.act(|engine, now| engine.turn_mapped(now, id, q.onward));
            done(q, of_core(turned, |()| ()), news())
        }
        Ask::UnmapPerson(q) => {
            let id = shown::of_mapped_id(q.person);
            let gone = work.act(|engine, now| engine.unmap_person(now, id));
            done(q, of_core(gone, |()| ()), news())
        }
        Ask::OwnLimits(q) => {
            let limits = work.engine().own_limits();
            said(q, of_core(limits, |limits| limits.levels().collect()))
        }
        Ask::SetOwnLimit(q) => {
            let set = work.act(|engine, now| engine.set_own_limit(now, q.level));
            done(q, of_core(set, |()| ()), news())
        }
        Ask::ReadWayBack(q) => said(q, of_core(work.engine().way_back_card(), way_back)),
        Ask::WriteWayBack(q) => {
            let card = WayBackCard {
                name: q.card.name.clone(),
                home: q.card.home.clone(),
                ways: q.card.ways.clone(),
            };
            let kept = work.act(|engine, now| engine.write_way_back_card(now, &card));
            done(q, of_core(kept, |()| ()), news())
        }
        Ask::Practice(q) => said(q, all(work.engine().practice(), practised)),
        Ask::Practise(q) => {
            let kept = work.act(|engine, now| engine.practise(now, &q.text));
            done(q, of_core(kept, |()| ()), news())
        }
        Ask::GoOnPractising(q) => {
            let gone_on = work.act(|engine, now| engine.go_on_practising(now, q.number));
            done(q, of_core(gone_on, |()| ()), news())
        }
        Ask::TakeBackPractised(q) => {
            let taken = work.act(|engine, now| engine.take_back_practised(now, q.number));
            done(q, of_core(taken, |()| ()), news())
        }
        Ask::EndPractice(q) => {
            let ended = work.act(client_core::Engine::end_practice);
            done(q, of_core(ended, |()| ()), news())
        }
        _ => return None,
    })
}

fn all<T, U>(
    read: Result<Vec<T>, client_core::CoreError>,
    map: impl Fn(T) -> U,
) -> Result<Vec<U>, Refused> {
    of_core(read, |all| all.into_iter().map(map).collect())
}

fn letter(of: LetterView) -> view::Letter {
    view::Letter {
        id: shown::letter_id(of.id),
        words: view::LetterWords {
            receiver: of.receiver,
            person: of.person.map(shown::mapped_id),
            contact: of.contact.map(shown::contact_id),
            text: of.text,
        },
        changed_ms: of.changed_s.saturating_mul(1_000),
    }
}

fn write_letter(
    work: &mut impl Work,
    q: &question::WriteLetter,
) -> Result<view::LetterId, Refused> {
    let words = LetterWords {
        receiver: &q.words.receiver,
        person: q.words.person.map(shown::of_mapped_id),
        contact: q.words.contact.map(shown::of_contact_id),
        text: &q.words.text,
    };
    let id = q.letter.map(shown::of_letter_id);
    let written = work.act(|engine, now| engine.write_letter(now, id, words));
    of_core(written, shown::letter_id)
}

fn send_letter(work: &mut impl Work, q: &question::SendLetter) -> Result<view::ItemId, Refused> {
    let (letter, conversation) = (
        shown::of_letter_id(q.letter),
        shown::of_conversation_id(q.conversation),
    );
    let sent = work.act(|engine, now| engine.send_letter(now, letter, conversation, q.at_s));
    of_core(sent, shown::item_id)
}

fn ring(of: client_core::Ring) -> view::Ring {
    match of {
        client_core::Ring::Closest => view::Ring::Closest,
        client_core::Ring::Near => view::Ring::Near,
        client_core::Ring::Further => view::Ring::Further,
    }
}

fn mapped(of: MappedPersonView) -> view::MappedPerson {
    view::MappedPerson {
        id: shown::mapped_id(of.id),
        words: view::MappedWords {
            name: seen(&of.name),
            kind: of.kind,
            note: of.note,
            ring: ring(of.ring),
            contact: of.contact.map(shown::contact_id),
        },
    }
}

fn map_person(
    work: &mut impl Work,
    q: &question::MapPerson,
) -> Result<view::MappedPersonId, Refused> {
    let words = MappedPersonWords {
        name: &q.words.name,
        kind: &q.words.kind,
        note: &q.words.note,
        ring: match q.words.ring {
            view::Ring::Closest => client_core::Ring::Closest,
            view::Ring::Near => client_core::Ring::Near,
            view::Ring::Further => client_core::Ring::Further,
        },
        contact: q.words.contact.map(shown::of_contact_id),
    };
    let id = q.person.map(shown::of_mapped_id);
    let mapped = work.act(|engine, now| engine.map_person(now, id, words));
    of_core(mapped, shown::mapped_id)
}

fn way_back(of: WayBackCard) -> view::WayBack {
    view::WayBack {
        name: of.name,
        home: of.home,
        ways: of.ways,
    }
}

fn practised(of: PracticeLine) -> view::PracticeLine {
    view::PracticeLine {
        number: of.number,
        text: of.text,
        step: match of.step {
            client_core::PracticeStep::Held => view::PracticeStep::Held,
            client_core::PracticeStep::OnItsWay => view::PracticeStep::OnItsWay,
            client_core::PracticeStep::Kept => view::PracticeStep::Kept,
            client_core::PracticeStep::Answered => view::PracticeStep::Answered,
        },
        taken_back: of.taken_back,
    }
}

#[cfg(test)]
mod tests {
    use crate::answers::Work as _;
    use crate::answers::tests::{ask, here};
    use policy::{Dimension, Level, Value};
    use view::question::{
        BurnLetter, Contacts, Conversations, EndPractice, GoOnPractising, Letters, MapPerson,
        MappedPeople, OwnLimits, Practice, Practise, ReadWayBack, SendLetter, SetOwnLimit,
        TakeBackPractised, TurnMapped, UnmapPerson, WriteLetter, WriteWayBack,
    };
    use view::{ConversationId, Kind, LetterWords, MappedWords, News, PracticeStep, Ring, WayBack};

    fn words(text: &str) -> LetterWords {
        LetterWords {
            receiver: "My mother".into(),
            text: text.into(),
            ..LetterWords::default()
        }
    }

    #[test]
    fn a_letter_is_kept_at_each_key_and_burned() {
        let mut here = here();
        let (mut letter, mut texts) = (None, String::new());
        for key in ["D", "e", "a", "r"] {
            texts.push_str(key);
            let words = words(&texts);
            let (kept, news) = ask(&mut here, WriteLetter { letter, words });
            letter = Some(kept.unwrap());
            assert_eq!(news, [News::Alone]);
        }
        let all = ask(&mut here, Letters {}).0.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].words, words("Dear"));
        let letter = letter.unwrap();
        ask(&mut here, BurnLetter { letter }).0.unwrap();
        assert_eq!(ask(&mut here, Letters {}).0.unwrap(), []);
        // What comes too late does not bring it back.
        let late = WriteLetter {
            letter: Some(letter),
            words: words("Dear m"),
        };
        assert_eq!(ask(&mut here, late).0.unwrap_err().kind, Kind::Invalid);
        assert_eq!(ask(&mut here, Letters {}).0.unwrap(), []);
    }

    #[test]
    fn a_letter_goes_into_a_conversation_by_an_act_alone_and_is_kept_where_that_fails() {
        let mut here = here();
        let name = |engine: &mut client_core::Engine, now| engine.new_persona(now, "Ada");
        let persona = here.act(name).unwrap();
        let own = here.act(|engine, now| engine.new_own(now, persona, "Notes"));
        let conversation = crate::shown::conversation_id(own.unwrap());
        let write = WriteLetter {
            letter: None,
            words: words("Dear mother"),
        };
        let letter = ask(&mut here, write).0.unwrap();
        let send = |conversation, at_s| SendLetter {
            letter,
            conversation,
            at_s,
        };
        let nowhere = ConversationId::new([9; 16]);
        assert!(ask(&mut here, send(nowhere, None)).0.is_err());
        assert_eq!(ask(&mut here, Letters {}).0.unwrap().len(), 1);
        let later_s = here.now().unix_s() + 3_600;
        let (sent, news) = ask(&mut here, send(conversation, Some(later_s)));
        assert!(news.contains(&News::Alone) && news.contains(&News::Lists));
        let items = view::question::Items {
            conversation,
            at: view::At::End,
            limit: 9,
        };
        let read = ask(&mut here, items).0.unwrap();
        assert_eq!(read.items[0].id, sent.unwrap());
        assert_eq!(read.items[0].text, "Dear mother");
        assert_eq!(read.items[0].state, view::ItemState::Held);
        assert_eq!(ask(&mut here, Letters {}).0.unwrap(), []);
    }

    #[test]
    fn people_stand_on_the_map_as_they_were_put_and_turn_around_their_ring() {
        let mut here = here();
        let put = |name: &str, ring| MapPerson {
            person: None,
            words: MappedWords {
                name: name.into(),
                kind: "sister".into(),
                note: "calls on Sundays".into(),
                ring,
                contact: None,
            },
        };
        for (name, ring) in [
            ("Ben", Ring::Near),
            ("Ada", Ring::Closest),
            ("Cleo", Ring::Near),
            ("Dana", Ring::Near),
        ] {
            ask(&mut here, put(name, ring)).0.unwrap();
        }
        let names = |here: &mut _| {
            let all = ask(here, MappedPeople {}).0.unwrap();
            all.into_iter()
                .map(|one| one.words.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&mut here), ["Ada", "Ben", "Cleo", "Dana"]);
        let cleo = ask(&mut here, MappedPeople {}).0.unwrap()[2].id;
        let turn = |onward| TurnMapped {
            person: cleo,
            onward,
        };
        ask(&mut here, turn(true)).0.unwrap();
        assert_eq!(names(&mut here), ["Ada", "Ben", "Dana", "Cleo"]);
        ask(&mut here, turn(true)).0.unwrap();
        assert_eq!(names(&mut here), ["Ada", "Cleo", "Ben", "Dana"]);
        ask(&mut here, turn(false)).0.unwrap();
        assert_eq!(names(&mut here), ["Ada", "Ben", "Dana", "Cleo"]);
        let closer = MapPerson {
            person: Some(cleo),
            ..put("Cleo", Ring::Closest)
        };
        ask(&mut here, closer).0.unwrap();
        assert_eq!(names(&mut here), ["Ada", "Cleo", "Ben", "Dana"]);
        ask(&mut here, UnmapPerson { person: cleo }).0.unwrap();
        assert_eq!(names(&mut here), ["Ada", "Ben", "Dana"]);
        assert!(ask(&mut here, put(" \u{200b}", Ring::Near)).0.is_err());
    }

    #[test]
    fn limits_start_at_the_table_and_stay_as_they_were_chosen() {
        let mut here = here();
        let all = ask(&mut here, OwnLimits {}).0.unwrap();
        assert_eq!(all.len(), Dimension::ALL.len());
        let starts = |level: &Level| level.value() == level.dimension().starts_at_once_accepted();
        assert!(all.iter().all(starts));
        let level = Level::new(Dimension::Picture, Value::No).unwrap();
        ask(&mut here, SetOwnLimit { level }).0.unwrap();
        let all = ask(&mut here, OwnLimits {}).0.unwrap();
        assert_eq!(all.iter().filter(|level| !starts(level)).count(), 1);
        assert!(all.contains(&level));
    }

    #[test]
    fn the_card_is_kept_and_an_empty_one_is_none() {
        let mut here = here();
        let card = WayBack {
            name: "Ada".into(),
            home: "https://example.org".into(),
            ways: "The library, on Sundays".into(),
        };
        ask(&mut here, WriteWayBack { card: card.clone() })
            .0
            .unwrap();
        assert_eq!(ask(&mut here, ReadWayBack {}).0.unwrap(), card);
        let none = WayBack::default();
        ask(&mut here, WriteWayBack { card: none.clone() })
            .0
            .unwrap();
        assert_eq!(ask(&mut here, ReadWayBack {}).0.unwrap(), none);
    }

    #[test]
    fn practice_goes_a_messages_way_and_nothing_counts_it() {
        let mut here = here();
        let text = "Hello?".to_owned();
        ask(&mut here, Practise { text }).0.unwrap();
        let mut steps = Vec::new();
        for _ in 0..4 {
            let line = ask(&mut here, Practice {}).0.unwrap().remove(0);
            steps.push(line.step);
            let number = line.number;
            ask(&mut here, GoOnPractising { number }).0.unwrap();
        }
        let way = [
            PracticeStep::Held,
            PracticeStep::OnItsWay,
            PracticeStep::Kept,
            PracticeStep::Answered,
        ];
        assert_eq!(steps, way);
        ask(&mut here, TakeBackPractised { number: 1 }).0.unwrap();
        let line = ask(&mut here, Practice {}).0.unwrap().remove(0);
        assert_eq!((line.text.as_str(), line.taken_back), ("", true));
        assert_eq!(ask(&mut here, Contacts {}).0.unwrap(), []);
        assert_eq!(ask(&mut here, Conversations {}).0.unwrap(), []);
        assert_eq!(here.engine().last_item_number().unwrap(), 0);
        ask(&mut here, EndPractice {}).0.unwrap();
        assert_eq!(ask(&mut here, Practice {}).0.unwrap(), []);
    }

    #[test]
    fn nothing_that_is_done_alone_leaves_the_worker() {
        let mut here = here();
        let write = WriteLetter {
            letter: None,
            words: words("Dear mother"),
        };
        ask(&mut here, write).0.unwrap();
        let text = "Hello?".to_owned();
        ask(&mut here, Practise { text }).0.unwrap();
        let left = here.act(|engine, _| Ok(engine.poll_effect().is_some()));
        assert!(!left.unwrap());
    }
}
