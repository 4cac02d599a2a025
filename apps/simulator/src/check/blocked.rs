//! Blocking: nobody hears of it, and what was said meanwhile is never shown.

use super::{Checker, Moment};
use crate::blocking::never_shown;
use crate::scene::Scene;

/// Whoever blocks sends nothing because of it, and is not shown what the other says meanwhile, not later either.
pub struct Blocked;

impl Checker for Blocked {
    fn check(&mut self, scene: &mut Scene, _: Moment) -> Result<(), String> {
        if let Some(name) = scene.blocks.told {
            return Err(format!("{name} sent something because of a block"));
        }
        for name in scene.people.clone() {
            let never = never_shown(scene, name);
            let shown = scene.shown(name);
            if let Some(item) = shown.iter().find(|item| never.contains(&item.text)) {
                return Err(format!(
                    "{name} is shown {} of whom they had blocked",
                    item.text
                ));
            }
        }
        Ok(())
    }
}
