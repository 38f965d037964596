//! How a job's backups are proven: what is typed, and the policy that it asks for.

use super::connection::Refusal;
use holdfast_types::{LedgerDepth, Schedule, ServerId, VerificationPolicy, VerifyLevel};

/// Whether the newest backups are drilled by a schedule of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drill {
    /// They are not.
    Off,
    /// They are.
    Scheduled,
}

/// Who chose how new backups are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chooser {
    /// Nobody yet: what fits the databases is proposed.
    Proposal,
    /// The operator.
    Operator,
}

/// When a drill is proposed: Sunday, when few are at work, after the nightly backups.
const PROPOSED: &str = "0 5 * * 0";

/// The part of a job's form about proof, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofDraft {
    /// What is counted during the dump.
    pub ledger: LedgerDepth,
    /// How deep each new backup is verified.
    pub after_run: Option<VerifyLevel>,
    /// Who chose that.
    pub chooser: Chooser,
    /// Whether there is a drill schedule.
    pub drill: Drill,
    /// Its cron expression, kept while it is off.
    pub expression: String,
    /// Its zone.
    pub timezone: String,
    /// The server on which drills restore; empty for this machine.
    pub drill_server: String,
    /// The assertions, one a line.
    pub assertions: String,
    /// The assertions as they were: one with line breaks of its own cannot be told from the lines.
    before: Vec<String>,
}

impl ProofDraft {
    /// The form of a policy of a job in that zone.
    pub fn of(policy: &VerificationPolicy, timezone: &str) -> Self {
        let drill = policy.drill.clone();
        let (expression, zone) = match drill.clone() {
            Some(Schedule { expression, timezone }) => (expression, timezone),
            None => (PROPOSED.to_owned(), timezone.to_owned()),
        };
        ProofDraft {
            ledger: policy.ledger,
            after_run: policy.after_run,
            chooser: Chooser::Operator,
            drill: if drill.is_some() { Drill::Scheduled } else { Drill::Off },
            expression,
            timezone: zone,
            drill_server: policy.drill_server.map(|id| id.to_string()).unwrap_or_default(),
            assertions: lines(&policy.assertions),
            before: policy.assertions.clone(),
        }
    }

    /// What is wrong, field by field.
    pub fn refused(&self) -> Vec<Refusal> {
        let mut refused = Vec::new();
        if self.drill == Drill::Scheduled && self.expression.trim().is_empty() {
            refused
                .push(("drill_cron", "A drill needs a schedule; switch it off if there is none.".to_owned()));
        }
        if self.drill == Drill::Scheduled && self.timezone.trim().is_empty() {
            let why = "Name the zone in which the schedule is read, for example Europe/London.";
            refused.push(("drill_timezone", why.to_owned()));
        }
        let wrong = statements(&self.assertions).find(|(_, statement)| !asks(statement));
        if let Some((line, _)) = wrong {
            let why = format!("Line {line} asks nothing: begin it with SELECT, VALUES, TABLE or WITH.");
            refused.push(("assertions", why));
        }
        refused
    }

    /// The policy that the form asks for.
    pub fn policy(&self) -> VerificationPolicy {
        let assertions = if self.assertions == lines(&self.before) {
            self.before.clone()
        } else {
            statements(&self.assertions).map(|(_, statement)| statement.to_owned()).collect()
        };
        let schedule = Schedule {
            expression: self.expression.trim().to_owned(),
            timezone: self.timezone.trim().to_owned(),
        };
        VerificationPolicy {
            ledger: self.ledger,
            after_run: self.after_run,
            drill: (self.drill == Drill::Scheduled).then_some(schedule),
            drill_server: self.drill_server.parse::<i64>().ok().map(ServerId).filter(|_| self.is_drilled()),
            assertions,
        }
    }

    /// Whether anything is restored for proof.
    pub fn is_drilled(&self) -> bool {
        self.drill == Drill::Scheduled || self.after_run == Some(VerifyLevel::Restore)
    }

    /// What the choices mean together, where that may surprise.
    pub fn remark(&self) -> Option<&'static str> {
        let drilled = self.is_drilled();
        let asserted = statements(&self.assertions).next().is_some();
        match (drilled, asserted, self.ledger) {
            (true, _, LedgerDepth::None) => Some(
                "Nothing is counted, so a drill proves that a backup restores, but not that it is equal.",
            ),
            (false, true, _) => Some(
                "Assertions are asked in restored databases only: choose a drill, or verify by a restore drill after \
                 each run.",
            ),
            _ => None,
        }
    }
}

