//! Recoveries, counted from what people were told.

use crate::scene::Scene;
use client_core::Event;

/// Counts what everybody was told over the whole seed.
pub fn events(scene: &mut Scene) {
    for name in scene.people.clone() {
        let names: Vec<_> = scene.world.events(name).iter().filter_map(named).collect();
        for name in names {
            scene.world.count(name);
        }
        let failures = scene.world.client(name).failures;
        scene
            .world
            .story
            .count("recovery: input undone and asked again", failures);
    }
}

fn named(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Distrusted(..) => "noticed: home distrusted",
        Event::Halted(..) => "noticed: conversation stopped",
        Event::PassedOver(_) => "noticed: passed over",
        Event::Behind(_) => "recovery: fell behind and asked",
        Event::AskedForRepair(..) => "recovery: somebody's request read",
        Event::Added(_) => "recovery: added, or added anew",
        Event::Removed(_) => "people: saw themselves removed",
        Event::Left(_) => "people: were gone",
        Event::Signalled(..) => "people: heard a signal",
        Event::Unreachable(_) => "recovery: home not reached and tried again",
        _ => return None,
    })
}
