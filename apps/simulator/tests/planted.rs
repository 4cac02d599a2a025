//! Each checker is seen to fail: bugs that careful people make are planted one by one, and each is
//! caught within a hundred seeds of the standard mix.
use client_core::planted::Bug as Client;
use simulator::run::{Options, Planted, run};
use simulator::world::Bug as Home;

#[track_caller]
fn check_caught(planted: Planted) {
    check_caught_in("standard", planted);
}

#[track_caller]
fn check_caught_in(world: &str, planted: Planted) {
    let options = Options {
        planted: Some(planted),
        ..Options::default()
    };
    let caught = (0..100).any(|seed| run(world, seed, options).broken.is_some());
    assert!(caught, "{planted:?} is not caught within 100 seeds");
}

#[track_caller]
fn check_caught_in_hours(bug: Client) {
    let options = Options {
        planted: Some(Planted::Client(bug)),
        ..Options::default()
    };
    let caught = (0..30).any(|seed| run("hours", seed, options).broken.is_some());
    assert!(caught, "{bug:?} is not caught within 30 seeds");
}

#[test]
fn synchronous_off_is_caught() {
    check_caught(Planted::Home(Home::SynchronousOff));
}

#[test]
fn a_commit_that_comes_late_is_caught() {
    check_caught(Planted::Home(Home::LateCommit));
}

#[test]
fn a_push_before_its_commit_is_caught() {
    check_caught(Planted::Home(Home::PushBeforeCommit));
}

#[test]
fn an_answer_before_its_commit_is_caught() {
    check_caught(Planted::Home(Home::AnswerBeforeCommit));
}

#[test]
fn a_cursor_outside_of_the_transaction_is_caught() {
    check_caught(Planted::Client(Client::CursorOutside));
}

#[test]
fn a_home_that_does_not_check_for_duplicates_is_caught() {
    check_caught(Planted::Home(Home::ForgetsSeen));
}

#[test]
fn verdicts_that_are_not_persisted_are_caught() {
    check_caught(Planted::Client(Client::VerdictsForgotten));
}

#[test]
fn a_pending_commit_that_is_cleared_too_early_is_caught() {
    check_caught(Planted::Client(Client::PendingClearedEarly));
}

#[test]
fn next_keys_that_are_not_compared_are_caught() {
    check_caught(Planted::Client(Client::NextKeyNotCompared));
}

#[test]
fn a_removal_that_is_not_honoured_is_caught() {
    check_caught(Planted::Client(Client::RemovalNotHonoured));
}

#[test]
fn histories_that_are_not_compared_are_caught() {
    check_caught(Planted::Client(Client::HistoriesNotCompared));
}

#[test]
fn clocks_that_decide_the_order_are_caught() {
    check_caught(Planted::Client(Client::ClockOrders));
}

#[test]
fn words_of_whom_one_blocked_that_are_shown_are_caught() {
    check_caught_in("pair-blocks", Planted::Client(Client::BlockedShown));
}

#[test]
fn a_block_that_is_told_is_caught() {
    check_caught_in("pair-blocks", Planted::Client(Client::BlockTold));
}

#[test]
fn an_unbounded_queue_is_caught() {
    check_caught(Planted::Home(Home::UnboundedQueue));
}

#[test]
fn a_client_from_an_old_backup_is_caught() {
    check_caught(Planted::Home(Home::OldBackup));
}

#[test]
fn another_version_that_a_crash_loses_is_caught() {
    check_caught_in_hours(Client::EditLost);
}

#[test]
fn words_that_are_not_taken_back_are_caught() {
    check_caught_in_hours(Client::EditedNotTakenBack);
}

#[test]
fn a_sign_that_stays_is_caught() {
    check_caught_in_hours(Client::SignStays);
}

#[test]
fn what_was_held_and_leaves_twice_is_caught() {
    check_caught_in_hours(Client::HeldTwice);
}

#[test]
fn what_is_shown_twice_after_a_restore_is_caught() {
    check_caught_in_hours(Client::ShownAgain);
}