fn lines(assertions: &[String]) -> String {
    assertions.iter().map(|one| one.replace(['\r', '\n'], " ")).collect::<Vec<_>>().join("\n")
}

/// The statements with the numbers of their lines; empty lines are none.
fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// Whether a statement can answer a value. The server has the last word; this catches what is no SQL at all.
fn asks(statement: &str) -> bool {
    // What is for one database alone begins with its name.
    let named = statement.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let statement = named.map_or(statement, |(_, rest)| rest.trim_start());
    let word: String = statement.chars().take_while(|letter| letter.is_ascii_alphabetic()).collect();
    let comment = statement.starts_with("--") || statement.starts_with("/*") || statement.starts_with('(');
    comment || ["select", "values", "table", "with"].contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> VerificationPolicy {
        VerificationPolicy {
            ledger: LedgerDepth::Checksums,
            after_run: Some(VerifyLevel::Decode),
            drill: Some(Schedule { expression: "0 4 * * 6".to_owned(), timezone: "Asia/Tokyo".to_owned() }),
            drill_server: Some(ServerId(3)),
            assertions: vec!["SELECT count(*) > 10 FROM orders".to_owned(), "SELECT\n  true".to_owned()],
        }
    }

    #[test]
    fn a_policy_survives_the_way_through_its_form() {
        for policy in [policy(), VerificationPolicy::default()] {
            assert_eq!(
                ProofDraft::of(&policy, "UTC").policy(),
                policy,
                "opening and saving must change nothing"
            );
        }
    }

    #[test]
    fn each_line_is_an_assertion_and_empty_ones_are_none() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        draft.assertions = "  SELECT true \n\n select count(*) > 0 from t\n".to_owned();
        assert_eq!(
            draft.policy().assertions,
            ["SELECT true", "select count(*) > 0 from t"],
            "as typed, trimmed"
        );
        draft.assertions.clear();
        assert_eq!(draft.policy().assertions, [] as [&str; 0], "all of them can go");
    }

    #[test]
    fn a_statement_may_be_for_one_database_alone() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        draft.assertions = "[shop] SELECT true".to_owned();
        assert_eq!(draft.refused(), [], "the name before it is no part of the statement");
        draft.assertions = "[shop] is full".to_owned();
        assert_eq!(draft.refused().len(), 1, "but what follows must still ask something");
    }

    #[test]
    fn what_asks_nothing_is_refused_with_its_line() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        draft.assertions = "SELECT true\n\norders is full".to_owned();
        let refused = draft.refused();
        let [("assertions", why)] = refused.as_slice() else { panic!("one field is wrong: {refused:?}") };
        assert!(why.contains("Line 3"), "the reader must find it: {why}");
    }

    #[test]
    fn a_drill_without_a_schedule_is_refused_only_while_it_is_on() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        (draft.expression, draft.timezone) = (String::new(), " ".to_owned());
        let fields: Vec<_> = draft.refused().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["drill_cron", "drill_timezone"], "both are needed");
        draft.drill = Drill::Off;
        assert_eq!(draft.refused(), [], "what is off is not looked at");
        assert_eq!(draft.policy().drill, None, "and not saved");
    }

    #[test]
    fn the_place_of_drills_is_kept_only_while_there_are_drills() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        assert_eq!(draft.policy().drill_server, Some(ServerId(3)), "the server that was chosen");
        draft.drill = Drill::Off;
        assert_eq!(
            draft.policy().drill_server,
            None,
            "a server that nothing uses must not be held by the job"
        );
        draft.after_run = Some(VerifyLevel::Restore);
        assert_eq!(draft.policy().drill_server, Some(ServerId(3)), "a drill after each run has a place too");
        draft.drill_server.clear();
        assert_eq!(draft.policy().drill_server, None, "this machine");
    }

    #[test]
    fn choices_that_defeat_one_another_are_remarked() {
        let mut draft = ProofDraft::of(&policy(), "UTC");
        assert_eq!(draft.remark(), None, "nothing surprising");
        draft.ledger = LedgerDepth::None;
        assert!(
            draft.remark().is_some_and(|words| words.contains("restores, but not")),
            "a drill then compares nothing"
        );
        (draft.drill, draft.ledger) = (Drill::Off, LedgerDepth::Counts);
        assert!(draft.remark().is_some_and(|words| words.contains("Assertions")), "nobody would ask them");
    }
}
