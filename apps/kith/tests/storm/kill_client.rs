//! SIGKILL on who sends and on who receives, in turn, at any moment.

use std::time::Duration;

use crate::author::{Author, Sending};
use crate::pair::Pair;
use crate::report::Storm;
use crate::support::person::acquainted;
use crate::support::said::Running;

/// The most texts of one command: enough that it can be killed in their middle.
const MOST_TEXTS: u64 = 120;
/// Within this time after its start somebody is killed, in milliseconds.
const DOOM_MS: u64 = 250;
/// A command that gets its texts slowly gets a line this often.
const SLOWLY: Duration = Duration::from_millis(2);

/// What the other one does meanwhile.
enum Other {
    Receives(Running),
    Sends(Sending),
}

impl Other {
    fn running(&mut self) -> &mut Running {
        match self {
            Self::Receives(running) => running,
            Self::Sends(sending) => &mut sending.running,
        }
    }
}

/// Whether it was killed before it ended by itself.
fn kill(running: &mut Running) -> bool {
    let in_time = running.is_running();
    running.kill();
    in_time
}

/// One round: one sends, the other receives or sends, one of them is killed. Returns whether that
/// one had not ended before, and how many were killed in all.
fn round(sender: &mut Author, other: &mut Author, kill_sender: bool) -> (bool, u32) {
    let mut against = if other.random.once_in(3) {
        Other::Sends(other.start_sending(MOST_TEXTS, Duration::ZERO))
    } else {
        Other::Receives(other.person.start(&["sync", "--wait", "30"], b""))
    };
    let slowly = sender.random.once_in(5);
    let pause = if slowly { SLOWLY } else { Duration::ZERO };
    let mut sending = sender.start_sending(MOST_TEXTS, pause);
    sender.random.sleep_below(DOOM_MS);
    let in_time = kill(if kill_sender {
        &mut sending.running
    } else {
        against.running()
    });
    let mut kills = u32::from(in_time);
    let sent = sender.finish_sending(sending);
    assert!(matches!(sent.code, None | Some(0)), "{sent:?}");
    match against {
        Other::Sends(sending) => {
            let sent = other.finish_sending(sending);
            assert!(matches!(sent.code, None | Some(0)), "{sent:?}");
        }
        // Who receives would listen for half a minute more; it hears a little of it.
        Other::Receives(mut receiving) => {
            if kill_sender {
                other.random.sleep_below(80);
                kills += u32::from(kill(&mut receiving));
            }
            let received = receiving.said();
            assert!(matches!(received.code, None | Some(0)), "{received:?}");
        }
    }
    (in_time, kills)
}

#[test]
fn who_sends_and_who_receives_may_be_killed_at_any_moment_and_all_that_was_promised_arrives_once() {
    let mut storm = Storm::begin("kill_client");
    let (_home, ada, ben) = acquainted();
    let mut pair = Pair::of(ada, ben, &storm);
    let (mut senders, mut receivers, mut tries) = (0, 0, 0u32);
    while senders + receivers < storm.rounds {
        assert!(
            tries < 5 * storm.rounds + 20,
            "most ended before they were killed"
        );
        let (one, two) = if tries.is_multiple_of(2) {
            (&mut pair.ada, &mut pair.ben)
        } else {
            (&mut pair.ben, &mut pair.ada)
        };
        let kill_sender = (senders + receivers).is_multiple_of(2);
        let (in_time, kills) = round(one, two, kill_sender);
        let victims = if kill_sender {
            &mut senders
        } else {
            &mut receivers
        };
        *victims += u32::from(in_time);
        storm.client_kills += kills;
        tries += 1;
    }
    storm.others = vec![("of senders", senders), ("of receivers", receivers)];
    storm.end(&pair);
}
