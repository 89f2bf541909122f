//! `wenlu speech`: what is known beforehand spoken ahead of time; wenlu's voice as the machine's.

mod durations;
mod install;

use std::ops::ControlFlow;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use wenlu::Language;
use wenlu::assistant::{self, Ahead, Assistant};
use wenlu::config::Config;
use wenlu::synthesis::render;

/// Speak ahead of time; make this voice the machine's own
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak the guides and fixed sentences into the cache, so that nobody waits for them: what is
    /// needed most first, at low priority; stop it at any time
    Render {
        /// Only zh or en [default: both]
        #[arg(long)]
        lang: Option<Language>,
        /// Only the guides from beginning to end, without the answers to further questions
        #[arg(long)]
        readings: bool,
        /// Only the fixed sentences and how each guide begins: a few minutes, and no answer to a
        /// question keeps anybody waiting
        #[arg(long, conflicts_with = "readings")]
        openings: bool,
    },
    /// List how long each guide takes to read aloud, as far as it has been spoken into the cache
    List {
        /// Only the guides from beginning to end, without the answers to further questions
        #[arg(long)]
        readings: bool,
    },
    /// Let every program that speaks through Speech Dispatcher (screen readers, spd-say) speak
    /// with this voice
    Install {
        /// For all users of this machine (as root) instead of only this one
        #[arg(long)]
        system: bool,
    },
    /// Undo `install`
    Remove {
        /// For all users of this machine (as root) instead of only this one
        #[arg(long)]
        system: bool,
    },
}

/// Runs `wenlu speech`.
///
/// # Errors
/// If there is no voice, the guides cannot be read, or a file cannot be written.
pub fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Render {
            lang,
            readings,
            openings,
        } => {
            let languages = lang.map_or(Language::ALL.to_vec(), |language| vec![language]);
            let ahead = match (readings, openings) {
                (_, true) => Ahead::Openings,
                (true, _) => Ahead::Readings,
                _ => Ahead::Answers,
            };
            render_all(config, &languages, ahead)
        }
        Command::List { readings } => durations::run(config, *readings),
        Command::Install { system } => install::install(config, *system),
        Command::Remove { system } => install::remove(*system),
    }
}

/// Speaks everything up to there into the cache at low priority, with a progress bar.
fn render_all(config: &Config, languages: &[Language], ahead: Ahead) -> anyhow::Result<()> {
    give_way();
    let texts = Assistant::open(config)?.sayings(languages, ahead);
    let voices = assistant::voices(config)?;
    let bar = ProgressBar::new(texts.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message("speaking");
    let texts = texts.iter().map(|(text, manner)| (text.as_str(), *manner));
    let done = render(&voices, texts, &mut |done| {
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
