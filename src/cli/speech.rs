//! `wenlu speech`: speak what is known beforehand ahead of time.

use std::ops::ControlFlow;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use wenlu::config::Config;
use wenlu::synthesis::{Manner, Voices, render};
use wenlu::{Language, assistant};

/// Speak ahead of time what is known beforehand
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak every guide into the cache, so that nobody waits for it; stop it at any time
    Render {
        /// Only zh or en [default: both]
        #[arg(long)]
        lang: Option<Language>,
    },
}

/// Runs `wenlu speech`.
///
/// # Errors
/// If there is no voice, or the guides cannot be read.
pub fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Render { lang } = command;
    let languages = lang.map_or(Language::ALL.to_vec(), |language| vec![language]);
    let knowledge = assistant::knowledge(config)?;
    let mut texts = Vec::new();
    for language in languages {
        let manner = assistant::manner(config, language);
        for guide in knowledge.iter() {
            for step in &guide.text(language).steps {
                texts.push((step.say.as_str(), manner));
                texts.extend(step.detail.as_deref().map(|detail| (detail, manner)));
            }
        }
    }
    fill(config, &texts)
}

/// Speaks `texts` into the cache at low priority, with a progress bar.
fn fill(config: &Config, texts: &[(&str, Manner)]) -> anyhow::Result<()> {
    give_way();
    let voices = Voices::open(assistant::voice_config(config))?;
    let bar = ProgressBar::new(texts.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message("speaking");
    let done = render(&voices, texts.iter().copied(), &mut |done| {
        bar.set_position((done.spoken + done.kept) as u64);
        ControlFlow::Continue(())
    })?;
    bar.finish_and_clear();
    println!(
        "spoke {} sentences ({:.0} minutes); {} were there already",
        done.spoken,
        done.seconds / 60.0,
        done.kept
    );
    Ok(())
}

/// Lets everything else on this machine go first. The voice's threads, begun later, inherit it.
fn give_way() {
    #[cfg(unix)]
    if let Err(error) = rustix::process::nice(19) {
        tracing::debug!(%error, "cannot lower the priority");
    }
}
