//! How often a home asks for memory for one message: counted, so that nobody has to guess. SQLite has
//! its own and is not counted.

#[cfg(test)]
mod support;

use home_core::{Effect, Input, admit};
use protocol::frame::Response;
use support::World;
use support::log::{append_request, head0, keys};

/// What the way of an append from a frame to the frames of its answer and its push may cost: the body,
/// the list of who hears it, the two frames while they grow, and what a map or the remembered hashes
/// need now and then.
const AT_MOST_PER_APPEND: u64 = 7;
const APPENDS: u64 = 1_000;
const OF_A_FLUSH: u64 = 50;

#[test]
fn an_append_asks_for_memory_a_handful_of_times() {
    let mut world = World::new();
    let writer = world.writer();
    let reader = world.connect();
    world.prove_both(reader, head0(), keys(1));
    world.subscribe(reader, head0(), 1);
    world.append(writer, 1_000_000);
    let frames: Vec<_> = (1..=APPENDS)
        .map(|of| append_request(head0(), support::body(of)).to_frame(of))
        .collect();
    let (key, nonce, now_s) = (world.key, world.nonce(writer), world.now_s);
    let (mut answers, mut pushes) = (0, 0);
    let counted = allocation_counter::measure(|| {
        for frame in &frames {
            let (id, request) = admit(frame, &key, &nonce).unwrap();
            let input = Input::Request {
                connection: writer,
                id,
                request,
            };
            world.home.handle(now_s, input).unwrap();
            if id % OF_A_FLUSH == 0 {
                world.home.flush().unwrap();
            }
            while let Some(effect) = world.home.poll() {
                match effect {
                    Effect::Answer {
                        id,
                        response: response @ Response::Appended(_),
                        ..
                    } => answers += u64::from(!response.to_frame(id).is_empty()),
                    Effect::Push { response, .. } => {
                        pushes += u64::from(!response.to_frame(0).is_empty());
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    });
    assert_eq!((answers, pushes), (APPENDS, APPENDS));
    let per_append = counted.count_total as f64 / APPENDS as f64;
    assert!(
        counted.count_total <= AT_MOST_PER_APPEND * APPENDS,
        "{per_append}"
    );
}
