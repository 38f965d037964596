//! Faults, for real: processes are killed, disks are full, servers go away, names are strange, secrets are
//! looked for. The built `holdfast` binary is driven against PostgreSQL clusters of the tests' own; without
//! PostgreSQL's programs they fail and say what to install.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod disk;
mod globals;
mod held;
mod kill;
mod libpq;
mod majors;
mod memory;
mod names;
mod proc;
mod programs;
mod refusals;
mod repository;
mod restore_ends;
mod restore_plans;
mod restores;
mod restores_in_place;
mod retention;
mod scene;
mod secrets;
mod server;
mod servers_gone;
mod several;
mod small_disk;
mod standby;
mod support;
mod swaps;
mod two_processes;
mod unrecorded;
mod wait;
