//! More than two: who comes, who goes, and who cannot follow.

use crate::people::{GROUP_ID, Person, pair, place, read, refusal};
use mls::error::MlsError;
use mls::group::{Group, Joined, OwnCommit, ReceivedCommit};
use mls::key_value::KeyValue as _;
use mls::place::{Kind, Place};
use mls::provider::Provider;
use mls::storage::Label;

/// Somebody in the group.
pub struct Member {
    pub person: Person,
    pub group: Group,
}

impl Member {
    /// The leaf of somebody's device.
    pub fn leaf_of(&self, person: &Person) -> u32 {
        let key = person.device.credential().device_key();
        let members = self.group.members().unwrap();
        let found = members
            .iter()
            .find(|one| one.credential.device_key() == key);
        found.unwrap().leaf
    }

    /// A commit of this member that adds and removes, pending.
    pub fn change(&mut self, added: &[&Person], removed: &[u32]) -> OwnCommit {
        let checked: Vec<_> = added
            .iter()
            .map(|one| self.person.check(&one.key_package()).unwrap())
            .collect();
        let provider = self.person.provider();
        self.group
            .commit_changes(&provider, &self.person.device, &checked, removed)
            .unwrap()
    }

    pub fn merge(&mut self) {
        let provider = self.person.provider();
        self.group.merge_own_commit(&provider).unwrap();
    }

    pub fn examine(&mut self, commit: &OwnCommit) -> Result<ReceivedCommit, MlsError> {
        let provider = self.person.provider();
        self.group.examine_commit(&provider, &commit.message)
    }

    /// Enters the epoch of somebody else's commit, which must hold and keep this member.
    pub fn follow(&mut self, commit: &OwnCommit) {
        let received = self.examine(commit).unwrap();
        let next = received.next.as_ref().unwrap();
        assert_eq!(next.write_key(), commit.next.write_key());
        assert_eq!(next.read_key(), commit.next.read_key());
        let provider = self.person.provider();
        self.group
            .merge_received_commit(&provider, received)
            .unwrap();
    }

    /// The signed Welcome item of this member's commit.
    pub fn item(&self, commit: &OwnCommit) -> Vec<u8> {
        let welcome = commit.welcome.clone().unwrap();
        self.person.item(welcome).sign(&self.person.device)
    }
}

/// Where every circle is.
fn place_of_circle() -> Place {
    let kind = Kind::Circle;
    Place { kind, ..place() }
}

/// Ada founds a circle with Bo and Cy.
pub fn circle() -> [Member; 3] {
    let [ada, bo, cy] = ["ada", "bo", "cy"].map(Person::new);
    let founded = ada.found_at(place_of_circle(), &[&bo, &cy]);
    let item = ada.item(founded.welcome).sign(&ada.device);
    let group = founded.group;
    let [bo, cy] = [bo, cy].map(|person| Member {
        group: person.join(&item),
        person,
    });
    let ada = Member { person: ada, group };
    assert_one_epoch(&[&ada, &bo, &cy]);
    [ada, bo, cy]
}

/// All have one set of keys and see one set of members.
fn assert_one_epoch(members: &[&Member]) {
    let seen = members.iter().map(|member| {
        let keys = member.group.keys(&member.person.provider()).unwrap();
        let secrets = (*keys.wrap().expose(), *keys.signal().expose());
        let public = (keys.write_key(), keys.read_key());
        let (epoch, all) = (member.group.epoch(), member.group.members().unwrap());
        (epoch, public, secrets, all)
    });
    let seen: Vec<_> = seen.collect();
    assert!(seen.iter().all(|one| *one == seen[0]));
    assert_eq!(seen[0].3.len(), members.len());
}

/// Everybody else reads what one says.
fn assert_heard(from: &mut Member, to: &mut [&mut Member]) {
    let provider = from.person.provider();
    let said = from
        .group
        .encrypt(&provider, &from.person.device, vec![], b"hello")
        .unwrap();
    for one in to {
        let heard = read(one.group.decrypt(&one.person.provider(), &said));
        assert_eq!(heard.content, b"hello");
    }
}

