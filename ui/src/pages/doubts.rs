//! The repositories to which no backup can be written now, told before the next run fails for it.

use crate::components::{Notice, Tone};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use holdfast_types::{ListRepositoryDoubts, Protection, ProtectionLevel, RepositoryDoubt};
use yew::prelude::*;

/// What is known of them; nothing while all is well, and nothing while it is not known.
#[hook]
pub fn use_doubts() -> Vec<RepositoryDoubt> {
    let versions = use_versions();
    let reasons = (versions.jobs, versions.settings, versions.runs);
    let doubts = use_loaded(reasons, |_| ListRepositoryDoubts {}).data;
    doubts.map(|page| page.items.clone()).unwrap_or_default()
}

/// How far the databases are protected while those doubts stand: a sentence that says all is well would be read first.
pub fn doubted(protection: &Protection, doubts: &[RepositoryDoubt]) -> Protection {
    let mut jobs: Vec<&str> = doubts.iter().flat_map(|doubt| &doubt.jobs).map(String::as_str).collect();
    jobs.sort_unstable();
    jobs.dedup();
    let whose = match (protection.level, jobs.as_slice()) {
        (ProtectionLevel::Empty | ProtectionLevel::Unprotected, _) | (_, []) => return protection.clone(),
        (_, [one]) => (*one).to_owned(),
        (_, several) => format!("{} jobs", several.len()),
    };
    Protection {
        level: ProtectionLevel::Warning,
        headline: format!("No backup of {whose} can be written now."),
        ..protection.clone()
    }
}

#[derive(PartialEq, Properties)]
pub struct RepositoryDoubtsProps {
    pub doubts: Vec<RepositoryDoubt>,
}

/// The notices.
#[component]
pub fn RepositoryDoubts(props: &RepositoryDoubtsProps) -> Html {
    html! { <>{ for props.doubts.iter().map(view_doubt) }</> }
}

fn view_doubt(doubt: &RepositoryDoubt) -> Html {
    let message = format!("{} {}", doubt.message, concerned(&doubt.jobs));
    html! { <Notice key={doubt.path.clone()} tone={Tone::Bad} {message} hint={doubt.hint.clone()} testid="repository-doubt" /> }
}

/// Whose backups are at stake.
fn concerned(jobs: &[String]) -> String {
    match jobs {
        [] => String::new(),
        [one] => format!("Until then the job {one} fails."),
        [first, second] => format!("Until then the jobs {first} and {second} fail."),
        [first, rest @ ..] => format!("Until then the job {first} and {} others fail.", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_says_that_all_is_well_while_no_backup_can_be_written() {
        let well = Protection {
            level: ProtectionLevel::Protected,
            headline: "Both databases are protected.".to_owned(),
            detail: "The oldest good backup is 2 h old.".to_owned(),
            protected: 2,
            total: 2,
        };
        let doubt = |jobs: &[&str]| RepositoryDoubt {
            path: "/srv".to_owned(),
            jobs: jobs.iter().map(|job| (*job).to_owned()).collect(),
            message: "The disk is not there.".to_owned(),
            hint: String::new(),
        };
        assert_eq!(doubted(&well, &[]), well, "all is well");
        let told = doubted(&well, &[doubt(&["orders"])]);
        assert_eq!(told.headline, "No backup of orders can be written now.", "what is read first");
        assert_eq!(
            (told.level, told.detail),
            (ProtectionLevel::Warning, well.detail.clone()),
            "what there is"
        );
        let told = doubted(&well, &[doubt(&["orders"]), doubt(&["orders", "crm"])]);
        assert_eq!(told.headline, "No backup of 2 jobs can be written now.", "each job counts once");
        assert_eq!(doubted(&well, &[doubt(&[])]), well, "a folder that no job uses endangers nothing");
        let bad = Protection { level: ProtectionLevel::Unprotected, ..well };
        assert_eq!(doubted(&bad, &[doubt(&["orders"])]), bad, "what is worse is told first");
    }

    #[test]
    fn a_doubt_names_the_jobs_that_it_concerns() {
        let names = |count: usize| (0..count).map(|i| format!("job{i}")).collect::<Vec<_>>();
        assert_eq!(concerned(&names(1)), "Until then the job job0 fails.", "one");
        assert_eq!(concerned(&names(2)), "Until then the jobs job0 and job1 fail.", "two");
        assert_eq!(
            concerned(&names(12)),
            "Until then the job job0 and 11 others fail.",
            "not a page of names"
        );
    }
}
