//! Saving the report of a backup's newest verification, for whoever asks for a proof.

use crate::components::{Button, ButtonKind, ButtonSize, ErrorPanel, glyphs};
use crate::hooks::use_call;
use holdfast_types::{
    ApiError, BackupId, Delivered, ErrorCode, ExportReport, ReportFormat, ReportVerification,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SaveReportProps {
    pub backup_id: BackupId,
}

/// The button, and where the report went or why not.
#[component]
pub fn SaveReport(props: &SaveReportProps) -> Html {
    let outcome = use_state(|| None::<Result<String, ApiError>>);
    let save = {
        let outcome = outcome.setter();
        use_call::<ExportReport>(Callback::from(move |answer: Result<Delivered, ApiError>| {
            outcome.set(match answer {
                // Closing the dialog is no failure.
                Err(error) if error.code == ErrorCode::Cancelled => None,
                other => Some(other.map(|delivered| delivered.detail)),
            });
        }))
    };
    let onclick = {
        let (give, backup_id) = (save.give.clone(), props.backup_id);
        Callback::from(move |_: MouseEvent| {
            let report = ReportVerification { backup_id, format: ReportFormat::Html };
            give.emit(ExportReport { report, path: None });
        })
    };
    html! {
        <div class="flex flex-col gap-2">
            <div><Button label="Save the report" kind={ButtonKind::Bare} size={ButtonSize::Small} icon={glyphs::DOWNLOAD} busy={save.busy} {onclick} testid="save-report" /></div>
            <div class="contents" aria-live="polite">
                { match (*outcome).clone() {
                    Some(Ok(detail)) => html! { <p class="label-muted break-words" data-testid="report-saved">{ detail }</p> },
                    Some(Err(error)) => html! { <ErrorPanel {error} testid="report-error" /> },
                    None => Html::default(),
                } }
            </div>
        </div>
    }
}
