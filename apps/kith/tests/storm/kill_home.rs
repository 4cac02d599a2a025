//! SIGKILL on the home, at any moment, also while it comes back.

use crate::pair::Pair;
use crate::report::Storm;
use crate::support::person::acquainted;

#[test]
fn a_home_killed_again_and_again_under_load_loses_nothing_that_was_promised() {
    let mut storm = Storm::begin("kill_home");
    let mut random = storm.random("moments");
    let (mut home, ada, ben) = acquainted();
    let mut pair = Pair::of(ada, ben, &storm);
    let mut kills = 0;
    pair.write_through(storm.rounds, || {
        // Now and then before anybody has found it again.
        let alive_ms = if random.once_in(5) { 20 } else { 600 };
        random.sleep_below(alive_ms);
        assert!(home.is_running(), "the home ended by itself");
        home.kill();
        kills += 1;
        random.sleep_below(100);
        home.come_back();
    });
    storm.home_kills = kills;
    storm.end(&pair);
}
