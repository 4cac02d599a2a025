//! Who is to come and to go, where something comes between the wish and the commit.

use crate::circles::{
    CLEO, acquainted, add, begin, circle, circle_of, fingerprint, leave, member_count, remove, say,
    texts,
};
use crate::hostile::log_of_circle;
use crate::people::{ADA, BOB, HOME, OTHER_HOME, accept, invite, settle_in};
use crate::world::{Member, World};

/// Ada and Bob have a circle, and Ada knows Cleo, who has a home of her own.
pub fn circle_and_a_friend(seed: u64) -> World {
    let mut world = circle(seed, &[BOB]);
    settle_in(&mut world, CLEO, Some(OTHER_HOME));
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, CLEO, &link);
    world.go_online(CLEO);
    world.go_online(ADA);
    world.run();
    world
}

/// Steps until Ada has made a commit for her wishes; it is not at the home yet.
fn run_until_made(world: &mut World) {
    let log = log_of_circle(world, ADA).log;
    while world
        .engine(ADA)
        .store()
        .pending_commit(&log)
        .unwrap()
        .is_none()
    {
        world.run_steps(1);
    }
}

#[test]
fn whoever_is_taken_back_before_the_commit_holds_is_not_added() {
    let mut world = circle_and_a_friend(1);
    world.go_offline(BOB);
    world.pass_days(8);
    say(&mut world, BOB, "b1");
    add(&mut world, CLEO);
    run_until_made(&mut world);
    world.go_offline(ADA);
    remove(&mut world, ADA, CLEO);
    // Bob's commit is faster.
    world.go_online(BOB);
    world.run();
    world.go_online(ADA);
    world.run();
    assert_eq!(member_count(&mut world, ADA), 2);
    assert_eq!(circle_of(&world, CLEO), None);
    add(&mut world, CLEO);
    world.run();
    assert_eq!(member_count(&mut world, CLEO), 3);
}

#[test]
fn whoever_is_taken_back_and_wanted_again_is_added() {
    let mut world = acquainted(2, &[BOB, CLEO]);
    begin(&mut world, &[BOB]);
    world.run();
    add(&mut world, CLEO);
    run_until_made(&mut world);
    world.go_offline(ADA);
    remove(&mut world, ADA, CLEO);
    add(&mut world, CLEO);
    world.go_online(ADA);
    world.run();
    assert_eq!(member_count(&mut world, ADA), 3);
    assert_eq!(member_count(&mut world, CLEO), 3);
}

#[test]
fn a_removal_that_does_not_hold_takes_no_wish_along() {
    let mut world = circle(4, &[BOB, CLEO, "dan"]);
    world.go_offline(CLEO);
    remove(&mut world, CLEO, "dan");
    world.go_offline(BOB);
    let (log, cleo) = (log_of_circle(&world, BOB).log, fingerprint(&world, CLEO));
    let mut bob = Member::new(&mut world, HOME, BOB, log);
    let leaf = bob.leaf_of(&cleo).unwrap();
    assert_eq!(bob.post_bogus_keys(&[leaf]).unwrap().kind(), "committed");
    world.go_online(CLEO);
    world.run();
    world.pass_s(2);
    say(&mut world, ADA, "a1");
    world.run();
    say(&mut world, CLEO, "he is gone");
    world.run();
    assert_eq!(texts(&world, "dan"), ["a1"]);
    assert_eq!(member_count(&mut world, ADA), 3);
    assert_eq!(world.engine(CLEO).waiting().unwrap().total(), 0);
}

#[test]
fn whoever_leaves_still_tells_whom_they_added() {
    let mut world = acquainted(9, &[BOB, CLEO]);
    begin(&mut world, &[BOB]);
    world.run();
    add(&mut world, CLEO);
    run_until_made(&mut world);
    world.set_reachable(OTHER_HOME, false);
    world.run_for(10_000);
    assert_eq!(member_count(&mut world, BOB), 3);
    leave(&mut world, ADA);
    world.run_for(10_000);
    world.set_reachable(OTHER_HOME, true);
    world.run();
    say(&mut world, BOB, "b1");
    world.run();
    assert_eq!(texts(&world, CLEO), ["left this conversation", "b1"]);
}
