//! Homes that never answered, or never said yes: a name comes by another one, nobody who knows it is lost, and no home
//! keeps what nobody wants.

use crate::people::{
    ADA, BOB, HOME, OTHER_HOME, accept, check_nothing_bad, check_together, invite, join,
    persona_of, say, settle_in, stride, troubles,
};
use crate::restored_device::{back_up, restore};
use crate::world::{Fault, World};
use client_core::{CapabilityId, CoreError, Event, GivenUp, Kind, Step};
use protocol::frame::{Request, Response};
use protocol::id::InboxId;
use protocol::proof::owner_key;
use protocol::refusal::{HomeError, Refusal};
use protocol::request::{Admission, CreateInbox};

/// Homes with Ada and Bob, who are at none.
fn homeless(seed: u64) -> World {
    let mut world = World::new(seed);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, None);
    settle_in(&mut world, BOB, None);
    world
}

/// Ada's name is on its way to the other home, which does not answer.
fn mistyped(seed: u64) -> World {
    let mut world = homeless(seed);
    world.set_reachable(OTHER_HOME, false);
    join(&mut world, ADA, OTHER_HOME);
    world
}

/// Ada's name is on its way to the other home, which made the inbox and was cut off before it said so.
fn unanswered(seed: u64) -> World {
    let mut world = homeless(seed);
    join(&mut world, ADA, OTHER_HOME);
    world.go_online(ADA);
    world.run_until("-> second.example (1) create-inbox");
    world.set_reachable(OTHER_HOME, false);
    world
}

fn correct(world: &mut World) -> Result<Vec<GivenUp>, CoreError> {
    let persona = persona_of(world, ADA);
    world.act(ADA, |engine, now| {
        engine.join_home(now, persona, World::url(HOME), Admission::Open)
    })
}

fn leave(world: &mut World, name: &'static str, home: &str) -> Result<GivenUp, CoreError> {
    let persona = persona_of(world, name);
    world.act(name, |engine, now| {
        engine.leave_home(now, persona, &World::url(home))
    })
}

/// An invitation that may have to wait for its home.
fn new_invitation(world: &mut World) -> CapabilityId {
    let persona = persona_of(world, ADA);
    let made = world.act(ADA, |engine, now| {
        engine.new_invitation(now, persona, 1, None, None)
    });
    made.unwrap()
}

fn inboxes_at(world: &World, name: &str, home: &str) -> Vec<InboxId> {
    let all = world.engine(name).store().inboxes().unwrap().into_iter();
    all.filter(|inbox| inbox.home == World::url(home))
        .map(|inbox| inbox.inbox)
        .collect()
}

/// What a home says to somebody else who wants an inbox of this id: whether it has, had or never had it.
fn taken(world: &mut World, home: &'static str, inbox: InboxId) -> Response {
    let (owner, admission) = (owner_key(&[7; 32]), Admission::Open);
    let request = CreateInbox {
        inbox,
        owner,
        admission,
    };
    world.ask(home, &Request::CreateInbox(request))
}

fn given_up(home: &str, moved: u64, lost: u64, shown: bool) -> GivenUp {
    let home = World::url(home);
    GivenUp {
        home,
        moved,
        lost,
        shown,
    }
}

fn both_talk(world: &mut World) {
    say(world, ADA, "a1");
    say(world, BOB, "b1");
    world.run();
    check_together(world, &["a1"], &["b1"]);
}

#[test]
fn what_waited_for_a_home_that_never_answered_goes_out_from_the_right_one() {
    let mut world = mistyped(1);
    let id = new_invitation(&mut world);
    world.go_online(ADA);
    world.run_for(5_000);
    assert_eq!(world.engine(ADA).invitation(id).unwrap().link, None);
    let all = correct(&mut world).unwrap();
    assert_eq!(all, [given_up(OTHER_HOME, 1, 0, false)]);
    assert_eq!(world.engine(ADA).unreached(), [World::url(HOME)]);
    world.run();
    assert_eq!(world.engine(ADA).unreached(), []);
    assert_eq!(world.engine(ADA).waiting().unwrap().total(), 0);
    assert_eq!(world.engine(ADA).unconfirmed_homes().unwrap(), []);
    let link = world.engine(ADA).invitation(id).unwrap().link.unwrap();
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run();
    both_talk(&mut world);
}

