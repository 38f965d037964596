//! What a running app costs.

use crate::app::App;
use crate::processes::kib;
use std::time::Duration;

/// Ticks of a processor's clock in a second, as Linux tells them to programs on every machine (USER_HZ).
const TICKS: f64 = 100.0;

/// What all processes of the app together hold and have used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Their proportional shares of memory in KiB (`Pss` of smaps_rollup).
    pub pss_kib: u64,
    /// What they alone hold and would have to be written out (`Private_Dirty`), in KiB.
    pub dirty_kib: u64,
    /// Processor time so far.
    pub processor: Duration,
}

impl Cost {
    /// Of an app and its helpers, now.
    pub fn of(app: &App) -> Self {
        app.family().iter().fold(Self::default(), |all, member| {
            let (rollup, stat) = (read(member.id, "smaps_rollup"), read(member.id, "stat"));
            Self {
                pss_kib: all.pss_kib + member.pss_kib,
                dirty_kib: all.dirty_kib + kib(&rollup, "Private_Dirty:"),
                processor: all.processor + processor(&stat),
            }
        })
    }
}

fn read(id: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default()
}

/// utime and stime, the 14th and the 15th field; the name, in brackets, may hold anything.
fn processor(stat: &str) -> Duration {
    let rest = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    let ticks: f64 = rest.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Duration::from_secs_f64(ticks / TICKS)
}
