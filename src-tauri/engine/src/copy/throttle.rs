//! Keeps all connections of a dump together under a rate.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A bound for the bytes that are read in a second.
#[derive(Debug)]
pub(super) struct Throttle {
    /// Bytes in a second; none for no bound.
    rate: Option<u64>,
    /// When what was taken so far is paid for.
    paid: Mutex<Option<Instant>>,
}

impl Throttle {
    /// At most so many bytes in a second.
    pub(super) fn new(rate: Option<u64>) -> Self {
        Self { rate: rate.filter(|rate| *rate > 0), paid: Mutex::new(None) }
    }

    /// Waits until these bytes are within the rate.
    pub(super) async fn take(&self, bytes: usize) {
        if let Some(until) = self.until(Instant::now(), bytes) {
            tokio::time::sleep_until(until).await;
        }
    }

    /// When bytes that are taken now are within the rate; none when nothing is waited for.
    fn until(&self, now: Instant, bytes: usize) -> Option<Instant> {
        let rate = self.rate?;
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        // What was not used in the past is no credit.
        let from = paid.filter(|at| *at > now).unwrap_or(now);
        let until = from + Duration::from_secs_f64(bytes as f64 / rate as f64);
        *paid = Some(until);
        Some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_share_the_rate_and_unused_time_is_no_credit() {
        let throttle = Throttle::new(Some(1000));
        let now = Instant::now();
        let seconds = |count| Some(now + Duration::from_secs(count));
        let each = [500, 500, 1000].map(|bytes| throttle.until(now, bytes));
        assert_eq!(each[2], seconds(2), "2000 bytes at 1000 a second, whoever reads them");
        let later = now + Duration::from_secs(60);
        assert_eq!(throttle.until(later, 3000), seconds(63), "a pause must not be followed by a flood");
        assert_eq!(Throttle::new(None).until(now, usize::MAX), None, "no bound, no wait");
        assert_eq!(Throttle::new(Some(0)).until(now, 1), None, "a rate of nothing would never end");
    }
}
