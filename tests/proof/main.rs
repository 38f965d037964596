//! Proof, for real: backups of everything that PostgreSQL has are verified, drilled and compared; each damage is
//! named; what a killed drill leaves is cleared away. The built `holdfast` binary is driven against PostgreSQL
//! clusters of the tests' own; without PostgreSQL's programs they fail and say what to install.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

// Shared with the tests of faults, which use more of it.
#[allow(dead_code)]
#[path = "../faults/proc.rs"]
mod proc;
#[path = "../faults/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../faults/repository.rs"]
mod repository;
#[allow(dead_code)]
#[path = "../faults/server.rs"]
mod server;
#[allow(dead_code)]
#[path = "../faults/small_disk.rs"]
mod small_disk;
#[allow(dead_code)]
#[path = "../faults/support.rs"]
mod support;
#[allow(dead_code)]
#[path = "../faults/wait.rs"]
mod wait;

mod codecs;
mod copies;
mod damage;
mod drills;
mod ended;
mod guarded;
mod installation;
mod kinds;
mod parallel;
mod regression;
mod sums;
mod undecided;
mod values;
mod verified;
mod writers;
mod zoo;
