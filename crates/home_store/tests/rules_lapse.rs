//! What a home forgets: logs that nobody reads, and never because of a wrong clock.

#[cfg(test)]
mod support;

use home_core::ConnectionId;
use home_store::LOGS_FILE;
use protocol::frame::{Request, Response};
use protocol::id::LogId;
use protocol::proof::Right;
use protocol::refusal::HomeError;
use protocol::request;
use support::inbox::{CAPABILITY, DEVICE, INBOX, OWNER, knock_request};
use support::log::{
    LOG, append_request, commit_request, head0, keys, open_request, prove_request, read_request,
};
use support::{DAY_S, DONE, World, body};

const GONE: Response = Response::Error(HomeError::Gone);

#[cfg(test)]
fn database(world: &World) -> rusqlite::Connection {
    rusqlite::Connection::open(world.folder.path().join(LOGS_FILE)).unwrap()
}

#[cfg(test)]
fn count(world: &World, rows: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {rows}");
    database(world)
        .query_row(&sql, (), |row| row.get(0))
        .unwrap()
}

/// As if every log had last been read so much earlier; the home looks at it on its next day.
#[cfg(test)]
fn unread_for_two_years(world: &mut World) {
    let sql = "UPDATE logs SET read_on = read_on - 731 WHERE lapsed = 0";
    database(world).execute_batch(sql).unwrap();
    world.live_days(1);
}

/// Whether the first entry of the log is still whole; asking counts as reading.
#[cfg(test)]
fn has_body(world: &mut World, by: ConnectionId) -> bool {
    world.read(by, 1, 0).entries[0].body.is_some()
}

/// Everything that can be asked of a log.
fn every_request(world: &World, by: ConnectionId) -> Vec<Request> {
    let (log, head) = (LOG, head0());
    vec![
        prove_request(world, by, head, Right::Read, keys(1).read),
        prove_request(world, by, head, Right::Write, keys(9).write),
        Request::Read(read_request(head, 1, 0)),
        Request::Subscribe(read_request(head, 1, 0)),
        append_request(head, body(1)),
        append_request(head, body(2)),
        commit_request(world, head, body(50), keys(50), vec![]),
        Request::Repair(request::Repair {
            log,
            head,
            body: body(3),
        }),
        Request::Signal(request::Signal {
            log,
            head,
            body: body(4),
        }),
        open_request(1, log, keys(1)),
        open_request(2, log, keys(9)),
    ]
}

#[test]
fn a_log_that_nobody_reads_for_two_years_lapses_and_answers_gone() {
    let mut world = World::new();
    let writer = world.writer();
    world.grant_token(2);
    world.append(writer, 1);
    world.live_days(730);
    world.append(writer, 5);
    world.live_days(1);
    let stranger = world.connect();
    for by in [writer, stranger] {
        for request in every_request(&world, by) {
            assert_eq!(world.ask(by, &request), GONE, "{}", request.kind());
        }
    }
    let elsewhere = open_request(2, LogId::new([8; 16]), keys(9));
    assert_eq!(
        world.ask(stranger, &elsewhere),
        DONE,
        "the token is unspent"
    );
}

#[test]
fn whoever_reads_keeps_a_log_for_two_more_years() {
    let mut world = World::new();
    let writer = world.writer();
    world.live_days(700);
    world.read(writer, 1, 0);
    world.live_days(730);
    world.append(writer, 1);
    world.live_days(1);
    assert_eq!(world.ask(writer, &append_request(head0(), body(2))), GONE);
}

#[test]
fn a_log_does_not_lapse_while_somebody_listens_to_it() {
    let mut world = World::new();
    let writer = world.writer();
    let listener = world.connect();
    world.prove(listener, head0(), Right::Read, keys(1).read);
    world.subscribe(listener, head0(), 1);
    unread_for_two_years(&mut world);
    world.append(writer, 1);
    assert_eq!(world.pushed().len(), 1);
    world.disconnect(listener);
    unread_for_two_years(&mut world);
    assert_eq!(world.ask(writer, &append_request(head0(), body(2))), GONE);
}

