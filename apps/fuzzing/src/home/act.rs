//! What each act means.

use super::requests;
use super::world::World;
use super::{ACT_BYTES, DAY_S};
use protocol::frame::Request;
use protocol::id::{HeadId, LogId, Nonce};

/// The bit of the last number that keeps a request waiting for a later flush.
const HELD: u8 = 0x80;

pub(super) fn happens(world: &mut World, act: [u8; ACT_BYTES]) {
    let [verb, who, a, b, c, d] = act;
    match verb % 35 {
        0 => world.connect(who),
        1 => world.disconnect(who),
        2 => world.restart(),
        3 => world.flush(),
        4 => world.live_days(u64::from(a) % 128),
        5 => world.wait(u64::from(a)),
        6 => world.jump(u64::from(a) * DAY_S),
        7 => begin(world, who, a, b),
        8 => many(world, who, a, [b, c, d]),
        9 => broken(world, who, a, [b, c, d]),
        verb => {
            if let Some(request) = asked(world, verb, who, [a, b, c, d]) {
                world.ask(who, &request);
                if d & HELD == 0 {
                    world.flush();
                }
            }
        }
    }
}

/// The request of a verb; none where nobody is connected there.
fn asked(world: &mut World, verb: u8, who: u8, [a, b, c, d]: [u8; 4]) -> Option<Request> {
    let nonce: Nonce = world.nonce(who)?;
    let log = requests::log(a);
    let head = world.head(&log, b);
    Some(match verb {
        10 => requests::hello(a),
        11 | 12 => requests::prove(&nonce, log, head, verb == 11, c),
        13 => requests::open(b, a, c),
        14 => Request::Read(requests::read(
            log,
            head,
            u64::from(c) + 1,
            u64::from(d & 3),
        )),
        15 => Request::Subscribe(requests::read(
            log,
            head,
            u64::from(c) + 1,
            u64::from(d & 3),
        )),
        16 | 17 => requests::append(log, head, requests::body(c, d & !HELD)),
        18 => requests::commit(log, head, requests::body(d & 7, c), d, vec![]),
        19 => requests::commit(
            log,
            head,
            requests::body(d & 7, c),
            d,
            world.children(&log, head),
        ),
        20 => requests::repair(log, head, requests::body(c & 7, d & !HELD)),
        21 => requests::signal(log, head, requests::body(c & 7, d & !HELD)),
        22 => requests::blob_put(log, head, c, d & !HELD),
        23 => Request::BlobGet(requests::blob_name(log, head, c)),
        24 => Request::BlobRenew(requests::blob_name(log, head, c)),
        25 => requests::create(a, b, c),
        26 => requests::own(&nonce, a, b),
        27 => requests::publish(a, b, c, d),
        28 => requests::grant(a, b, c),
        29 => match c % 2 {
            0 => requests::allow(a, b, d & !HELD),
            _ => requests::revoke(a, b),
        },
        30 => requests::fetch(a, b, c, d & !HELD),
        31 => requests::knock(a, b, c, requests::body(d & 7, c)),
        32 => requests::listen(a, b, c),
        33 => requests::acknowledge(a, b, c, d & !HELD),
        _ => requests::erase(a),
    })
}

/// All that it takes to write to a log, so that short stories come far.
fn begin(world: &mut World, who: u8, of: u8, pays: u8) {
    world.connect_if_gone(who);
    let Some(nonce) = world.nonce(who) else {
        return;
    };
    let log: LogId = requests::log(of);
    let head: HeadId = world.head(&log, 0);
    for request in [
        requests::create(0, 0, 0),
        requests::own(&nonce, 0, 0),
        requests::allow(0, pays, 1),
        requests::open(pays, of, 0),
        requests::prove(&nonce, log, head, true, 0),
        requests::prove(&nonce, log, head, false, 0),
    ] {
        world.ask(who, &request);
    }
    world.flush();
}

/// Many appends in one flush.
fn many(world: &mut World, who: u8, of: u8, [head, size, count]: [u8; 3]) {
    let log = requests::log(of);
    let head = world.head(&log, head);
    for variant in 0..count % 64 {
        let request = requests::append(log, head, requests::body(size % 6, variant));
        world.ask(who, &request);
    }
    world.flush();
}

/// A request of which one byte is another.
fn broken(world: &mut World, who: u8, verb: u8, [a, at, value]: [u8; 3]) {
    let Some(request) = asked(world, 10 + verb % 25, who, [a, at, value, 0]) else {
        return;
    };
    world.ask_broken(who, &request, usize::from(at), value);
    world.flush();
}
