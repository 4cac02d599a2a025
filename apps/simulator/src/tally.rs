//! How often what happened: recoveries, counted from what people were told, and the list of all
//! that a long run must have seen.

use crate::scene::Scene;
use client_core::Event;

/// Every fault, harm, lie and recovery of the standard mix. None may be missing in a thousand seeds.
pub const STANDARD: [&str; 49] = [
    "fault: all clocks set back",
    "fault: all clocks set forward",
    "fault: answers swapped",
    "fault: client crashed",
    "fault: clock set back",
    "fault: clock set forward",
    "fault: connections cut",
    "fault: crash at a write planned",
    "fault: disk damaged at rest",
    "fault: disk full",
    "fault: frame came twice",
    "fault: home crashed",
    "fault: home crashed before it answered",
    "fault: home restored from an old backup",
    "fault: old backup restored",
    "fault: slow reader",
    "fault: sync failed",
    "fault: unflushed writes lost",
    "harm: child that is no commit",
    "harm: commit with bogus keys",
    "harm: entry past one's engine",
    "harm: entry that does not open",
    "harm: flood of siblings",
    "harm: path secret spoiled for one",
    "lie: entries withheld",
    "lie: nonsense",
    "lie: pushes out of order",
    "lie: two histories",
    "noticed: conversation stopped",
    "noticed: home distrusted",
    "noticed: passed over",
    "people: added again",
    "people: away",
    "people: back",
    "people: commits that competed",
    "people: heard a signal",
    "people: left",
    "people: removed",
    "people: saw themselves removed",
    "recovery: added, or added anew",
    "recovery: body known again",
    "recovery: client ended by a crash at a write",
    "recovery: connections made",
    "recovery: fell behind and asked",
    "recovery: home ended by a crash at a write",
    "recovery: home ended by a failed sync or damage",
    "recovery: home ended by a full disk",
    "recovery: slow reader cut off",
    "recovery: somebody's request read",
];

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
