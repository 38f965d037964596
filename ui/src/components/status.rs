//! States in an icon, a word and a tint: colour is never the only sign.

use super::glyphs;
use super::icon::Icon;
use crate::format::capitalised;
use crate::words;
use holdfast_types::{BackupStatus, RestoreStatus, RunStatus, VerificationStatus};
use yew::prelude::*;

/// The mood of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Something goes on.
    Busy,
    /// Needs a look.
    Doubtful,
    /// Needs somebody.
    Bad,
    /// Neither good nor bad.
    Neutral,
}

impl Tone {
    /// A tinted ground with readable ink.
    pub fn tint(self) -> &'static str {
        match self {
            Tone::Good => "bg-tint-good text-success",
            Tone::Busy => "bg-tint-busy text-info",
            Tone::Doubtful => "bg-tint-doubtful text-warning",
            Tone::Bad => "bg-tint-bad text-error",
            Tone::Neutral => "bg-tint-neutral text-muted",
        }
    }

    /// The ink alone.
    pub fn ink(self) -> &'static str {
        match self {
            Tone::Good => "text-success",
            Tone::Busy => "text-info",
            Tone::Doubtful => "text-warning",
            Tone::Bad => "text-error",
            Tone::Neutral => "text-muted",
        }
    }
}

/// How a run's state looks.
pub fn of_run(status: RunStatus) -> (&'static str, Tone) {
    match status {
        RunStatus::Queued => (glyphs::HOURGLASS, Tone::Neutral),
        RunStatus::Processing => (glyphs::LOADER_CIRCLE, Tone::Busy),
        RunStatus::Completed => (glyphs::CHECK, Tone::Good),
        RunStatus::Failed => (glyphs::X, Tone::Bad),
        RunStatus::Cancelled => (glyphs::BAN, Tone::Neutral),
        RunStatus::Skipped => (glyphs::SKIP_FORWARD, Tone::Neutral),
        RunStatus::Missed => (glyphs::TRIANGLE_ALERT, Tone::Doubtful),
        RunStatus::Interrupted => (glyphs::UNPLUG, Tone::Bad),
    }
}

#[derive(PartialEq, Properties)]
pub struct BadgeProps {
    pub icon: &'static str,
    pub label: AttrValue,
    pub tone: Tone,
    #[prop_or_default]
    pub turning: bool,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// An icon and a word on a tint.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    let turning = props.turning.then_some("animate-spin");
    html! {
        <span class={classes!("inline-flex", "items-center", "gap-1.5", "rounded-selector", "px-2", "py-0.5",
                "text-[12.5px]", "font-medium", "whitespace-nowrap", props.tone.tint())}
            data-testid={props.testid.clone()} title={props.title.clone()}>
            <Icon path={props.icon} class={classes!("size-3.5", turning)} />
            <span>{ &props.label }</span>
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub struct StatusBadgeProps {
    pub status: RunStatus,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// How a run stands.
#[component]
pub fn StatusBadge(props: &StatusBadgeProps) -> Html {
    let (icon, tone) = of_run(props.status);
    html! {
        <Badge {icon} {tone} label={capitalised(props.status.as_str())} testid={props.testid.clone()}
            title={props.title.clone()} turning={props.status == RunStatus::Processing} />
    }
}

#[derive(PartialEq, Properties)]
pub struct BackupBadgeProps {
    pub status: BackupStatus,
}

/// Whether a backup can be relied on.
#[component]
pub fn BackupBadge(props: &BackupBadgeProps) -> Html {
    let (icon, tone) = match props.status {
        BackupStatus::Good => (glyphs::CHECK, Tone::Good),
        BackupStatus::Missing => (glyphs::CIRCLE_SLASH, Tone::Doubtful),
        BackupStatus::Damaged => (glyphs::X, Tone::Bad),
    };
    html! { <Badge {icon} {tone} label={capitalised(props.status.as_str())} /> }
}

/// How a restore's state looks.
pub fn of_restore(status: RestoreStatus) -> (&'static str, Tone) {
    match status {
        RestoreStatus::Processing => (glyphs::LOADER_CIRCLE, Tone::Busy),
        RestoreStatus::Completed => (glyphs::CHECK, Tone::Good),
        RestoreStatus::Partial => (glyphs::TRIANGLE_ALERT, Tone::Doubtful),
        RestoreStatus::Failed => (glyphs::X, Tone::Bad),
        RestoreStatus::Cancelled => (glyphs::BAN, Tone::Neutral),
        RestoreStatus::Interrupted => (glyphs::UNPLUG, Tone::Bad),
    }
}

#[derive(PartialEq, Properties)]
pub struct RestoreBadgeProps {
    pub status: RestoreStatus,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// How a restore stands.
#[component]
pub fn RestoreBadge(props: &RestoreBadgeProps) -> Html {
    let (icon, tone) = of_restore(props.status);
    html! {
        <Badge {icon} {tone} label={words::restore_status(props.status)} testid={props.testid.clone()}
            turning={props.status == RestoreStatus::Processing} />
    }
}

#[derive(PartialEq, Properties)]
pub struct VerificationBadgeProps {
    pub status: VerificationStatus,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// How a verification stands.
#[component]
pub fn VerificationBadge(props: &VerificationBadgeProps) -> Html {
    let (icon, tone) = match props.status {
        VerificationStatus::Processing => (glyphs::LOADER_CIRCLE, Tone::Busy),
        VerificationStatus::Passed => (glyphs::SHIELD_CHECK, Tone::Good),
        VerificationStatus::Failed => (glyphs::SHIELD_X, Tone::Bad),
        VerificationStatus::Undecided => (glyphs::SHIELD_ALERT, Tone::Neutral),
    };
    html! {
        <Badge {icon} {tone} label={words::verification_status(props.status)} testid={props.testid.clone()}
            turning={props.status == VerificationStatus::Processing} />
    }
}
