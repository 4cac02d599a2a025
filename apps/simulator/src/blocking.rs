//! Two of whom one blocks the other now and then, and what each may not be shown because of it.
//!
//! Here all clocks agree, so it is known of each text whether it was said while its reader had blocked its author: then
//! they are never shown it. What was on its way when the block began may be shown or not.

use crate::scene::Scene;
use client_core::ItemState;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of blocks in a world of two.
#[derive(Default)]
pub struct Blocks {
    /// Who has blocked the other, and how many things had been said by then.
    since: BTreeMap<&'static str, usize>,
    /// Who must never be shown which text.
    never: BTreeSet<(&'static str, String)>,
    /// Texts that one of the two may miss.
    unsure: BTreeSet<String>,
    /// Who sent something because they blocked somebody.
    pub told: Option<&'static str>,
}

impl Blocks {
    /// Whether one of the two may miss a text.
    pub fn may_miss(&self, text: &str) -> bool {
        self.unsure.contains(text)
    }
}

/// Somebody blocks the other, or does so no longer.
pub fn block_or_unblock(scene: &mut Scene) {
    let by = scene.somebody();
    if scene.blocks.since.contains_key(by) {
        unblock(scene, by);
    } else {
        block(scene, by);
    }
}

/// Nobody is blocked from here on.
pub fn end(scene: &mut Scene) {
    for by in scene.people.clone() {
        if scene.blocks.since.contains_key(by) {
            unblock(scene, by);
        }
    }
}

/// What somebody must not be shown by now.
pub fn never_shown(scene: &Scene, name: &'static str) -> BTreeSet<String> {
    let never = scene.blocks.never.iter();
    let never = never.filter(|(reader, _)| *reader == name);
    let mut never: BTreeSet<_> = never.map(|(_, text)| text.clone()).collect();
    if let Some(since) = scene.blocks.since.get(name) {
        never.extend(said_since(scene, name, *since));
    }
    never
}

fn said_since(scene: &Scene, reader: &str, since: usize) -> Vec<String> {
    let said = scene.said.iter().skip(since);
    let of_others = said.filter(|said| said.by != reader);
    of_others.map(|said| said.text.clone()).collect()
}

/// What others said in this millisecond, by the clock that all have.
fn said_at(scene: &mut Scene, reader: &str, at_ms: u64) -> BTreeSet<String> {
    scene.look_anew();
    let others = scene.people.iter().filter(|name| **name != reader);
    let items = others.flat_map(|name| scene.shown(name).to_vec());
    let said = items.filter(|item| item.mine && item.at_ms == at_ms);
    said.map(|item| item.text).collect()
}

fn block(scene: &mut Scene, by: &'static str) {
    let contacts = scene.world.engine(by).contacts().unwrap();
    let (Some(other), Some(_)) = (contacts.first(), scene.conversation(by)) else {
        return;
    };
    let other = other.id;
    scene.world.note(|| format!("{by} blocks the other"));
    let frames = scene.world.frames_on_their_way();
    let done = scene.world.act(by, |engine, now| engine.block(now, other));
    if done.is_ok() && scene.world.frames_on_their_way() > frames {
        scene.blocks.told = Some(by);
    }
    // What failed at the disk may have been kept.
    if is_blocking(scene, by) {
        scene.world.count("people: blocked");
        note_unsure(scene, by);
        scene.blocks.since.insert(by, scene.said.len());
    }
}

fn unblock(scene: &mut Scene, by: &'static str) {
    let other = scene.world.engine(by).contacts().unwrap()[0].id;
    scene.world.note(|| format!("{by} blocks nobody"));
    let until_ms = scene.world.now_of(by).unix_ms;
    let _ = scene
        .world
        .act(by, |engine, now| engine.unblock(now, other));
    if !is_blocking(scene, by)
        && let Some(since) = scene.blocks.since.remove(by)
    {
        // What is said in the very millisecond in which the block ends is said after it.
        let late = said_at(scene, by, until_ms);
        let said = said_since(scene, by, since).into_iter();
        let never = said.filter(|text| !late.contains(text));
        let never: Vec<_> = never.map(|text| (by, text)).collect();
        scene.blocks.never.extend(never);
        note_unsure(scene, by);
    }
}

fn is_blocking(scene: &Scene, by: &str) -> bool {
    let contacts = scene.world.engine(by).contacts().unwrap();
    contacts.iter().any(|contact| contact.blocked)
}

/// What has not left whoever blocks may stay there, and what others said and is not shown to them may never be.
fn note_unsure(scene: &mut Scene, by: &'static str) {
    scene.look_anew();
    let shown: BTreeSet<String> = scene
        .shown(by)
        .iter()
        .map(|item| item.text.clone())
        .collect();
    let waits: Vec<String> = scene
        .shown(by)
        .iter()
        .filter(|item| item.mine && item.state != ItemState::Stored)
        .map(|item| item.text.clone())
        .collect();
    scene.blocks.unsure.extend(waits);
    for other in scene.people.clone() {
        let of_theirs = scene.shown(other);
        let missed = of_theirs
            .iter()
            .filter(|item| item.mine && other != by && !shown.contains(&item.text))
            .map(|item| item.text.clone());
        scene.blocks.unsure.extend(missed);
    }
}
