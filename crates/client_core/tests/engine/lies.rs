//! Lies that a home can tell, as changes to what it says.

use crate::hostile::log_of;
use crate::people::ADA;
use crate::world::{Lie, World};
use protocol::frame::Response;
use protocol::hash;
use protocol::response::Entry;

/// Each response to `victim` goes through `change`.
pub fn rewrite(
    victim: &'static str,
    mut change: impl FnMut(Response) -> Vec<Response> + 'static,
) -> Lie {
    Box::new(move |client, frame| {
        if client != victim {
            return vec![frame.to_vec()];
        }
        let (id, response) = Response::from_frame(frame).unwrap();
        let said = change(response).into_iter();
        said.map(|response| response.to_frame(id)).collect()
    })
}

/// The first response that `change` takes is replaced, all others stay.
pub fn replace_one(mut change: impl FnMut(&Response) -> Option<Response> + 'static) -> Lie {
    let mut done = false;
    rewrite(ADA, move |response| {
        let changed = if done { None } else { change(&response) };
        done |= changed.is_some();
        vec![changed.unwrap_or(response)]
    })
}

/// Each entry that is shown to `victim`, wherever it stands; none: it is left out.
pub fn change_entries(
    victim: &'static str,
    mut change: impl FnMut(Entry) -> Option<Entry> + 'static,
) -> Lie {
    rewrite(victim, move |response| match response {
        Response::Entry(mut push) => match change(push.entry) {
            Some(entry) => {
                push.entry = entry;
                vec![Response::Entry(push)]
            }
            None => Vec::new(),
        },
        Response::Page(mut page) => {
            page.entries = page.entries.into_iter().filter_map(&mut change).collect();
            vec![Response::Page(page)]
        }
        other => vec![other],
    })
}

/// The first entry disappears from what is shown; all others are numbered as if it had never been.
pub fn hide_first(world: &World, victim: &'static str) -> Lie {
    let log = log_of(world, victim);
    let mut chain = hash::chain_start(&log.log, &log.head);
    change_entries(victim, move |mut entry| {
        if entry.seq == 1 {
            return None;
        }
        entry.seq -= 1;
        chain = hash::chain_next(&chain, entry.seq, entry.kind, &entry.hash);
        entry.chain = chain;
        Some(entry)
    })
}

/// One lie after the other.
pub fn both(mut one: Lie, mut other: Lie) -> Lie {
    Box::new(move |client, frame| {
        let frames = one(client, frame);
        frames
            .iter()
            .flat_map(|frame| other(client, frame))
            .collect()
    })
}
