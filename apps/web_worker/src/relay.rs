//! What tabs say to each other, and what a tab has asked of the one that has the profile.
//!
//! Everything goes over one channel that all tabs of this place hear. A question is asked once: if who was asked goes before
//! it answered, whoever asked hears that, and nobody asks again by themselves.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use view::{Ask, Keeping, News, Secret};

/// One tab's worker, by a number that it chose at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TabId(pub u64);

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
    /// By the number on the channel, the page's.
    sent: BTreeMap<u32, u32>,
    next: u32,
}

/// What is to be done now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Questions to pass on: to whom, the number on the channel, what.
    pub pass_on: Vec<(TabId, u32, Ask)>,
    /// Questions, by the page's ids, of which nobody knows whether they were done.
    pub lost: Vec<u32>,
}

impl Relay {
    /// Another tab has the profile.
    pub fn holder_is(&mut self, holder: TabId) -> Due {
        let mut due = Due::default();
        if self.holder != Some(holder) {
            due.lost = self.take_sent();
            self.holder = Some(holder);
        }
        for (id, ask) in std::mem::take(&mut self.unsent) {
            due.pass_on.extend(self.asked(id, ask));
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
        self.sent.insert(number, id);
        Some((holder, number, ask))
    }

    /// An answer came; the page's id, unless nobody waits for it any more.
    pub fn answered(&mut self, number: u32) -> Option<u32> {
        self.sent.remove(&number)
    }

    /// Whether this tab has the profile, as far as is known.
    pub fn is_holder(&self, tab: TabId) -> bool {
        self.holder == Some(tab)
    }

    /// Nobody else has the profile any more: the questions of which nobody knows whether they were done, and those that
    /// were never passed on.
    pub fn end(&mut self) -> (Vec<u32>, VecDeque<(u32, Ask)>) {
        self.holder = None;
        (self.take_sent(), std::mem::take(&mut self.unsent))
    }

    fn take_sent(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.sent).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Due, Relay, TabId, Wire};
    use proptest::prelude::{any, proptest};
    use view::question::{Contacts, Personas, Stand};
    use view::{Ask, News};

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
    fn what_a_vanished_tab_was_asked_is_lost_and_never_asked_again() {
        let mut relay = Relay::default();
        relay.holder_is(ONE);
        relay.asked(7, Personas {}.into());
        let due = relay.holder_is(TWO);
        assert_eq!((due.lost, due.pass_on), (vec![7], Vec::new()));
        assert_eq!(relay.answered(0), None);

        let (to, number, _) = relay.asked(9, Stand {}.into()).unwrap();
        assert_eq!((to, number), (TWO, 1));
        let (lost, unsent) = relay.end();
        assert_eq!((lost, unsent.len()), (vec![9], 0));
        assert!(!relay.is_holder(TWO));
    }

    #[test]
    fn what_nobody_was_asked_yet_can_be_done_here() {
        let mut relay = Relay::default();
        relay.asked(7, Personas {}.into());
        let (lost, mut unsent) = relay.end();
        assert_eq!(lost, Vec::<u32>::new());
        assert_eq!(unsent.pop_front(), Some((7, Ask::from(Personas {}))));
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
