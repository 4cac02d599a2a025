//! Whether a worker that failed is started again: a few times in a minute, then not until the person asks.

/// Starts that are tried again within [`WITHIN_MS`].
const AT_MOST: usize = 3;

/// The time in which they are counted, in milliseconds.
const WITHIN_MS: f64 = 60_000.0;

/// When a worker was started again, by a clock that only goes on, in milliseconds.
#[derive(Debug, Default)]
pub struct Restarts(Vec<f64>);

impl Restarts {
    /// Notes that a worker failed; how long to wait before another is started, in milliseconds. None once too many failed.
    pub fn after_failure(&mut self, now_ms: f64) -> Option<u32> {
        self.0.retain(|at_ms| now_ms - at_ms < WITHIN_MS);
        if self.0.len() >= AT_MOST {
            return None;
        }
        self.0.push(now_ms);
        Some(match self.0.len() {
            1 => 0,
            2 => 500,
            _ => 2_000,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Restarts;

    #[test]
    fn a_worker_is_started_again_three_times_in_a_minute() {
        let mut restarts = Restarts::default();
        assert_eq!(restarts.after_failure(0.0), Some(0));
        assert_eq!(restarts.after_failure(1_000.0), Some(500));
        assert_eq!(restarts.after_failure(2_000.0), Some(2_000));
        assert_eq!(restarts.after_failure(3_000.0), None);
        assert_eq!(restarts.after_failure(59_999.0), None);
        assert_eq!(restarts.after_failure(60_500.0), Some(2_000));
    }

    #[test]
    fn one_that_fails_now_and_then_is_always_started_again() {
        let mut restarts = Restarts::default();
        for minute in 0..10 {
            let now_ms = f64::from(minute) * 60_001.0;
            assert_eq!(restarts.after_failure(now_ms), Some(0));
        }
    }
}
