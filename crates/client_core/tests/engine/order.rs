//! Lists are in the order in which things were made, also within one second, after a start and on a new device.

use crate::people::{ADA, HOME, join, persona_of, settle_in};
use crate::restored_device::{back_up, restore};
use crate::world::World;

/// Not in the order of their letters.
const NAMES: [&str; 8] = ["Zoe", "Ada", "Mia", "Ben", "Kim", "Eve", "Sam", "Bea"];

/// What is listed: names, conversations with oneself, invitations.
fn listed(world: &World) -> [Vec<String>; 3] {
    let engine = world.engine(ADA);
    let names = engine.personas().unwrap().into_iter();
    let titles = engine.conversations().unwrap().into_iter();
    let labels = engine.invitations().unwrap().into_iter();
    [
        names.map(|one| one.name).skip(1).collect(),
        titles.map(|one| one.title).collect(),
        labels.filter_map(|one| one.label).collect(),
    ]
}

#[test]
fn lists_are_in_the_order_in_which_things_were_made() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, None);
    join(&mut world, ADA, HOME);
    let persona = persona_of(&world, ADA);
    for name in NAMES {
        let made = world.act(ADA, |engine, now| {
            engine.new_persona(now, name)?;
            engine.new_own(now, persona, name)?;
            engine.new_invitation(now, persona, 1, None, Some(name.to_owned()))
        });
        made.unwrap();
    }
    let made = [(); 3].map(|()| NAMES.map(str::to_owned).to_vec());
    assert_eq!(listed(&world), made);
    world.go_offline(ADA);
    assert_eq!(listed(&world), made);
    let backup = back_up(&world, ADA);
    restore(&mut world, ADA, &backup);
    assert_eq!(listed(&world), made);
}
