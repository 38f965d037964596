//! The flags that say how a job's backups are proven.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use holdfast_types::{LedgerDepth, Schedule, VerificationPolicy, VerifyLevel};

/// The word that takes a rule away.
const NONE: &str = "none";

/// How a job's backups are proven.
#[derive(Debug, Clone, Args)]
pub struct ProofOptions {
    /// What the server counts in the dump's own snapshot, for comparing a restored backup with; counts when absent
    #[arg(long, value_name = "none|counts|checksums", value_parser = depths(), hide_possible_values = true)]
    ledger: Option<LedgerDepth>,
    /// How deep each new backup is verified after its run; none takes it away
    #[arg(long, value_name = "none|checksum|decode|restore", value_parser = levels(), hide_possible_values = true)]
    verify_after: Option<AfterRun>,
    // Not a comment of documentation, in which brackets are a link.
    #[arg(
        long = "assert",
        value_name = "SQL",
        help = "A statement whose first value must be true in a restored backup; repeat it. [NAME] before it asks that \
                database alone. Replaces those before; '' takes them away"
    )]
    assertions: Vec<String>,
    /// When the newest backup of each database is restored and compared: cron fields as for --cron; none takes it
    /// away
    #[arg(long, value_name = "EXPR")]
    drill_cron: Option<String>,
    /// The server on which drills restore, into a scratch database; none means a throwaway cluster on this machine
    #[arg(long, value_name = "NAME|none")]
    drill_server: Option<String>,
}

/// Where the drills of a job restore, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrillPlace {
    /// On this machine.
    Here,
    /// On the server of that name.
    Server(String),
}

/// How deep a new backup is verified, if it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AfterRun(Option<VerifyLevel>);

impl ProofOptions {
    /// What a policy becomes: only what is given changes. Drills follow the job's zone.
    pub fn over(self, policy: VerificationPolicy, timezone: &str) -> VerificationPolicy {
        let drill = match self.drill_cron.as_deref().map(str::trim) {
            None => policy.drill.map(|drill| Schedule { timezone: timezone.to_owned(), ..drill }),
            Some(NONE) => None,
            Some(expression) => {
                Some(Schedule { expression: expression.to_owned(), timezone: timezone.to_owned() })
            }
        };
        let assertions = if self.assertions.is_empty() {
            policy.assertions
        } else {
            self.assertions.into_iter().filter(|statement| !statement.trim().is_empty()).collect()
        };
        VerificationPolicy {
            ledger: self.ledger.unwrap_or(policy.ledger),
            after_run: self.verify_after.map_or(policy.after_run, |given| given.0),
            drill,
            assertions,
            ..policy
        }
    }

    /// Where drills restore, if it was given.
    pub fn drill_place(&self) -> Option<DrillPlace> {
        self.drill_server.clone().map(|name| match name.as_str() {
            NONE => DrillPlace::Here,
            _ => DrillPlace::Server(name),
        })
    }
}

/// How backups are proven, for people.
pub fn policy_shown(policy: &VerificationPolicy) -> String {
    let mut parts = vec![match policy.ledger {
        LedgerDepth::None => "nothing is counted".to_owned(),
        LedgerDepth::Counts => "rows are counted".to_owned(),
        LedgerDepth::Checksums => "rows are counted and their contents summed".to_owned(),
    }];
    if let Some(level) = policy.after_run {
        parts.push(format!("{} after each run", level.as_str()));
    }
    if let Some(drill) = &policy.drill {
        parts.push(format!("a drill at {} ({})", drill.expression, drill.timezone));
    }
    if policy.drill_server.is_some() {
        parts.push("drills restore on a server of yours".to_owned());
    }
    parts.join(", ")
}

fn depths() -> impl TypedValueParser<Value = LedgerDepth> {
    PossibleValuesParser::new(LedgerDepth::ALL.map(LedgerDepth::as_str)).try_map(|word| {
        LedgerDepth::ALL.into_iter().find(|depth| depth.as_str() == word).ok_or("not a depth")
    })
}

fn levels() -> impl TypedValueParser<Value = AfterRun> {
    let words = [NONE].into_iter().chain(VerifyLevel::ALL.map(VerifyLevel::as_str));
    PossibleValuesParser::new(words).map(|word| AfterRun(VerifyLevel::parse(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_types::ServerId;

    fn given() -> ProofOptions {
        ProofOptions {
            ledger: None,
            verify_after: None,
            assertions: Vec::new(),
            drill_cron: None,
            drill_server: None,
        }
    }

    fn before() -> VerificationPolicy {
        VerificationPolicy {
            ledger: LedgerDepth::Checksums,
            after_run: Some(VerifyLevel::Decode),
            drill: Some(Schedule { expression: "0 4 * * 0".into(), timezone: "UTC".into() }),
            drill_server: Some(ServerId(4)),
            assertions: vec!["SELECT true".into()],
        }
    }

    #[test]
    fn what_is_not_named_stays_and_a_drill_follows_the_zone() {
        assert_eq!(given().over(before(), "UTC"), before(), "a proof not named must not be lost");
        let moved = given().over(before(), "Europe/London");
        assert_eq!(moved.drill.expect("a drill").timezone, "Europe/London", "one job has one zone");
    }

    #[test]
    fn the_place_of_drills_is_a_server_or_this_machine() {
        let of = |word: &str| ProofOptions { drill_server: Some(word.into()), ..given() }.drill_place();
        assert_eq!(of("staging"), Some(DrillPlace::Server("staging".into())), "by its name");
        assert_eq!(of("none"), Some(DrillPlace::Here), "back to the throwaway cluster");
        assert_eq!(given().drill_place(), None, "what is not named stays");
    }

    #[test]
    fn each_proof_can_be_taken_away() {
        let options = ProofOptions {
            ledger: Some(LedgerDepth::None),
            verify_after: Some(AfterRun(None)),
            assertions: vec![String::new()],
            drill_cron: Some("none".into()),
            drill_server: None,
        };
        let expected = VerificationPolicy {
            ledger: LedgerDepth::None,
            drill_server: before().drill_server,
            ..VerificationPolicy::default()
        };
        assert_eq!(options.over(before(), "UTC"), expected, "what was asked for once is not for ever");
    }
}
