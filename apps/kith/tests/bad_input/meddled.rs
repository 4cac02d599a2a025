//! At every step of every exchange a home answers wrongly or not at all: the command ends in
//! bounded time with a sentence, and once the home is itself again everything comes about, once.

use std::time::Duration;

use crate::meddler::{Act, Meddler};
use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::said::Said;

/// What is done to every step.
const EVERYWHERE: [Act; 6] = [
    Act::CloseBefore,
    Act::CloseAfter,
    Act::Garbage,
    Act::Twice,
    Act::OtherKind,
    Act::Retry,
];
/// What is done to every step as well, but is often waited for: no time of the processor.
const WAITED_FOR: [Act; 2] = [Act::Silence, Act::Refuse];
/// What a client cannot tell from something above is done to one step of each exchange.
const ONCE: [Act; 5] = [Act::Version, Act::Cut, Act::Text, Act::Early, Act::OtherId];

/// The exchange that is meddled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Ada takes a name at the home.
    Join,
    /// Ada makes an invitation.
    Invite,
    /// Ben, without a home, accepts it.
    Accept,
    /// Ben, who is at another home, accepts it; his home is meddled with.
    AcceptElsewhere,
    /// Ben writes to Ada.
    Send,
    /// Ada hears that Ben has accepted, and what he wrote.
    Receive,
}

const JOIN: &[&str] = &["hello", "create-inbox", "own", "publish"];
const INVITE: &[&str] = &["hello", "own", "grant-capability"];
const ACCEPT: &[&str] = &[
    "hello",
    "fetch",
    "create-inbox",
    "own",
    "publish",
    "grant-capability",
    "open",
    "knock",
];
const ACCEPT_ELSEWHERE: &[&str] = &["own", "grant-capability", "allow", "open"];
const SEND: &[&str] = &["hello", "prove", "subscribe", "append"];
const RECEIVE: &[&str] = &[
    "hello",
    "own",
    "listen",
    "acknowledge",
    "prove",
    "subscribe",
];

type Case = (Step, &'static str, Act);

/// All cases of some steps with some acts.
fn cases(steps: &[(Step, &'static [&'static str])], acts: &[Act]) -> Vec<Case> {
    let of = |(step, kinds): &(Step, &'static [&'static str])| {
        let step = *step;
        let acts = acts.to_vec();
        kinds
            .iter()
            .flat_map(move |kind| acts.clone().into_iter().map(move |act| (step, *kind, act)))
            .collect::<Vec<_>>()
    };
    steps.iter().flat_map(of).collect()
}

/// Runs all these cases, so many at a time.
fn check_all(cases: &[Case], at_once: usize) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((step, kind, act)) = cases.get(number) else {
                        return;
                    };
                    check(*step, kind, *act);
                }
            });
        }
    });
}

struct Scene {
    _homes: [Home; 2],
    meddler: Meddler,
    ada: Person,
    ben: Person,
    link: String,
}

/// Up to the step, everything goes well.
fn scene(step: Step) -> Scene {
    let (home, other) = (Home::open(), Home::open());
    let elsewhere = step == Step::AcceptElsewhere;
    let meddler = Meddler::before(if elsewhere {
        &other.address
    } else {
        &home.address
    });
    let (ada, ben) = (Person::fresh(), Person::local("Ben"));
    let mut link = String::new();
    if step != Step::Join {
        let url = if elsewhere { &home.url } else { &meddler.url };
        ada.run(&["persona", "new", "Ada", "--home", url]).ok();
    }
    if !matches!(step, Step::Join | Step::Invite) {
        link = ada.invite(&["--uses", "5"]).0;
    }
    if elsewhere {
        ben.run(&["persona", "join", "Ben", "--home", &meddler.url])
            .ok();
    }
    if matches!(step, Step::Send | Step::Receive) {
        ben.accept(&link).ok();
    }
    if step == Step::Receive {
        ben.run(&["send", "Ada", "hello"]).ok();
    }
    Scene {
        _homes: [home, other],
        meddler,
        ada,
        ben,
        link,
    }
}

fn act(step: Step, scene: &Scene) -> Said {
    let (ada, ben) = (&scene.ada, &scene.ben);
    match step {
        Step::Join => ada.run(&["persona", "new", "Ada", "--home", &scene.meddler.url]),
        Step::Invite => ada.run(&["invite", "new"]),
        Step::Accept | Step::AcceptElsewhere => ben.accept(&scene.link),
        Step::Send => ben.run(&["send", "Ada", "hello"]),
        Step::Receive => ada.sync(),
    }
}

