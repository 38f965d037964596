//! What a backup's `globals.sql` holds of the server as a whole: its roles, their memberships and settings. Read as
//! typed data, planned against a server by a pure function, and carried out in one transaction.
//!
//! The text is not trusted: an ordinary role of the backed up server can put any words into its own settings. So it is
//! read as SQL, statement by statement; only what makes roles, their attributes, memberships and settings is taken;
//! what is carried out is written anew from the data; and each statement is handed to the server by itself, through a
//! protocol that carries no second one. Tablespaces never are taken: their folders may be those of a server on this
//! very machine.

mod carry;
mod plan;
mod read;
mod survey;
mod wanted;
mod write;

pub(crate) use carry::{carry_out, make};
pub(crate) use plan::plan;
pub(crate) use read::{GlobalRole, Globals, Membership};
pub(crate) use survey::survey;
pub(crate) use wanted::Wanted;
