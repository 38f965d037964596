//! What the form of a new job proposes once the server has answered: which database, a name, and how it is proven.
//! Whatever the operator chose stands. Pure.

use super::job::{JobDraft, Scope};
use super::proof::Chooser;
use holdfast_types::{ServerTest, SystemStatus, VerifyLevel};

/// The most that is proposed to be restored after each run, in bytes: minutes of work, and room that a machine has.
const EACH_RUN: u64 = 4 << 30;

/// The database that every server has and few people use.
const MAINTENANCE: &str = "postgres";

/// Whether drills can restore on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drills {
    /// They can.
    Possible,
    /// The server's own programs are missing.
    Impossible,
}

impl Drills {
    /// On the machine that is told of.
    pub fn on(system: Option<&SystemStatus>) -> Self {
        match system.is_some_and(|system| system.tools.iter().any(|tools| tools.server_programs)) {
            true => Drills::Possible,
            false => Drills::Impossible,
        }
    }
}

/// The draft with the database ticked that can only be meant: the one that the connection names, or the only one.
pub fn with_database(draft: &JobDraft, test: &ServerTest, named: Option<&str>) -> JobDraft {
    // Who edits a job that is there chose before, also to have none.
    let chosen = draft.proof.chooser == Chooser::Operator || draft.scope == Scope::All;
    if chosen || !draft.databases.is_empty() {
        return draft.clone();
    }
    let names = || test.databases.iter().map(|database| database.name.as_str());
    let of_people: Vec<&str> = names().filter(|name| *name != MAINTENANCE).collect();
    let meant = match (named.filter(|name| *name != MAINTENANCE), of_people.as_slice()) {
        (Some(named), _) if of_people.contains(&named) => Some(named),
        (_, [only]) => Some(*only),
        _ => None,
    };
    meant.map_or_else(|| draft.clone(), |name| with_ticked(draft, name))
}

/// The draft with a database ticked; the first one also names the job.
pub fn with_ticked(draft: &JobDraft, database: &str) -> JobDraft {
    let mut next = draft.clone();
    next.databases.retain(|known| known != database);
    next.databases.push(database.to_owned());
    if next.name.trim().is_empty() {
        next.name = database.to_owned();
    }
    next
}

/// The draft with the proof that fits what is chosen: restored after each run where that takes minutes.
pub fn with_proof(draft: &JobDraft, test: &ServerTest, drills: Drills) -> JobDraft {
    if draft.proof.chooser == Chooser::Operator {
        return draft.clone();
    }
    let chosen = test
        .databases
        .iter()
        .filter(|database| draft.scope == Scope::All || draft.databases.contains(&database.name));
    // One whose size is not readable may be of any.
    let total = chosen.map(|database| database.size_bytes).sum::<Option<u64>>();
    let fits = drills == Drills::Possible && total.is_some_and(|total| (1..=EACH_RUN).contains(&total));
    let mut next = draft.clone();
    next.proof.after_run = fits.then_some(VerifyLevel::Restore);
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::{Config, ServerDatabase};

    fn draft() -> JobDraft {
        JobDraft::new("UTC".to_owned(), &Config { items: Vec::new() })
    }

    fn server(databases: &[(&str, Option<u64>)]) -> ServerTest {
        let databases = databases
            .iter()
            .map(|(name, size_bytes)| ServerDatabase { name: (*name).to_owned(), size_bytes: *size_bytes });
        ServerTest {
            ok: true,
            server_version: None,
            client_tool: None,
            client_version: None,
            role: None,
            rights: None,
            encrypted: None,
            databases: databases.collect(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn the_database_that_can_only_be_meant_is_ticked_and_names_the_job() {
        let two = server(&[("shop", Some(1)), ("postgres", Some(1))]);
        let proposed = with_database(&draft(), &two, Some("postgres"));
        assert_eq!(proposed.databases, ["shop"], "nobody means the maintenance database");
        assert_eq!(proposed.name, "shop", "a job needs a name, and this one is right");
        let three = server(&[("shop", Some(1)), ("crm", Some(1)), ("postgres", Some(1))]);
        assert_eq!(
            with_database(&draft(), &three, None).databases,
            [] as [&str; 0],
            "which one is the operator's choice"
        );
        assert_eq!(
            with_database(&draft(), &three, Some("crm")).databases,
            ["crm"],
            "the connection names it"
        );
        assert_eq!(
            with_database(&draft(), &three, Some("gone")).databases,
            [] as [&str; 0],
            "what is not there cannot be backed up"
        );
        let mine = JobDraft { name: "mine".to_owned(), databases: vec!["crm".to_owned()], ..draft() };
        assert_eq!(with_database(&mine, &two, None), mine, "what was chosen stands");
        let mut emptied = JobDraft { name: "old".to_owned(), ..draft() };
        emptied.proof.chooser = Chooser::Operator;
        assert_eq!(
            with_database(&emptied, &two, None),
            emptied,
            "a job that is there is not changed by a look"
        );
    }

    #[test]
    fn what_is_small_is_proposed_to_be_restored_each_time() {
        let small = server(&[("shop", Some(1 << 20)), ("big", Some(EACH_RUN)), ("secret", None)]);
        let proven = |names: &[&str], drills| {
            let databases = names.iter().map(|name| (*name).to_owned()).collect();
            with_proof(&JobDraft { databases, ..draft() }, &small, drills).proof.after_run
        };
        let restore = Some(VerifyLevel::Restore);
        assert_eq!(proven(&["shop"], Drills::Possible), restore, "a backup counts only when proven");
        assert_eq!(
            proven(&["shop", "big"], Drills::Possible),
            None,
            "that takes more than minutes each night"
        );
        assert_eq!(proven(&["secret"], Drills::Possible), None, "its size is not known");
        assert_eq!(proven(&["shop"], Drills::Impossible), None, "a drill that cannot be is no proof");
        assert_eq!(proven(&[], Drills::Possible), None, "nothing is chosen");
    }

    #[test]
    fn the_operators_own_choice_of_proof_stands() {
        let mut chosen = JobDraft { databases: vec!["shop".to_owned()], ..draft() };
        chosen.proof.chooser = Chooser::Operator;
        let small = server(&[("shop", Some(1 << 20))]);
        assert_eq!(
            with_proof(&chosen, &small, Drills::Possible),
            chosen,
            "ticking a database must not undo it"
        );
    }
}
