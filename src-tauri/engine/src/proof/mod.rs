//! Proof: what a backup is worth beyond its checksums. The ledger that it is compared with, the levels of
//! verification, and the drill that restores it into a throwaway cluster.
//!
//! What counts as equal is decided by pure functions over plain values (`compare`); the rest carries out.

pub(crate) mod assertion;
pub(crate) mod compare;
pub(crate) mod compare_in_place;
pub(crate) mod definitions;
pub(crate) mod drill;
pub(crate) mod failures;
pub(crate) mod ledger;
pub(crate) mod lent;
pub(crate) mod levels;
pub(crate) mod place;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod restored;
pub(crate) mod routine;
pub(crate) mod standing;
pub(crate) mod verify;