#[test]
fn one_member_adds_and_removes_in_one_commit_and_the_others_follow() {
    let [mut ada, mut bo, mut cy] = circle();
    let dan = Person::new("dan");
    let commit = bo.change(&[&dan], &[bo.leaf_of(&cy.person)]);
    let removed = cy.examine(&commit).unwrap();
    assert!(removed.next.is_none(), "whoever goes derives no keys");
    ada.follow(&commit);
    bo.merge();
    let group = dan.join(&bo.item(&commit));
    let mut dan = Member { person: dan, group };
    assert_one_epoch(&[&ada, &bo, &dan]);
    assert_heard(&mut dan, &mut [&mut ada, &mut bo]);
    assert_heard(&mut ada, &mut [&mut bo, &mut dan]);
    let key = cy.person.persona.key();
    let members = ada.group.members().unwrap();
    assert!(members.iter().all(|one| one.credential.persona() != key));
}

#[test]
fn a_persona_comes_and_goes_in_a_circle_and_neither_in_a_pair() {
    let changes = "the commit changes who is in this pair";
    let [mut ada, mut bo, cy] = circle();
    let dan = Person::new("dan");
    let came = ada.change(&[&dan], &[]);
    bo.follow(&came);
    ada.merge();
    let went = bo.change(&[], &[bo.leaf_of(&dan), bo.leaf_of(&cy.person)]);
    ada.follow(&went);
    bo.merge();
    assert_one_epoch(&[&ada, &bo]);

    for adds in [true, false] {
        let pair = pair();
        let mut ada = Member {
            person: pair.ada,
            group: pair.ada_group,
        };
        let mut bo = Member {
            person: pair.bo,
            group: pair.bo_group,
        };
        let bos_leaf = ada.leaf_of(&bo.person);
        let commit = if adds {
            ada.change(&[&dan], &[])
        } else {
            ada.change(&[], &[bos_leaf])
        };
        assert_eq!(refusal(bo.examine(&commit)), changes);
    }
}

/// Bo removes Cy's device and adds it again, and Ada follows; the signed item.
fn renew_cy(ada: &mut Member, bo: &mut Member, cy: &Member) -> Vec<u8> {
    let leaf = bo.leaf_of(&cy.person);
    let before = bo.group.member(leaf).unwrap();
    let commit = bo.change(&[&cy.person], &[leaf]);
    ada.follow(&commit);
    bo.merge();
    let after = bo.group.member(bo.leaf_of(&cy.person)).unwrap();
    assert_eq!(before.credential, after.credential);
    assert_ne!(before.encryption_key, after.encryption_key);
    bo.item(&commit)
}

#[test]
fn a_device_that_is_removed_and_added_in_one_commit_joins_anew_with_a_fresh_leaf() {
    let [mut ada, mut bo, mut cy] = circle();
    let item = renew_cy(&mut ada, &mut bo, &cy);
    let Joined::New(joined) = cy.person.take_anew(&item).unwrap() else {
        panic!("the group is known");
    };
    cy.group = joined.group;
    assert_one_epoch(&[&ada, &bo, &cy]);
    assert_heard(&mut cy, &mut [&mut ada, &mut bo]);
    cy.group = cy.person.load();
    assert_heard(&mut bo, &mut [&mut ada, &mut cy]);
}

#[test]
fn a_group_that_is_known_is_kept_unless_it_is_to_be_had_anew() {
    let [mut ada, mut bo, cy] = circle();
    let item = renew_cy(&mut ada, &mut bo, &cy);
    assert!(matches!(cy.person.take(&item).unwrap(), Joined::Known));
    assert_eq!(cy.person.load().epoch(), cy.group.epoch());
    assert_ne!(cy.group.epoch(), bo.group.epoch());
}

#[test]
fn joining_anew_leaves_no_secret_of_the_group_before_behind() {
    let [mut ada, mut bo, mut cy] = circle();
    let item = renew_cy(&mut ada, &mut bo, &cy);
    assert_heard(&mut cy, &mut []);
    let store = &cy.person.store;
    let secret = |key: &Vec<u8>| {
        let label = *key.first().unwrap();
        // How groups are run and which leaf is whose are no secrets, and may be the same again.
        label != Label::JoinConfig as u8 && label != Label::OwnLeafIndex as u8
    };
    let before: Vec<_> = store.keys().into_iter().filter(secret).collect();
    let values =
        |keys: &[Vec<u8>]| -> Vec<_> { keys.iter().map(|key| store.get(key).unwrap()).collect() };
    let old = values(&before);
    assert!(before.len() > 5 && old.iter().all(Option::is_some));
    cy.person.take_anew(&item).unwrap();
    for ((key, old), new) in before.iter().zip(old).zip(values(&before)) {
        let short = old.as_ref().is_some_and(|old| old.len() < 16);
        assert!(short || new != old, "{key:02x?} is as it was: {old:02x?}");
    }
    let label = Label::EpochKeyPairs as u8;
    let pairs = store.keys().into_iter();
    let epochs = pairs.filter(|key| key.first() == Some(&label)).count();
    assert_eq!(epochs, 1, "key pairs of the new epoch alone");
}

