//! What differs between Linux, macOS and Windows, with an arm for each; nothing else in the engine asks
//! which system it runs on.

pub(crate) mod batch;
pub(crate) mod flush;
pub mod folders;
pub mod keyring;
pub mod modes;
pub mod plain_file;
pub mod process;
pub mod sockets;
pub mod stop;
pub mod user;
pub mod zone;
