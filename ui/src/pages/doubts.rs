//! The repositories to which no backup can be written now, told before the next run fails for it.

use crate::components::{Notice, Tone};
use crate::hooks::use_loaded;
use crate::live::use_versions;
use holdfast_types::{ListRepositoryDoubts, RepositoryDoubt};
use yew::prelude::*;

/// The notices; nothing while all is well, and nothing while it is not known.
#[component]
pub fn RepositoryDoubts() -> Html {
    let versions = use_versions();
    let reasons = (versions.jobs, versions.settings, versions.runs);
    let doubts = use_loaded(reasons, |_| ListRepositoryDoubts {}).data;
    let items = doubts.as_ref().map(|page| page.items.as_slice()).unwrap_or_default();
    html! { <>{ for items.iter().map(view_doubt) }</> }
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
