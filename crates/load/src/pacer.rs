//! The moments of an open load.
//!
//! They come from a thread that sleeps until each of them. Timers of tokio are a millisecond apart, and what a message
//! waited for one would count as the latency of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The moments at which one pair sends, each told as soon as it is there.
pub(crate) type Moments = UnboundedReceiver<Instant>;

/// Lets `pairs` pairs take turns, evenly, `per_s` times a second over all of them, until `stop`.
pub(crate) fn begin(pairs: usize, per_s: f64, stop: Arc<AtomicBool>) -> Vec<Moments> {
    let (senders, moments): (Vec<_>, Vec<_>) = (0..pairs).map(|_| unbounded_channel()).unzip();
    thread::spawn(move || keep(&senders, per_s, &stop));
    moments
}

fn keep(pairs: &[UnboundedSender<Instant>], per_s: f64, stop: &AtomicBool) {
    let begun = Instant::now();
    let turns = pairs.iter().cycle();
    for (turn, pair) in (0_u32..).zip(turns) {
        let due = begun + Duration::from_secs_f64(f64::from(turn) / per_s);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // A pair that broke no longer listens, which others do not care about.
        let _ = pair.send(due);
        if stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_take_turns_at_even_moments_until_they_are_stopped() {
        let stop = Arc::new(AtomicBool::new(false));
        let mut moments = begin(2, 1_000.0, Arc::clone(&stop));
        let told: Vec<Instant> = (0..6)
            .map(|turn| moments[turn % 2].blocking_recv().unwrap())
            .collect();
        let first = told[0];
        for (turn, due) in (0_u32..).zip(&told) {
            assert_eq!(*due, first + Duration::from_millis(1) * turn);
            assert!(Instant::now() >= *due);
        }
        stop.store(true, Ordering::Relaxed);
        for pair in &mut moments {
            while pair.blocking_recv().is_some() {}
        }
    }
}
