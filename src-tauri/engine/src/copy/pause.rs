//! When a copy must wait because the server has better things to do. Pure.

use crate::postgres::busy::Busy;
use holdfast_types::LoadLimits;
use tokio::sync::watch;

/// Why a copy waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A standby is so many bytes behind.
    Lag(u64),
    /// So many other sessions are at work.
    Sessions(u32),
}

/// Whether a copy goes on or waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It goes on.
    Going,
    /// It waits.
    Waiting(Reason),
}

/// What a copy does next. One that waits goes on only when half of the bound is reached, so that it does not start and
/// stop all the time.
pub fn next(limits: &LoadLimits, busy: Busy, now: Pace) -> Pace {
    let bound = |limit: u64| if now == Pace::Going { limit } else { limit / 2 };
    let lag = limits.lag_mb.map(|mib| bound(mib.saturating_mul(1024 * 1024)));
    let sessions = limits.sessions.map(|count| bound(count.into()));
    if lag.is_some_and(|lag| busy.lag_bytes > lag) {
        Pace::Waiting(Reason::Lag(busy.lag_bytes))
    } else if sessions.is_some_and(|most| u64::from(busy.sessions) > most) {
        Pace::Waiting(Reason::Sessions(busy.sessions))
    } else {
        Pace::Going
    }
}

/// Where connections wait.
#[derive(Debug, Clone)]
pub struct Gate(watch::Receiver<Pace>);

impl Gate {
    /// One that follows what is sent.
    pub fn new() -> (watch::Sender<Pace>, Self) {
        let (pace, seen) = watch::channel(Pace::Going);
        (pace, Self(seen))
    }

    /// Waits until the copy goes on. When nobody can say so any more, it does.
    pub(super) async fn pass(&self) {
        let mut seen = self.0.clone();
        let _ = seen.wait_for(|pace| *pace == Pace::Going).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn a_copy_waits_past_its_bound_and_goes_on_at_half_of_it() {
        let limits = LoadLimits { rate_mb: None, lag_mb: Some(100), sessions: Some(10) };
        let lag = |lag_bytes| Busy { lag_bytes, sessions: 0 };
        let late = |mib| Pace::Waiting(Reason::Lag(mib * MIB));
        assert_eq!(next(&limits, lag(100 * MIB), Pace::Going), Pace::Going, "at the bound is within it");
        assert_eq!(next(&limits, lag(101 * MIB), Pace::Going), late(101), "past it is not");
        assert_eq!(next(&limits, lag(51 * MIB), late(101)), late(51), "it would stop again at once");
        assert_eq!(next(&limits, lag(50 * MIB), late(51)), Pace::Going, "the standby has caught up");
        let busy = Busy { lag_bytes: 0, sessions: 11 };
        assert_eq!(
            next(&limits, busy, Pace::Going),
            Pace::Waiting(Reason::Sessions(11)),
            "the others go first"
        );
        assert_eq!(next(&LoadLimits::default(), busy, Pace::Going), Pace::Going, "no bound, no wait");
    }

    #[tokio::test]
    async fn a_shut_gate_holds_until_it_opens_or_nobody_keeps_it() {
        let (pace, gate) = Gate::new();
        gate.pass().await;
        pace.send_replace(Pace::Waiting(Reason::Sessions(1)));
        let waits = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        tokio::task::yield_now().await;
        assert!(!waits.is_finished(), "it is shut");
        pace.send_replace(Pace::Going);
        waits.await.expect("it opens");
        pace.send_replace(Pace::Waiting(Reason::Sessions(1)));
        drop(pace);
        gate.pass().await;
    }
}