#[test]
fn a_home_that_answered_is_kept_when_another_is_joined_until_it_is_left() {
    let mut world = unanswered(1);
    let before = inboxes_at(&world, ADA, OTHER_HOME);
    let id = new_invitation(&mut world);
    // Its key is known, so the link is there and may be given away.
    assert!(world.engine(ADA).invitation(id).unwrap().link.is_some());
    assert_eq!(correct(&mut world).unwrap(), []);
    assert_eq!(inboxes_at(&world, ADA, OTHER_HOME), before);
    let left = leave(&mut world, ADA, OTHER_HOME).unwrap();
    assert_eq!(left, given_up(OTHER_HOME, 0, 1, true));
    assert!(world.engine(ADA).invitation(id).is_err());
    // Nobody waits for it, or is told that it does not answer.
    let heard = world.events(ADA).len();
    world.run_for(60_000);
    let unreachable = |event: &Event| *event == Event::Unreachable(World::url(OTHER_HOME));
    assert!(!world.events(ADA)[heard..].iter().any(unreachable));
    assert_eq!(world.engine(ADA).unreached(), []);
    assert!(world.engine(ADA).is_settled());
    // It has what nobody wants until it can be told.
    let taken_by_ada = Refusal::InboxTaken.into();
    assert_eq!(
        taken(&mut world, OTHER_HOME, before[0]),
        Response::Error(taken_by_ada)
    );
    world.set_reachable(OTHER_HOME, true);
    world.run();
    let erased = Response::Error(HomeError::Gone);
    assert_eq!(taken(&mut world, OTHER_HOME, before[0]), erased);
    let given_up = world.engine(ADA).store().given_up_inboxes().unwrap();
    assert!(given_up.is_empty());
    check_nothing_bad(&world, ADA);
}

#[test]
fn an_answer_that_comes_after_the_home_was_left_has_it_erase_the_inbox() {
    let mut world = homeless(1);
    join(&mut world, ADA, OTHER_HOME);
    let inbox = inboxes_at(&world, ADA, OTHER_HOME)[0];
    world.go_online(ADA);
    world.run_until("-> second.example (1) create-inbox");
    leave(&mut world, ADA, OTHER_HOME).unwrap();
    world.run();
    let opened = |event: &Event| matches!(event, Event::InboxOpened(_));
    assert!(!world.events(ADA).iter().any(opened));
    assert_eq!(world.engine(ADA).personas().unwrap()[0].home, None);
    let erased = Response::Error(HomeError::Gone);
    assert_eq!(taken(&mut world, OTHER_HOME, inbox), erased);
    // It may be joined anew.
    join(&mut world, ADA, OTHER_HOME);
    world.run();
    assert!(world.events(ADA).iter().any(opened));
}

#[test]
fn a_refusal_that_comes_after_the_home_was_left_is_told_to_nobody() {
    let mut world = homeless(1);
    world.close_to_strangers(OTHER_HOME);
    join(&mut world, ADA, OTHER_HOME);
    world.go_online(ADA);
    world.run_until("-> second.example (1) create-inbox");
    leave(&mut world, ADA, OTHER_HOME).unwrap();
    world.run();
    check_nothing_bad(&world, ADA);
    let given_up = world.engine(ADA).store().given_up_inboxes().unwrap();
    assert!(given_up.is_empty());
}

#[test]
fn a_home_that_stays_away_is_called_on_for_a_month_and_then_forgotten() {
    let mut world = unanswered(1);
    leave(&mut world, ADA, OTHER_HOME).unwrap();
    let given_up = |world: &World| {
        let store = world.engine(ADA).store();
        store.given_up_inboxes().unwrap().len()
    };
    world.pass_days(29);
    world.run_for(100_000);
    assert_eq!(given_up(&world), 1);
    world.pass_days(2);
    world.run_for(100_000);
    assert_eq!(given_up(&world), 0);
}

#[test]
fn what_reaches_somebody_is_neither_left_nor_given_up() {
    let mut world = homeless(1);
    join(&mut world, ADA, HOME);
    let link = invite(&mut world, ADA, 1);
    let refused = leave(&mut world, ADA, HOME).unwrap_err();
    assert_eq!(refused.kind(), Kind::Invalid);
    // Bob's way back is in what Ada is to be sent, and his home has not confirmed it.
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run_until("-> first.example (2) fetch");
    world.run_until("<- first.example (2) fetched");
    world.set_reachable(HOME, false);
    assert_eq!(inboxes_at(&world, BOB, HOME).len(), 1);
    let refused = leave(&mut world, BOB, HOME).unwrap_err();
    assert_eq!(refused.kind(), Kind::Invalid);
    join(&mut world, BOB, OTHER_HOME);
    assert_eq!(inboxes_at(&world, BOB, HOME).len(), 1);
    world.set_reachable(HOME, true);
    world.go_online(ADA);
    world.run();
    both_talk(&mut world);
}

