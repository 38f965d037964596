//! How far a verification or a restore is: a bar on a terminal, else a line now and then. Always on stderr.

use crate::format;
use crate::output::tell;
use holdfast_types::WorkProgress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// The pause between two plain lines of one step.
const PAUSE: Duration = Duration::from_secs(2);

/// Shows the progress of one piece of work.
pub enum WorkBar {
    /// On a terminal.
    Bar(ProgressBar),
    /// Anywhere else: the step told last, and when.
    Lines(Option<(String, Instant)>),
}

impl WorkBar {
    /// A bar if stderr is a terminal, else lines.
    pub fn on_stderr() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines(None);
        }
        let style = ProgressStyle::with_template("{spinner} {prefix}  [{bar:16}] {percent:>3}%  {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr()).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self::Bar(bar)
    }

    /// Shows how far the work is.
    pub fn show(&mut self, progress: &WorkProgress) {
        match self {
            Self::Bar(bar) => {
                bar.set_length(progress.bytes_total.max(1));
                bar.set_position(progress.bytes_done.min(progress.bytes_total));
                bar.set_prefix(format::plain(&progress.step));
                bar.set_message(progress.held_up.as_deref().map_or_else(|| figures(progress), format::plain));
            }
            Self::Lines(last) => {
                let step = progress.held_up.as_ref().unwrap_or(&progress.step);
                let due = match last {
                    // Who is in the way is told once.
                    Some((told, at)) => told != step || (progress.held_up.is_none() && at.elapsed() >= PAUSE),
                    None => true,
                };
                if due && !step.is_empty() {
                    *last = Some((step.clone(), Instant::now()));
                    tell(format!("{}  {}", format::plain(step), figures(progress)).trim_end());
                }
            }
        }
    }

    /// Says something without tearing the bar.
    pub fn note(&self, text: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| tell(text)),
            Self::Lines(_) => tell(text),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// `1.2 GiB of 3 GiB, orders, about 12 s left`, as far as it is known.
fn figures(progress: &WorkProgress) -> String {
    let mut parts = Vec::new();
    if progress.bytes_total > 0 {
        let (done, total) = (format::bytes(progress.bytes_done), format::bytes(progress.bytes_total));
        parts.push(format!("{done} of {total}"));
    }
    if let Some(table) = progress.tables.first() {
        parts.push(format::plain(table));
    }
    if let Some(seconds) = progress.eta_seconds {
        parts.push(format!("about {seconds} s left"));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::figures;
    use holdfast_types::{BackupId, WorkProgress};

    #[test]
    fn only_what_is_known_is_told() {
        let mut progress = WorkProgress {
            backup_id: BackupId(1),
            step: "Restoring".into(),
            bytes_done: 0,
            bytes_total: 0,
            tables: Vec::new(),
            eta_seconds: None,
            held_up: None,
        };
        assert_eq!(figures(&progress), "", "a step without figures shows none");
        progress.bytes_total = 2048;
        progress.tables.push("orders".into());
        progress.eta_seconds = Some(3);
        assert_eq!(figures(&progress), "0 B of 2.0 KiB, orders, about 3 s left", "what is known is shown");
    }
}
