//! The parallel engine: copies large tables over several connections at once, in the snapshot that pg_dump reads the
//! rest in, and puts their data into its archive.
//!
//! The archive stays one of pg_dump's: one data file and one entry for each table. Whatever is not as expected is left
//! to pg_dump with the reason; a wrong archive is never made.

mod assemble;
mod carry;
pub mod choice;
mod deflate;
mod encoder;
mod entries;
mod error;
mod files;
#[cfg_attr(
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))),
    path = "no_igzip.rs"
)]
mod igzip;
mod part;
pub mod pause;
mod push;
mod ranges;
mod reach;
mod shares;
mod throttle;

pub use assemble::{Ours, assemble};
pub use carry::{Copied, CopyPlan, Progress, copy, whole_scans};
pub use choice::{Choice, Unfit};
pub use encoder::Packing;
pub use error::CopyError;
pub use ranges::RANGE_BYTES;
pub use reach::Reach;

/// Room in bytes that a compressor's output is given at once.
const ROOM: usize = 128 * 1024;
