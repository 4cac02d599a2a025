//! Worlds in which people have met already, kept as copies of their disks: most seeds begin there,
//! with entropy of their own. Some seeds live through the meeting themselves.

use crate::disk::Snapshot;
use crate::scene::Scene;
use crate::world::World;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Different beginnings of one shape.
const BEGINNINGS: u64 = 4;

/// The disks of a world, and its time.
pub struct Template {
    disks: BTreeMap<&'static str, Snapshot>,
    now_ms: u64,
}

type Shape = (usize, usize, bool, u64);

thread_local! {
    static KEPT: RefCell<BTreeMap<Shape, Rc<Template>>> = RefCell::default();
}

/// A scene in which everybody has met, with entropy from `seed`.
pub fn met(seed: u64, people: usize, homes: usize, is_circle: bool) -> Scene {
    let shape = (people, homes, is_circle, seed % BEGINNINGS);
    let kept = KEPT.with_borrow(|kept| kept.get(&shape).cloned());
    let template = kept.unwrap_or_else(|| {
        let template = Rc::new(make(shape));
        KEPT.with_borrow_mut(|kept| kept.insert(shape, template.clone()));
        template
    });
    let mut world = World::new(seed);
    world.story.keep_silent();
    let mut scene = Scene::new(world, seed, people, homes, is_circle);
    let names = scene.homes.iter().chain(&scene.people);
    for name in names {
        scene.world.put_disk(name, &template.disks[name]);
    }
    for home in scene.homes.clone() {
        scene.world.add_home(home);
    }
    for name in scene.people.clone() {
        scene.world.add_client(name);
    }
    scene.world.set_time(template.now_ms);
    scene
}

fn make((people, homes, is_circle, beginning): Shape) -> Template {
    // No seed of a run comes near, or its people would draw the entropy of their past again.
    let mut world = World::new(u64::MAX - beginning);
    world.story.keep_silent();
    let mut scene = Scene::new(world, beginning, people, homes, is_circle);
    scene.begin();
    let names: Vec<_> = scene.people.iter().chain(&scene.homes).copied().collect();
    for name in &names {
        scene.world.end(name);
    }
    let world = &scene.world;
    Template {
        disks: names
            .into_iter()
            .map(|name| (name, world.take_disk(name)))
            .collect(),
        now_ms: world.now().monotonic_ms,
    }
}
