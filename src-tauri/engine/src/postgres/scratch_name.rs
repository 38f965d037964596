//! Names of databases that are filled for a while: nobody's own, and known as ours wherever they are met. Pure.

/// What such a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScratchName {
    /// A drill on a server of choice; dropped at its end.
    Drill,
    /// A restore; it takes another name when it is whole.
    Restore,
}

/// Hexadecimal digits behind the prefix: a UUID.
const DIGITS: usize = 32;

impl ScratchName {
    const ALL: [Self; 2] = [Self::Drill, Self::Restore];

    fn prefix(self) -> &'static str {
        match self {
            Self::Drill => "holdfast_drill_",
            Self::Restore => "holdfast_restoring_",
        }
    }

    /// A name that no database has.
    pub fn fresh(self) -> String {
        format!("{}{}", self.prefix(), uuid::Uuid::new_v4().simple())
    }
}

/// Whether a database of that name is one of ours.
pub fn is_scratch(name: &str) -> bool {
    ScratchName::ALL.into_iter().filter_map(|kind| name.strip_prefix(kind.prefix())).any(|rest| {
        rest.len() == DIGITS && rest.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_make_is_known_and_what_only_looks_like_it_is_somebodys() {
        for kind in ScratchName::ALL {
            assert!(is_scratch(&kind.fresh()), "an unfinished database is no database to back up");
        }
        for name in ["holdfast_restoring_shop", "holdfast_drill_", "shop", "x_holdfast_drill_0"] {
            assert!(!is_scratch(name), "{name} may be the only copy of somebody's data");
        }
    }
}
