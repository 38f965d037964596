//! The pages of which pictures are taken, and the keys that lead to each. The keyboard reaches everything, so that this
//! also shows that it does.

/// A page, and the way to it from any other.
#[derive(Clone, Copy)]
pub struct Page {
    /// Its name in the picture's.
    pub name: &'static str,
    /// What is pressed, as xdotool names it.
    pub keys: &'static [&'static str],
    /// What leaves it again, where it is a dialog.
    pub leave: &'static [&'static str],
}

const fn page(name: &'static str, keys: &'static [&'static str]) -> Page {
    Page { name, keys, leave: &[] }
}

/// To the contents of the newest backup, and from their search back to the button above them.
const COMPARE: &[&str] = &[
    "g",
    "b",
    "slash",
    "Tab",
    "Tab",
    "Tab",
    "Tab",
    "Tab",
    "Tab",
    "Tab",
    "Return",
    "slash",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "shift+Tab",
    "Return",
];

/// From the search of the history, past export, filters and heads, to the newest run.
const RUN: &[&str] =
    &["g", "r", "slash", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return"];

/// From the search of the backups, past the other search and four heads, to the name of the newest, which opens its drawer.
const BACKUP: &[&str] = &["g", "b", "slash", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return"];

/// The same, and to the last link of its row: what it holds.
const CONTENTS: &[&str] = &["g", "b", "slash", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return"];

/// The whole dashboard.
pub const ALL: [Page; 15] = [
    page("overview", &["g", "o"]),
    page("jobs", &["g", "j"]),
    Page { name: "job-new", keys: &["g", "j", "n"], leave: &["Escape"] },
    page("runs", &["g", "r"]),
    page("backups", &["g", "b"]),
    Page { name: "backup", keys: BACKUP, leave: &["Escape"] },
    page("contents", CONTENTS),
    Page {
        name: "contents-table",
        keys: &[
            "g", "b", "slash", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return", "slash", "Tab",
            "Tab", "Tab", "Tab", "Return",
        ],
        leave: &["Escape"],
    },
    page("compare", COMPARE),
    Page {
        name: "found-table",
        keys: &["g", "b", "slash", "Tab", "o", "r", "d", "e", "r"],
        leave: &["Escape"],
    },
    page("restore", &["g", "t"]),
    page("servers", &["g", "s"]),
    Page { name: "server-new", keys: &["g", "s", "n"], leave: &["Escape"] },
    page("settings", &["g", "comma"]),
    Page { name: "keys", keys: &["g", "o", "question"], leave: &["Escape"] },
];

/// What the first start shows.
pub const EMPTY: [Page; 6] = [
    page("overview", &["g", "o"]),
    page("jobs", &["g", "j"]),
    page("runs", &["g", "r"]),
    page("backups", &["g", "b"]),
    page("restore", &["g", "t"]),
    page("servers", &["g", "s"]),
];

/// Where names stand.
pub const NAMES: [Page; 7] = [
    page("overview", &["g", "o"]),
    page("jobs", &["g", "j"]),
    page("runs", &["g", "r"]),
    page("backups", &["g", "b"]),
    Page { name: "backup", keys: BACKUP, leave: &["Escape"] },
    page("restore", &["g", "t"]),
    page("servers", &["g", "s"]),
];

/// What is told when something is out of reach.
pub const ERRORS: [Page; 6] = [
    page("overview", &["g", "o"]),
    Page { name: "run", keys: RUN, leave: &["Escape"] },
    Page { name: "job-new", keys: &["g", "j", "n"], leave: &["Escape"] },
    page("backups", &["g", "b"]),
    page("contents", CONTENTS),
    page("servers", &["g", "s"]),
];

/// What goes on.
pub const BUSY: [Page; 4] = [
    // First, while its run goes on.
    Page { name: "run", keys: RUN, leave: &["Escape"] },
    page("overview", &["g", "o"]),
    page("runs", &["g", "r"]),
    Page { name: "job-new", keys: &["g", "j", "n"], leave: &["Escape"] },
];
