//! Which roles of a dump of globals are made. Pure.

use super::Globals;
use std::collections::BTreeSet;

/// Which roles are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All but this one, which restores and could lock itself out.
    AllBut(String),
    /// These, because they lack. Nothing of a role that exists is changed.
    Only(BTreeSet<String>),
}

impl Wanted {
    fn takes(&self, role: &str) -> bool {
        match self {
            Self::AllBut(own) => role != own,
            Self::Only(missing) => missing.contains(role),
        }
    }

    /// What is wanted of the globals: the roles, and the memberships that they have themselves.
    pub(crate) fn of(&self, globals: Globals) -> Globals {
        let Globals { mut roles, mut memberships, left_out } = globals;
        // The server's own are there, and nobody can make them.
        roles.retain(|role| self.takes(&role.name) && !role.name.starts_with("pg_"));
        memberships.retain(|membership| self.takes(&membership.member));
        Globals { roles, memberships, left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: &Wanted, text: &str) -> Vec<String> {
        wanted.of(Globals::of(text)).roles.into_iter().map(|role| role.name).collect()
    }

    #[test]
    fn the_restoring_role_is_left_alone_however_it_is_written() {
        let text = "ALTER ROLE me WITH NOLOGIN;ALTER ROLE \"me\" WITH NOLOGIN;CREATE ROLE ann;";
        assert_eq!(names(&Wanted::AllBut("me".into()), text), ["ann"], "nobody locks himself out");
    }

    #[test]
    fn a_role_that_exists_on_the_target_is_not_changed() {
        let text = "CREATE ROLE ann;ALTER ROLE ann WITH NOLOGIN;CREATE ROLE \"bo'b\";GRANT ann TO \"bo'b\";\
                    GRANT \"bo'b\" TO ann;COMMENT ON ROLE ann IS 'x;y';";
        let missing = Wanted::Only(BTreeSet::from(["bo'b".to_owned()]));
        let found = missing.of(Globals::of(text));
        assert_eq!(names(&missing, text), ["bo'b"], "ann may be somebody else there");
        let [one] = found.memberships.as_slice() else { panic!("one membership: {found:?}") };
        assert_eq!((one.group.as_str(), one.member.as_str()), ("ann", "bo'b"), "and must keep her rights");
    }
}
