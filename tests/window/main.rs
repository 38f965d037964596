//! End-to-end tests in the real window: a real X display, a real session bus, a real tray host, real clicks.
//!
//! Each test has its own display, bus and data directory. They run one after another all the same, because
//! the web driver serves one session at a time and the machine draws without a graphics card.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod app;
mod bus;
mod display;
mod listeners;
mod notifications;
mod picture;
mod postgres;
mod processes;
mod seed;
mod stage;
mod tray_host;
mod wait;
mod webdriver;

mod accessible;
mod alerts;
mod closing;
mod contents;
mod crash;
mod editing;
mod export;
mod flow;
mod keyboard;
mod leaks;
mod lifecycle;
mod lists;
mod machine;
mod proofs;
mod restore;
mod running;
mod scheduler;
mod secrets;
mod security;
mod tray;
mod trouble;
