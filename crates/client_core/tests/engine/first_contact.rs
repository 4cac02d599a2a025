//! First contact, with something going wrong at each of its steps.

use crate::people::{
    ADA, BOB, HOME, OTHER_HOME, accept, acquainted, check_together, check_together_in_two_logs,
    introduce, invite, join, say, settle_in, stride, texts, troubles,
};
use crate::world::{Fault, World};
use client_core::Event;

/// Who accepts, and where they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accepter {
    Homeless,
    AtTheSameHome,
    AtAnotherHome,
    /// Both accept each other's link.
    Mutual,
}

impl Accepter {
    fn home(self) -> Option<&'static str> {
        match self {
            Self::Homeless => None,
            Self::AtTheSameHome => Some(HOME),
            Self::AtAnotherHome | Self::Mutual => Some(OTHER_HOME),
        }
    }

    fn homes(self) -> Vec<&'static str> {
        match self {
            Self::Homeless | Self::AtTheSameHome => vec![HOME],
            Self::AtAnotherHome | Self::Mutual => vec![HOME, OTHER_HOME],
        }
    }
}

/// How a meeting goes; the plan is by steps since the link was accepted.
#[derive(Debug, Clone)]
struct Meeting {
    seed: u64,
    accepter: Accepter,
    /// The two are never online together.
    apart: bool,
    plan: Option<(u64, Fault)>,
}

impl Meeting {
    fn of(accepter: Accepter, apart: bool) -> Self {
        Self {
            seed: 1,
            accepter,
            apart,
            plan: None,
        }
    }

    /// Both settle in, one accepts (or both do), each says two things; then how many steps it took.
    fn happen(&self) -> (World, u64) {
        let mut world = World::new(self.seed);
        for home in self.accepter.homes() {
            world.add_home(home);
        }
        settle_in(&mut world, ADA, Some(HOME));
        settle_in(&mut world, BOB, self.accepter.home());
        let link = invite(&mut world, ADA, 1);
        let back = (self.accepter == Accepter::Mutual).then(|| invite(&mut world, BOB, 1));
        let before = world.step();
        if let Some((steps, fault)) = &self.plan {
            world.plan(*steps, fault.clone());
        }
        accept(&mut world, BOB, &link);
        if let Some(back) = back {
            accept(&mut world, ADA, &back);
            say(&mut world, ADA, "a0");
        }
        say(&mut world, BOB, "b1");
        say(&mut world, BOB, "b2");
        self.let_them(&mut world);
        say(&mut world, ADA, "a1");
        say(&mut world, ADA, "a2");
        self.let_them(&mut world);
        let steps = world.step() - before;
        (world, steps)
    }

    /// Until nothing is left to do.
    fn let_them(&self, world: &mut World) {
        if !self.apart {
            world.go_online(BOB);
            world.go_online(ADA);
            world.run();
            return;
        }
        for _ in 0..3 {
            for name in [BOB, ADA] {
                world.go_online(name);
                world.run();
                world.go_offline(name);
            }
        }
    }

    fn check(&self) -> u64 {
        println!("{self:?}");
        let (world, steps) = self.happen();
        if self.accepter == Accepter::Mutual {
            check_together_in_two_logs(&world, &["a0", "a1", "a2"], &["b1", "b2"]);
        } else {
            check_together(&world, &["a1", "a2"], &["b1", "b2"]);
        }
        steps
    }

    /// Everything that can go wrong, at every `whole`th step.
    fn check_at_every_step(&self, whole: usize) {
        let stride = stride(whole);
        let steps = self.check();
        for (number, fault) in troubles(&self.accepter.homes()).into_iter().enumerate() {
            let first = 1 + number as u64 % stride as u64;
            for step in (first..=steps).step_by(stride) {
                let plan = Some((step, fault.clone()));
                Self {
                    plan,
                    ..self.clone()
                }
                .check();
            }
        }
    }
}

#[test]
fn one_seed_gives_one_trace() {
    let trace = |seed| acquainted(seed).trace().to_vec();
    assert_eq!(trace(7), trace(7));
    assert_ne!(trace(7), trace(8));
}

#[test]
fn somebody_without_a_home_meets_whatever_happens_at_whichever_step() {
    Meeting::of(Accepter::Homeless, false).check_at_every_step(1);
}

#[test]
fn two_who_are_never_online_together_meet_whatever_happens() {
    Meeting::of(Accepter::Homeless, true).check_at_every_step(4);
}

#[test]
fn two_at_one_home_meet_whatever_happens() {
    Meeting::of(Accepter::AtTheSameHome, false).check_at_every_step(3);
    Meeting::of(Accepter::AtTheSameHome, true).check();
}

#[test]
fn two_at_two_homes_meet_whatever_happens() {
    Meeting::of(Accepter::AtAnotherHome, false).check_at_every_step(3);
    Meeting::of(Accepter::AtAnotherHome, true).check();
}

#[test]
fn two_who_accept_each_other_have_one_conversation_whatever_happens() {
    Meeting::of(Accepter::Mutual, false).check_at_every_step(3);
    Meeting::of(Accepter::Mutual, true).check();
}

#[test]
fn people_meet_in_whichever_order_things_happen() {
    for seed in (2..30).step_by(stride(1)) {
        for accepter in [Accepter::Homeless, Accepter::Mutual] {
            Meeting {
                seed,
                ..Meeting::of(accepter, seed % 4 == 0)
            }
            .check();
        }
    }
}

#[test]
fn what_was_meant_for_the_log_that_is_not_written_to_any_more_still_arrives() {
    Meeting {
        seed: 2,
        plan: Some((77, Fault::Cut)),
        ..Meeting::of(Accepter::Mutual, true)
    }
    .check();
}

#[test]
fn a_home_that_takes_nobody_new_takes_whom_one_of_its_people_invites() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    world.close_to_strangers(HOME);
    join(&mut world, BOB, HOME);
    world.go_online(BOB);
    world.run();
    let refused = |event: &&Event| matches!(event, Event::InboxRefused(..));
    assert_eq!(world.events(BOB).iter().filter(refused).count(), 1);
    assert_eq!(world.engine(BOB).personas().unwrap()[0].home, None);
    introduce(&mut world);
    say(&mut world, ADA, "a1");
    say(&mut world, BOB, "b1");
    world.run();
    assert_eq!(texts(&world, ADA, BOB), ["b1"]);
    assert_eq!(texts(&world, BOB, ADA), ["a1"]);
}

#[test]
fn somebody_whose_own_home_never_answers_meets_all_the_same() {
    let mut world = World::new(1);
    world.add_home(HOME);
    world.add_home(OTHER_HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    world.set_reachable(OTHER_HOME, false);
    join(&mut world, BOB, OTHER_HOME);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, BOB, &link);
    say(&mut world, BOB, "b1");
    world.go_online(BOB);
    world.go_online(ADA);
    world.run_for(30_000);
    assert_eq!(texts(&world, ADA, BOB), ["b1"]);
    world.set_reachable(OTHER_HOME, true);
    world.run();
    say(&mut world, ADA, "a1");
    world.run();
    check_together(&world, &["a1"], &["b1"]);
}
