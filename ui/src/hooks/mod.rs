//! Hooks: the only places where pages meet time, events and the engine.

mod asked;
mod call;
mod debounced;
mod event;
mod focus;
mod kept;
mod keys;
mod list;
mod loaded;
mod now;
mod query;
mod refused;
mod search;

pub use asked::use_asked;
pub use call::{Call, use_call};
pub use debounced::use_debounced;
pub use event::use_event;
pub use focus::use_first_focus;
pub use kept::use_kept;
pub use keys::{Keys, use_keys};
pub use list::{ListLook, use_list};
pub use loaded::use_loaded;
pub use now::{NowProvider, use_happened, use_now, use_seconds};
pub use query::use_query;
pub use refused::use_refused_in_sight;
pub use search::use_search;
