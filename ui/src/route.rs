//! The addresses of the pages.

use yew_router::prelude::*;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Routable)]
pub enum Route {
    /// Am I protected?
    #[at("/")]
    Overview,
    /// All jobs.
    #[at("/jobs")]
    Jobs,
    /// The editor, empty.
    #[at("/jobs/new")]
    NewJob,
    /// The editor of one job.
    #[at("/jobs/:id")]
    Job {
        /// Which.
        id: i64,
    },
    /// The history.
    #[at("/runs")]
    Runs,
    /// One run.
    #[at("/runs/:id")]
    Run {
        /// Which.
        id: i64,
    },
    /// All backups.
    #[at("/backups")]
    Backups,
    /// All backups, with one opened.
    #[at("/backups/:id")]
    Backup {
        /// Which.
        id: i64,
    },
    /// What one backup holds.
    #[at("/backups/:id/contents")]
    Contents {
        /// Which.
        id: i64,
    },
    /// How one backup differs from another of its database.
    #[at("/backups/:id/compare")]
    Compare {
        /// Which.
        id: i64,
    },
    /// Which backup to restore, and the earlier restores.
    #[at("/restore")]
    Restores,
    /// The wizard that restores one backup.
    #[at("/restore/:backup_id")]
    NewRestore {
        /// Which.
        backup_id: i64,
    },
    /// One restore: how far it is, and what came of it.
    #[at("/restores/:id")]
    Restore {
        /// Which.
        id: i64,
    },
    /// All servers.
    #[at("/servers")]
    Servers,
    /// The editor, empty.
    #[at("/servers/new")]
    NewServer,
    /// The editor of one server.
    #[at("/servers/:id")]
    Server {
        /// Which.
        id: i64,
    },
    /// Settings, system and audit trail.
    #[at("/settings")]
    Settings,
    /// An address that means nothing.
    #[not_found]
    #[at("/nowhere")]
    Nowhere,
}

/// A place of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The overview.
    Overview,
    /// Jobs.
    Jobs,
    /// Runs.
    Runs,
    /// Backups.
    Backups,
    /// Restores.
    Restore,
    /// Servers.
    Servers,
    /// Settings.
    Settings,
}

impl Route {
    /// Whether it lists things that have pages of their own.
    pub fn is_list(self) -> bool {
        matches!(self, Route::Jobs | Route::Runs | Route::Backups | Route::Restores | Route::Servers)
    }

    /// Whether it is a form that somebody fills in.
    pub fn is_form(self) -> bool {
        matches!(
            self,
            Route::NewJob
                | Route::Job { .. }
                | Route::NewServer
                | Route::Server { .. }
                | Route::NewRestore { .. }
        )
    }

    /// The place of the rail to which the page belongs.
    pub fn section(self) -> Option<Section> {
        Some(match self {
            Self::Overview => Section::Overview,
            Self::Jobs | Self::NewJob | Self::Job { .. } => Section::Jobs,
            Self::Runs | Self::Run { .. } => Section::Runs,
            Self::Backups | Self::Backup { .. } | Self::Contents { .. } | Self::Compare { .. } => {
                Section::Backups
            }
            Self::Restores | Self::NewRestore { .. } | Self::Restore { .. } => Section::Restore,
            Self::Servers | Self::NewServer | Self::Server { .. } => Section::Servers,
            Self::Settings => Section::Settings,
            Self::Nowhere => return None,
        })
    }

    /// The page that `g` and this letter go to.
    pub fn of_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'o' => Self::Overview,
            'j' => Self::Jobs,
            'r' => Self::Runs,
            'b' => Self::Backups,
            't' => Self::Restores,
            's' => Self::Servers,
            ',' => Self::Settings,
            _ => return None,
        })
    }
}

/// The page and the query that an address such as `/runs?status=failed` names.
pub fn of_address(address: &str) -> (Route, Vec<(String, String)>) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let route = Route::recognize(path).unwrap_or(Route::Overview);
    let route = if route == Route::Nowhere { Route::Overview } else { route };
    let pairs = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    (route, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_pages() {
        assert_eq!(of_address("/runs/12").0, Route::Run { id: 12 }, "a notification opens its run");
        assert_eq!(
            of_address("/restore/3").0,
            Route::NewRestore { backup_id: 3 },
            "the wizard, for a backup"
        );
        assert_eq!(of_address("/restores/3").0, Route::Restore { id: 3 }, "a restore that is going on");
        assert_eq!(of_address("/backups/3").0, Route::Backup { id: 3 }, "a backup's drawer");
        assert_eq!(of_address("/backups/3/contents").0, Route::Contents { id: 3 }, "what it holds");
        assert_eq!(of_address("/jobs/new").0, Route::NewJob, "the word is no id");
        assert_eq!(
            of_address("/nonsense").0,
            Route::Overview,
            "an unknown address must not strand the reader"
        );
        let (route, query) = of_address("/runs?status=failed");
        assert_eq!(route, Route::Runs, "the query is no part of the page");
        assert_eq!(query, [("status".to_owned(), "failed".to_owned())], "and is kept");
    }
}
