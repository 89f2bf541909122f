//! `wenlu speech`: what is known beforehand spoken ahead of time; wenlu's voice as the machine's.

mod durations;
mod install;

use std::ops::ControlFlow;
use std::sync::Arc;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use wenlu::config::Config;
use wenlu::dialogue::{Dialogue, Rehearsal, fixed_sentences};
use wenlu::knowledge::{GuideId, Knowledge};
use wenlu::synthesis::{Voices, render};
use wenlu::{Language, assistant};

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
    List,
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
            let upto = match (readings, openings) {
                (_, true) => Upto::Openings,
                (true, _) => Upto::Readings,
                _ => Upto::Answers,
            };
            render_all(config, &languages, upto)
        }
        Command::List => durations::run(config),
        Command::Install { system } => install::install(config, *system),
        Command::Remove { system } => install::remove(*system),
    }
}

/// The guides, each as it is spoken.
struct Stage {
    knowledge: Arc<Knowledge>,
    dialogue: Dialogue,
}

impl Stage {
    fn open(config: &Config) -> anyhow::Result<Self> {
        let knowledge = Arc::new(assistant::knowledge(config)?);
        let dialogue = Dialogue::new(Arc::clone(&knowledge))?;
        Ok(Self {
            knowledge,
            dialogue,
        })
    }

    fn rehearse(&self, language: Language) -> impl Iterator<Item = (&GuideId, Rehearsal)> {
        let guides = self.knowledge.iter();
        guides.map(move |guide| (&guide.id, self.dialogue.rehearse(&guide.id, language)))
    }
}

/// How far to go; what is needed most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Upto {
    /// The fixed sentences, and the first one of each guide.
    Openings,
    /// The guides from beginning to end.
    Readings,
    /// What is answered to further questions.
    Answers,
}

/// Speaks everything up to there into the cache at low priority, with a progress bar.
fn render_all(config: &Config, languages: &[Language], upto: Upto) -> anyhow::Result<()> {
    give_way();
    let stage = Stage::open(config)?;
    let (mut texts, mut readings, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for &language in languages {
        let manner = assistant::manner(config, language);
        texts.extend(
            fixed_sentences(language)
                .into_iter()
                .map(|text| (text, manner)),
        );
        for (_, rehearsal) in stage.rehearse(language) {
            let with = |utter: wenlu::dialogue::Utter| (utter.text, manner);
            let mut reading = rehearsal.reading.into_iter().map(with);
            texts.extend(reading.next());
            readings.extend(reading);
            answers.extend(rehearsal.answers.into_iter().map(with));
        }
    }
    if upto >= Upto::Readings {
        texts.extend(readings);
    }
    if upto >= Upto::Answers {
        texts.extend(answers);
    }
    let voices = Voices::open(assistant::voice_config(config))?;
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
