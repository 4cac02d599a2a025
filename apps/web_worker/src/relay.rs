//! What tabs say to each other, and what a tab has asked of the one that has the profile.
//!
//! Everything goes over one channel that all tabs of this place hear. If who was asked goes before it answered, the next one
//! that has the profile is asked, under the same number, so that nothing is done twice ([`crate::once`]).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use view::{Ask, Keeping, News, Secret, Tab};

/// One tab's worker, by a number that it chose at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TabId(pub u64);

impl TabId {
    /// What a question is known by that this tab asks under that number. None of a tab without a number of its own, which
    /// another one could be taken for: the browser gave no randomness.
    fn key(self, number: u32) -> Option<[u8; 12]> {
        let mut key = [0; 12];
        let (tab, asked) = key.split_at_mut(8);
        tab.copy_from_slice(&self.0.to_le_bytes());
        asked.copy_from_slice(&number.to_le_bytes());
        (self.0 != 0).then_some(key)
    }
}

/// Who asks the tab that has the profile.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    /// Its own page.
    Page(u32),
    /// Its own page, which asked another tab before, under that number.
    Before(u32, u32),
    /// Another tab.
    Tab(TabId, u32),
}

impl Asker {
    /// Where the profile is, for who asks.
    pub const fn tab(&self) -> Tab {
        match self {
            Self::Page(_) | Self::Before(..) => Tab::This,
            Self::Tab(..) => Tab::Other,
        }
    }

    /// What the question is known by, where it may be asked again; `here` is the tab that has the profile.
    pub fn key(&self, here: TabId) -> Option<[u8; 12]> {
        match self {
            Self::Page(_) => None,
            Self::Before(_, number) => here.key(*number),
            Self::Tab(from, number) => from.key(*number),
        }
    }
}

/// What one tab says to all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wire {
    /// A tab is there, and asks who has the profile.
    Came,
    /// This tab has it.
    Here(Holder),
    /// A question to the tab that has it.
    Asked {
        /// Who has it.
        to: TabId,
        /// Who asks.
        from: TabId,
        /// Comes back with the answer.
        id: u32,
        /// What is asked.
        ask: Ask,
    },
    /// The answer.
    Answered {
        /// Who asked.
        to: TabId,
        /// The question's id.
        id: u32,
        /// As the page is answered.
        bytes: Vec<u8>,
    },
    /// Something has changed.
    News(TabId, News),
    /// This tab closed the profile, for all.
    Closed(TabId),
}

/// The tab that has the profile, and what another needs to go on when it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Which.
    pub tab: TabId,
    /// How the profile is kept.
    pub keeping: Keeping,
    /// The key, where it is sealed.
    pub key: Option<Secret>,
}

/// What a page asked and is not answered yet, while another tab has the profile.
#[derive(Debug, Default)]
pub struct Relay {
    holder: Option<TabId>,
    /// Asked when nobody was known to have it: not done, for sure.
    unsent: VecDeque<(u32, Ask)>,
    /// By the number on the channel, the page's, and what was asked.
    sent: BTreeMap<u32, (u32, Ask)>,
    next: u32,
}

/// What is to be done now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Questions to pass on: to whom, the number on the channel, what.
    pub pass_on: Vec<(TabId, u32, Ask)>,
    /// Questions, by the page's ids, with a secret, which goes no further than it must.
    pub secret: Vec<u32>,
}

/// What was asked while another tab had the profile.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// What nobody knows of whether it was done: the number on the channel, the page's id, and what.
    pub sent: Vec<(u32, u32, Ask)>,
    /// What was not passed on: the page's id, and what.
    pub unsent: VecDeque<(u32, Ask)>,
}

impl Relay {
    /// Another tab has the profile.
    pub fn holder_is(&mut self, holder: TabId) -> Due {
        let mut due = Due::default();
        if self.holder != Some(holder) {
            self.holder = Some(holder);
            let again = |(number, (_, ask)): (&u32, &(u32, Ask))| (holder, *number, ask.clone());
            due.pass_on.extend(self.sent.iter().map(again));
        }
        for (id, ask) in std::mem::take(&mut self.unsent) {
            if matches!(ask, Ask::Make(_) | Ask::Open(_)) {
                due.secret.push(id);
            } else {
                due.pass_on.extend(self.asked(id, ask));
            }
        }
        due
    }

    /// The page asks; to be passed on at once where somebody is known to have the profile.
    pub fn asked(&mut self, id: u32, ask: Ask) -> Option<(TabId, u32, Ask)> {
        let Some(holder) = self.holder else {
            self.unsent.push_back((id, ask));
            return None;
        };
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.sent.insert(number, (id, ask.clone()));
        Some((holder, number, ask))
    }

