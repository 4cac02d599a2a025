//! `cargo xtask bench web`: how large and how fast the app is, as one line of JSON. Times are milliseconds.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::home::Home;
use crate::support::loaded::loaded;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::steps::{Kept, acquainted};
use crate::support::terminal::Terminal;
use crate::support::{PATIENCE, wait_for, wait_long_for};

/// Loads of each kind, of which the median counts.
const LOADS: usize = 7;
/// Messages of which each is waited for.
const MESSAGES: usize = 250;
/// Items that wait for who was away.
const WAITING: usize = 10_000;
/// How long nothing happens.
const IDLE: Duration = Duration::from_secs(20);

/// Notes when the first paint came, when one can write, and when a text is first seen. Chromium runs it before the
/// page's own scripts.
const WATCH: &str = "window.watched = { seen: {}, sent: [] };
    const look = () => {
        const write = document.querySelector('textarea');
        if (write && !write.disabled && !window.watched.ready) window.watched.ready = performance.now();
        const items = document.querySelectorAll('ol[aria-label=\"Conversation\"] > li');
        for (let at = items.length - 1; at >= 0 && at >= items.length - 3; at--)
            for (const found of items[at].innerText.matchAll(/measured \\d+\\./g))
                window.watched.seen[found[0]] ??= [Date.now(), performance.now()];
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
    document.addEventListener('click', (event) => {
        if (event.target.closest?.('button')?.innerText === 'Send') window.watched.sent.push(Date.now());
    }, true);";

fn watch(person: &Person) {
    let source = json!({"source": WATCH});
    let devtools = person.browser();
    devtools.devtools("Page.addScriptToEvaluateOnNewDocument", source);
}

fn number(person: &Person, script: &str) -> f64 {
    wait_for("a figure", || {
        let value = person.browser().tried_script(script).ok()?;
        value.as_f64()
    })
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values[place.saturating_sub(1)]
}

fn first_paint(person: &Person) -> f64 {
    number(
        person,
        "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime;",
    )
}

/// Of the first visit with an empty cache.
fn first_load(home: &Home) -> Value {
    let mut paints = Vec::new();
    let mut files = Default::default();
    for _ in 0..LOADS {
        let ada = Person::new("Ada", home);
        ada.visit(&home.app_url());
        ada.heading("How should this browser keep what you write?");
        paints.push(first_paint(&ada));
        files = loaded(ada.browser());
    }
    json!({
        "brotli_bytes": files.values().sum::<u64>(),
        "requests": files.len(),
        "files": files,
        "first_paint_ms": quantile(&mut paints, 0.5),
    })
}

/// Loads a conversation with what an earlier visit left.
fn warm_load(ada: &Person, conversation: &str) -> Value {
    let (mut paints, mut ready) = (Vec::new(), Vec::new());
    for _ in 0..LOADS {
        ada.visit("about:blank");
        ada.visit(conversation);
        ready.push(number(ada, "return window.watched.ready;"));
        paints.push(first_paint(ada));
    }
    json!({
        "first_paint_ms": quantile(&mut paints, 0.5),
        "ready_to_write_ms": quantile(&mut ready, 0.5),
        "ready_to_write_worst_ms": quantile(&mut ready, 1.0),
    })
}

/// From the press upon the button to the other screen.
fn send_to_shown(ada: &Person, ben: &Person) -> Value {
    let mut times = Vec::new();
    for message in 0..MESSAGES {
        let text = format!("measured {message}.");
        ada.write(&text);
        let seen = format!("return window.watched.seen[{text:?}]?.[0];");
        let seen = number(ben, &seen);
        let sent = number(ada, &format!("return window.watched.sent[{message}];"));
        times.push(seen - sent);
    }
    json!({
        "messages": MESSAGES,
        "p50_ms": quantile(&mut times, 0.5),
        "p99_ms": quantile(&mut times, 0.99),
        "worst_ms": quantile(&mut times, 1.0),
    })
}

/// Share of one core that all processes of a browser take, in percent.
fn cpu_percent(person: &Person) -> f64 {
    let group = person.browser().group();
    // What came before is to end first.
    std::thread::sleep(Duration::from_secs(5));
    let (began, before) = (Instant::now(), group.cpu_seconds());
    std::thread::sleep(IDLE);
    (group.cpu_seconds() - before) / began.elapsed().as_secs_f64() * 100.0
}

fn idle(ada: &Person, conversation: &str) -> Value {
    ada.visit("about:blank");
    let blank = cpu_percent(ada);
    ada.visit(conversation);
    number(ada, "return window.watched.ready;");
    let app = cpu_percent(ada);
    json!({"cpu_percent": app, "blank_cpu_percent": blank, "above_blank_percent": app - blank})
}

/// From the load of the app to the last of all that was said meanwhile.
fn caught_up(home: &Home) -> Value {
    let cleo = Terminal::at(home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", home);
    watch(&ada);
    ada.follow(&link, "Cleo", Kept::Openly);
    ada.says("There is a conversation.");
    let conversation = ada.browser().url();
    cleo.sync();
    ada.visit("about:blank");
    let lines: String = (0..WAITING)
        .map(|line| format!("measured {line}.\n"))
        .collect();
    let began = Instant::now();
    cleo.run_with(&["send", "Ada", "-", "--lines"], lines.as_bytes());
    cleo.sync();
    let sending = began.elapsed().as_secs_f64();
    ada.visit(&conversation);
    let last = format!(
        "return window.watched.seen['measured {}.']?.[1];",
        WAITING - 1
    );
    let took = wait_long_for("the last item", PATIENCE * 9, || {
        ada.browser().tried_script(&last).ok()?.as_f64()
    });
    json!({"items": WAITING, "ms": took, "sending_s": sending})
}

#[test]
#[ignore = "measures; `cargo xtask bench web` runs it"]
fn the_app_in_figures() {
    let _seats = Seats::take(3);
    let home = Home::open();
    let first = first_load(&home);
    eprintln!("first load: {first}");
    let (ada, ben) = acquainted(&home);
    for person in [&ada, &ben] {
        watch(person);
        person.browser().reload();
        number(person, "return window.watched.ready;");
    }
    let conversation = ada.browser().url();
    let shown = send_to_shown(&ada, &ben);
    eprintln!("send to shown: {shown}");
    let warm = warm_load(&ada, &conversation);
    eprintln!("warm: {warm}");
    let idle = idle(&ada, &conversation);
    drop((ada, ben));
    let caught_up = caught_up(&home);
    let figures = json!({
        "first_load": first, "warm_load": warm, "send_to_shown": shown, "idle": idle, "caught_up": caught_up,
    });
    println!("{figures}");
}
