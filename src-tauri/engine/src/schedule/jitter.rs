//! The delay that spreads jobs of one time over a few minutes: drawn once per slot, and always the same.

use chrono::{DateTime, Utc};
use holdfast_types::JobId;

/// The delay in seconds, 0 to `bound`, of a job's slot.
///
/// Drawn by a fixed hash (FNV-1a of 64 bits over job id and slot, then the finishing step of
/// MurmurHash3), so that a restart draws the same again and no slot starts twice or never.
pub fn jitter_seconds(job: JobId, slot: DateTime<Utc>, bound: u64) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in job.0.to_le_bytes().into_iter().chain(slot.timestamp().to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    match bound.checked_add(1) {
        Some(values) => hash % values,
        None => hash,
    }
}

#[cfg(test)]
mod tests {
    use super::jitter_seconds;
    use chrono::{DateTime, Duration};
    use holdfast_types::JobId;

    #[test]
    fn the_draw_of_a_slot_never_changes() {
        let slot = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        let first = jitter_seconds(JobId(7), slot, 600);
        assert_eq!(first, jitter_seconds(JobId(7), slot, 600), "a restart must draw the same delay");
        assert_eq!(jitter_seconds(JobId(7), slot, 0), 0, "without jitter a run starts at its slot");
    }

    #[test]
    fn draws_use_the_whole_span_and_stay_within_it() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        let mut seen = [0_u32; 11];
        for day in 0..2_000 {
            for job in 1..5 {
                let draw = jitter_seconds(JobId(job), start + Duration::days(day), 10);
                seen[usize::try_from(draw).expect("a small draw")] += 1;
            }
        }
        let even = 8_000 / 11;
        assert!(seen.iter().all(|count| *count > even / 2), "jitter that clusters spreads nothing: {seen:?}");
    }
}
