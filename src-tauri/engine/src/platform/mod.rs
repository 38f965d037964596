//! What differs between Linux, macOS and Windows, with an arm for each; nothing else in the engine asks
//! which system it runs on.

pub mod folders;
pub mod modes;
pub mod process;
pub mod user;