#[test]
fn a_home_out_of_a_backup_may_be_known_to_others_and_stays() {
    let mut world = mistyped(1);
    let backup = back_up(&world, ADA);
    // After the backup it turned out to be no mistake, and Bob has a link.
    world.set_reachable(OTHER_HOME, true);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run();
    world.set_reachable(OTHER_HOME, false);
    restore(&mut world, ADA, &backup);
    assert_eq!(correct(&mut world).unwrap(), []);
    assert_eq!(inboxes_at(&world, ADA, OTHER_HOME).len(), 1);
    world.set_reachable(OTHER_HOME, true);
    world.go_online(ADA);
    world.run();
    assert_eq!(world.engine(ADA).unconfirmed_homes().unwrap(), []);
}

#[test]
fn a_home_that_is_not_there_to_be_left_is_not() {
    let mut world = mistyped(1);
    let refused = leave(&mut world, ADA, HOME).unwrap_err();
    assert_eq!(refused.advice().unwrap().step, Step::SeeNames);
    // Without another home there is none for what waits.
    new_invitation(&mut world);
    let left = leave(&mut world, ADA, OTHER_HOME).unwrap();
    assert_eq!(left, given_up(OTHER_HOME, 0, 1, false));
    assert!(world.engine(ADA).invitations().unwrap().is_empty());
    join(&mut world, ADA, OTHER_HOME);
    let refused = world.act(ADA, |engine, now| {
        let persona = engine.personas().unwrap()[0].id;
        engine.join_home(now, persona, World::url(OTHER_HOME), Admission::Open)
    });
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("on its way"), "{refused}");
}

/// Ada is on her way to a home for so many steps, then it is gone; she joins another and leaves that one, whatever had
/// happened by then. Something goes wrong at a step.
#[derive(Debug, Clone)]
struct Correction {
    seed: u64,
    after_steps: u64,
    plan: Option<(u64, Fault)>,
}

impl Correction {
    fn check(&self) -> u64 {
        println!("{self:?}");
        let mut world = homeless(self.seed);
        let before = world.step();
        if let Some((steps, fault)) = &self.plan {
            world.plan(*steps, fault.clone());
        }
        join(&mut world, ADA, OTHER_HOME);
        let inbox = inboxes_at(&world, ADA, OTHER_HOME)[0];
        let id = new_invitation(&mut world);
        world.go_online(ADA);
        world.run_steps(self.after_steps);
        world.set_reachable(OTHER_HOME, false);
        let shown = world.engine(ADA).invitation(id).unwrap().link;
        let joined = correct(&mut world).unwrap();
        let left = leave(&mut world, ADA, OTHER_HOME);
        // What somebody may have been given is never moved, and what nobody was given never lost.
        assert_eq!(joined.is_empty(), shown.is_some());
        let (id, known) = match (shown, left) {
            (Some(link), Err(_)) => (id, Some(link)),
            (Some(_), Ok(left)) => {
                assert_eq!((left.lost, left.shown), (1, true));
                (new_invitation(&mut world), None)
            }
            (None, _) => (id, None),
        };
        // It is good once its home knows of it.
        world.set_reachable(OTHER_HOME, known.is_some());
        world.go_online(ADA);
        world.run_for(90_000);
        let link = world.engine(ADA).invitation(id).unwrap().link.unwrap();
        assert!(known.is_none_or(|known| known == link));
        accept(&mut world, BOB, &link);
        world.set_reachable(OTHER_HOME, true);
        world.go_online(ADA);
        world.go_online(BOB);
        world.run();
        both_talk(&mut world);
        if inboxes_at(&world, ADA, OTHER_HOME).is_empty() {
            let answer = taken(&mut world, OTHER_HOME, inbox);
            let is_there = answer == Response::Error(Refusal::InboxTaken.into());
            assert!(!is_there, "the home keeps what nobody wants");
        }
        world.step() - before
    }
}

#[test]
fn whoever_corrects_a_home_is_met_whatever_happened_at_whichever_step() {
    for after_steps in (0..16).step_by(stride(1).min(3)) {
        let mut correction = Correction {
            seed: 1 + after_steps,
            after_steps,
            plan: None,
        };
        let steps = correction.check();
        let stride = stride(60) as u64;
        for (number, fault) in troubles(&[HOME, OTHER_HOME]).into_iter().enumerate() {
            let first = 1 + (17 * number as u64 + 13 * after_steps) % stride.min(steps);
            for step in (first..=steps).step_by(stride as usize) {
                correction.plan = Some((step, fault.clone()));
                correction.check();
            }
        }
    }
}
