//! From what the engine reports to what a page hears: each thing once, in the order in which it happened.

use client_core::{ContactId, ConversationId, Event, ItemId};
use view::{News, Trouble};

use crate::file_sentences::failed;
use crate::reach::Reach;
use crate::sentences::{back_again, distrusted, halted, sentence};
use crate::shown::{conversation_id, invitation_id, item_id};

/// Items that are named in one piece of news at most.
const MOST_NAMED: usize = 64;

/// News without repetitions.
#[derive(Debug, Default)]
pub struct Heard(Vec<News>);

impl Heard {
    /// One more, unless it was said already.
    pub fn push(&mut self, news: News) {
        if !self.0.contains(&news) {
            self.0.push(news);
        }
    }

    /// Everything.
    pub fn take(&mut self) -> Vec<News> {
        std::mem::take(&mut self.0)
    }

    /// Of one conversation once, with all items of which there are news; none are named where it is about all, or many.
    fn items(&mut self, conversation: ConversationId, item: Option<ItemId>) {
        let of = conversation_id(conversation);
        let said = self.0.iter_mut().find_map(|news| match news {
            News::Items(said, items) if *said == of => Some(items),
            _ => None,
        });
        match (said, item.map(item_id)) {
            (None, item) => self.0.push(News::Items(of, item.into_iter().collect())),
            (Some(items), None) => items.clear(),
            (Some(items), Some(item)) => {
                // None named is all already.
                if items.len() >= MOST_NAMED {
                    items.clear();
                } else if !items.is_empty() && !items.contains(&item) {
                    items.push(item);
                }
            }
        }
        self.push(News::Lists);
    }

    /// The newest alone counts.
    fn carried(&mut self, item: view::ItemId, place: u64, done_bytes: u64, of_bytes: u64) {
        self.0.retain(
            |news| !matches!(news, News::Carried(of, at, ..) if (*of, *at) == (item, place)),
        );
        self.0
            .push(News::Carried(item, place, done_bytes, of_bytes));
    }

    fn other(&mut self, text: &str) {
        self.push(News::Trouble(Trouble::Other(sentence(text))));
    }

