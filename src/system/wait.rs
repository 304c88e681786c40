//! Waiting for a limited time.

use std::time::{Duration, Instant};

use crate::text::time::Seconds;

/// A time limit for waiting.
#[derive(Debug)]
pub struct Wait {
    begun: Instant,
    limit: Duration,
}

impl Wait {
    /// Begins now, and ends after `limit`.
    pub fn begin(limit: Seconds) -> Self {
        let limit = Duration::from_secs(u64::try_from(limit.0).unwrap_or(0));
        Self { begun: Instant::now(), limit }
    }

    /// Whole seconds since it began.
    pub fn passed(&self) -> Seconds {
        Seconds(i64::try_from(self.begun.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// Sleeps for `pause`, or for the rest of the time. False if no time is left.
    pub fn sleep(&self, pause: Duration) -> bool {
        let left = self.limit.checked_sub(self.begun.elapsed()).filter(|left| !left.is_zero());
        if let Some(left) = left {
            std::thread::sleep(pause.min(left));
        }
        left.is_some()
    }
}
