//! Everything at once: two people meet, talk and renew their keys while anything goes wrong at any
//! time. Stretches of trouble and calm follow each other; at the end of each calm everything has
//! arrived.

use crate::people::{
    ADA, BOB, HOME, OTHER_HOME, accept, check_together, check_together_in_two_logs, invite, say,
    settle_in, stride, troubles,
};
use crate::world::{Fault, World};

/// One life of two people; `mutual`: both accept each other's link.
fn live(seed: u64, mutual: bool) {
    println!("seed {seed}, mutual {mutual}");
    let mut world = World::new(seed);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, Some(HOME));
    let bobs = [None, Some(HOME), Some(OTHER_HOME)][seed as usize % 3];
    let bobs = if mutual { Some(OTHER_HOME) } else { bobs };
    settle_in(&mut world, BOB, bobs);
    let link = invite(&mut world, ADA, 1);
    let back = mutual.then(|| invite(&mut world, BOB, 1));
    let mut faults = troubles(&[HOME, OTHER_HOME]);
    faults.extend([Fault::Twice, Fault::Swapped]);
    accept(&mut world, BOB, &link);
    if let Some(back) = back {
        accept(&mut world, ADA, &back);
    }
    world.go_online(ADA);
    world.go_online(BOB);
    let (mut by_ada, mut by_bob) = (Vec::new(), Vec::new());
    for round in 0..6 {
        let calm = round % 2 == 1;
        world.plan_every(if calm { 0 } else { 11 + seed % 37 }, &faults);
        if !world.engine(ADA).conversations().unwrap().is_empty() {
            by_ada.push(format!("a{round}"));
            say(&mut world, ADA, &format!("a{round}"));
        }
        by_bob.push(format!("b{round}"));
        say(&mut world, BOB, &format!("b{round}"));
        if calm {
            world.run();
            check(&world, mutual, &by_ada, &by_bob);
            world.pass_days(8);
        } else {
            world.run_for(1_000 + seed * 97 % 20_000);
        }
    }
}

fn check(world: &World, mutual: bool, by_ada: &[String], by_bob: &[String]) {
    let by_ada: Vec<&str> = by_ada.iter().map(String::as_str).collect();
    let by_bob: Vec<&str> = by_bob.iter().map(String::as_str).collect();
    if mutual {
        check_together_in_two_logs(world, &by_ada, &by_bob);
    } else {
        check_together(world, &by_ada, &by_bob);
    }
}

#[test]
fn two_people_come_through_whatever_happens() {
    for seed in (1..30).step_by(stride(1)) {
        live(seed, false);
    }
}

#[test]
fn two_people_who_accept_each_other_come_through_whatever_happens() {
    for seed in (1..16).step_by(stride(1)) {
        live(seed, true);
    }
}