    /// Takes in what the engine reports. Homes that do not answer are noted for later ([`Reach`]).
    pub fn event(
        &mut self,
        event: &Event,
        conversation_of: impl Fn(ItemId) -> Option<ConversationId>,
        name_of: impl Fn(ContactId) -> Option<String>,
        reach: &mut Reach,
        now_ms: u64,
    ) {
        let about = |heard: &mut Self, item: ItemId| {
            if let Some(conversation) = conversation_of(item) {
                heard.items(conversation, Some(item));
            }
        };
        match event {
            Event::Unreachable(home) => reach.failed(home.host(), now_ms),
            Event::Distrusted(home, why) => {
                if reach.told(home.host()) {
                    let said = distrusted(home.host(), why);
                    self.push(News::Trouble(Trouble::Distrusted(home.host().into(), said)));
                }
            }
            Event::InboxOpened(_) => self.push(News::Lists),
            Event::InboxRefused(_, why) | Event::NotAdded(_, _, why) => {
                self.push(News::Lists);
                self.other(why);
            }
            Event::PassedOver(what) => self.other(what),
            Event::InvitationReady(id) => self.push(News::Invitation(invitation_id(*id))),
            Event::Accepted(id) => {
                self.push(News::Accepted(conversation_id(*id)));
                self.items(*id, None);
            }
            // What there is to do about what was written, nothing on the page does yet.
            Event::AcceptanceFailed(id, why, _, _) => {
                self.push(News::NotAccepted(conversation_id(*id), sentence(why)));
                self.items(*id, None);
            }
            Event::Halted(id, why) => {
                self.items(*id, None);
                self.push(News::Trouble(Trouble::Other(halted(why))));
            }
            Event::CameBack(id, contact) => {
                self.items(*id, None);
                if let Some(name) = name_of(*contact) {
                    self.push(News::Trouble(Trouble::CameBack(back_again(&name))));
                }
            }
            // Whoever came may have used an invitation, which works no more then.
            Event::Joined(_, id) => {
                self.items(*id, None);
                self.push(News::Invitations);
            }
            Event::Received(id, item) | Event::Changed(id, item) => self.items(*id, Some(*item)),
            Event::Came(id, _)
            | Event::Went(id, _)
            | Event::Added(id)
            | Event::Removed(id)
            | Event::Left(id)
            | Event::Behind(id) => self.items(*id, None),
            Event::Stored(item)
            | Event::NotSent(item, _)
            | Event::Waits(item, _)
            | Event::FileHere(item, _) => about(self, *item),
            Event::FileFailed(item, place, why) => {
                self.push(News::FileFailed(item_id(*item), *place, failed(why)));
                about(self, *item);
            }
            Event::Carried {
                item,
                place,
                done_bytes,
                of_bytes,
            } => self.carried(item_id(*item), *place, *done_bytes, *of_bytes),
            // Of the moment, or of others' work.
            Event::Signalled(..) | Event::AskedForRepair(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Heard;
    use crate::reach::Reach;
    use crate::shown::{conversation_id, item_id};
    use client_core::{ContactId, ConversationId, Event, FileFailure, ItemId};
    use protocol::home_url::HomeUrl;
    use view::{News, Trouble};

    const CONVERSATION: ConversationId = ConversationId::new([1; 16]);
    const ITEM: ItemId = ItemId::new([2; 16]);

    fn heard(events: &[Event]) -> Vec<News> {
        let (mut heard, mut reach) = (Heard::default(), Reach::default());
        for event in events {
            let name = |_| Some("Ada".to_owned());
            heard.event(event, |_| Some(CONVERSATION), name, &mut reach, 0);
        }
        heard.take()
    }

    #[test]
    fn what_comes_often_is_told_once() {
        let received = Event::Received(CONVERSATION, ITEM);
        let news = heard(&[received.clone(), Event::Stored(ITEM), received]);
        let items = News::Items(conversation_id(CONVERSATION), vec![item_id(ITEM)]);
        assert_eq!(news, [items, News::Lists]);
    }

    #[test]
    fn many_items_and_all_items_are_named_by_none() {
        let all = [
            News::Items(conversation_id(CONVERSATION), Vec::new()),
            News::Lists,
        ];
        let one = Event::Received(CONVERSATION, ITEM);
        assert_eq!(heard(&[one.clone(), Event::Added(CONVERSATION), one]), all);
        let many = (0..=64).map(|n| Event::Received(CONVERSATION, ItemId::new([n; 16])));
        assert_eq!(heard(&many.collect::<Vec<_>>()), all);
    }

    #[test]
    fn of_how_far_a_file_is_the_newest_counts_and_why_it_failed_is_said() {
        let carried = |done_bytes| Event::Carried {
            item: ITEM,
            place: 1,
            done_bytes,
            of_bytes: 9,
        };
        let gone = Event::FileFailed(ITEM, 1, FileFailure::Gone);
        let news = heard(&[carried(3), carried(7), gone]);
        let id = item_id(ITEM);
        let [
            News::Carried(item, 1, 7, 9),
            News::FileFailed(of, 1, why),
            News::Items(..),
            News::Lists,
        ] = news.as_slice()
        else {
            panic!("{news:?}");
        };
        assert_eq!((*item, *of), (id, id));
        assert!(why.contains("not at its home any more"), "{why}");
    }

    #[test]
    fn a_home_with_another_key_is_said_in_a_sentence_and_once() {
        let home = HomeUrl::parse("https://a.example").unwrap();
        let event = Event::Distrusted(home.clone(), "it shows another key than before");
        let news = heard(&[event.clone(), event, Event::Unreachable(home)]);
        let [News::Trouble(Trouble::Distrusted(host, said))] = news.as_slice() else {
            panic!("{news:?}");
        };
        assert_eq!(host, "a.example");
        assert!(said.contains("another key than before") && said.contains("is kept here"));
    }

    #[test]
    fn whoever_is_back_on_a_new_device_is_told_of_in_words_that_say_what_to_do() {
        let news = heard(&[Event::CameBack(CONVERSATION, ContactId::new([3; 16]))]);
        let Some(News::Trouble(Trouble::CameBack(said))) = news.last() else {
            panic!("{news:?}");
        };
        assert!(said.starts_with("Ada is back on a new device"), "{said}");
        assert!(said.contains("If this surprises you, ask them by another way."));
    }

    #[test]
    fn an_invitation_that_was_used_is_read_anew() {
        let news = heard(&[Event::Joined(ContactId::new([3; 16]), CONVERSATION)]);
        assert!(news.contains(&News::Invitations), "{news:?}");
    }

    #[test]
    fn a_first_contact_that_failed_is_said() {
        let why = "The home refuses; nothing was sent.";
        let news = heard(&[Event::AcceptanceFailed(
            CONVERSATION,
            why.into(),
            true,
            None,
        )]);
        let said = News::NotAccepted(conversation_id(CONVERSATION), why.into());
        assert_eq!(news.first(), Some(&said));
    }
}