#[test]
fn of_a_lapsed_log_nothing_is_left_but_its_id_also_if_the_home_restarts_meanwhile() {
    let mut world = World::new();
    let writer = world.writer();
    for of in 1..=700 {
        world.append(writer, of);
    }
    let repair = every_request(&world, writer).remove(7);
    assert_eq!(world.ask(writer, &repair), DONE);
    world.commit(writer, head0(), 50, vec![]);
    unread_for_two_years(&mut world);
    assert!(count(&world, "entries") > 0, "not all at once");
    world.restart();
    for _ in 0..8 {
        world.tick();
    }
    for table in ["heads", "entries", "children", "places", "repairs"] {
        assert_eq!(count(&world, table), 0, "{table}");
    }
    assert_eq!(count(&world, "logs WHERE lapsed = 2 AND read_on = 0"), 1);
    let stranger = world.connect();
    assert_eq!(world.ask(stranger, &open_request(1, LOG, keys(1))), GONE);
}

#[test]
fn a_proof_at_a_lapsed_log_is_none_at_the_log_that_gets_its_place() {
    let mut world = World::new();
    let writer = world.writer();
    world.grant_token(2);
    unread_for_two_years(&mut world);
    world.tick();
    assert_eq!(count(&world, "heads"), 0);
    let other = open_request(2, LogId::new([8; 16]), keys(9));
    assert_eq!(world.ask(writer, &other), DONE);
    assert_eq!(count(&world, "heads WHERE number = 1"), 1, "the same place");
    assert_eq!(world.ask(writer, &append_request(head0(), body(1))), GONE);
    assert_eq!(count(&world, "entries"), 0);
}

#[test]
fn a_hundred_logs_lapse_on_one_day_at_most() {
    let mut world = World::new();
    world.tick();
    let sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 150)
               INSERT INTO logs (log, read_on) SELECT randomblob(16), n FROM n";
    database(&world).execute_batch(sql).unwrap();
    world.tick();
    assert_eq!(count(&world, "logs WHERE lapsed > 0"), 0, "once a day");
    world.live_days(1);
    assert_eq!(count(&world, "logs WHERE lapsed > 0"), 100);
    assert_eq!(count(&world, "logs WHERE lapsed > 0 AND read_on > 100"), 0);
    world.live_days(1);
    assert_eq!(count(&world, "logs WHERE lapsed > 0"), 150);
}

#[test]
fn a_clock_that_jumps_ten_years_ahead_and_back_loses_nothing() {
    let mut world = World::new();
    let writer = world.writer();
    world.append(writer, 1);
    let owner = world.reachable(&[1, 2]);
    world.fetch(owner, 2);
    assert_eq!(
        world.ask(owner, &knock_request(CAPABILITY, 1, body(1))),
        DONE
    );
    let today_s = world.now_s;
    for step in 0..5 {
        world.now_s = today_s + 3_650 * DAY_S + step;
        world.tick();
        world.restart();
    }
    world.now_s = today_s;
    world.tick();
    let by = world.connect();
    world.prove_both(by, head0(), keys(1));
    assert!(has_body(&mut world, by));
    world.own(by, INBOX, OWNER);
    assert_eq!(world.listen(by, DEVICE, 0).items.len(), 1);
    world.fetch(by, 2);
}

#[test]
fn days_go_on_after_a_clock_that_was_ahead_is_set_back() {
    let mut world = World::new();
    let writer = world.writer();
    world.append(writer, 1);
    world.now_s += 3_650 * DAY_S;
    world.tick();
    world.now_s -= 3_650 * DAY_S;
    world.tick();
    world.live_days(89);
    assert!(has_body(&mut world, writer));
    world.live_days(1);
    assert!(
        !has_body(&mut world, writer),
        "91 days, one of them the jump"
    );
}

#[test]
fn a_home_that_was_off_for_100_days_keeps_bodies_for_as_many_days_as_it_runs() {
    let mut world = World::new();
    let writer = world.writer();
    world.append(writer, 1);
    world.restart();
    world.now_s += 100 * DAY_S;
    world.tick();
    let reader = world.connect();
    world.prove(reader, head0(), Right::Read, keys(1).read);
    assert!(has_body(&mut world, reader));
    world.live_days(89);
    assert!(has_body(&mut world, reader));
    world.live_days(1);
    assert!(!has_body(&mut world, reader));
}