#[test]
fn a_welcome_is_of_use_to_those_alone_whom_the_commit_adds() {
    let [ada, mut bo, _] = circle();
    let [dan, eve] = ["dan", "eve"].map(Person::new);
    eve.key_package();
    let commit = bo.change(&[&dan], &[]);
    let item = bo.item(&commit);
    refusal(eve.take(&item));
    refusal(ada.person.take(&item));
    let anew = ada.person.take_anew(&item).unwrap();
    assert!(matches!(anew, Joined::Known), "nothing in it is for her");
    assert_eq!(dan.join(&item).members().unwrap().len(), 4);
}

#[test]
fn a_path_that_was_spoiled_for_one_is_undecidable_for_that_one_and_holds_for_the_other() {
    let [mut ada, mut bo, mut cy] = circle();
    let victim = ada.group.member(ada.leaf_of(&cy.person)).unwrap();
    let (store, entropy) = (&ada.person.store, &ada.person.entropy);
    let (group, device) = (&mut ada.group, &ada.person.device);
    let commit = Provider::run_spoiling(store, entropy, &victim.encryption_key, |provider| {
        group.commit_update(provider, device)
    })
    .unwrap();
    let examined = cy.examine(&commit);
    assert!(matches!(examined, Err(MlsError::Undecidable)));
    bo.follow(&commit);
    ada.merge();
    assert_heard(&mut bo, &mut [&mut ada]);

    cy.group = cy.person.load();
    let item = renew_cy(&mut ada, &mut bo, &cy);
    let Joined::New(joined) = cy.person.take_anew(&item).unwrap() else {
        panic!("the group is known");
    };
    cy.group = joined.group;
    assert_one_epoch(&[&ada, &bo, &cy]);
}

#[test]
fn a_path_that_misleads_one_is_undecidable_for_that_one_and_holds_for_the_other() {
    let [mut ada, mut bo, mut cy] = circle();
    let victim = ada.group.member(ada.leaf_of(&cy.person)).unwrap();
    let (store, entropy) = (&ada.person.store, &ada.person.entropy);
    let (group, device) = (&mut ada.group, &ada.person.device);
    let commit = Provider::run_misleading(store, entropy, &victim.encryption_key, |provider| {
        group.commit_update(provider, device)
    })
    .unwrap();
    let examined = cy.examine(&commit);
    let why = examined.map(|_| ()).map_err(|error| error.to_string());
    bo.follow(&commit);
    ada.merge();
    assert_heard(&mut bo, &mut [&mut ada]);
    assert_eq!(why, Err(MlsError::Undecidable.to_string()));
}

#[test]
fn a_welcome_that_is_older_than_the_group_does_not_take_it_back() {
    let [ada, cy] = ["ada", "cy"].map(Person::new);
    let last_resort = mls::key_package::generate(&cy.provider(), &cy.device, true).unwrap();
    let checked = ada.check(&last_resort).unwrap();
    let place = place_of_circle();
    let founded = Group::found(&ada.provider(), &ada.device, place, GROUP_ID, &[checked]).unwrap();
    let item = ada.item(founded.welcome).sign(&ada.device);
    let group = founded.group;
    let mut ada = Member { person: ada, group };
    let group = cy.join(&item);
    let mut cy = Member { person: cy, group };
    let commit = ada.change(&[], &[]);
    cy.follow(&commit);
    ada.merge();
    refusal(cy.person.take_anew(&item));
}

#[test]
fn a_pair_that_is_had_anew_is_still_a_pair_at_its_place() {
    let pair = pair();
    let (ada, eve) = (Person::new("ada"), Person::new("eve"));
    let group = ada.found_at(place_of_circle(), &[&eve]).group;
    let mut ada = Member { person: ada, group };
    let commit = ada.change(&[&pair.bo], &[]);
    let item = ada.item(&commit);
    assert!(commit.welcome.is_some());
    refusal(pair.bo.take_anew(&item));
}
