//! Circles: people who come, go and fall behind.

use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, HOME, OTHER_HOME, accept, invite, join, persona_of, settle_in};
use crate::world::World;
use client_core::{ContactId, ConversationId, ConversationKind, Event, ItemState};
use protocol::id::PersonaFingerprint;

pub const CLEO: &str = "cleo";

/// Ada knows everybody and begins a circle with them; all are online.
pub fn circle(seed: u64, others: &[&'static str]) -> World {
    let mut world = acquainted(seed, others);
    begin(&mut world, others);
    world.run();
    world
}

/// Ada knows everybody; all are online.
pub fn acquainted(seed: u64, others: &[&'static str]) -> World {
    let mut world = World::new(seed);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, Some(HOME));
    for other in others {
        settle_in(&mut world, other, None);
        if *other == CLEO {
            join(&mut world, CLEO, OTHER_HOME);
            world.go_online(CLEO);
            world.run();
            world.go_offline(CLEO);
        }
        let link = invite(&mut world, ADA, 1);
        accept(&mut world, other, &link);
        world.go_online(other);
        world.run();
    }
    world.go_online(ADA);
    world.run();
    world
}

pub fn begin(world: &mut World, others: &[&'static str]) {
    let persona = persona_of(world, ADA);
    let contacts: Vec<_> = others.iter().map(|one| contact_of(world, one)).collect();
    world
        .act(ADA, |engine, now| {
            engine.new_circle(now, persona, "Night owls", &contacts)
        })
        .unwrap();
}

/// Ada's contact of that name.
pub fn contact_of(world: &World, name: &str) -> ContactId {
    let contacts = world.engine(ADA).contacts().unwrap();
    contacts.iter().find(|one| one.name == name).unwrap().id
}

pub fn fingerprint(world: &World, name: &str) -> PersonaFingerprint {
    world.engine(name).personas().unwrap()[0].fingerprint
}

/// The circle as somebody has it.
pub fn circle_of(world: &World, name: &str) -> Option<ConversationId> {
    let all = world.engine(name).conversations().unwrap();
    let circle = all.iter().find(|one| one.kind == ConversationKind::Circle);
    circle.map(|circle| circle.id)
}

pub fn say(world: &mut World, name: &'static str, text: &str) {
    let id = circle_of(world, name).unwrap();
    world
        .act(name, |engine, now| engine.send(now, id, text))
        .unwrap();
}

/// Position, author's name if it is known, and text.
pub fn shown(world: &World, name: &str) -> Vec<(u64, String)> {
    let items = world
        .engine(name)
        .items(circle_of(world, name).unwrap(), 0, 10_000)
        .unwrap();
    items
        .into_iter()
        .map(|item| {
            assert_eq!(item.state, ItemState::Stored, "{name}: {}", item.text);
            (item.seq.unwrap(), item.text)
        })
        .collect()
}

pub fn texts(world: &World, name: &str) -> Vec<String> {
    shown(world, name)
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

pub fn remove(world: &mut World, by: &'static str, whom: &str) {
    let (id, whom) = (circle_of(world, by).unwrap(), fingerprint(world, whom));
    world
        .act(by, |engine, now| engine.remove_from_circle(now, id, &whom))
        .unwrap();
}

/// Ada adds somebody whom she knows.
pub fn add(world: &mut World, whom: &str) {
    let (id, contact) = (circle_of(world, ADA).unwrap(), contact_of(world, whom));
    world
        .act(ADA, |engine, now| engine.add_to_circle(now, id, &[contact]))
        .unwrap();
}

pub fn leave(world: &mut World, name: &'static str) {
    let id = circle_of(world, name).unwrap();
    world
        .act(name, |engine, now| engine.leave_circle(now, id))
        .unwrap();
}

pub fn member_count(world: &mut World, name: &'static str) -> usize {
    let id = circle_of(world, name).unwrap();
    let members = world.act(name, |engine, _| engine.members(id)).unwrap();
    members.len()
}

#[test]
fn three_people_at_two_homes_are_shown_the_same() {
    let mut world = circle(1, &[BOB, CLEO]);
    for name in [ADA, BOB, CLEO] {
        say(&mut world, name, &format!("hello from {name}"));
    }
    world.run();
    let by_ada = shown(&world, ADA);
    assert_eq!(by_ada.len(), 3);
    assert_eq!(shown(&world, BOB), by_ada);
    assert_eq!(shown(&world, CLEO), by_ada);
    let authors: Vec<_> = world
        .engine(BOB)
        .items(circle_of(&world, BOB).unwrap(), 0, 10)
        .unwrap()
        .into_iter()
        .map(|item| item.author)
        .collect();
    assert!(authors.contains(&ADA.to_owned()) && authors.contains(&BOB.to_owned()));
}

#[test]
fn what_is_said_before_a_circle_comes_about_goes_out_once_it_has() {
    let mut world = acquainted(2, &[BOB]);
    world.set_reachable(HOME, false);
    begin(&mut world, &[BOB]);
    say(&mut world, ADA, "early");
    world.run_for(60_000);
    assert_eq!(circle_of(&world, BOB), None);
    world.set_reachable(HOME, true);
    world.run();
    assert_eq!(texts(&world, BOB), ["early"]);
}

#[test]
fn somebody_added_later_is_shown_what_comes_after_at_the_same_places() {
    let mut world = acquainted(3, &[BOB, CLEO]);
    begin(&mut world, &[BOB]);
    world.run();
    say(&mut world, ADA, "before");
    say(&mut world, BOB, "also before");
    world.run();
    add(&mut world, CLEO);
    world.run();
    say(&mut world, BOB, "after");
    say(&mut world, CLEO, "thank you");
    world.run();
    let by_ada = shown(&world, ADA);
    assert_eq!(by_ada.len(), 4);
    assert_eq!(shown(&world, CLEO), by_ada[2..]);
    assert_eq!(member_count(&mut world, BOB), 3);
    let came = Event::Came(circle_of(&world, BOB).unwrap(), fingerprint(&world, CLEO));
    assert!(world.events(BOB).contains(&came));
}

#[test]
fn whoever_is_removed_reads_nothing_that_is_said_later_and_says_nothing_more() {
    let mut world = circle(4, &[BOB, CLEO]);
    say(&mut world, ADA, "all three");
    world.run();
    remove(&mut world, ADA, CLEO);
    world.run();
    say(&mut world, BOB, "between us");
    world.run();
    assert_eq!(texts(&world, CLEO), ["all three"]);
    let id = circle_of(&world, CLEO).unwrap();
    assert!(world.events(CLEO).contains(&Event::Removed(id)));
    let refused = world.act(CLEO, |engine, now| engine.send(now, id, "hello?"));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
    assert_eq!(texts(&world, ADA), texts(&world, BOB));
    assert_eq!(member_count(&mut world, BOB), 2);
}

#[test]
fn whoever_leaves_is_gone_before_anything_more_is_said() {
    let mut world = circle(5, &[BOB, CLEO]);
    leave(&mut world, BOB);
    let id = circle_of(&world, BOB).unwrap();
    let refused = world.act(BOB, |engine, now| engine.send(now, id, "one more thing"));
    assert_eq!(refused.unwrap_err().kind(), client_core::Kind::Invalid);
    world.run();
    assert!(world.events(BOB).contains(&Event::Left(id)));
    // Nothing is written because something was read.
    assert_eq!(member_count(&mut world, CLEO), 3);
    say(&mut world, CLEO, "now there are two");
    world.run();
    assert_eq!(member_count(&mut world, CLEO), 2);
    assert_eq!(texts(&world, BOB), ["left this conversation"]);
    assert_eq!(
        texts(&world, ADA),
        ["left this conversation", "now there are two"]
    );
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}

#[test]
fn commits_that_compete_leave_one_head_and_everything_wished_for() {
    for seed in 0..12 {
        let mut world = circle(seed, &[BOB, CLEO, "dan"]);
        say(&mut world, BOB, "before");
        remove(&mut world, ADA, "dan");
        remove(&mut world, BOB, "dan");
        world.pass_days(8);
        for name in [ADA, BOB, CLEO] {
            say(&mut world, name, &format!("{name} after"));
        }
        world.run();
        let by_ada = shown(&world, ADA);
        assert_eq!(by_ada.len(), 4, "seed {seed}");
        assert_eq!(shown(&world, BOB), by_ada, "seed {seed}");
        assert_eq!(shown(&world, CLEO), by_ada, "seed {seed}");
        assert_eq!(member_count(&mut world, CLEO), 3, "seed {seed}");
        let heads: Vec<_> = [ADA, BOB, CLEO]
            .map(|name| log_of_circle(&world, name).head)
            .into();
        assert!(heads.iter().all(|head| *head == heads[0]), "seed {seed}");
    }
}

#[test]
fn whoever_is_removed_and_added_again_while_away_is_back() {
    let mut world = circle(6, &[BOB, CLEO]);
    say(&mut world, CLEO, "good night");
    world.run();
    world.go_offline(CLEO);
    say(&mut world, BOB, "unread by cleo");
    world.run();
    remove(&mut world, ADA, CLEO);
    world.run();
    say(&mut world, BOB, "not for cleo");
    world.run();
    add(&mut world, CLEO);
    world.run();
    say(&mut world, ADA, "welcome back");
    world.run();
    world.go_online(CLEO);
    world.run();
    say(&mut world, CLEO, "thank you");
    world.run();
    assert_eq!(
        texts(&world, CLEO),
        ["good night", "unread by cleo", "welcome back", "thank you"]
    );
    assert_eq!(texts(&world, ADA), texts(&world, BOB));
    assert_eq!(shown(&world, CLEO).last(), shown(&world, ADA).last());
}

#[test]
fn whoever_has_left_keeps_no_key_to_what_is_said_later() {
    let mut world = circle(7, &[BOB, CLEO]);
    say(&mut world, ADA, "all three");
    world.run();
    let (id, group) = (
        circle_of(&world, BOB).unwrap(),
        log_of_circle(&world, BOB).group_id,
    );
    world
        .act(BOB, |engine, now| engine.leave_circle(now, id))
        .unwrap();
    world.run();
    let store = world.client(BOB).open_store();
    let entropy = mls::provider::Entropy::from_seed([1; 32]);
    let kept = mls::provider::Provider::run(&store, &entropy, |provider| {
        mls::group::Group::load(provider, &group)
    });
    assert!(kept.unwrap().is_none());
    assert_eq!(texts(&world, BOB), ["all three", "left this conversation"]);
    let members = world.act(BOB, |engine, _| engine.members(id)).unwrap();
    assert!(members.is_empty());
}

#[test]
fn an_invitation_from_before_somebody_left_does_not_bring_them_back() {
    let mut world = circle(8, &[BOB, CLEO]);
    remove(&mut world, BOB, CLEO);
    world.go_offline(CLEO);
    world.run();
    // Cleo's way leads to her own home, which does not answer, so the invitation waits.
    world.set_reachable(OTHER_HOME, false);
    add(&mut world, CLEO);
    world.run_for(5_000);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 1);
    world.set_reachable(OTHER_HOME, true);
    world.go_online(CLEO);
    world.run();
    assert_eq!(member_count(&mut world, ADA), 3);
    world.go_offline(ADA);
    add(&mut world, CLEO);
    leave(&mut world, CLEO);
    world.run();
    say(&mut world, BOB, "she is gone");
    world.run();
    world.go_online(ADA);
    world.run();
    say(&mut world, ADA, "so it is");
    world.run();
    assert_eq!(member_count(&mut world, ADA), 2);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
}

#[test]
fn whoever_was_added_a_month_after_they_were_asked_for_hears_of_it() {
    let mut world = acquainted(9, &[BOB, CLEO]);
    begin(&mut world, &[BOB]);
    world.run();
    // What Cleo's home hands out comes, and the home of the circle does not answer for a month.
    world.set_reachable(HOME, false);
    add(&mut world, CLEO);
    world.run_for(10_000);
    for _ in 0..40 {
        world.pass_days(1);
        world.go_offline(CLEO);
        world.go_online(CLEO);
        world.run_for(1_000);
    }
    world.set_reachable(HOME, true);
    world.run();
    assert_eq!(member_count(&mut world, CLEO), 3);
    say(&mut world, CLEO, "at last");
    world.run();
    assert_eq!(texts(&world, BOB), ["at last"]);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
}

#[test]
fn who_left_goes_with_the_next_commit_whatever_it_is_for() {
    let mut world = circle(10, &[BOB, CLEO, "dan"]);
    leave(&mut world, CLEO);
    world.run();
    assert_eq!(member_count(&mut world, ADA), 4);
    remove(&mut world, ADA, "dan");
    world.run();
    assert_eq!(member_count(&mut world, ADA), 2);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
}

#[test]
fn whoever_is_taken_back_still_knows_who_had_left() {
    let mut world = circle(11, &[BOB, CLEO, "dan"]);
    // Ada's commit, which removes Bob, is made before she reads that Cleo leaves.
    remove(&mut world, ADA, BOB);
    world.run_until("commit");
    world.go_offline(ADA);
    leave(&mut world, CLEO);
    world.run();
    say(&mut world, BOB, "on its way");
    world.go_offline(BOB);
    world.go_online(ADA);
    world.run();
    world.go_online(BOB);
    world.run();
    let id = circle_of(&world, BOB).unwrap();
    let gone = world.engine(BOB).store().removals(id).unwrap();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].fingerprint, fingerprint(&world, CLEO));
}
