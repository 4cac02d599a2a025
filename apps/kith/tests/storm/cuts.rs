//! Connections that are slow and cut, in the middle of whatever is on them.

use crate::pair::Pair;
use crate::proxy::Proxy;
use crate::report::Storm;
use crate::support::home::Home;
use crate::support::person::acquainted_at;

#[test]
fn connections_cut_at_any_byte_under_load_lose_nothing_that_was_promised() {
    let mut storm = Storm::begin("cuts");
    let mut random = storm.random("moments");
    let mut home = Home::open();
    let proxy = Proxy::before(&home.address, storm.random("connections"));
    home.url.clone_from(&proxy.url);
    let (ada, ben) = acquainted_at(&home);
    let mut pair = Pair::of(ada, ben, &storm);
    proxy.set_stormy(true);
    pair.write_through(storm.rounds, || {
        random.sleep_below(600);
        proxy.cut_all();
    });
    proxy.set_stormy(false);
    let cuts = proxy.cuts();
    storm.others = vec![("connections cut", cuts)];
    assert!(cuts >= storm.rounds, "only {cuts} connections were cut");
    storm.end(&pair);
}