fn check(step: Step, kind: &'static str, how: Act) {
    let case = format!("{step:?} {kind} {how:?}");
    let scene = scene(step);
    scene.meddler.meddle(kind, how);
    let said = act(step, &scene);
    let met = scene.meddler.rest();
    assert!(met > 0, "{case}: the rule was never met: {said:?}");
    assert!(said.took < Duration::from_secs(28), "{case}: {said:?}");
    if matches!(how, Act::CloseBefore | Act::CloseAfter | Act::Garbage) {
        let soon = Duration::from_secs(10);
        assert!(
            said.took < soon,
            "{case}: waited for a home that is gone: {said:?}"
        );
    }
    match said.code {
        Some(0) => {}
        Some(4) => drop(said.failed(4)),
        Some(code @ (3 | 5)) => drop(said.failed_without_result(code)),
        _ => panic!("{case}: {said:?}"),
    }
    scene.ada.run(&["profile", "info"]).ok();
    scene.ben.run(&["profile", "info"]).ok();
    if matches!(said.code, Some(3 | 5)) {
        nothing_was_kept(step, &scene, &case);
        act(step, &scene).ok();
    }
    everything_comes_about(step, &scene, &case);
}

fn nothing_was_kept(step: Step, scene: &Scene, case: &str) {
    match step {
        Step::Join => assert!(scene.ada.list("persona").is_empty(), "{case}"),
        Step::Invite => assert!(scene.ada.list("invite").is_empty(), "{case}"),
        Step::Accept | Step::AcceptElsewhere => {
            assert!(scene.ben.list("contact").is_empty(), "{case}");
            assert!(scene.ben.list("conversation").is_empty(), "{case}");
        }
        Step::Send | Step::Receive => panic!("{case} must not be refused"),
    }
}

/// As often as somebody tries again on a machine that does many other things.
const TRIES: usize = 10;

/// The home is itself again: both sync, and the rest of the story follows.
fn everything_comes_about(step: Step, scene: &Scene, case: &str) {
    let (ada, ben) = (&scene.ada, &scene.ben);
    let settle = |person: &Person| {
        let mut tries = (0..TRIES).map(|_| person.sync());
        let is_done = |said: &Said| said.code == Some(0) && said.line()["pending"] == 0;
        assert!(tries.any(|said| is_done(&said)), "{case}: it never settles");
    };
    settle(ada);
    if matches!(step, Step::Join | Step::Invite) {
        let (link, _) = ada.invite(&[]);
        ben.accept(&link).ok();
    } else {
        settle(ben);
    }
    if !matches!(step, Step::Send | Step::Receive) {
        ben.run(&["send", "Ada", "hello"]).ok();
    }
    settle(ada);
    assert_eq!(ada.texts("Ben"), ["hello"], "{case}");
    ada.run(&["send", "Ben", "welcome"]).ok();
    settle(ben);
    assert_eq!(ben.texts("Ada"), ["hello", "welcome"], "{case}");
    assert_eq!(ada.list("contact").len(), 1, "{case}");
}

const ACCEPTING: [(Step, &[&str]); 2] = [
    (Step::Accept, ACCEPT),
    (Step::AcceptElsewhere, ACCEPT_ELSEWHERE),
];
const OTHERS: [(Step, &[&str]); 4] = [
    (Step::Join, JOIN),
    (Step::Invite, INVITE),
    (Step::Send, SEND),
    (Step::Receive, RECEIVE),
];

#[test]
fn accepting_survives_a_wrong_answer_at_every_step() {
    check_all(&cases(&ACCEPTING, &EVERYWHERE), 12);
}

#[test]
fn joining_inviting_sending_and_receiving_survive_a_wrong_answer_at_every_step() {
    check_all(&cases(&OTHERS, &EVERYWHERE), 12);
}

#[test]
fn every_exchange_survives_silence_and_refusals_at_every_step() {
    let steps = [&ACCEPTING[..], &OTHERS[..]].concat();
    check_all(&cases(&steps, &WAITED_FOR), 32);
}

#[test]
fn one_step_of_each_exchange_survives_all_other_answers() {
    let steps: [(Step, &[&str]); 4] = [
        (Step::Join, &["hello"]),
        (Step::Accept, &["fetch"]),
        (Step::Send, &["append"]),
        (Step::Receive, &["subscribe"]),
    ];
    check_all(&cases(&steps, &ONCE), 12);
    let steps: [(Step, &[&str]); 2] = [(Step::Join, &["create-inbox"]), (Step::Accept, &["fetch"])];
    check_all(&cases(&steps, &[Act::NotUnderstood]), 2);
}

#[test]
fn a_home_that_shows_another_key_in_the_middle_is_left_alone() {
    for how in [Act::OtherKey, Act::BadSignature] {
        for step in [Step::Invite, Step::Accept, Step::Send, Step::Receive] {
            check(step, "hello", how);
        }
    }
    check(Step::Join, "hello", Act::BadSignature);
}
