//! Decides which backups stay. A backup stays if anything keeps it; one with no reason expires.

use super::periods::{PeriodOf, day, month, newest_of_each, week};
use crate::schedule::timestamp;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use holdfast_types::{
    BackupId, BackupStatus, KeepReason, RetentionDecision, RetentionPlan, RetentionPolicy, TrustLevel,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A backup as retention sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The backup.
    pub id: BackupId,
    /// The server that it is of.
    pub server: String,
    /// Its database.
    pub database: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Whether it can be relied on.
    pub status: BackupStatus,
    /// How far it is proven.
    pub trust: TrustLevel,
    /// Whether an operator pinned it.
    pub pinned: bool,
}

/// What retention says of one backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The backup.
    pub id: BackupId,
    /// Why it stays; empty means that it expires.
    pub reasons: Vec<KeepReason>,
    /// When it will expire if nothing else is added; none when no age decides.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Decision {
    /// Whether the backup goes.
    pub fn expires(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Decides about all backups of a job at `now`, newest first; days, weeks and months are those of `zone`.
///
/// - No rule set keeps everything.
/// - `keep_last` and the calendar rules count good backups only, each database of a server for itself. An empty day,
///   week or month uses up nothing.
/// - The newest good backup of a database, its newest verified one ([`TrustLevel::L3`] or higher) and
///   pinned ones stay whatever the policy says.
/// - A damaged backup is never counted. It stays until its database has a newer good one, then until its
///   age exceeds `keep_days`.
/// - A missing backup is counted nowhere, so that it blocks nothing. It never expires: its disk may come back.
/// - A backup dated after `now` was made under a wrong clock, or the clock is wrong now: it stays, and is
///   not counted, so that it can neither be lost nor push out another one.
pub fn plan(backups: &[Candidate], policy: &RetentionPolicy, now: DateTime<Utc>, zone: Tz) -> Vec<Decision> {
    let mut sorted: Vec<&Candidate> = backups.iter().collect();
    sorted.sort_by_key(|backup| std::cmp::Reverse((backup.created_at, backup.id)));
    let mut reasons = Reasons::default();
    let mut databases: BTreeMap<(&str, &str), Vec<&Candidate>> = BTreeMap::new();
    for backup in &sorted {
        databases.entry((&backup.server, &backup.database)).or_default().push(backup);
    }
    for newest_first in databases.values() {
        keep_always(newest_first, now, &mut reasons);
        keep_by_policy(newest_first, policy, now, zone, &mut reasons);
    }
    sorted.iter().map(|backup| decision(backup, reasons.of(backup.id), policy)).collect()
}

/// Reasons by backup.
#[derive(Default)]
struct Reasons(HashMap<BackupId, Vec<KeepReason>>);

impl Reasons {
    fn add(&mut self, backup: &Candidate, reason: KeepReason) {
        self.0.entry(backup.id).or_default().push(reason);
    }

    fn of(&mut self, id: BackupId) -> Vec<KeepReason> {
        self.0.remove(&id).unwrap_or_default()
    }
}

/// What no policy can expire.
fn keep_always(newest_first: &[&Candidate], now: DateTime<Utc>, reasons: &mut Reasons) {
    let good = || newest_first.iter().filter(|backup| backup.status == BackupStatus::Good);
    let past = || good().filter(|backup| backup.created_at <= now);
    let verified = |backup: &&&Candidate| backup.trust >= TrustLevel::L3;
    // A backup that seems to come from the future is no proof that newer data is safe: the newest of the
    // past stays too.
    let newest: HashSet<BackupId> = good().take(1).chain(past().take(1)).map(|backup| backup.id).collect();
    let proven = good().filter(verified).take(1).chain(past().filter(verified).take(1));
    let newest_verified: HashSet<BackupId> = proven.map(|backup| backup.id).collect();
    let newest_good_at = past().next().map(|backup| (backup.created_at, backup.id));
    for backup in newest_first {
        if newest.contains(&backup.id) {
            reasons.add(backup, KeepReason::NewestGood);
        }
        if newest_verified.contains(&backup.id) {
            reasons.add(backup, KeepReason::NewestVerified);
        }
        if backup.pinned {
            reasons.add(backup, KeepReason::Pinned);
        }
        if backup.status == BackupStatus::Damaged && newest_good_at < Some((backup.created_at, backup.id)) {
            reasons.add(backup, KeepReason::NoNewerGood);
        }
        if backup.status == BackupStatus::Missing {
            reasons.add(backup, KeepReason::Missing);
        } else if backup.created_at > now {
            reasons.add(backup, KeepReason::FutureDated);
        }
    }
}

fn keep_by_policy(
    newest_first: &[&Candidate],
    policy: &RetentionPolicy,
    now: DateTime<Utc>,
    zone: Tz,
    reasons: &mut Reasons,
) {
    if *policy == RetentionPolicy::default() {
        newest_first.iter().for_each(|backup| reasons.add(backup, KeepReason::NoPolicy));
        return;
    }
    if let Some(days) = policy.keep_days {
        let young = |backup: &&&Candidate| {
            backup.status != BackupStatus::Missing && age_limit(backup, days).is_none_or(|limit| now < limit)
        };
        newest_first.iter().filter(young).for_each(|backup| reasons.add(backup, KeepReason::Days));
    }
    let counted = |backup: &&&Candidate| backup.status == BackupStatus::Good && backup.created_at <= now;
    let counted: Vec<&Candidate> = newest_first.iter().filter(counted).copied().collect();
    if let Some(count) = policy.keep_last {
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        counted.iter().take(limit).for_each(|backup| reasons.add(backup, KeepReason::Last));
    }
    let rules: [(Option<u32>, KeepReason, PeriodOf); 3] = [
        (policy.keep_daily, KeepReason::Daily, day),
        (policy.keep_weekly, KeepReason::Weekly, week),
        (policy.keep_monthly, KeepReason::Monthly, month),
    ];
    for (count, reason, period) in rules {
        let Some(count) = count else { continue };
        for backup in newest_of_each(&counted, count, |moment| period(moment, zone)) {
            reasons.add(backup, reason);
        }
    }
}

/// When `keep_days` no longer keeps a backup; none beyond the end of the calendar.
fn age_limit(backup: &Candidate, days: u32) -> Option<DateTime<Utc>> {
    backup.created_at.checked_add_signed(Duration::days(i64::from(days)))
}

fn decision(backup: &Candidate, reasons: Vec<KeepReason>, policy: &RetentionPolicy) -> Decision {
    // Anything but age keeps a backup until another one comes.
    let only_age = !reasons.is_empty() && reasons.iter().all(|reason| *reason == KeepReason::Days);
    let expires_at = policy.keep_days.filter(|_| only_age).and_then(|days| age_limit(backup, days));
    Decision { id: backup.id, reasons, expires_at }
}

/// The plan as the window shows it. `decisions` are those of [`plan`] over `backups`.
pub fn summarise(backups: &[Candidate], decisions: &[Decision]) -> RetentionPlan {
    let by_id: HashMap<BackupId, &Candidate> = backups.iter().map(|backup| (backup.id, backup)).collect();
    let mut summary = RetentionPlan { items: Vec::new(), keep_count: 0, expire_count: 0, expire_bytes: 0 };
    for decision in decisions {
        let Some(backup) = by_id.get(&decision.id) else { continue };
        if decision.expires() {
            summary.expire_count += 1;
            summary.expire_bytes = summary.expire_bytes.saturating_add(backup.size_bytes);
        } else {
            summary.keep_count += 1;
        }
        summary.items.push(RetentionDecision {
            backup_id: decision.id,
            database: backup.database.clone(),
            created_at: timestamp(backup.created_at),
            size_bytes: backup.size_bytes,
            reasons: decision.reasons.clone(),
            expires_at: decision.expires_at.map(timestamp),
        });
    }
    summary
}
