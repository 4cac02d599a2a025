//! How far bytes are, for people who watch: on a terminal's standard error, and nowhere else.

use client::client_core::{Event, ItemId};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;

use crate::output::Output;

const TEMPLATE: &str = "{msg} {bar:30} {bytes} of {total_bytes}, {eta} left";

/// A bar that comes with the first bytes and goes with the command.
pub(super) struct Progress {
    doing: &'static str,
    is_watched: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Says what is being done, if there is somebody to watch.
    pub fn new(doing: &'static str, output: Output<'_>) -> Self {
        Self {
            doing,
            is_watched: output.listener.is_none()
                && !output.json
                && !output.quiet
                && std::io::stderr().is_terminal(),
            bar: None,
        }
    }

    /// So many bytes of so many.
    pub fn at(&mut self, done: u64, of: u64) {
        if !self.is_watched {
            return;
        }
        let doing = self.doing;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(of).with_message(doing);
            // A template that does not read leaves the usual one.
            match ProgressStyle::with_template(TEMPLATE) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        bar.set_length(of);
        bar.set_position(done);
    }

    /// What happened to these items.
    pub fn note(&mut self, items: &[ItemId], events: &[Event]) {
        for event in events {
            if let Event::Carried {
                item,
                done_bytes,
                of_bytes,
                ..
            } = event
                && items.contains(item)
            {
                self.at(*done_bytes, *of_bytes);
            }
        }
    }

    /// What happened to any item.
    pub fn note_all(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Carried {
                done_bytes,
                of_bytes,
                ..
            } = event
            {
                self.at(*done_bytes, *of_bytes);
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
