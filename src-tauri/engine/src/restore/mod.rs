//! Restore: a backup put back into a database of a server.
//!
//! What would be done and what bars the way is decided by a pure function over what was found (`plan`). A new
//! database is filled under a name of our own and takes its name when it is whole, so that a crash never leaves half a
//! database under the name that was asked for; an existing one is changed in one transaction.

mod carry;
mod chosen;
mod ending;
mod existing;
pub(crate) mod heal;
mod load;
mod plan;
mod safety;
mod spared;
mod staged;
mod survey;
mod swap;

pub(crate) use carry::{Errand, launch};
pub(crate) use plan::plan;
pub(crate) use survey::survey;
pub(crate) use swap::undo;