    /// The page's id of a question that was passed on.
    pub fn page_id(&self, number: u32) -> Option<u32> {
        self.sent.get(&number).map(|(id, _)| *id)
    }

    /// An answer came; the page's id, unless nobody waits for it any more.
    pub fn answered(&mut self, number: u32) -> Option<u32> {
        self.sent.remove(&number).map(|(id, _)| id)
    }

    /// Whether this tab has the profile, as far as is known.
    pub fn is_holder(&self, tab: TabId) -> bool {
        self.holder == Some(tab)
    }

    /// Nobody else has the profile any more.
    pub fn end(&mut self) -> Left {
        self.holder = None;
        let sent = std::mem::take(&mut self.sent).into_iter();
        Left {
            sent: sent.map(|(number, (id, ask))| (number, id, ask)).collect(),
            unsent: std::mem::take(&mut self.unsent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asker, Due, Left, Relay, TabId, Wire};
    use proptest::prelude::{any, proptest};
    use view::question::{Contacts, Open, Personas, Stand};
    use view::{Ask, News, Opening};

    const ONE: TabId = TabId(1);
    const TWO: TabId = TabId(2);

    #[test]
    fn what_is_asked_before_anybody_is_known_is_passed_on_in_order_and_once() {
        let mut relay = Relay::default();
        assert_eq!(relay.asked(7, Personas {}.into()), None);
        assert_eq!(relay.asked(8, Contacts {}.into()), None);
        let due = relay.holder_is(ONE);
        let passed: Vec<_> = due.pass_on.iter().map(|(to, n, _)| (*to, *n)).collect();
        assert_eq!(passed, [(ONE, 0), (ONE, 1)]);
        assert_eq!(relay.holder_is(ONE), Due::default());
        assert_eq!(relay.answered(1), Some(8));
        assert_eq!(relay.answered(1), None);
    }

    #[test]
    fn what_a_vanished_tab_did_not_answer_is_asked_of_the_next_under_the_same_number() {
        let mut relay = Relay::default();
        relay.holder_is(ONE);
        relay.asked(7, Personas {}.into());
        relay.asked(8, Contacts {}.into());
        assert_eq!(relay.answered(0), Some(7));
        let due = relay.holder_is(TWO);
        assert_eq!(due.pass_on, [(TWO, 1, Contacts {}.into())]);

        let (to, number, _) = relay.asked(9, Stand {}.into()).unwrap();
        assert_eq!((to, number), (TWO, 2));
        assert_eq!((relay.page_id(2), relay.page_id(0)), (Some(9), None));
        // The first may have answered at its end.
        assert_eq!(relay.answered(1), Some(8));
        assert_eq!(relay.answered(1), None);
        let left = relay.end();
        assert_eq!(left.sent, [(2, 9, Stand {}.into())]);
        assert_eq!(left.unsent.len(), 0);
        assert!(!relay.is_holder(TWO));
        assert_eq!(relay.end(), Left::default());
    }

    #[test]
    fn what_nobody_was_asked_yet_can_be_done_here() {
        let mut relay = Relay::default();
        relay.asked(7, Personas {}.into());
        let mut left = relay.end();
        assert_eq!(left.sent, []);
        assert_eq!(left.unsent.pop_front(), Some((7, Ask::from(Personas {}))));
    }

    #[test]
    fn a_secret_is_passed_on_to_nobody() {
        let mut relay = Relay::default();
        let opening = Opening::Plain;
        relay.asked(7, Open { opening }.into());
        relay.asked(8, Contacts {}.into());
        let due = relay.holder_is(ONE);
        assert_eq!(due.secret, [7]);
        assert_eq!(due.pass_on, [(ONE, 0, Contacts {}.into())]);
    }

    #[test]
    fn a_question_is_known_by_its_tab_and_number_whoever_has_the_profile() {
        let asked = |from, number| Asker::Tab(from, number).key(TabId(9)).unwrap();
        let keys = [asked(ONE, 1), asked(ONE, 2), asked(TWO, 1), asked(TWO, 2)];
        let once: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(once.len(), keys.len());
        assert_eq!(Asker::Before(7, 1).key(ONE), Some(asked(ONE, 1)));
        assert_eq!(Asker::Page(1).key(ONE), None);
        assert_eq!(Asker::Tab(TabId(0), 1).key(ONE), None);
    }

    proptest! {
        #[test]
        fn any_bytes_of_another_tab_are_read_without_harm(bytes in any::<Vec<u8>>()) {
            let _ = postcard::from_bytes::<Wire>(&bytes);
        }
    }

    #[test]
    fn what_tabs_say_comes_back_as_it_went() {
        let said = Wire::News(ONE, News::Lists);
        let bytes = postcard::to_stdvec(&said).unwrap();
        assert_eq!(postcard::from_bytes::<Wire>(&bytes).unwrap(), said);
    }
}
