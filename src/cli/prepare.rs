//! The search's second opinion, with a bar for whoever waits for it.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use wenlu::assistant::{Assistant, AssistantError, Effort};

/// Adds the second opinion: at once if the cache has all vectors of the guides' sentences, else
/// after about half a minute, with a bar on standard error.
///
/// # Errors
/// If the sentence model is missing or damaged.
pub fn understand(assistant: &Assistant) -> Result<(), AssistantError> {
    let bar = ProgressBar::hidden();
    let outcome = assistant.understand(Effort::Full, &|done, of| {
        if bar.length().is_none() {
            show(&bar, of);
        }
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    outcome
}

/// The same for a command that can do without: what is wrong is told.
pub fn understand_if_possible(assistant: &Assistant) {
    if let Err(error) = understand(assistant) {
        eprintln!("wenlu: {error}. Without it fewer indirect questions are understood");
    }
}

fn show(bar: &ProgressBar, of: usize) {
    const WHAT: &str = "comparing the guides' sentences (once)";
    bar.set_length(of as u64);
    if !std::io::stderr().is_terminal() {
        eprintln!("{WHAT}: {of}");
        return;
    }
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(WHAT);
    bar.enable_steady_tick(Duration::from_millis(200));
}
