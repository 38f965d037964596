//! When a failed slot is tried again. Which failures deserve a retry is decided by the runner.

/// The longest pause between two attempts: six hours.
pub const MAX_RETRY_DELAY_SECONDS: u64 = 6 * 60 * 60;

/// The attempt that follows a failed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Its number; the first run of a slot is attempt 1.
    pub attempt: u32,
    /// The pause before it, in seconds.
    pub delay_seconds: u64,
}

/// The pause in seconds after attempt `attempt` (from 1) failed: the base, doubled with each further
/// attempt, six hours at most.
pub fn retry_delay(base_seconds: u64, attempt: u32) -> u64 {
    let doublings = attempt.saturating_sub(1);
    let factor = 1_u64.checked_shl(doublings).filter(|_| doublings < 64).unwrap_or(u64::MAX);
    base_seconds.saturating_mul(factor).min(MAX_RETRY_DELAY_SECONDS)
}

/// The attempt after `attempt` (from 1) failed, or none when the slot's `retries` are used up.
pub fn next_attempt(retries: u32, attempt: u32, base_seconds: u64) -> Option<Retry> {
    let next = attempt.checked_add(1)?;
    (attempt <= retries).then(|| Retry { attempt: next, delay_seconds: retry_delay(base_seconds, attempt) })
}

#[cfg(test)]
mod tests {
    use super::{MAX_RETRY_DELAY_SECONDS, Retry, next_attempt, retry_delay};

    #[test]
    fn the_pause_doubles_up_to_six_hours() {
        let pauses: Vec<u64> = (1..=11).map(|attempt| retry_delay(60, attempt)).collect();
        let expected = [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600];
        assert_eq!(pauses, expected, "a server that is down for long must not be asked every minute");
        assert_eq!(retry_delay(u64::MAX, 3), MAX_RETRY_DELAY_SECONDS, "huge settings must not overflow");
        assert_eq!(retry_delay(60, u32::MAX), MAX_RETRY_DELAY_SECONDS, "many attempts must not overflow");
        assert_eq!(retry_delay(0, 5), 0, "no pause stays no pause");
    }

    #[test]
    fn a_slot_is_tried_once_and_then_as_often_as_its_retries_allow() {
        assert_eq!(next_attempt(0, 1, 60), None, "no retries means one attempt");
        assert_eq!(next_attempt(2, 1, 60), Some(Retry { attempt: 2, delay_seconds: 60 }), "first retry");
        assert_eq!(next_attempt(2, 2, 60), Some(Retry { attempt: 3, delay_seconds: 120 }), "second retry");
        assert_eq!(next_attempt(2, 3, 60), None, "the budget of the slot is used up");
    }
}
